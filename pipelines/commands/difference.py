"""The command `loam diff`."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.arguments import brought_here
from pipelines.exit_codes import explained_errors
from pipelines.terminal import printable_lines


def diff(
    before: Annotated[
        Path, typer.Argument(metavar="BEFORE", help="The corpus of the earlier build.", callback=brought_here)
    ],
    after: Annotated[Path, typer.Argument(metavar="AFTER", help="The corpus of the later one.", callback=brought_here)],
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Write Markdown.")] = False,
) -> None:
    """Tell what changed between two builds: documents, decisions, languages, licences, rules, tokens, the recipe.

    For example: loam diff corpora/october corpora/november
    """
    from datacards.readme import markdown
    from pipelines.difference import compare
    from pipelines.markdown_on_terminal import WholeMarkdown
    from pipelines.terminal import plain_console

    with explained_errors():
        text = printable_lines(markdown(compare(before, after)))
        if as_markdown:
            typer.echo(text, nl=False)
        else:
            plain_console().print(WholeMarkdown(text))
