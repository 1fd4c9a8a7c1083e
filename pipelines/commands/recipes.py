"""What `loam run` and `loam plan` take alike: a recipe, what overrides it, and how much of it is done."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.settings import key_and_value

if TYPE_CHECKING:
    from pipelines.recipe import Recipe
    from pipelines.recipe.located_yaml import Located

STAGES = "ingest, annotate, dedup, license, select, translate, tokenize, mix or publish"

RecipeArgument = Annotated[Path, typer.Argument(metavar="RECIPE", help="The recipe (YAML).")]
WorkersOption = Annotated[int | None, typer.Option(min=1, help="Units side by side; one a core by default.")]
UntilOption = Annotated[str | None, typer.Option(metavar="STAGE", help=f"Stop after this stage: {STAGES}.")]
SampleOption = Annotated[float, typer.Option(min=0.0, max=1.0, help="Keep this share of documents, chosen by id.")]
SettingsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Override a key of the recipe, as often as needed: --set select.rules.long='word_count > 80'.",
    ),
]
MemoryOption = Annotated[
    str | None, typer.Option(metavar="SIZE", help="What a step over all documents may hold, such as 3GB.")
]
TrustOption = Annotated[
    bool, typer.Option("--trust-recipe", help="Run Python files and send keys that the recipe names.")
]


class ExecutorKind(StrEnum):
    """Where units run."""

    LOCAL = "local"
    RAY = "ray"


ExecutorOption = Annotated[
    ExecutorKind | None, typer.Option(help="Where units run; the recipe's `run` says by default.")
]


def read_recipe(recipe: Path, settings: list[str] | None, memory: str | None) -> "Located":
    """Return a recipe as it is written, with what the command line overrides."""
    from pipelines.recipe.located_yaml import load_located

    overrides = dict(key_and_value(setting) for setting in settings or ())
    if memory is not None:
        overrides["run.memory"] = memory
    return load_located(recipe, overrides)


def checked_recipe(located: "Located", directory: Path, until: str | None) -> "Recipe":
    """Return a valid recipe; the files that it names beside its sources are there.

    Args:
        located: The recipe as it is written.
        directory: Its folder.
        until: The last stage, as the user names it; None for all.

    Raises:
        LoamError: Something is wrong with it.
    """
    from pipelines.recipe import validate_recipe
    from pipelines.stages.named_files import check_named_files
    from pipelines.stages.order import check_recipe

    described = validate_recipe(located)
    with located.faults_placed():
        check_recipe(described, directory)
        check_named_files(described, directory, until)
    return described
