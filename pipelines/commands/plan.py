"""The command `loam plan`: what a run of a recipe will take, and whether it would be refused."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipelines.commands.recipes import (
    ExecutorOption,
    MemoryOption,
    RecipeArgument,
    SampleOption,
    SettingsOption,
    TrustOption,
    UntilOption,
    WorkersOption,
    checked_recipe,
    read_recipe,
)
from pipelines.errors import UsageError
from pipelines.exit_codes import explained_errors
from pipelines.trust import trust_recipes


def plan(
    recipe: RecipeArgument,
    corpus: Annotated[Path, typer.Option(help="Where the corpus will lie; nothing is written there.")],
    workers: WorkersOption = None,
    until: UntilOption = None,
    sample: SampleOption = 1.0,
    settings: SettingsOption = None,
    memory: MemoryOption = None,
    excerpt: Annotated[str, typer.Option(metavar="SIZE", help="How much of the input, as stored, is tried.")] = "8MB",
    gpu_price: Annotated[
        float | None, typer.Option(metavar="PRICE", min=0.0, help="Of an hour of a GPU: what translating will cost.")
    ] = None,
    executor: ExecutorOption = None,
    rename: Annotated[
        bool, typer.Option("--rename", help="Of a run that makes anew a corpus which another recipe made.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
    trust: TrustOption = False,
) -> None:
    """Tell what a run will take, stage by stage: units, CPU and wall time, memory, disk; and why it would be refused.

    The recipe is run on excerpts of its input in a temporary folder; what the whole takes is reckoned from that.

    For example: loam plan my-corpus.yaml --corpus corpora/my-corpus
    """
    from pipelines.corpus_store.place import brought_others, name_of, open_for_planning
    from pipelines.executors import available_cores
    from pipelines.forecast.forecast import forecast
    from pipelines.forecast.on_terminal import print_forecast, print_refusals
    from pipelines.forecast.refusals import refusals
    from pipelines.recipe.fields import parse_size
    from pipelines.run_order import Order

    if trust:
        trust_recipes()
    with explained_errors():
        located = read_recipe(recipe, settings, memory)
        directory = recipe.resolve().parent
        described = checked_recipe(located, directory, until)
        try:
            tried = parse_size(excerpt)
        except ValueError as error:
            raise UsageError(f"--excerpt: {error}") from None
        with located.faults_placed(), open_for_planning(corpus) as root:
            order = Order(
                described,
                directory,
                root,
                until,
                sample,
                brought=brought_others(described),
                named=name_of(corpus),
                renames=rename,
            )
            found = forecast(order, workers or described.run.workers or available_cores(), tried, gpu_price)
            refused = [located.told(error) for error in refusals(order, found, executor or described.run.executor)]
        if as_json:
            typer.echo(json.dumps({**found.to_json(), "refused": refused}, indent=1))
        else:
            console = Console(highlight=False)
            print_forecast(found, console)
            print_refusals(refused, console)
