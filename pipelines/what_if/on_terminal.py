"""The answer of `loam what-if` on a terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipelines.terminal import printable
from pipelines.what_if.answer import Answer
from pipelines.what_if.effects import ALL, LEGEND, Change, Effect
from pipelines.what_if.examples import Example
from pipelines.what_if.thresholds import Histogram, Spread

LANGUAGES = 8  # how many are shown; --html and --json have all

_BLOCKS = " ▁▂▃▄▅▆▇█"
_EXCERPT = 160


def print_answer(answer: Answer, console: Console) -> None:
    """Print what changes would do, what each rule removes, the spread of values, and documents to read."""
    if answer.changes is not None:
        console.print(_changes(answer.changes[: LANGUAGES + 1]))
        console.print()
    console.print(f"{LEGEND}\n", highlight=False)
    languages = list(dict.fromkeys(effect.language for effect in answer.effects))
    for language in languages[: LANGUAGES + 1]:
        console.print(_effects(language, [effect for effect in answer.effects if effect.language == language]))
        console.print()
    if len(languages) > LANGUAGES + 1:
        console.print(f"{len(languages) - LANGUAGES - 1} more languages: --language, --html or --json shows them\n")
    for rule, sql in answer.rules.items():
        console.print(Text(printable(f"{rule}: {sql}"), style="bold"))
        for spread in answer.spreads:
            if spread.rule == rule:
                _print_spread(spread, console)
        for example in answer.examples:
            if example.rule == rule:
                _line(console, _told(example))
        console.print()


def _effects(language: str, found: Sequence[Effect]) -> Table:
    """Return the table of a language; one language among others has the rules alone that remove anything there."""
    removing = [effect for effect in found if effect.alone] if language != ALL else found
    title = f"{language}: {found[0].documents:,} documents reached the rules"
    if len(removing) < len(found):
        title += f"; {len(removing):,} of {len(found):,} rules remove some"
    table = Table(title=title, title_justify="left", box=None, header_style="bold")
    table.add_column("rule")
    for name in ("removes", "share", "first", "it alone", "null"):
        table.add_column(name, justify="right")
    for effect in removing:
        share = effect.alone / effect.documents if effect.documents else 0.0
        counts = (f"{effect.alone:,}", f"{share:.1%}", f"{effect.first:,}", f"{effect.only:,}", f"{effect.null:,}")
        table.add_row(effect.rule, *counts)
    return table


def _changes(found: Sequence[Change]) -> Table:
    table = Table(title="With the rules as asked", title_justify="left", box=None, header_style="bold")
    table.add_column("language")
    for name in ("kept now", "then", "lost", "won", "MB now", "MB then"):
        table.add_column(name, justify="right")
    for change in found:
        counts = (f"{change.kept_now:,}", f"{change.kept_then:,}", f"{change.lost:,}", f"{change.won:,}")
        sizes = (f"{change.bytes_now / 1e6:,.1f}", f"{change.bytes_then / 1e6:,.1f}")
        table.add_row(change.language, *counts, *sizes)
    return table


def _print_spread(spread: Spread, console: Console) -> None:
    held = spread.comparison
    if spread.histogram is None:
        _line(console, f"  {held.value}: no document has a value")
        return
    low, high = spread.histogram.edges[0], spread.histogram.edges[-1]
    scale = ", logarithmic" if spread.histogram.is_logarithmic else ""
    nulls = f", {spread.histogram.nulls:,} null" if spread.histogram.nulls else ""
    _line(console, f"  {bars(spread.histogram)}  from {low:.4g} to {high:.4g}{scale}{nulls}")
    _line(console, f"  {marks(spread.histogram)}  {held.value} {held.operator} {held.threshold}")
    if spread.moves:
        moves = ", ".join(f"{move.threshold:.4g} → {move.kept:,}" for move in spread.moves)
        console.print(Padding(Text(f"kept by all rules if the threshold were {moves}"), (0, 0, 0, 2), expand=False))


def bars(histogram: Histogram) -> str:
    """Return one block a bin, as high as its count is beside the greatest."""
    highest = max(histogram.counts)
    steps = len(_BLOCKS) - 1
    return "".join(_BLOCKS[-(-count * steps // highest)] if highest else " " for count in histogram.counts)


def marks(histogram: Histogram) -> str:
    """Return a line that marks the bins in which thresholds lie."""
    first, last = (_bin(histogram, threshold) for threshold in histogram.threshold)
    return "".join("▲" if first <= number <= last else " " for number in range(len(histogram.counts)))


def _bin(histogram: Histogram, value: float) -> int:
    reached = sum(edge <= value for edge in histogram.edges) - 1
    return min(max(reached, 0), len(histogram.counts) - 1)


def _told(example: Example) -> str:
    value = "" if example.value is None else f" {example.value:.4g}"
    verdict = "removed " if example.removed else "nearly  "
    return f"  {verdict}{example.id[:12]} {example.language}{value}  {example.excerpt[:_EXCERPT]}"


def _line(console: Console, line: str) -> None:
    console.print(Text(printable(line)), soft_wrap=False, overflow="ellipsis", no_wrap=True)
