"""The command `loam init`: a recipe to start from."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.exit_codes import explained_errors

_SUFFIXES = (".yaml", ".yml")


def init(
    recipe: Annotated[Path, typer.Argument(metavar="RECIPE", help="The file to be written; the corpus is called so.")],
) -> None:
    """Write a recipe to start from, with every key explained.

    For example: loam init my-corpus.yaml
    """
    from importlib.resources import files

    import yaml

    from pipelines.errors import UsageError
    from pipelines.recipe.fields import SAFE_NAME

    with explained_errors():
        name = recipe.stem
        if recipe.suffix not in _SUFFIXES or not SAFE_NAME.fullmatch(name):
            raise UsageError(f"{recipe}: expected the name of a YAML file, such as my-corpus.yaml")
        text = (files("pipelines") / "recipes" / "generic.yaml").read_text(encoding="utf-8").replace("my-corpus", name)
        text = text.replace(f"name: {name}\n", yaml.safe_dump({"name": name}))  # in quotes where it looks like a number
        try:
            with recipe.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            raise UsageError(f"{recipe}: there is such a file already; give another name") from None
        except OSError as error:
            raise UsageError(f"{error}; give a place that can be written") from None
        typer.echo(f"{recipe}: point `sources` at your files, then: loam run {recipe} --corpus corpora/{name}")
