"""A forecast as tables on screen."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import Console
from rich.table import Table

from pipelines.forecast.costs import PassForecast
from pipelines.forecast.forecast import Forecast
from pipelines.stages.order import user_name

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
_STEP = 1000.0
_MINUTE, _HOUR = 60, 3600


def print_forecast(found: Forecast, console: Console) -> None:
    """Print what a run will take: the sources, then every stage, then the sums."""
    table = _table("source", ("files", "stored", "parts", "documents", "text"))
    for source in found.sources:
        table.add_row(
            source.name,
            f"{source.files:,}",
            size(source.stored_bytes),
            f"{source.parts:,}",
            f"{source.documents:,}",
            size(source.text_bytes),
        )
    console.print(table)
    console.print()
    stages = _table("stage", ("units", "CPU time", "wall time", "peak memory", "disk"))
    for name, passes in _by_stage(found.passes):
        stages.add_row(name, f"{sum(one.units for one in passes):,}", *_sums(passes))
    stages.add_section()
    stages.add_row("together", "", *_sums(found.passes))
    console.print(stages)
    disk = sum(one.disk_bytes for one in found.passes)
    console.print(
        f"\n{found.shards:,} shards, {found.workers} at a time, each on a core of its own; measured on "
        f"{size(found.tried_bytes)} of text; {size(found.disk_free)} free on disk",
        soft_wrap=True,
    )
    if disk > found.disk_free:
        console.print(f"the disk is too small: {size(disk)} will be written", style="red")


def size(number: float) -> str:
    """Return a number of bytes as people say it."""
    power = 0
    while number >= _STEP and power < len(_UNITS) - 1:
        number, power = number / _STEP, power + 1
    return f"{number:.0f} {_UNITS[power]}" if power < _UNITS.index("GB") else f"{number:.1f} {_UNITS[power]}"


def duration(seconds: float) -> str:
    """Return a time as people say it."""
    if seconds < _MINUTE:
        return f"{seconds:.1f} s"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.1f} min"
    return f"{seconds / _HOUR:,.1f} h"


def _by_stage(passes: Sequence[PassForecast]) -> Iterator[tuple[str, list[PassForecast]]]:
    for (name, generation), some in groupby(passes, lambda one: (user_name(one.stage, one.generation), one.generation)):
        again = generation and name not in ("translate", "tokenize", "publish")
        yield f"{name} (translations)" if again else name, list(some)


def _sums(passes: Sequence[PassForecast]) -> tuple[str, str, str, str]:
    return (
        duration(sum(one.cpu_seconds for one in passes)),
        duration(sum(one.wall_seconds for one in passes)),
        size(max((one.peak_bytes for one in passes), default=0)),
        size(sum(one.disk_bytes for one in passes)),
    )


def _table(first: str, columns: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(first)
    for column in columns:
        table.add_column(column, justify="right")
    return table
