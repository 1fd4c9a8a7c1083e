from translate.blocks import Block
from translate.checks import Finding
from translate.climber import Climber, settle
from translate.masking import Masked
from translate.results import Result
from translate.segmentation import Segment

DONE = Result("feito", "whole", tokens_in=2, tokens_out=1)


def _climber(text: str, whole: Climber | None = None) -> Climber:
    return Climber(text, Masked(text, ()), "scripted/m", whole)


def test_a_whole_is_settled_with_the_last_of_its_pieces() -> None:
    whole = _climber("One. Two. One.")
    pieces = [Segment(lead, text, Block.PARAGRAPH) for lead, text in (("", "One."), (" ", "Two."), (" ", "One."))]
    assert whole.cut_into(pieces) == ["One.", "Two."]
    assert settle(_climber("One.", whole), DONE) is None
    assert settle(_climber("Two.", whole), DONE._replace(text="dois")) == (
        whole.text,
        Result("feito dois feito", "parts", engine="scripted/m", tokens_in=4, tokens_out=2),
    )


def test_a_piece_of_a_piece_that_is_rejected_rejects_the_segment_with_its_reason() -> None:
    segment = _climber("One and two.")
    half = _climber("One and", segment)
    segment.cut_into([Segment("", half.text, Block.PARAGRAPH)])
    half.cut_into([Segment("", "One", Block.PARAGRAPH)])
    piece = _climber("One", half)
    finding = Finding("numbers", 1, passed=False)
    assert (segment.depth, half.depth, piece.depth) == (0, 1, 2)
    settled = settle(piece, Result(None, "rejected", finding))
    assert settled == (segment.text, Result(None, "rejected", finding, engine="scripted/m"))
