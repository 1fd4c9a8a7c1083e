"""The `loam` command.

Exit codes: 0 all is well; 1 something failed or does not agree, and the message says what to do; 2 the command line
or the recipe is wrong.
"""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from pipelines.cli_difference import diff
from pipelines.cli_export import export
from pipelines.cli_fetch import fetch
from pipelines.cli_license import license_commands
from pipelines.cli_publish import publish
from pipelines.cli_removals import forget
from pipelines.cli_tokens import tokens
from pipelines.cli_training import classifier, lm
from pipelines.cli_translate import translate
from pipelines.errors import UsageError
from pipelines.exit_codes import EXIT_FAILED, explained_errors
from pipelines.trust import trust_recipes

if TYPE_CHECKING:
    from pipelines.recipe import Recipe

STAGES = "ingest, annotate, dedup, license, select, translate, tokenize, mix or publish"

app = typer.Typer(
    name="loam",
    help=(
        "Curate multilingual pretraining corpora: raw sources in; licensed, deduplicated, translated, tokenized shards "
        "and a dataset card out.\n\n"
        "Exit codes: 0 all is well; 1 something failed or does not agree; 2 the command line or the recipe is wrong."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

redpajama = typer.Typer(help="Write and read RedPajama-V2's signal files (*.signals.json.gz).", no_args_is_help=True)
app.add_typer(redpajama, name="redpajama")
app.add_typer(export, name="export")
app.add_typer(classifier, name="classifier")
app.add_typer(lm, name="lm")
app.add_typer(license_commands, name="license")
app.add_typer(tokens, name="tokens")
app.add_typer(translate, name="translate")
app.command()(fetch)
app.command()(forget)
app.command()(publish)
app.command()(diff)

dsir = typer.Typer(help="Make what DSIR's importance is measured against.", no_args_is_help=True)
app.add_typer(dsir, name="dsir")

CorpusArgument = Annotated[Path, typer.Argument(metavar="CORPUS", help="The corpus directory.")]


class ExecutorKind(StrEnum):
    """Where units run."""

    LOCAL = "local"
    RAY = "ray"


class StringHashing(StrEnum):
    """Python's hash of strings."""

    SIPHASH13 = "siphash13"
    SIPHASH24 = "siphash24"


class OutputFormat(StrEnum):
    """How a query's result is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@app.command()
def run(
    recipe: Annotated[Path, typer.Argument(metavar="RECIPE", help="The recipe (YAML).")],
    corpus: Annotated[Path, typer.Option(help="The corpus directory; made if it is not there.")],
    executor: Annotated[
        ExecutorKind | None, typer.Option(help="Where units run; the recipe's `run` says by default.")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Units side by side; one a core by default.")] = None,
    until: Annotated[str | None, typer.Option(metavar="STAGE", help=f"Stop after this stage: {STAGES}.")] = None,
    sample: Annotated[float, typer.Option(min=0.0, max=1.0, help="Keep this share of documents, chosen by id.")] = 1.0,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="Override a key of the recipe, as often as needed: --set select.rules.long='word_count > 80'.",
        ),
    ] = None,
    memory: Annotated[
        str | None, typer.Option(metavar="SIZE", help="What a step over all documents may hold, such as 3GB.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write the closing table as JSON to standard output.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No plan, no progress, no closing table.")] = False,
    trust: Annotated[
        bool, typer.Option("--trust-recipe", help="Run Python files and send keys that the recipe names.")
    ] = False,
) -> None:
    """Bring a corpus to what a recipe describes. What stands already is not done again.

    For example: loam run my-corpus.yaml --corpus corpora/my-corpus
    """
    from pipelines.executors import open_executor
    from pipelines.forecast.early import refuse_what_memory_cannot_hold, sizes_line
    from pipelines.forecast.inputs import inputs_of
    from pipelines.run import Order
    from pipelines.run import run as run_order
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
        if not (quiet or as_json):
            typer.echo(sizes_line(inputs, described), err=True)
        order = Order(described, recipe.resolve().parent, corpus, until, sample)
        pool = open_executor(executor or described.run.executor, workers or described.run.workers)
        try:
            if quiet or as_json:
                reports = run_order(order, pool, Silence())
            else:
                with ProgressBars() as bars:
                    reports = run_order(order, pool, bars)
        finally:
            pool.close()
        lines = summarize(reports)
        if as_json:
            typer.echo(json.dumps([line.to_json() for line in lines], indent=1))
        elif not quiet:
            _print_closing(corpus, lines, _notes(described, until, corpus))


@app.command()
def plan(
    recipe: Annotated[Path, typer.Argument(metavar="RECIPE", help="The recipe (YAML).")],
    corpus: Annotated[Path, typer.Option(help="Where the corpus will lie; nothing is written there.")],
    workers: Annotated[int | None, typer.Option(min=1, help="Units side by side; one a core by default.")] = None,
    until: Annotated[str | None, typer.Option(metavar="STAGE", help=f"Stop after this stage: {STAGES}.")] = None,
    sample: Annotated[float, typer.Option(min=0.0, max=1.0, help="Keep this share of documents, chosen by id.")] = 1.0,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Override a key of the recipe.")
    ] = None,
    memory: Annotated[
        str | None, typer.Option(metavar="SIZE", help="What a step over all documents may hold, such as 3GB.")
    ] = None,
    excerpt: Annotated[str, typer.Option(metavar="SIZE", help="How much of the input, as stored, is tried.")] = "8MB",
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
    trust: Annotated[
        bool, typer.Option("--trust-recipe", help="Run Python files and send keys that the recipe names.")
    ] = False,
) -> None:
    """Tell what a run will take, stage by stage: units, CPU and wall time, memory, disk.

    The recipe is run on excerpts of its input in a temporary folder; what the whole takes is reckoned from that.

    For example: loam plan my-corpus.yaml --corpus corpora/my-corpus
    """
    from pipelines.executors import available_cores
    from pipelines.forecast.early import refuse_what_memory_cannot_hold
    from pipelines.forecast.forecast import forecast
    from pipelines.forecast.inputs import inputs_of
    from pipelines.forecast.on_terminal import print_forecast
    from pipelines.recipe_sections import parse_size
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
        found = forecast(Order(described, directory, corpus, until, sample), count, tried)
        if as_json:
            typer.echo(json.dumps(found.to_json(), indent=1))
        else:
            print_forecast(found, Console(highlight=False))


def _described(recipe: Path, settings: list[str] | None, memory: str | None) -> "Recipe":
    """Return a recipe with what the command line overrides, once nothing in it stands in the way of a run."""
    from pipelines.recipe import load_recipe
    from pipelines.stages.order import check_recipe

    overrides = dict(_key_and_value(setting) for setting in settings or ())
    if memory is not None:
        overrides["run.memory"] = memory
    described = load_recipe(recipe, overrides)
    check_recipe(described, recipe.resolve().parent)
    return described


def _key_and_value(setting: str) -> tuple[str, str]:
    key, separator, value = setting.partition("=")
    if not separator or not key:
        raise UsageError(f"--set {setting}: expected KEY=VALUE")
    return key, value


def _notes(recipe: "Recipe", until: str | None, corpus: Path) -> list[str]:
    """Return what a user may miss in the result and why, and what was found out about other corpora."""
    from pipelines.other_corpora import notes_on_others
    from pipelines.stages.explore import NEEDS_LIBRARIES, lacks_libraries
    from pipelines.stages.publish import NEEDS_LICENSING

    missing = [NEEDS_LICENSING] if until is None and recipe.licensing is None else []
    if until in (None, "publish") and lacks_libraries(recipe):
        missing.append(NEEDS_LIBRARIES)
    return [*notes_on_others(recipe, corpus), *missing]


def _print_closing(corpus: Path, lines: list[Any], notes: list[str]) -> None:
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
    console.print(f'  {loam} sql {corpus} "{query}"', soft_wrap=True, markup=False)
    if example is not None:
        console.print(f"  {loam} why {corpus} {example}", soft_wrap=True)
    if (card.parent / "explorer").is_dir():
        console.print(
            f"  python3 -m http.server --directory {card.parent}  (then open http://localhost:8000)", soft_wrap=True
        )


def _example_id(corpus: Path) -> str | None:
    """Return a document worth asking about: a dropped one, if there is any."""
    from pipelines.queries import open_corpus

    with open_corpus(corpus) as connection:
        row = connection.execute("SELECT id FROM decisions ORDER BY kept, rule LIKE 'license:%', id LIMIT 1").fetchone()
    return None if row is None else str(row[0])


@app.command()
def sql(
    corpus: CorpusArgument,
    query: Annotated[
        str | None,
        typer.Argument(metavar="QUERY", help="What to ask; without it a prompt opens, or queries are piped in."),
    ] = None,
    form: Annotated[OutputFormat, typer.Option("--format", help="How the result is written.")] = OutputFormat.TABLE,
) -> None:
    """Ask a corpus in SQL (DuckDB). Nothing is written.

    For example: loam sql CORPUS "SELECT lang, count(*) FROM decisions WHERE kept GROUP BY lang"

    Views: documents, signals, edits, duplicates, joint_changes, contamination, licences, decisions, sequences, mixture,
    ledger.
    """
    from pipelines.queries import open_corpus, prompt, run_query

    with explained_errors(), open_corpus(corpus) as connection:
        if query is None:
            prompt(connection, form.value)
        else:
            run_query(connection, query, form.value, sys.stdout)


@app.command()
def why(
    corpus: CorpusArgument,
    document: Annotated[
        str, typer.Argument(metavar="ID|SHARD", help="A document's id (or its beginning), or a token shard.")
    ],
    sequence: Annotated[
        int | None, typer.Argument(metavar="SEQUENCE", min=0, help="With a token shard: the sequence in it, from 0.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Tell a document's whole story: source, licence and evidence, rules and values, copies, decision, tokens."""
    from pipelines.explain import story_of_document, story_of_sequence
    from pipelines.story import print_story

    with explained_errors():
        if sequence is None:
            story = story_of_document(corpus, document)
        else:
            story = story_of_sequence(corpus, document, sequence)
        if as_json:
            typer.echo(json.dumps(story, indent=1, ensure_ascii=False, default=str))
        else:
            print_story(story, Console(highlight=False))


@app.command()
def status(
    corpus: CorpusArgument, as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False
) -> None:
    """Show what of a corpus stands, stage by stage."""
    from pipelines.status import standing_passes
    from pipelines.summary import closing_table, summarize
    from pipelines.translation_counts import count_segments, segments_table

    with explained_errors():
        passes = standing_passes(corpus)
        lines = summarize(passes)
        segments = count_segments(receipt for report in passes for receipt in report.receipts)
        if as_json:
            stages = [line.to_json() for line in lines]
            for stage in stages:
                if stage["stage"] == "translate":
                    stage["segments"] = segments
            typer.echo(json.dumps(stages, indent=1))
            return
        console = Console(highlight=False)
        console.print(closing_table(lines))
        if segments:
            console.print()
            console.print(segments_table(segments))


@app.command()
def verify(
    corpus: CorpusArgument,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="PART", help="receipts, files, conservation, tokens, licences, removals or card."),
    ] = None,
    recompute: Annotated[
        str | None, typer.Option(metavar="SHARE", help="Do this share of the units again, as 1%, and compare.")
    ] = None,
    seed: Annotated[
        str | None, typer.Option(help="What chooses the units; by default nobody knows it beforehand.")
    ] = None,
    sources: Annotated[
        Path, typer.Option(metavar="FOLDER", help="The recipe's folder, for units that read its sources.")
    ] = Path(),
) -> None:
    """Check hashes, receipts, conservation of rows and token shards; exit 1 if anything does not agree.

    With --recompute a share of the work is done again, to hold workers to what their receipts claim.
    """
    from pipelines.recompute import print_recomputed
    from pipelines.verify import PARTS, stage_roots
    from pipelines.verify import verify as verify_corpus

    with explained_errors():
        findings = list(verify_corpus(corpus, only or ()))
        for finding in findings:
            typer.echo(f"{finding.part}: {finding.message}")
        if findings:
            raise typer.Exit(EXIT_FAILED)
        for stage, root in stage_roots(corpus):
            typer.echo(f"{stage:<22} {root}")
        typer.echo(f"{corpus}: {', '.join(only or PARTS)}: all agree")
        if recompute and not print_recomputed(corpus, recompute, seed, sources):
            raise typer.Exit(EXIT_FAILED)


@app.command("what-if")
def what_if(
    corpus: CorpusArgument,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="RULE=SQL", help="Change or add a rule; as often as needed.")
    ] = None,
    without: Annotated[list[str] | None, typer.Option("--without", metavar="RULE", help="Leave a rule out.")] = None,
    language: Annotated[str | None, typer.Option(help="Look at one language, such as fra_Latn.")] = None,
    examples: Annotated[int, typer.Option(min=0, help="Documents of either kind to show for each rule.")] = 3,
    seed: Annotated[int, typer.Option(help="Another seed shows other documents.")] = 0,
    html: Annotated[Path | None, typer.Option(help="Write a page with histograms of all thresholds.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Show what each rule removes, and what other thresholds would, from the signals that stand.

    For example: loam what-if corpora/demo --set "enough_words=word_count >= 100"
    """
    from dataclasses import asdict

    from pipelines.what_if.answer import Question, answer
    from pipelines.what_if.on_terminal import print_answer
    from pipelines.what_if.page import page

    with explained_errors():
        changes: dict[str, str | None] = dict(_key_and_value(setting) for setting in settings or ())
        changes |= dict.fromkeys(without or ())
        found = answer(corpus, Question(changes, language, examples, seed))
        if html is not None:
            html.write_text(page(found), encoding="utf-8")
        if as_json:
            typer.echo(json.dumps(asdict(found), indent=1, ensure_ascii=False))
        else:
            print_answer(found, Console(highlight=False, markup=False))


@app.command()
def signals(
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Write the reference page.")] = False,
) -> None:
    """List every signal: unit, range, definition and source."""
    from dataclasses import asdict

    from rich.table import Table

    from signals import declared_signals
    from signals.reference_page import reference_page

    declared = declared_signals()
    if as_json:
        rows = [asdict(signal) | {"type": str(signal.type)} for signal in declared]
        typer.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    if as_markdown:
        typer.echo(reference_page(declared), nl=False)
        return
    table = Table("signal", "group", "type", "unit", "range", "definition", box=None, header_style="bold")
    for signal in declared:
        table.add_row(signal.name, signal.group, str(signal.type), signal.unit, signal.range, signal.definition)
    Console(highlight=False, markup=False).print(table)


@app.command()
def packs(
    name: Annotated[str | None, typer.Argument(metavar="PACK", help="A pack, to list its rules.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """List the rule packs that recipes use by name, or the rules of one.

    For example: loam packs gopher
    """
    from dataclasses import asdict

    from rich.table import Table

    from pipelines.rules.packs.pack import load_pack, pack_names

    with explained_errors():
        chosen = [load_pack(pack) for pack in (pack_names() if name is None else (name,))]
    if as_json:
        typer.echo(json.dumps([asdict(pack) for pack in chosen], indent=1, ensure_ascii=False))
        return
    console = Console(highlight=False, markup=False)
    if name is None:
        table = Table("pack", "rules", "what it keeps", box=None, header_style="bold")
        for pack in chosen:
            table.add_row(pack.name, str(len(pack.rules) + len(pack.lines) + len(pack.phrases)), pack.summary)
        console.print(table)
        return
    (pack,) = chosen
    console.print(f"{pack.summary}\n{pack.source}\n")
    table = Table("of", "rule", "condition", box=None, header_style="bold")
    for rule, sql in pack.lines.items():
        table.add_row("lines", rule, sql)
    for rule, phrase in pack.phrases.items():
        table.add_row("phrases", rule, f"{phrase.pattern} where {phrase.where}")
    for rule, condition in pack.rules.items():
        alternatives = {"": condition} if isinstance(condition, str) else condition
        table.add_row("documents", rule, "\n".join(sql for sql in alternatives.values()))
    console.print(table)


@redpajama.command("export")
def export_redpajama(
    corpus: CorpusArgument,
    to: Annotated[Path, typer.Option(help="The folder that receives SOURCE/SHARD.signals.json.gz.")],
) -> None:
    """Write a corpus's signals as RedPajama-V2's files, and its minhash_redpajama_v2 as SOURCE/SHARD.minhash.parquet.

    For example: loam redpajama export corpora/demo --to signals/
    """
    from pipelines.redpajama_signals import export_signals

    with explained_errors():
        moved = export_signals(corpus, to)
        typer.echo(f"{to}: {moved.documents:,} documents in {moved.files:,} signal files")
        if moved.signatures:
            typer.echo(f"{to}: {moved.signatures:,} documents in MinHash files")


@redpajama.command("import")
def import_redpajama(
    source: Annotated[Path, typer.Argument(metavar="FILE|FOLDER", help="A signal file, or a folder that holds some.")],
    to: Annotated[Path, typer.Option(help="The folder that receives a Parquet file for each.")],
) -> None:
    """Read RedPajama-V2's signal and MinHash files into tables: Loam's columns, a row a document, ids first.

    Lines that are no records, and files that cannot be read, are counted, and kept in quarantine.parquet.
    """
    from pipelines.redpajama_signals import QUARANTINE_FILE, import_signals

    with explained_errors():
        moved = import_signals(source, to)
        told = f", and signatures of {moved.signatures:,}" if moved.signatures else ""
        typer.echo(f"{to}: signals of {moved.documents:,} documents{told} in {moved.files:,} tables")
        if moved.broken:
            typer.echo(f"{to / QUARANTINE_FILE}: {moved.broken:,} lines that are no records", err=True)


@dsir.command("train")
def train_dsir(
    corpus: CorpusArgument,
    domain: Annotated[str, typer.Option(help="What the documents are: ccnet, wikipedia, books or openwebtext.")],
    to: Annotated[Path, typer.Option(help="The folder to name in a recipe as annotate.models.dsir.")],
    sources: Annotated[
        list[str] | None, typer.Option("--source", metavar="NAME", help="Count this source; all by default.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Documents of each language to count.")] = 500_000,
    str_hash: Annotated[
        StringHashing, typer.Option("--hash", help="Python's hash of strings: siphash24 before CPython 3.11.")
    ] = StringHashing.SIPHASH13,
) -> None:
    """Count the words of a corpus as a domain, for the signals rps_doc_*_importance; ccnet is what they compare with.

    For example: loam dsir train corpora/wiki --domain wikipedia --to models/dsir
    """
    from pipelines.dsir import count_domain
    from signals.models.string_hash import StringHash

    with explained_errors():
        counted = count_domain(corpus, sources or (), domain, to, StringHash(str_hash.value), limit)
        for language, documents in counted.items():
            typer.echo(f"{to / language}: {documents:,} documents as {domain}")


def main() -> None:
    """Run the command line."""
    app()
