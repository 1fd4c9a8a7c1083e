"""The tables of a report: what stands in a cell, and by what it is sorted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from datacards.blocks import byte_size
from pipelines.report.timeline import duration
from pipelines.report.units import Sums, UnitTaken, by_pass, stage_of, sums_of
from pipelines.stages.order import shown_name

MOST_UNITS = 2000
SHOWN_REASONS = 6

_MEGABYTE = 10**6


@dataclass(frozen=True)
class Cell:
    """What a cell shows, and the number that it is sorted by; text is sorted by itself."""

    shown: str
    value: float | None = None
    kind: str = ""


def table(caption: str, header: Sequence[str], rows: Sequence[Sequence[Cell]], *, scrolls: bool = False) -> str:
    """Return a table as HTML; columns of numbers are set flush right."""
    numbers = [any(row[column].value is not None for row in rows) for column in range(len(header))]
    head = "".join(
        f'<th scope="col"{_class("number" if number else "")}>{escape(name)}</th>'
        for name, number in zip(header, numbers, strict=True)
    )
    body = "\n".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return (
        f'<div class="wide{" scroll" if scrolls else ""}" tabindex="0"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )


def stages_table(units: Sequence[UnitTaken]) -> str:
    """Return what each pass of the way took, stage by stage."""
    header = (
        *("stage", "pass", "units", "rows in", "rows out", "text", "elapsed", "worker time", "CPU time"),
        *("text a CPU-s", "memory", "disk", "tried again", "dropped by reason"),
    )
    rows = []
    for (name, generation), some in by_pass(units).items():
        sums = sums_of(some)
        stage = shown_name(stage_of(some[0]), generation)
        counted = [_count(sums.units), _count(sums.rows_in), _count(sums.rows_out)]
        rows.append([_text(stage), _text(name), *counted, *_costs(sums), _reasons(sums.dropped)])
    return table("Every pass of every stage that stands; click a heading to sort", header, rows)


def units_table(units: Sequence[UnitTaken]) -> str:
    """Return what single units took: the slowest, and all that were begun more than once."""
    ranked = sorted(units, key=lambda unit: (-_tries(unit), -unit.wall_seconds))
    again = sum(_tries(unit) > 1 for unit in units)
    chosen = sorted(ranked[: max(MOST_UNITS, again)], key=lambda unit: -unit.wall_seconds)
    header = (
        *("pass", "unit", "rows in", "rows out", "text", "wall time", "CPU time", "text a second"),
        *("memory", "disk", "tries", "host", "dropped by reason"),
    )
    rows = [_unit(unit) for unit in chosen]
    if len(chosen) == len(units):
        caption = f"All {len(units):,} units, the slowest first"
    else:
        caption = f"The {len(chosen):,} slowest of {len(units):,} units, and all that were tried more than once"
    return table(caption, header, rows, scrolls=True)


def _unit(unit: UnitTaken) -> list[Cell]:
    outcome, timing = unit.receipt.outcome, unit.timing
    cells = [
        _text(unit.receipt.stage),
        _text(unit.receipt.name),
        _count(outcome.rows_in),
        _count(outcome.rows_out),
        _size(outcome.bytes_in),
    ]
    reasons = _reasons(outcome.dropped)
    if timing is None:
        unknown = [_text("not noted"), *[_text("")] * 3]
        return [*cells, *unknown, _size(unit.disk_bytes), _text(""), _text(""), reasons]
    return [
        *cells,
        _time(timing.wall_seconds),
        _time(timing.cpu_seconds),
        _rate(outcome.bytes_in, timing.wall_seconds),
        _size(timing.peak_bytes),
        _size(unit.disk_bytes),
        Cell(f"{timing.tries:,}", timing.tries, "again" if timing.tries > 1 else ""),
        _text(timing.host),
        reasons,
    ]


def _costs(sums: Sums) -> list[Cell]:
    return [
        _size(sums.text_bytes),
        _time(sums.elapsed_seconds),
        _time(sums.worker_seconds),
        _time(sums.cpu_seconds),
        _rate(sums.text_bytes, sums.cpu_seconds),
        _size(sums.peak_bytes),
        _size(sums.disk_bytes),
        Cell(f"{sums.tried_again:,}", sums.tried_again, "again" if sums.tried_again else ""),
    ]


def _tries(unit: UnitTaken) -> int:
    return unit.timing.tries if unit.timing else 1


def _text(text: str) -> Cell:
    return Cell(text)


def _count(number: int) -> Cell:
    return Cell(f"{number:,}", number)


def _size(number: int) -> Cell:
    return Cell(byte_size(number) if number else "", number)


def _time(seconds: float) -> Cell:
    return Cell(duration(seconds), seconds)


def _rate(text_bytes: int, seconds: float) -> Cell:
    if not text_bytes or not seconds:
        return Cell("", 0.0)
    rate = text_bytes / _MEGABYTE / seconds
    return Cell(f"{rate:,.0f} MB" if rate >= 10 else f"{rate:.2f} MB", rate)  # noqa: PLR2004 -- three figures


def _reasons(dropped: Mapping[str, int]) -> Cell:
    ranked = sorted(dropped.items(), key=lambda pair: (-pair[1], pair[0]))
    parts = [f"{reason} {count:,}" for reason, count in ranked[:SHOWN_REASONS] if count]
    rest = sum(count for _, count in ranked[SHOWN_REASONS:])
    return Cell(", ".join(parts + ([f"others {rest:,}"] if rest else [])), None, "reasons")


def _cell(cell: Cell) -> str:
    if cell.value is None:
        return f"<td{_class(cell.kind)}>{escape(cell.shown)}</td>"
    return f'<td class="number{" " + cell.kind if cell.kind else ""}" data-value="{cell.value:.9g}">{cell.shown}</td>'


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""
