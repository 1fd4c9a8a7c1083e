"""The commands `loam run` and `loam plan`: a corpus brought to what a recipe describes, and what that will take."""

import json
import sys
from contextlib import nullcontext
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from pipelines.errors import UsageError
from pipelines.exit_codes import explained_errors
from pipelines.settings import key_and_value
from pipelines.trust import trust_recipes

if TYPE_CHECKING:
    from pipelines.recipe import Recipe

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


def run(
    recipe: RecipeArgument,
    corpus: Annotated[
        Path, typer.Option(help="The corpus: a directory, made if it is not there, or s3://BUCKET/FOLDER.")
    ],
    executor: Annotated[
        ExecutorKind | None, typer.Option(help="Where units run; the recipe's `run` says by default.")
    ] = None,
    workers: WorkersOption = None,
    until: UntilOption = None,
    sample: SampleOption = 1.0,
    settings: SettingsOption = None,
    memory: MemoryOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write the closing table as JSON to standard output.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No plan, no progress, no closing table.")] = False,
    log: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Append what happens to each unit, a JSON object a line.")
    ] = None,
    rename: Annotated[
        bool, typer.Option("--rename", help="Make anew a corpus that another recipe made, under this one's name.")
    ] = False,
    trust: TrustOption = False,
) -> None:
    """Bring a corpus to what a recipe describes. What stands already is not done again.

    For example: loam run my-corpus.yaml --corpus corpora/my-corpus
    """
    from pipelines.corpus_store.place import brought_others, name_of, open_for_run
    from pipelines.executors import open_executor
    from pipelines.forecast.early import refuse_what_memory_cannot_hold, sizes_line
    from pipelines.forecast.inputs import inputs_of
    from pipelines.group_kernels import kernels_of
    from pipelines.run import Order
    from pipelines.run import run as run_order
    from pipelines.run_log import RunLog
    from pipelines.set_aside import note_on_bad_records
    from pipelines.stages.dedup_table import CHANGES
    from pipelines.stages.order import passes_until
    from pipelines.summary import ProgressBars, Silence, summarize

    if trust:
        trust_recipes()
    with explained_errors():
        described = _described(recipe, settings, memory)
        passes_until(until)
        inputs = inputs_of(described, recipe.resolve().parent)
        if until != "ingest":
            refuse_what_memory_cannot_hold(inputs, described, sample)
        say = partial(typer.echo, err=True)
        if not (quiet or as_json):
            say(sizes_line(inputs, described))
        logged = nullcontext() if log is None else RunLog(log)
        named = name_of(corpus)
        kind = executor or described.run.executor
        kernels = kernels_of(described.annotate, recipe.resolve().parent) if kind == "ray" and until != "ingest" else ()
        pool = open_executor(kind, workers or described.run.workers, kernels)
        try:
            with logged, open_for_run(corpus, say) as place, Silence() if quiet or as_json else ProgressBars() as bars:
                order = Order(
                    described,
                    recipe.resolve().parent,
                    place.root,
                    until,
                    sample,
                    lent=place.lent,
                    brought=brought_others(described),
                    named=named,
                    renames=rename,
                )
                reports = run_order(order, pool, place.observing(bars))
                standing = [receipt for report in reports for receipt in report.receipts]
                place.lent.bring(
                    path for receipt in standing for path in receipt.outputs if path.startswith(f"{CHANGES}/")
                )
        finally:
            pool.close()
        lines = summarize(reports)
        if as_json:
            typer.echo(json.dumps([line.to_json() for line in lines], indent=1))
        elif not quiet:
            bad = note_on_bad_records(place.root, named, standing)
            _print_closing(place.root, named, lines, [*bad, *_notes(described, until, place.root)])


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
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
    trust: TrustOption = False,
) -> None:
    """Tell what a run will take, stage by stage: units, CPU and wall time, memory, disk.

    The recipe is run on excerpts of its input in a temporary folder; what the whole takes is reckoned from that.

    For example: loam plan my-corpus.yaml --corpus corpora/my-corpus
    """
    from pipelines.corpus_store.place import brought_others
    from pipelines.executors import available_cores
    from pipelines.forecast.early import refuse_what_memory_cannot_hold
    from pipelines.forecast.forecast import forecast
    from pipelines.forecast.inputs import inputs_of
    from pipelines.forecast.on_terminal import print_forecast
    from pipelines.recipe.fields import parse_size
    from pipelines.run import Order
    from pipelines.stages.order import passes_until

    if trust:
        trust_recipes()
    with explained_errors():
        described = _described(recipe, settings, memory)
        passes_until(until)
        directory = recipe.resolve().parent
        refuse_what_memory_cannot_hold(inputs_of(described, directory), described, sample)
        try:
            tried = parse_size(excerpt)
        except ValueError as error:
            raise UsageError(f"--excerpt: {error}") from None
        count = workers or described.run.workers or available_cores()
        found = forecast(
            Order(described, directory, corpus, until, sample, brought=brought_others(described)),
            count,
            tried,
            gpu_price,
        )
        if as_json:
            typer.echo(json.dumps(found.to_json(), indent=1))
        else:
            print_forecast(found, Console(highlight=False))


def _described(recipe: Path, settings: list[str] | None, memory: str | None) -> "Recipe":
    """Return a recipe with what the command line overrides, once nothing in it stands in the way of a run."""
    from pipelines.recipe import load_recipe
    from pipelines.stages.order import check_recipe

    overrides = dict(key_and_value(setting) for setting in settings or ())
    if memory is not None:
        overrides["run.memory"] = memory
    return load_recipe(recipe, overrides, partial(check_recipe, directory=recipe.resolve().parent))


def _notes(recipe: "Recipe", until: str | None, corpus: Path) -> list[str]:
    """Return what a user may miss in the result and why, and what was found out about other corpora."""
    from pipelines.other_corpora import notes_on_others
    from pipelines.stages.explore import NEEDS_LIBRARIES, lacks_libraries
    from pipelines.stages.publish import NEEDS_LICENSING

    missing = [NEEDS_LICENSING] if until is None and recipe.licensing is None else []
    if until in (None, "publish") and lacks_libraries(recipe):
        missing.append(NEEDS_LIBRARIES)
    return [*notes_on_others(recipe, corpus), *missing]


def _print_closing(corpus: Path, named: str, lines: list[Any], notes: list[str]) -> None:
    from pipelines.summary import closing_table

    console = Console(highlight=False)
    console.print()
    console.print(closing_table(lines))
    console.print()
    card = corpus / "card" / "README.md"
    if card.is_file():
        console.print(f"card: {card}", soft_wrap=True)
    for note in notes:
        console.print(note, markup=False, soft_wrap=True)
    example = _example_id(corpus)
    console.print("next:", soft_wrap=True)
    loam = sys.argv[0] if "/" in sys.argv[0] and Path(sys.argv[0]).name == "loam" else "loam"
    query = "SELECT lang, rule, count(*) AS documents FROM decisions GROUP BY ALL ORDER BY documents DESC LIMIT 20"
    console.print(f'  {loam} sql {named} "{query}"', soft_wrap=True, markup=False)
    if example is not None:
        console.print(f"  {loam} why {named} {example}", soft_wrap=True)
    if (card.parent / "explorer").is_dir():
        console.print(
            f"  python3 -m http.server --directory {card.parent}  (then open http://localhost:8000)", soft_wrap=True
        )


def _example_id(corpus: Path) -> str | None:
    """Return a document worth asking about: of the first decisions that are here a dropped one, if there is any."""
    import pyarrow.parquet as pq

    from pipelines.stages.select import LICENSE_PREFIX

    found = sorted((corpus / "decisions").rglob("[!.]*.parquet"))
    rows = pq.read_table(found[0], columns=["id", "kept", "rule"]).to_pylist() if found else []
    dropped = min(
        rows, key=lambda row: (row["kept"], str(row["rule"]).startswith(LICENSE_PREFIX), row["id"]), default=None
    )
    return None if dropped is None else str(dropped["id"])
