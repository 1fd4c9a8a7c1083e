"""The command `loam tokens`: token shards as files, tokenizers and mixtures compared."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipelines.commands.arguments import brought_here
from pipelines.exit_codes import explained_errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.tokens.fertility import Fertility

tokens = typer.Typer(help="Check, merge and split token shards; compare tokenizers and mixtures.", no_args_is_help=True)


class Unit(StrEnum):
    """What tokens are counted for."""

    WORD = "word"
    CHARACTER = "character"
    BYTE = "byte"


PrefixArgument = Annotated[Path, typer.Argument(metavar="SHARD", help="The shard, with or without .bin or .idx.")]
FolderOption = Annotated[Path, typer.Option("--to", metavar="FOLDER", help="Where shards go, named by their content.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON.")]


@tokens.command("verify")
def verify_shards(
    places: Annotated[
        list[Path], typer.Argument(metavar="SHARD|FOLDER", help="Shards, or folders of them, such as a corpus.")
    ],
    vocab_size: Annotated[int | None, typer.Option(min=1, help="Entries of the vocabulary: ids are below.")] = None,
    eod: Annotated[
        int | None, typer.Option(min=0, help="The id that ends every document, and stands nowhere else.")
    ] = None,
) -> None:
    """Check shards that anybody wrote for all that Megatron's loaders take on trust; exit 1 if anything is wrong.

    For example: loam tokens verify corpora/demo/tokens --vocab-size 8000 --eod 2
    """
    from pipelines.errors import LoamError
    from pipelines.tokens.megatron import verify_shard
    from pipelines.tokens.provenance import shard_prefix

    with explained_errors():
        here = [brought_here(place) for place in places]
        found = [path for place in here for path in (sorted(place.rglob("*.idx")) if place.is_dir() else [place])]
        if not found:
            raise LoamError(f"no .idx file below {', '.join(map(str, places))}")
        wrong = sequences = count = 0
        for path in found:
            try:
                index = verify_shard(Path(shard_prefix(str(path))), vocab_size, eod, one_sequence_a_document=False)
            except (LoamError, OSError) as error:
                wrong += 1
                typer.echo(f"{path}: {error.strerror}" if isinstance(error, OSError) else str(error), err=True)
            else:
                sequences, count = sequences + len(index.lengths), count + index.tokens
        typer.echo(f"{len(found)} shards, {sequences:,} sequences, {count:,} tokens: {wrong or 'nothing'} wrong")
        if wrong:
            raise typer.Exit(1)


@tokens.command("merge")
def merge(
    shards: Annotated[list[Path], typer.Argument(metavar="SHARD", help="Shards, in the order of their sequences.")],
    to: FolderOption,
) -> None:
    """Write several shards as one; what is known of their sequences goes along.

    For example: loam tokens merge corpora/demo/tokens/fra_Latn/*.idx --to merged
    """
    from pipelines.tokens.provenance import shard_prefix
    from pipelines.tokens.shard_files import merge_shards

    with explained_errors():
        typer.echo(merge_shards([Path(shard_prefix(str(path))) for path in shards], to))


@tokens.command("split")
def split(
    shard: PrefixArgument,
    to: FolderOption,
    most: Annotated[int, typer.Option("--tokens", min=1, help="The most tokens of one shard.")],
) -> None:
    """Write a shard as several smaller ones; what is known of their sequences goes along.

    For example: loam tokens split tokens/eng_Latn/t0123_text_document --to parts --tokens 1000000
    """
    from pipelines.tokens.provenance import shard_prefix
    from pipelines.tokens.shard_files import split_shard

    with explained_errors():
        for prefix in split_shard(Path(shard_prefix(str(shard))), to, most):
            typer.echo(prefix)


@tokens.command("mixture")
def mixture(
    corpus: Annotated[
        Path, typer.Argument(metavar="CORPUS", help="A corpus that has a mixture.", callback=brought_here)
    ],
    changes: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Another value of the section mix.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show how often each part is seen, and how often it would be under another mixture; nothing is written.

    For example: loam tokens mixture corpora/demo --set temperature=3 --set "caps={eng_Latn: 0.2}"
    """
    from pipelines.mixture_what_if import compare_mixtures

    with explained_errors():
        rows = compare_mixtures(corpus, changes or ())
        if as_json:
            described = [
                {
                    "lang": row.part.lang,
                    "source": row.part.source,
                    "tokens": row.tokens,
                    "share_now": row.share_now,
                    "share_then": row.share_then,
                    "epochs_then": row.epochs_then,
                    "why": list(row.steps),
                }
                for row in rows
            ]
            typer.echo(json.dumps(described, indent=1, ensure_ascii=False))
            return
        table = Table(box=None, header_style="bold")
        for column in ("language", "source"):
            table.add_column(column)
        for column in ("tokens", "share now", "then", "epochs"):
            table.add_column(column, justify="right")
        table.add_column("why")
        for row in rows:
            numbers = (f"{row.tokens:,}", f"{row.share_now:.2%}", f"{row.share_then:.2%}", f"{row.epochs_then:.2f}")
            table.add_row(row.part.lang, row.part.source, *numbers, "; ".join(row.steps[1:]))
        Console().print(table)


@tokens.command("fertility")
def fertility(
    corpus: Annotated[
        Path, typer.Argument(metavar="CORPUS", help="A corpus that has a tokenizer.", callback=brought_here)
    ],
    against: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=FILE", help="Another tokenizer: a file, or package:NAME/FILE. Repeat for more."),
    ] = None,
    goal: Annotated[float, typer.Option(min=0.0, help="Points that tokens a word may be above the best other.")] = 10.0,
    size: Annotated[float, typer.Option("--sample-mb", min=0.01, help="MB of text, in equal parts by language.")] = 8.0,
    per: Annotated[Unit, typer.Option(help="What tokens are counted for in the table.")] = Unit.WORD,
    by_source: Annotated[bool, typer.Option("--by-source", help="Show each source of a language.")] = False,
    picture: Annotated[Path | None, typer.Option(metavar="SVG", help="Draw tokens a word here.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare tokens a word, a character and a byte with other tokenizers', by language; exit 1 beyond the goal.

    For example: loam tokens fertility corpora/demo --against mistral=package:mistral_common/tokenizer.model.v1
    """
    from datacards.fertility import fertility_picture
    from pipelines.errors import UsageError
    from pipelines.fertility import OWN, corpus_fertility
    from pipelines.tokens.fertility import beyond_goal

    with explained_errors():
        pairs = [given.partition("=") for given in against or ()]
        if not all(name and file for name, _, file in pairs):
            raise UsageError("--against: expected NAME=FILE, such as mistral=tokenizer.model")
        rows = corpus_fertility(corpus, {name: file for name, _, file in pairs}, int(size * 1e6))
        if picture is not None:
            languages = [row for row in rows if row.stratum.source == "*"]
            points = {row.stratum.lang: {name: row.per_word(name) for name in row.tokens} for row in languages}
            picture.write_text(fertility_picture(points), encoding="utf-8")
        if as_json:
            typer.echo(json.dumps([_described(row) for row in rows], indent=1, ensure_ascii=False))
        else:
            shown = [row for row in rows if by_source or row.stratum.source == "*"]
            Console().print(_fertility_table(shown, OWN, per))
        failed = beyond_goal(rows, OWN, goal) if pairs else []
        for row in failed:
            typer.echo(
                f"{row.stratum.lang}: {row.points_above(OWN):.1f} points above the best other tokenizer; "
                f"the goal is {goal:g}",
                err=True,
            )
        if failed:
            raise typer.Exit(1)


def _described(row: "Fertility") -> dict[str, object]:
    return {
        "lang": row.stratum.lang,
        "source": row.stratum.source,
        "documents": row.documents,
        "words": row.words,
        "characters": row.characters,
        "bytes": row.size,
        "tokens": dict(row.tokens),
    }


def _fertility_table(rows: "Sequence[Fertility]", own: str, per: Unit) -> Table:
    names = list(rows[0].tokens) if rows else []
    table = Table(title=f"tokens a {per}", box=None, header_style="bold")
    for column in ("language", "source"):
        table.add_column(column)
    for column in ("words", *names, *(["points"] if len(names) > 1 else [])):
        table.add_column(column, justify="right")
    for row in rows:
        whole = {Unit.WORD: row.words, Unit.CHARACTER: row.characters, Unit.BYTE: row.size}[per]
        rates = [f"{row.tokens[name] / whole:.3f}" if whole else "" for name in names]
        points = row.points_above(own)
        compared = [] if points is None else [f"{points:+.1f}"]
        table.add_row(row.stratum.lang, row.stratum.source, f"{row.words:,}", *rates, *compared)
    return table
