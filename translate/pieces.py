"""The pieces that a segment is cut into where it cannot be translated whole, and how their translations are joined."""

from collections.abc import Mapping, Sequence

from translate.segmentation import Segment, join

_FEWEST_SENTENCES = 4  # that are worth two halves


def halves(sentences: list[Segment]) -> list[Segment]:
    """Return the sentences of a segment as two halves; few are left as they are."""
    if sum(bool(sentence.text) for sentence in sentences) < _FEWEST_SENTENCES:
        return sentences
    middle = len(sentences) // 2
    return [_joined(sentences[:middle]), _joined(sentences[middle:])]


def _joined(pieces: Sequence[Segment]) -> Segment:
    first = pieces[0]
    return Segment(first.lead, join(pieces)[len(first.lead) :], first.block)


def rejoin(pieces: Sequence[Segment], translations: Mapping[str, str]) -> str:
    """Return the translation of a segment, put together from those of its pieces, by text."""
    translated = [
        Segment(_flatten_lead(piece.lead), translations[piece.text] if piece.text else "", piece.block)
        for piece in pieces
    ]
    return join(translated)


def _flatten_lead(lead: str) -> str:
    """Return what stands between the parts of one segment as a translation has it: one space for any white space."""
    return " " if lead.isspace() else lead
