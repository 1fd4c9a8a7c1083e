"""The command `loam diff`."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.exit_codes import explained_errors


def diff(
    before: Annotated[Path, typer.Argument(metavar="BEFORE", help="The corpus of the earlier build.")],
    after: Annotated[Path, typer.Argument(metavar="AFTER", help="The corpus of the later one.")],
    markdown: Annotated[bool, typer.Option("--markdown", help="Write Markdown.")] = False,
) -> None:
    """Tell what changed between two builds: documents, decisions, languages, licences, rules, tokens, the recipe.

    For example: loam diff corpora/october corpora/november
    """
    from pipelines.difference import compare, print_comparison

    with explained_errors():
        print_comparison(compare(before, after), as_markdown=markdown)
