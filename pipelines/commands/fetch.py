"""The command `loam fetch`: files of sources, brought from where a recipe says they are."""

import os
from pathlib import Path
from typing import Annotated

import typer

from pipelines.exit_codes import explained_errors


def fetch(
    recipe: Annotated[Path, typer.Argument(metavar="RECIPE", help="The recipe (YAML).")],
    source: Annotated[list[str] | None, typer.Option(help="Only this source, as often as needed.")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Ask for nothing: check what is there.")] = False,
) -> None:
    """Fetch the files that a recipe's sources name under `fetch`, each once, pinned by its checksum.

    For example: loam fetch my-corpus.yaml
    """
    from pipelines.downloads.addresses import OFF
    from pipelines.downloads.fetch import fetch as fetch_files
    from pipelines.errors import UsageError
    from pipelines.recipe import load_recipe

    with explained_errors():
        sections = {section.name: section.fetch for section in load_recipe(recipe).sources if section.fetch}
        unknown = set(source or ()) - sections.keys()
        if unknown:
            known = ", ".join(sections) or "none"
            raise UsageError(f"no source {min(unknown)} with a `fetch` section: there are {known}")
        if not sections:
            typer.echo(f"{recipe}: nothing to fetch: no source has a `fetch` section", err=True)
        off = offline or bool(os.environ.get(OFF))
        for name, section in sections.items():
            if source and name not in source:
                continue
            count = fetch_files(section, Path(section.to), recipe.resolve().parent, typer.echo, off=off)
            typer.echo(f"{name}: {count} {'file' if count == 1 else 'files'} in {section.to}")
