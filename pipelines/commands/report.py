"""The command `loam report`: what the units of a corpus took."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.arguments import CorpusArgument
from pipelines.errors import LoamError
from pipelines.exit_codes import explained_errors


def report(
    corpus: CorpusArgument,
    html: Annotated[Path, typer.Option(metavar="FILE", help="Where the page is written.")] = Path("report.html"),
) -> None:
    """Write a page on what a run took: time, text a second, memory, drops and retries, by stage and by unit.

    For example: loam report corpora/demo --html report.html
    """
    from pipelines.report.page import report_page

    with explained_errors():
        page = report_page(corpus)
        try:
            html.write_text(page, encoding="utf-8")
        except OSError as error:
            raise LoamError(f"--html: {error}; give a file that can be written") from error
        typer.echo(f"report: {html}")
