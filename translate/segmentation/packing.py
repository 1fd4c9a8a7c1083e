"""Packing: segments within an engine's budget of tokens, as few and as well cut as can be, and none truncated."""

from collections.abc import Callable, Sequence

from translate.segmentation import cuts
from translate.segmentation.segments import Segment
from translate.segmentation.sentences import SentenceSplitter

TokenCounter = Callable[[Sequence[str]], Sequence[int]]
"""Counts the tokens of each text; of an engine's own tokenizer, of the text as the engine is given it."""


def pack(
    segments: Sequence[Segment], split_sentences: SentenceSplitter, count_tokens: TokenCounter, max_tokens: int
) -> list[Segment]:
    """Cut segments that are too long, and put neighbouring pieces of one segment together as far as the budget goes.

    A segment is cut into sentences; a sentence that is too long at line breaks, else at semicolons, colons and dashes,
    else at commas, else between words. Pieces of different segments or of different sentences that had to be cut are
    not mixed.

    Args:
        segments: Segments of documents.
        split_sentences: A splitter whose parts, joined, give its input again.
        count_tokens: See `TokenCounter`; asked for the texts of all segments at once.
        max_tokens: The budget of a segment.

    Returns:
        Segments with the same join. A single word above the budget is still there, as a segment of its own: the ladder
        rejects it as `too_long`.
    """
    packed = list(segments)
    sizes = _Sizes(count_tokens)
    for cut in (split_sentences, cuts.lines, cuts.clauses, cuts.phrases, cuts.words):
        sizes.count([segment.text for segment in packed])
        if all(sizes[segment.text] <= max_tokens for segment in packed):
            break
        parts = [
            cuts.pieces(cut(segment.text), segment.block) if sizes[segment.text] > max_tokens else []
            for segment in packed
        ]
        sizes.count([piece.text for of_one in parts for piece in of_one])
        packed = [
            piece
            for segment, of_one in zip(packed, parts, strict=True)
            for piece in (_led(segment.lead, _put_together(of_one, sizes, max_tokens)) if of_one else [segment])
        ]
    return packed


class _Sizes:
    """Token counts by text; the empty text has none."""

    def __init__(self, count_tokens: TokenCounter) -> None:
        self._count_tokens = count_tokens
        self._sizes: dict[str, int] = {"": 0}

    def count(self, texts: Sequence[str]) -> None:
        new = [text for text in dict.fromkeys(texts) if text not in self._sizes]
        if new:
            self._sizes.update(zip(new, self._count_tokens(new), strict=True))

    def __getitem__(self, text: str) -> int:
        if text not in self._sizes:
            self.count([text])
        return self._sizes[text]


def _put_together(parts: Sequence[Segment], sizes: _Sizes, max_tokens: int) -> list[Segment]:
    """Join neighbours greedily. Sizes of pieces are added up first; the whole is counted before it is believed."""
    together: list[Segment] = []
    position = 0
    while position < len(parts):
        end, total = position + 1, sizes[parts[position].text]
        while end < len(parts) and total + sizes[parts[end].text] <= max_tokens:
            total += sizes[parts[end].text]
            end += 1
        joined = _joined(parts[position:end])
        while end > position + 1 and sizes[joined.text] > max_tokens:
            end -= 1
            joined = _joined(parts[position:end])
        together.append(joined)
        position = end
    return together


def _joined(parts: Sequence[Segment]) -> Segment:
    first = parts[0]
    return Segment(first.lead, first.text + "".join(part.lead + part.text for part in parts[1:]), first.block)


def _led(lead: str, parts: Sequence[Segment]) -> list[Segment]:
    first, *rest = parts
    return [Segment(lead + first.lead, first.text, first.block), *rest]
