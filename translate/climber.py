"""Texts on their way up a ladder: a segment, the pieces that it was cut into, and what becomes of the whole."""

from dataclasses import dataclass, field

from translate.checks import Finding
from translate.masking import Masked
from translate.pieces import rejoin
from translate.results import Result, Rung
from translate.segmentation import Segment


@dataclass
class Climber:
    """A segment, or a piece of one.

    Attributes:
        text: The text.
        masked: The text as the engine is given it.
        engine: The engine's label.
        whole: What it is a piece of.
        tokens: Its tokens, once they were counted.
        attempt: How often it was asked before with other sampling.
        errors: Requests for it that failed without an answer.
        finding: Why the rungs before were not enough.
        tokens_in: Tokens that the engine read for it.
        tokens_out: Tokens that it wrote.
        pieces: What it was cut into.
        results: What became of those, by text.
        missing: How many of these are not settled.
    """

    text: str
    masked: Masked
    engine: str
    whole: "Climber | None" = None
    tokens: int = 0
    attempt: int = 0
    errors: int = 0
    finding: Finding | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    pieces: list[Segment] = field(default_factory=list)
    results: dict[str, Result] = field(default_factory=dict)
    missing: int = 0

    @property
    def depth(self) -> int:
        """How often what it is a piece of was cut."""
        return self.whole.depth + 1 if self.whole else 0

    def cut_into(self, pieces: list[Segment]) -> list[str]:
        """Note what it was cut into; return the texts that are to be settled, each once."""
        texts = list(dict.fromkeys(piece.text for piece in pieces if piece.text))
        self.pieces, self.missing = pieces, len(texts)
        return texts

    def result(self, text: str | None, rung: Rung, checks: tuple[Finding, ...] = ()) -> Result:
        """Return its result with a translation, or with None where it is rejected."""
        return Result(
            text=text,
            rung=rung,
            finding=self.finding,
            engine=self.engine,
            checks=checks,
            tokens=self.tokens,
            tokens_in=self.tokens_in,
            tokens_out=self.tokens_out,
        )


def settle(climber: Climber, result: Result) -> tuple[str, Result] | None:
    """Give a climber its result; return the segment that it is, or that it was the last piece of, with its own."""
    whole = climber.whole
    if whole is None:
        return climber.text, result
    whole.results[climber.text] = result
    whole.missing -= 1
    whole.tokens_in += result.tokens_in
    whole.tokens_out += result.tokens_out
    if whole.missing:
        return None
    failed = next((piece for piece in _results(whole) if piece.text is None), None)
    if failed is None:
        translations = {piece: result.text or "" for piece, result in whole.results.items()}
        return settle(whole, whole.result(rejoin(whole.pieces, translations), "parts"))
    whole.finding = failed.finding or whole.finding
    return settle(whole, whole.result(None, "rejected"))


def _results(whole: Climber) -> list[Result]:
    """Return the results of its pieces, in the order of these."""
    return [whole.results[piece.text] for piece in whole.pieces if piece.text]
