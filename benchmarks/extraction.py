"""`python -m benchmarks.extraction FOLDER`: how much of pages' main text extractors find, and how much besides.

A page's text and its gold text are compared as bags of words (runs of letters, digits and underscores). Of each page
precision, recall and their harmonic mean F1 are taken, and of all pages the mean of each. The settings are those with
which `options.extractor` of web pages runs.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Annotated, NamedTuple

import pyarrow as pa
import typer
from resiliparse.parse.html import HTMLTree
from rich.console import Console
from rich.table import Table

from pipelines.errors import RecipeError
from pipelines.sources.web.page import EXTRACTORS

_FILES = (".jsonl", ".jsonl.gz", ".jsonl.zst")
_WORD = re.compile(r"\w+")


class PagesError(Exception):
    """Raised for a folder without pages, or a line that holds none."""


@dataclass(frozen=True)
class GoldPage:
    """A page of which the main text is known.

    Attributes:
        html: The page, decoded.
        gold: Its main text.
        url: Where it was served; None where that is not known.
    """

    html: str
    gold: str
    url: str | None


class Score(NamedTuple):
    """How a text agrees with the gold text, each from 0 to 1."""

    f1: float
    precision: float
    recall: float


def gold_pages(folder: Path) -> list[GoldPage]:
    """Return the pages in a folder's JSON Lines (plain, `.gz`, `.zst`), a page a line with `html`, `gold`, maybe `url`.

    Raises:
        PagesError: The folder has no page, or a line is none.
    """
    paths = sorted(path for path in folder.glob("*") if path.name.endswith(_FILES))
    if not paths:
        raise PagesError(f"{folder}: expected files *.jsonl, *.jsonl.gz or *.jsonl.zst")
    pages = [page for path in paths for page in _pages_of(path)]
    if not pages:
        raise PagesError(f"{folder}: its files hold no page")
    return pages


def _pages_of(path: Path) -> Iterator[GoldPage]:
    with pa.input_stream(str(path), compression="detect") as stored:
        for number, line in enumerate(stored.read().split(b"\n"), 1):
            if line.strip():
                yield _page(line, f"{path}: line {number}")


def _page(line: bytes, place: str) -> GoldPage:
    try:
        found = json.loads(line)
        html, gold, url = found["html"], found["gold"], found.get("url")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise PagesError(f"{place}: expected a JSON object with html and gold") from None
    if not isinstance(html, str) or not isinstance(gold, str):
        raise PagesError(f"{place}: html and gold must be text")
    return GoldPage(html, gold, url if isinstance(url, str) else None)


def score(text: str, gold: str) -> Score:
    """Return how the words of a text agree with those of the gold text, each counted as often as it stands there."""
    words, expected = Counter(_WORD.findall(text)), Counter(_WORD.findall(gold))
    if not words and not expected:
        return Score(1.0, 1.0, 1.0)
    both = (words & expected).total()
    if both == 0:
        return Score(0.0, 0.0, 0.0)
    precision, recall = both / words.total(), both / expected.total()
    return Score(2 * precision * recall / (precision + recall), precision, recall)


def mean_score(extractor: str, pages: list[GoldPage]) -> Score:
    """Return the mean score of an extractor over pages.

    Raises:
        RecipeError: It is not installed.
    """
    extract = EXTRACTORS[extractor]
    scores = [score(extract(HTMLTree.parse(page.html), page.html, page.url), page.gold) for page in pages]
    return Score(*(fmean(values) for values in zip(*scores, strict=True)))


def main(folder: Annotated[Path, typer.Argument(help="JSON Lines with the fields html and gold.")]) -> None:
    """Say how the text that each extractor finds agrees with the gold text of pages."""
    console = Console(highlight=False)
    table = Table("", "pages", "F1", "precision", "recall", box=None, pad_edge=False, header_style="bold")
    try:
        pages = gold_pages(folder)
        for extractor in EXTRACTORS:
            found = mean_score(extractor, pages)
            table.add_row(extractor, f"{len(pages):,}", *(f"{value:.3f}" for value in found))
    except (PagesError, RecipeError) as error:
        typer.echo(f"benchmarks.extraction: {error}", err=True)
        raise typer.Exit(1) from None
    console.print(table)


if __name__ == "__main__":
    typer.run(main)
