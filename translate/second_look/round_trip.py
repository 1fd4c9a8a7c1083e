"""Round trip: an answer is translated back, and the way back is held to the source by chrF.

An engine that translates well in both directions returns most of a source's words; what an answer left out, invented
or said wrongly does not return. Synonyms do not return either, so that low values are no proof.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from translate.answers import Answers
from translate.engines.base import Reply, Request
from translate.journal import Entry
from translate.masked_texts import MaskedTexts
from translate.masking import has_words, restore, surrogate_difference, without_surrogates
from translate.metrics import sentence_chrf
from translate.segmentation import Segment, SentenceSplitter, join, pack, segment_document

# Values of shorter texts say nothing: one synonym is all of them.
_FEWEST_CHARACTERS = 30


class RoundTrip:
    """Measures by chrF (0 to 100) how much of a source an engine of the opposite direction returns from its answer.

    Args:
        answers: That engine, behind the journal, from the language of the answers into that of the sources.
        split_sentences: Sentence splitter of the language of the answers.
        stopping: Whether to ask nothing more.
    """

    def __init__(self, answers: Answers, split_sentences: SentenceSplitter, stopping: Callable[[], bool]) -> None:
        self._answers = answers
        self._split = split_sentences
        self._stopping = stopping
        self._identity = answers.engine.identity
        self._texts = MaskedTexts(answers.engine)

    def values(self, pairs: Sequence[tuple[str, str]]) -> list[float | None]:
        """Return the chrF of each way back; None for a short source, and where the engine failed at a request.

        Raises:
            EngineDiedError: The engine is gone.
            StoppedError: `stopping` said so.
            ModuleNotFoundError: `sacrebleu` (extra `eval`) is not installed.
        """
        sources = [without_surrogates(source).strip() for source, _ in pairs]
        segmented = {
            number: self._segments(answer)
            for number, (_, answer) in enumerate(pairs)
            if len(sources[number]) >= _FEWEST_CHARACTERS
        }
        requests = (self._request(segment.text) for segments in segmented.values() for segment in segments)
        replies = self._answers.replies(filter(None, requests), self._stopping)
        returned = {number: self._returned(segments, replies) for number, segments in segmented.items()}
        whole = {number: without_surrogates(text) for number, text in returned.items() if text is not None}
        scores = sentence_chrf(list(whole.values()), [sources[number] for number in whole])
        values = dict(zip(whole, scores, strict=True))
        return [values.get(number) for number in range(len(pairs))]

    def entries(self) -> Iterator[Entry]:
        """Yield the answers of the way back."""
        return self._answers.entries({})

    def _segments(self, text: str) -> list[Segment]:
        """Return an answer in segments that fit the engine."""
        parts = self._split if self._identity.unit == "sentence" else None
        return pack(
            segment_document(text, parts), self._split, self._texts.count_tokens, self._identity.max_segment_tokens
        )

    def _request(self, text: str) -> Request | None:
        """Return what the engine is asked about a segment; None where it has nothing to translate, or is too long."""
        masked, (tokens,) = self._texts.masked(text), self._texts.count_tokens([text])
        return Request(masked.text) if has_words(masked) and tokens <= self._identity.max_segment_tokens else None

    def _returned(self, segments: Sequence[Segment], replies: Mapping[Request, Reply]) -> str | None:
        """Return the way back of an answer, put together from those of its segments."""
        texts = []
        for segment in segments:
            request = self._request(segment.text)
            reply = replies[request] if request else Reply(segment.text)
            if reply.finish in ("error", "refused"):
                return None
            masked = self._texts.masked(segment.text)
            kept = request is None or surrogate_difference(masked, reply.text)
            texts.append(reply.text if kept else restore(masked, reply.text))
        return join(replace(segment, text=text) for segment, text in zip(segments, texts, strict=True))
