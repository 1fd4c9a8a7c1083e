"""The command `loam run`: a corpus brought to what a recipe describes."""

import json
import sys
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
from pipelines.exit_codes import explained_errors
from pipelines.trust import trust_recipes

if TYPE_CHECKING:
    from pipelines.executors import Executor
    from pipelines.recipe import Recipe
    from pipelines.run import Observer, PassReport
    from pipelines.run_order import Order


def run(
    recipe: RecipeArgument,
    corpus: Annotated[
        Path, typer.Option(help="The corpus: a directory, made if it is not there, or s3://BUCKET/FOLDER.")
    ],
    executor: ExecutorOption = None,
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
    from pipelines.corpus_store.place import name_of
    from pipelines.executors import open_executor
    from pipelines.forecast.early import refuse_what_memory_cannot_hold, sizes_line
    from pipelines.forecast.forecast import known_documents
    from pipelines.forecast.inputs import inputs_of
    from pipelines.group_kernels import kernels_of
    from pipelines.run_log import RunLog
    from pipelines.run_order import Order
    from pipelines.set_aside import note_on_bad_records
    from pipelines.summary import ProgressBars, Silence, summarize

    if trust:
        trust_recipes()
    with explained_errors():
        located = read_recipe(recipe, settings, memory)
        directory = recipe.resolve().parent
        described = checked_recipe(located, directory, until)
        with located.faults_placed():
            inputs = inputs_of(described, directory)
            refuse_what_memory_cannot_hold(int(known_documents(inputs) * sample), described, until)
            if not (quiet or as_json):
                typer.echo(sizes_line(inputs, described), err=True)
            kind = executor or described.run.executor
            kernels = kernels_of(described.annotate, directory) if kind == "ray" and until != "ingest" else ()
            named = name_of(corpus)
            order = Order(described, directory, corpus, until, sample, named=named, renames=rename)
            logged = nullcontext() if log is None else RunLog(log)
            pool = open_executor(kind, workers or described.run.workers, kernels)
            try:
                with logged, Silence() if quiet or as_json else ProgressBars() as bars:
                    root, reports = _run(order, pool, bars)
            finally:
                pool.close()
        lines = summarize(reports)
        if as_json:
            typer.echo(json.dumps([line.to_json() for line in lines], indent=1))
        elif not quiet:
            bad = note_on_bad_records(root, named, [receipt for report in reports for receipt in report.receipts])
            _print_closing(root, named, lines, [*bad, *_notes(described, until, root)])


def _run(order: "Order", pool: "Executor", observer: "Observer") -> "tuple[Path, list[PassReport]]":
    """Run an order whose root is the corpus as the user names it; return its folder here, and what was done."""
    from pipelines.corpus_store.place import brought_others, open_for_run
    from pipelines.run import run as run_order
    from pipelines.run_order import refuse_what_cannot_begin
    from pipelines.stages.dedup_table import CHANGES

    with open_for_run(order.root, partial(typer.echo, err=True)) as place:
        order = replace(order, root=place.root, lent=place.lent)
        refuse_what_cannot_begin(order)  # before anything is fetched for it
        reports = run_order(replace(order, brought=brought_others(order.recipe)), pool, place.observing(observer))
        written = [path for report in reports for receipt in report.receipts for path in receipt.outputs]
        place.lent.bring(path for path in written if path.startswith(f"{CHANGES}/"))
    return place.root, reports


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
