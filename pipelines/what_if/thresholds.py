"""The values that a rule holds against its threshold: how they are spread, and what another threshold would do."""

import math
from dataclasses import dataclass

from pipelines.rules.comparisons import Comparison
from pipelines.what_if.judged import JUDGED, Judged

BINS = 40
SHARES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)

_LOG_FROM = 10.0  # a spread whose upper end lies this many times above its middle is read by a logarithm
_OUTER = 0.005  # the share at either end that is counted in the outermost bins


@dataclass(frozen=True)
class Histogram:
    """How values are spread; the outermost bins hold all that lies beyond them.

    Attributes:
        edges: The bins' edges, one more than bins, ascending.
        counts: Documents in each bin.
        threshold: The least and the greatest threshold held against these documents.
        nulls: Documents without a value.
        is_logarithmic: Whether the edges are evenly spaced by ratio.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    threshold: tuple[float, float]
    nulls: int
    is_logarithmic: bool


@dataclass(frozen=True)
class Move:
    """What another threshold would do: documents that it removes alone, and what all rules together then keep."""

    threshold: float
    alone: int
    kept: int


@dataclass(frozen=True)
class Spread:
    """The values of one comparison in a rule.

    Attributes:
        rule: Name of the rule.
        comparison: The value, its operator and its threshold.
        language: A FLORES code, or `all`.
        histogram: None where no document has a value.
        moves: Other thresholds, by the share of documents that they remove; empty below rules of several parts.
    """

    rule: str
    comparison: Comparison
    language: str
    histogram: Histogram | None
    moves: tuple[Move, ...]


def spreads(judged: Judged, language: str | None) -> list[Spread]:
    """Return the spread of each value that a rule holds against a threshold.

    A rule that is turned off in a language, and has no threshold there, holds nothing against one.

    Args:
        judged: The documents.
        language: The documents of one language alone; None for all.
    """
    return [
        Spread(
            rule.name,
            comparison,
            language or "all",
            _histogram(judged, comparison, language),
            _moves(judged, number, comparison, language) if comparison.alone else (),
        )
        for number, rule in enumerate(judged.rules)
        for comparison in judged.held[number]
        if _has_threshold(judged, comparison, language)
    ]


def _has_threshold(judged: Judged, comparison: Comparison, language: str | None) -> bool:
    where, parameters = _of(language)
    query = f"SELECT count(*) = 0 OR count({comparison.threshold}) > 0 FROM {JUDGED} WHERE {where}"  # noqa: S608 -- parts of checked expressions
    row = judged.connection.execute(query, parameters).fetchone()
    return row is not None and bool(row[0])


def _histogram(judged: Judged, comparison: Comparison, language: str | None) -> Histogram | None:
    value = f"({comparison.value})::DOUBLE"
    where, parameters = _of(language)
    facts = judged.connection.execute(
        f"""
        SELECT quantile_cont({value}, {_OUTER}), median({value}), quantile_cont({value}, {1 - _OUTER}),
               min({value}), min(({comparison.threshold})::DOUBLE), max(({comparison.threshold})::DOUBLE),
               count(*) FILTER (({comparison.value}) IS NULL), count({value})
        FROM {JUDGED} WHERE {where}
        """,  # noqa: S608 -- parts of checked expressions
        parameters,
    ).fetchone()
    if facts is None or not facts[7]:
        return None
    low, middle, high, least, lowest, highest, nulls, _ = facts
    low, high = min(low, lowest), max(high, highest)
    logarithmic = low > 0 and least > 0 and middle > 0 and high / middle > _LOG_FROM
    edges = _edges(low, high, logarithmic=logarithmic)
    inner = ", ".join(repr(edge) for edge in edges[1:-1])
    rows = judged.connection.execute(
        f"""
        SELECT list_sum(list_transform([{inner}], lambda edge: ({value} >= edge)::INTEGER))::INTEGER AS bin, count(*)
        FROM {JUDGED} WHERE {where} AND ({comparison.value}) IS NOT NULL GROUP BY bin
        """,  # noqa: S608 -- parts of checked expressions
        parameters,
    ).fetchall()
    counted = dict(rows)
    counts = tuple(counted.get(number, 0) for number in range(len(edges) - 1))
    return Histogram(edges, counts, (lowest, highest), nulls, logarithmic)


def _edges(low: float, high: float, *, logarithmic: bool) -> tuple[float, ...]:
    if high <= low:
        high = low + 1.0
    if logarithmic:
        step = math.log(high / low) / BINS
        return tuple(low * math.exp(step * number) for number in range(BINS + 1))
    return tuple(low + (high - low) * number / BINS for number in range(BINS + 1))


def _moves(judged: Judged, number: int, comparison: Comparison, language: str | None) -> tuple[Move, ...]:
    value = f"({comparison.value})::DOUBLE"
    where, parameters = _of(language)
    quantiles = [share if comparison.is_minimum else 1 - share for share in SHARES]
    row = judged.connection.execute(
        f"SELECT quantile_disc({value}, {quantiles}) FROM {JUDGED} WHERE {where}",  # noqa: S608 -- as above
        parameters,
    ).fetchone()
    if row is None or row[0] is None:
        return ()
    moves = []
    for threshold in dict.fromkeys(row[0]):
        passes = f"({value} {comparison.operator[0]}= {threshold!r})"
        counted = judged.connection.execute(
            f"""
            SELECT count(*) FILTER ({passes} IS NOT TRUE),
                   count(*) FILTER ({passes} AND failures - fails_{number}::INTEGER = 0)
            FROM {JUDGED} WHERE {where}
            """,  # noqa: S608 -- as above
            parameters,
        ).fetchone()
        if counted is not None:
            moves.append(Move(threshold, *counted))
    return tuple(moves)


def _of(language: str | None) -> tuple[str, list[str]]:
    return ("true", []) if language is None else ("concluded = ?", [language])
