"""Engines one after the other: what the ladder of the first rejects goes up that of the next."""

from collections.abc import Iterable, Iterator, Sequence

from translate.ladder import Ladder
from translate.results import Result


def climb(ladders: Sequence[Ladder], texts: Iterable[str]) -> Iterator[tuple[str, Result]]:
    """Take texts up the ladder of the first engine, and what it rejects up those of the others.

    Yields:
        Each distinct text with its result, once. What the first engine rejects comes after all else.

    Raises:
        EngineDiedError: An engine is gone.
        StoppedError: A ladder was asked to stop.
    """
    rejected: dict[str, Result] = {}
    last = len(ladders) - 1
    for number, ladder in enumerate(ladders):
        before, rejected = rejected, {}
        for text, result in ladder.climb(texts, rejected_before=number > 0):
            full = _after(before[text], result) if number else result
            if full.text is None and number < last:
                rejected[text] = full
            else:
                yield text, full
        texts = list(rejected)


def _after(before: Result, result: Result) -> Result:
    """Return the result of a segment that engines before this one had rejected."""
    return result._replace(
        rung="rejected" if result.text is None else "fallback",
        finding=before.finding if result.text is not None else result.finding,
        tokens=before.tokens,
        tokens_in=before.tokens_in + result.tokens_in,
        tokens_out=before.tokens_out + result.tokens_out,
    )
