"""How the values that rules hold against thresholds are spread over all documents, a shard at a time.

Two passes: the first finds where the values lie, in bins as fine as a sixteenth of a doubling, whose counts of
different shards add up; the second counts them in the bins that are shown.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from datacards.measures import Spread
from pipelines.errors import CorpusError
from pipelines.rules.columns import Tables, read_columns
from pipelines.rules.comparisons import comparisons
from pipelines.rules.expressions import Expression, evaluate, value_types

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from pipelines.corpus import Shard, Shelf

BINS = 30
LENGTH = "byte_count"

_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")
_OUTER = 0.005  # the share at either end that is counted in the outermost bins
_LOG_FROM = 10.0  # a spread whose upper end lies this many times above its middle is read by a logarithm
_PARTS = 16  # fine bins a doubling
_ABOVE_ALL = 1 << 15  # more than any code of a fine bin
_EXACT = 2.0**53  # up to here a double holds every whole number

Doubles: TypeAlias = "NDArray[np.float64]"


@dataclass(frozen=True)
class _Held:
    """A value, and the threshold that a rule holds it against."""

    rule: str | None
    value: str
    operator: str | None
    threshold: str | None


@dataclass
class _Range:
    """Where values lie, as far as they were seen."""

    counts: Counter[int] = field(default_factory=Counter)
    least: float = math.inf
    greatest: float = -math.inf
    whole: bool = True
    lowest: float = math.inf  # of thresholds
    highest: float = -math.inf

    def add(self, values: Doubles, thresholds: Doubles) -> None:
        """See more values, and the thresholds that they are held against."""
        finite = values[np.isfinite(values)]
        if len(finite):
            codes, counts = np.unique(fine_bins(finite), return_counts=True)
            self.counts.update(dict(zip(codes.tolist(), counts.tolist(), strict=True)))
            self.least, self.greatest = min(self.least, float(finite.min())), max(self.greatest, float(finite.max()))
            self.whole = self.whole and bool((finite == np.floor(finite)).all())
        held = thresholds[np.isfinite(thresholds)]
        if len(held):
            self.lowest, self.highest = min(self.lowest, float(held.min())), max(self.highest, float(held.max()))

    @property
    def thresholds(self) -> tuple[float, float] | None:
        return (self.lowest, self.highest) if self.lowest <= self.highest else None

    def at(self, share: float) -> int:
        """Return the fine bin below which a share of the values lies."""
        left = share * self.counts.total()
        for code in sorted(self.counts):
            left -= self.counts[code]
            if left <= 0:
                return code
        return max(self.counts)


def spreads(shelf: "Shelf", shards: "Sequence[Shard]", rules: Sequence[Expression], tables: Tables) -> list[Spread]:
    """Return how the length of texts and all values that rules hold against thresholds are spread.

    Args:
        shelf: The corpus.
        shards: Its shards of documents.
        rules: The rules.
        tables: The columns that these read, and `LENGTH`, by table.
    """
    if not shards:
        return []
    types = read_columns(shelf, shards[0], tables).schema
    held = [_Held(None, LENGTH, None, None), *(one for rule in rules for one in _held(rule, types))]
    ranges = [_Range() for _ in held]
    for columns, _ in _evaluated(shelf, shards, held, tables):
        for found, (values, thresholds) in zip(ranges, columns, strict=True):
            found.add(values, thresholds)
    edges = [_edges(found) for found in ranges]
    counts = [np.zeros((2, len(of) - 1), np.int64) for of, _ in edges]
    nulls = [0] * len(held)
    for columns, kept in _evaluated(shelf, shards, held, tables):
        for number, (values, _) in enumerate(columns):
            finite = np.isfinite(values)
            inner = np.asarray(edges[number][0][1:-1])
            places = np.searchsorted(inner, values[finite], side="right")
            for row, decided in enumerate((kept[finite], ~kept[finite])):
                counts[number][row] += np.bincount(places[decided], minlength=counts[number].shape[1])
            nulls[number] += int((~finite).sum())
    return [
        Spread(
            one.rule,
            one.value,
            one.operator,
            found.thresholds,
            of,
            kept=_whole_numbers(both[0]),
            dropped=_whole_numbers(both[1]),
            nulls=null,
            is_logarithmic=logarithmic,
        )
        for one, found, (of, logarithmic), both, null in zip(held, ranges, edges, counts, nulls, strict=True)
        if found.counts
    ]


def _whole_numbers(counts: "NDArray[np.int64]") -> tuple[int, ...]:
    return tuple(int(count) for count in counts)


def _held(rule: Expression, types: "pa.Schema") -> Iterator[_Held]:
    for found in comparisons(rule):
        sides = [Expression(rule.name, sql, rule.columns) for sql in (found.value, found.threshold)]
        if all(kind.removeprefix("U").startswith(_NUMBERS) for kind in value_types(sides, types)):
            yield _Held(rule.name, found.value, found.operator, found.threshold)


def _evaluated(
    shelf: "Shelf", shards: "Sequence[Shard]", held: Sequence[_Held], tables: Tables
) -> Iterator[tuple[list[tuple[Doubles, Doubles]], "NDArray[np.bool_]"]]:
    """Yield for each shard every value with its thresholds, not a number where null, and which documents are kept."""
    sides = [f"({sql or 'NULL'})::DOUBLE" for one in held for sql in (one.value, one.threshold)]
    expression = Expression("thresholds", f"[{', '.join(sides)}]", frozenset())
    for shard in shards:
        columns = read_columns(shelf, shard, tables)
        if not columns.num_rows:
            continue
        rows: Any = evaluate(columns, expression)
        matrix = rows.flatten().to_numpy(zero_copy_only=False).reshape(-1, len(sides)).astype(np.float64)
        kept = shelf.read(shard.path("decisions"), ["kept"])["kept"].to_numpy()
        if len(kept) != columns.num_rows:
            raise CorpusError(
                f"{shard.path('decisions')}: {len(kept)} rows for {columns.num_rows} documents; run again"
            )
        yield [(matrix[:, at], matrix[:, at + 1]) for at in range(0, len(sides), 2)], kept.astype(np.bool_)


def fine_bins(values: Doubles) -> "NDArray[np.int64]":
    """Return the fine bin of each finite value: in the order of the values, 0 for 0, sixteen to a doubling.

    >>> fine_bins(np.array([0.0, 1.0, 1.03, 1.07, -1.0])).tolist()
    [0, 32784, 32784, 32785, -32784]
    """
    mantissas, exponents = np.frexp(np.abs(values))
    codes = exponents.astype(np.int64) * _PARTS + np.floor((mantissas - 0.5) * 2 * _PARTS).astype(np.int64)
    return np.where(values == 0, 0, np.where(values < 0, -1, 1) * (codes + _ABOVE_ALL))


def fine_edges(code: int) -> tuple[float, float]:
    """Return between which values those of a fine bin lie."""
    if code == 0:
        return 0.0, 0.0
    exponent, part = divmod(abs(code) - _ABOVE_ALL, _PARTS)
    with np.errstate(over="ignore"):  # the last bin reaches to infinity
        near, far = (float(np.ldexp(0.5 + place / (2 * _PARTS), exponent)) for place in (part, part + 1))
    return (near, far) if code > 0 else (-far, -near)


def _edges(found: _Range) -> tuple[tuple[float, ...], bool]:
    """Return the edges of the bins to show, and whether they are evenly spaced by ratio."""
    if not found.counts:
        return (0.0, 1.0), False
    low = max(fine_edges(found.at(_OUTER))[0], found.least)
    high = min(fine_edges(found.at(1 - _OUTER))[1], found.greatest)
    middle = fine_edges(found.at(0.5))[0]
    logarithmic = found.least > 0 and high / middle > _LOG_FROM
    for threshold in found.thresholds or ():
        if not logarithmic or threshold > 0:
            low, high = _reaching(low, high, threshold, logarithmic=logarithmic)
    return _rounded(_spaced(low, high, logarithmic=logarithmic, whole=found.whole)), logarithmic


def _reaching(low: float, high: float, threshold: float, *, logarithmic: bool) -> tuple[float, float]:
    """Return a range that reaches to a threshold, unless that would leave the values less than half of it."""
    wider = min(low, threshold), max(high, threshold)
    if logarithmic:
        return wider if wider[1] / wider[0] <= (high / low) ** 2 else (low, high)
    return wider if wider[1] - wider[0] <= 2 * (high - low) or high == low else (low, high)


def _spaced(low: float, high: float, *, logarithmic: bool, whole: bool) -> Iterator[float]:
    if logarithmic:
        yield from (low * (high / low) ** (number / BINS) for number in range(BINS + 1))
        return
    if whole and max(-low, high) < _EXACT:
        low, high = math.floor(low), max(math.ceil(high), math.floor(low) + 1)
        step = math.ceil((high - low) / BINS)
        yield from (low + step * number for number in range(math.ceil((high - low) / step) + 1))
        return
    high = high if high > low else low + max(1.0, abs(low))
    yield from (low + (high - low) * number / BINS for number in range(BINS + 1))


def _rounded(edges: Iterator[float]) -> tuple[float, ...]:
    """Return edges to six figures, the same whatever machine computed them; in full where these are too few."""
    exact = tuple(dict.fromkeys(map(float, edges)))
    short = tuple(dict.fromkeys(float(f"{edge:.6g}") for edge in exact))
    return short if len(short) == len(exact) else exact


def rules_of(parameters: Sequence[Mapping[str, Any]]) -> list[Expression]:
    """Return rules as a unit's parameters state them."""
    return [Expression(rule["name"], rule["sql"], frozenset(rule["columns"])) for rule in parameters]
