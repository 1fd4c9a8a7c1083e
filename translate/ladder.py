"""The ladder: a segment is translated whole; if the answer fails its checks, in parts; if a part fails, it is rejected.

Two rungs and no loop: what a deterministic engine gets wrong twice, it gets wrong for ever.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from translate.checks import Finding, check_answer
from translate.engines.base import Engine
from translate.masking import Masked, has_words, mask, mask_pattern, restore
from translate.segmentation import Segment, SentenceSplitter, finer, flatten, is_code, join


@dataclass(frozen=True)
class Result:
    """What became of one segment.

    Attributes:
        text: Its translation; None when it was rejected.
        rung: `untouched` (nothing to translate), `whole`, `parts` or `rejected`.
        finding: Why it was rejected.
    """

    text: str | None
    rung: str
    finding: Finding | None = None


Answer = Callable[[Sequence[str]], Mapping[str, str]]


class Ladder:
    """Translates segments with one engine between two languages.

    Args:
        engine: The engine.
        target: The language wanted.
        split_sentences: Sentence splitter of the source language.
        answer: From masked texts to the engine's answers to them; where answers already known are looked up.

    Attributes:
        findings: What the checks measured, by masked text.
    """

    def __init__(self, engine: Engine, target: str, split_sentences: SentenceSplitter, answer: Answer) -> None:
        self._engine = engine
        self._target = target
        self._split = split_sentences
        self._answer = answer
        self.findings: dict[str, tuple[Finding, ...]] = {}
        self._pattern = mask_pattern(engine.identity.unspellable)

    def translate(self, texts: Sequence[str]) -> dict[str, Result]:
        """Translate texts.

        Returns:
            A result for every distinct text.
        """
        distinct = list(dict.fromkeys(texts))
        results, failed = self._rung(distinct, "whole")
        parts = {text: finer(text, self._split) for text in failed}
        pieces = dict.fromkeys(piece.text for cut in parts.values() for piece in cut if piece.text)
        below, failed_below = self._rung(list(pieces), "parts")
        for text, finding in failed.items():
            cut = parts[text]
            reasons = [failed_below[piece.text] for piece in cut if piece.text in failed_below]
            if not cut or reasons:
                results[text] = Result(None, "rejected", reasons[0] if reasons else finding)
            else:
                results[text] = Result(_rejoin(cut, below), "parts")
        return results

    def _rung(self, texts: Sequence[str], rung: str) -> tuple[dict[str, Result], dict[str, Finding]]:
        """Translate texts as they are; return what passed, and for what failed the finding."""
        results: dict[str, Result] = {}
        failed: dict[str, Finding] = {}
        asked: dict[str, Masked] = {}
        for text in texts:
            masked = mask(flatten(self._engine.spell(text)), self._pattern)
            if is_code(text) or not has_words(masked):
                results[text] = Result(text, "untouched")
            elif (tokens := self._engine.count_tokens([masked.text])[0]) > self._engine.identity.max_segment_tokens:
                failed[text] = Finding("too_long", tokens, passed=False)
            else:
                asked[text] = masked
        answers = self._answer(list(dict.fromkeys(masked.text for masked in asked.values())))
        for text, masked in asked.items():
            answer = answers[masked.text]
            findings = self.findings[masked.text] = check_answer(masked, answer, self._target)
            if findings[-1].passed:
                results[text] = Result(restore(masked, answer.strip()), rung)
            else:
                failed[text] = findings[-1]
        return results, failed


def _rejoin(cut: Sequence[Segment], results: Mapping[str, Result]) -> str:
    translated = [
        Segment(_flatten_lead(piece.lead), results[piece.text].text or "" if piece.text else "", piece.block)
        for piece in cut
    ]
    return join(translated)


def _flatten_lead(lead: str) -> str:
    """Return what stands between the parts of one segment as a translation has it: one space for any white space."""
    return " " if lead.isspace() else lead
