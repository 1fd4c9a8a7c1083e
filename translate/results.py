"""What became of one segment."""

from typing import Literal, NamedTuple

from translate.checks import Finding

Rung = Literal["untouched", "whole", "again", "parts", "fallback", "rejected"]


class Result(NamedTuple):
    """What became of one segment.

    Attributes:
        text: Its translation; None when it was rejected.
        rung: How far up the ladder it had to go; `untouched` has nothing to translate.
        finding: Why the rungs before were not enough; of a rejected one, why it was rejected.
        engine: Label of the engine whose answer was taken, or was the last one rejected.
        checks: What the checks found in the answer that was taken whole.
        tokens: Its own tokens, as the engine counts them.
        tokens_in: Tokens that the engine read for it, in all requests.
        tokens_out: Tokens that the engine wrote for it.
    """

    text: str | None
    rung: Rung
    finding: Finding | None = None
    engine: str | None = None
    checks: tuple[Finding, ...] = ()
    tokens: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
