"""`python -m benchmarks.readers`: each reader of sources beside the libraries it reads with, by turns in one process.

What else a machine does at the time then slows both alike. The ratio is that of the best of several turns.
"""

import pkgutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.cases import PAGES, POSTS, SOURCE_CASES, WIKI, Case
from benchmarks.documents import MEGABYTE, DocumentsError, Material, default_documents, lay_down
from benchmarks.usage import one_run


def main(
    documents: Annotated[
        Path | None,
        typer.Option(metavar="PARQUET|CORPUS", help="A Parquet file with a column `text`, or a corpus."),
    ] = None,
    limit_mb: Annotated[float, typer.Option(min=0.1, help="MB of text at most, taken evenly.")] = 16.0,
    turns: Annotated[int, typer.Option(min=1, help="How often each case is run.")] = 7,
) -> None:
    """Say what readers of web pages, wikis and posts take, as a multiple of what their libraries take alone."""
    console = Console(highlight=False)
    table = Table("", "CPU s", "MB/CPU-s", "times the libraries", box=None, pad_edge=False, header_style="bold")
    with tempfile.TemporaryDirectory(prefix="loam-bench-") as folder:
        material = Material(Path(folder))
        try:
            lay_down(documents or default_documents(), material, int(limit_mb * MEGABYTE))
        except DocumentsError as error:
            console.print(f"benchmarks.readers: {error}", markup=False)
            raise typer.Exit(1) from None
        for group in (PAGES, WIKI, POSTS):
            cases = [case for case in SOURCE_CASES if case.group == group]
            taken = _by_turns([_prepared(case, material) for case in cases], turns)
            alone = next(seconds for case, (seconds, _) in zip(cases, taken, strict=True) if case.is_peer)
            for case, (seconds, size) in zip(cases, taken, strict=True):
                ratio = "" if case.is_peer else f"{seconds / alone:.2f} (speed {alone / seconds:.2f})"
                table.add_row(f"{group}: {case.name}", f"{seconds:.3f}", f"{size / MEGABYTE / seconds:,.1f}", ratio)
    console.print(table)


def _prepared(case: Case, material: Material) -> Callable[[], int]:
    prepare: Callable[..., Callable[[], int]] = pkgutil.resolve_name(case.prepare)
    return prepare(material, *case.arguments)


def _by_turns(works: Sequence[Callable[[], int]], turns: int) -> list[tuple[float, int]]:
    """Return the least CPU seconds of each work, and the bytes that it worked on."""
    sizes = [work() for work in works]  # compiles what is to be compiled
    best = [float("inf")] * len(works)
    for _ in range(turns):
        for number, work in enumerate(works):
            best[number] = min(best[number], one_run(work)[0])
    return list(zip(best, sizes, strict=True))


if __name__ == "__main__":
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(main)
    sys.exit(app())
