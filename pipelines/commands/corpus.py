"""The commands that ask a corpus: `loam sql`, `why`, `status`, `verify` and `what-if`."""

import json
import secrets
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipelines.commands.arguments import (
    LedgerArgument,
    NamedCorpusArgument,
    TablesArgument,
    brought_here,
    tables_brought_here,
)
from pipelines.exit_codes import EXIT_FAILED, explained_errors
from pipelines.settings import key_and_value
from pipelines.terminal import plain_console, printable
from pipelines.view_names import TOLD_VIEWS


class OutputFormat(StrEnum):
    """How a query's result is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def sql(
    corpus: TablesArgument,
    query: Annotated[
        str | None,
        typer.Argument(
            metavar="QUERY",
            help=f"What to ask of the views {TOLD_VIEWS}; without it a prompt opens, or queries are piped in.",
        ),
    ] = None,
    form: Annotated[OutputFormat, typer.Option("--format", help="How the result is written.")] = OutputFormat.TABLE,
) -> None:
    """Ask a corpus in SQL (DuckDB). Nothing is written.

    For example: loam sql CORPUS "SELECT lang, count(*) FROM decisions WHERE kept GROUP BY lang"
    """
    from pipelines.queries import open_corpus, prompt, run_query

    with explained_errors(), open_corpus(corpus) as connection:
        if query is None:
            prompt(connection, form.value)
        else:
            run_query(connection, query, form.value, sys.stdout)


def why(
    corpus: TablesArgument,
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


def status(
    corpus: LedgerArgument,
    log: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Name the units that failed, from a log that `loam run` kept.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write JSON: stages; with --log, an object of `stages` and `failed`.")
    ] = False,
) -> None:
    """Show what of a corpus stands, stage by stage, and what failed.

    For example: loam status CORPUS --log run.jsonl
    """
    from pipelines.failed_units import failed_units, failure_line
    from pipelines.status import standing_passes
    from pipelines.summary import closing_table, summarize
    from pipelines.translation_counts import count_looks, count_segments, looks_table, segments_table

    with explained_errors():
        passes = standing_passes(corpus)
        lines = summarize(passes)
        receipts = [receipt for report in passes for receipt in report.receipts]
        segments, looks = count_segments(receipts), count_looks(receipts)
        failed = None if log is None else failed_units(log, corpus, receipts)
        if as_json:
            stages = [line.to_json() for line in lines]
            for stage in stages:
                if stage["stage"] == "translate":
                    stage["segments"] = segments
                    stage["second_looks"] = looks
            answer = stages if failed is None else {"stages": stages, "failed": [asdict(unit) for unit in failed]}
            typer.echo(json.dumps(answer, indent=1))
            return
        console = Console(highlight=False)
        console.print(closing_table(lines))
        if segments:
            console.print()
            console.print(segments_table(segments))
        if looks:
            console.print()
            console.print(looks_table(looks))
        if failed is not None:
            console.print()
            console.print(f"units that failed and were not done since: {len(failed):,}")
        for unit in failed or ():
            console.print(f"  {printable(failure_line(unit))}", markup=False, soft_wrap=True)


def verify(
    corpus: NamedCorpusArgument,
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
    from pipelines.corpus_store.place import brought_others, name_of
    from pipelines.recompute import parsed_share, told
    from pipelines.recompute import recompute as do_again
    from pipelines.verify import PARTS, stage_roots
    from pipelines.verify import verify as verify_corpus

    with explained_errors():
        root = brought_here(corpus)
        findings = list(verify_corpus(root, only or ()))
        for finding in findings:
            typer.echo(printable(f"{finding.part}: {finding.message}"))
        if findings:
            raise typer.Exit(EXIT_FAILED)
        for stage, merkle_root in stage_roots(root):
            typer.echo(f"{stage:<22} {merkle_root}")
        typer.echo(f"{name_of(corpus)}: {', '.join(only or PARTS)}: all agree")
        if recompute is not None:
            chosen_by = seed or secrets.token_hex(8)
            result = do_again(root, parsed_share(recompute), chosen_by, sources, brought_others)
            for line in told(result, chosen_by):
                typer.echo(printable(line))
            if result.findings:
                raise typer.Exit(EXIT_FAILED)


def what_if(
    corpus: NamedCorpusArgument,
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
    from pipelines.corpus_store.place import address_of
    from pipelines.what_if.answer import Question, answer
    from pipelines.what_if.on_terminal import print_answer
    from pipelines.what_if.page import page

    with explained_errors():
        changes: dict[str, str | None] = dict(key_and_value(setting) for setting in settings or ())
        changes |= dict.fromkeys(without or ())
        root = tables_brought_here(corpus)
        name = address_of(corpus) or root.resolve().name
        found = answer(root, Question(changes, language, examples, seed), name)
        if html is not None:
            html.write_text(page(found), encoding="utf-8")
        if as_json:
            typer.echo(json.dumps(asdict(found), indent=1, ensure_ascii=False))
        else:
            print_answer(found, plain_console())
