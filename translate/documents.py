"""Documents: segments and their results put together again, aligned, or a named reason why not."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, NamedTuple, TypeVar

from translate.blocks import Block
from translate.fallback import climb
from translate.ladder import Ladder
from translate.letters import count_letters
from translate.results import Result
from translate.segmentation import Segment

OnFailure = Literal["drop_document", "keep_source_segment", "drop_segment"]

# A document of which less was translated (code listings, tables of names) is no translation.
MIN_TRANSLATED_SHARE = 0.5
UNTRANSLATED = "untranslated"
TOO_MUCH_FAILED = "too_much_failed"

_Key = TypeVar("_Key")


class AlignedSegment(NamedTuple):
    """A segment of a document beside what stands for it in the translation.

    Attributes:
        block: The block that it stands in.
        source_start: Its first character in the document.
        source: Its text.
        target_start: Its first character in the translation; null in a document that was dropped.
        target: Its translation, or its own text where that was kept; null when it was dropped.
        result: How it was translated.
    """

    block: Block
    source_start: int
    source: str
    target_start: int | None
    target: str | None
    result: Result


@dataclass(frozen=True)
class TranslatedDocument:
    """What became of a document.

    Attributes:
        text: Its translation; None when it was dropped.
        reason: Why it was dropped: `untranslated`, `too_much_failed`, or the check that a segment failed.
        segments: Its segments that hold text, in order.
    """

    text: str | None
    reason: str | None
    segments: tuple[AlignedSegment, ...]

    @property
    def rejected(self) -> int:
        """How many of its segments were rejected."""
        return sum(segment.result.text is None for segment in self.segments)


@dataclass(frozen=True)
class Policy:
    """What is done about rejected segments.

    Attributes:
        on_failure: Drop the document, leave the segment in its source language, or leave it out.
        max_failed_share: Where segments are kept or left out: the greatest share of a document's tokens in rejected
            ones; above it the document is dropped.
    """

    on_failure: OnFailure = "drop_document"
    max_failed_share: float = 0.0


def assemble(segments: Sequence[Segment], results: Mapping[str, Result], policy: Policy) -> TranslatedDocument:
    """Put a document together from its segments' translations.

    Args:
        segments: The document's segments.
        results: A result for the text of each.
        policy: What is done about rejected segments.
    """
    reason = _reason_to_drop(segments, results, policy)
    aligned: list[AlignedSegment] = []
    parts: list[str] = []
    source_at = target_at = 0
    for segment in segments:
        source_at += len(segment.lead)
        target_at += len(segment.lead)
        parts.append(segment.lead)
        if segment.text:
            result = results[segment.text]
            target = result.text
            if target is None and policy.on_failure == "keep_source_segment":
                target = segment.text
            start = None if reason else target_at
            aligned.append(AlignedSegment(segment.block, source_at, segment.text, start, target, result))
            parts.append(target or "")
            target_at += len(target or "")
        source_at += len(segment.text)
    return TranslatedDocument(None if reason else "".join(parts), reason, tuple(aligned))


def _reason_to_drop(segments: Sequence[Segment], results: Mapping[str, Result], policy: Policy) -> str | None:
    found = [results[segment.text] for segment in segments if segment.text]
    rejected = [result for result in found if result.text is None]
    if rejected and policy.on_failure == "drop_document":
        finding = rejected[0].finding
        return finding.reason if finding else "rejected"
    failed, tokens = sum(result.tokens for result in rejected), sum(result.tokens for result in found)
    if rejected and failed > policy.max_failed_share * tokens:
        return TOO_MUCH_FAILED
    return UNTRANSLATED if _translated_share(segments, results) < MIN_TRANSLATED_SHARE else None


def _translated_share(segments: Sequence[Segment], results: Mapping[str, Result]) -> float:
    """Return the share of a document's letters that stand in translated segments."""
    translated = letters = 0
    for segment in segments:
        in_text = count_letters(segment.text)
        letters += in_text + count_letters(segment.lead)
        if segment.text and results[segment.text].rung not in ("untouched", "rejected"):
            translated += in_text
    return translated / letters if letters else 0.0


@dataclass
class _Waiting(Generic[_Key]):
    """A document whose segments are not all settled."""

    key: _Key
    segments: Sequence[Segment]
    missing: set[str] = field(default_factory=set)


def translate_documents(
    documents: Iterable[tuple[_Key, Sequence[Segment]]], ladders: Sequence[Ladder], policy: Policy
) -> Iterator[tuple[_Key, TranslatedDocument]]:
    """Translate documents, as many at once as keep the engine busy, and yield them in their order.

    Args:
        documents: Each with a key of the caller's; pulled as the engine has room for more.
        ladders: Those of the engine and of those that it falls back to.
        policy: What is done about rejected segments.

    Raises:
        EngineDiedError: An engine is gone.
        StoppedError: A ladder was asked to stop.
    """
    results: dict[str, Result] = {}
    waiting: deque[_Waiting[_Key]] = deque()
    waiting_for: dict[str, list[_Waiting[_Key]]] = {}

    def texts() -> Iterator[str]:
        for key, segments in documents:
            new = {segment.text for segment in segments if segment.text} - results.keys()
            document = _Waiting(key, segments, new)
            waiting.append(document)
            for text in new:  # before any is yielded: results of texts that others wait for come in between
                waiting_for.setdefault(text, []).append(document)
            yield from dict.fromkeys(segment.text for segment in segments if segment.text in new)

    def ready() -> Iterator[tuple[_Key, TranslatedDocument]]:
        while waiting and not waiting[0].missing:
            document = waiting.popleft()
            yield document.key, assemble(document.segments, results, policy)

    for text, result in climb(ladders, texts()):
        results[text] = result
        for document in waiting_for.pop(text):
            document.missing.discard(text)
        yield from ready()
    yield from ready()
    if waiting:
        raise RuntimeError(f"{len(waiting)} documents are left with segments that no ladder settled")
