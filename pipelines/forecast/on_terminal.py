"""A forecast as tables on screen."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import Console
from rich.table import Table

from pipelines.forecast.costs import PassForecast
from pipelines.forecast.forecast import Forecast
from pipelines.forecast.translation import BYTES_A_TOKEN, EXPANSION, TranslationForecast
from pipelines.stages.order import shown_generation, shown_name, user_name
from pipelines.terminal import printable

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
_STEP = 1000.0
_MINUTE, _HOUR = 60, 3600
_EXACT = 10  # smaller numbers are shown with two digits that count


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
    if found.translation is not None:
        print_translation(found.translation, console)


def print_refusals(refused: Sequence[str], console: Console) -> None:
    """Print why a run would be refused, if it would."""
    for reason in refused:
        console.print(f"\n`loam run` would refuse this: {printable(reason)}", style="red", markup=False, soft_wrap=True)


def print_translation(found: TranslationForecast, console: Console) -> None:
    """Print what translating will take by model: those that were measured or whose speed was published."""
    how = (
        "going by what the trial wrote"
        if found.is_measured
        else f"reckoned: a token every {BYTES_A_TOKEN:g} bytes, {EXPANSION:g} written for each"
    )
    into = "1 language" if found.languages == 1 else f"{found.languages} languages"
    console.print(
        f"\ntranslation: {found.documents:,} documents, {size(found.source_bytes)}, into {into}: "
        f"{count(found.tokens_out)} tokens ({how})",
        soft_wrap=True,
    )
    if found.untried is not None:
        console.print(
            f"not tried here, and not in the tables above, nor what is done to translations: {found.untried}",
            soft_wrap=True,
            markup=False,
        )
    if not found.models:
        return
    priced = found.price is not None
    table = _table("model", ("on", "tokens/s", "figure", "GPU-hours", *(("cost",) if priced else ())))
    for one in found.models:
        cost = ("" if one.cost is None else _amount(one.cost),) if priced else ()
        figure = "measured" if one.is_measured else "published"
        table.add_row(
            f"{one.model} (the recipe's)" if one.is_asked else one.model,
            one.device,
            f"{one.tokens_per_second:,.0f}",
            figure,
            _amount(one.gpu_hours),
            *cost,
        )
    console.print()
    console.print(table)
    console.print("published figures are of full queues; runs over weeks took about twice the time", soft_wrap=True)
    if not any(one.is_asked for one in found.models):
        console.print(
            f"of {found.model} none was published: a plan made where it can be tried measures it",
            soft_wrap=True,
            markup=False,
        )


def _amount(number: float) -> str:
    return f"{number:,.0f}" if number >= _EXACT else f"{number:.2g}"


def count(number: float) -> str:
    """Return a great number as people say it."""
    for power, name in ((1e12, " trillion"), (1e9, " billion"), (1e6, " million")):
        if number >= power:
            return f"{number / power:.1f}{name}"
    return f"{number:,.0f}"


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
    for name, some in groupby(passes, _stage):
        yield name, list(some)


def _stage(one: PassForecast) -> str:
    """Return what users call a pass; stages that do originals and translations together are one."""
    return shown_name(user_name(one.stage, one.generation), shown_generation(one.stage, one.generation))


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
