"""The commands `loam classifier`, `loam lm` and `loam dsir`: models that signals are computed with."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.commands.arguments import CorpusArgument, brought_here
from pipelines.exit_codes import explained_errors
from pipelines.terminal import plain_console

classifier = typer.Typer(help="Train fastText classifiers from labelled documents.", no_args_is_help=True)

lm = typer.Typer(help="Train language models, and derive cut-offs of perplexity.", no_args_is_help=True)

dsir = typer.Typer(help="Make what DSIR's importance is measured against.", no_args_is_help=True)

DocumentsArgument = Annotated[
    Path, typer.Argument(metavar="DOCUMENTS", help="Parquet, or JSON Lines, CSV or TSV, plain or .gz, .zst.")
]
TextOption = Annotated[str, typer.Option(metavar="COLUMN", help="The column of texts.")]
SeedOption = Annotated[int, typer.Option(help="The same seed gives the same result.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON.")]


@classifier.command("train")
def train_classifier(
    documents: DocumentsArgument,
    output: Annotated[Path, typer.Option(metavar="MODEL", help="The model; its metrics stand in MODEL.metrics.json.")],
    label: Annotated[str, typer.Option(metavar="COLUMN", help="The column of labels.")] = "label",
    text: TextOption = "text",
    threshold: Annotated[
        float | None, typer.Option(help="Labels are scores: `high` from here on, else `low` (FineWeb-Edu: 3).")
    ] = None,
    dev: Annotated[
        Path | None, typer.Option(metavar="DOCUMENTS", help="Documents of the same columns to measure on.")
    ] = None,
    held_out: Annotated[float, typer.Option(min=0.0, max=1.0, help="Without --dev: the share to measure on.")] = 0.1,
    baseline: Annotated[
        bool, typer.Option("--baseline", help="Measure TF-IDF and logistic regression beside it.")
    ] = False,
    dim: Annotated[int, typer.Option(min=1, help="Length of a feature's vector.")] = 32,
    lr: Annotated[float, typer.Option(min=0.0, help="Learning rate.")] = 0.1,
    epoch: Annotated[int, typer.Option(min=1, help="How often each example is seen.")] = 15,
    word_ngrams: Annotated[int, typer.Option(min=1, help="The most words that make one feature.")] = 3,
    min_n: Annotated[int, typer.Option(min=0, help="The fewest characters that make one feature.")] = 3,
    max_n: Annotated[int, typer.Option(min=0, help="The most; 0 for words alone.")] = 6,
    min_count: Annotated[int, typer.Option(min=1, help="How often a word must occur.")] = 1,
    bucket: Annotated[int, typer.Option(min=1, help="How many vectors n-grams share.")] = 200_000,
    seed: SeedOption = 42,
    as_json: JsonOption = False,
) -> None:
    """Train a classifier and measure it on documents that it has not seen.

    For example: loam classifier train labelled.parquet --label score --threshold 3 --output edu.bin

    A recipe takes it as `annotate.models.classifiers: {edu: edu.bin}`.
    """
    from pipelines.training import ClassifierOrder, train
    from signals.training.classifier import ClassifierSettings

    with explained_errors():
        settings = ClassifierSettings(dim, lr, epoch, word_ngrams, min_n, max_n, min_count, bucket, seed)
        order = ClassifierOrder(documents, text, label, threshold, dev, held_out, settings, baseline)
        report = train(order, output)
        if as_json:
            typer.echo(json.dumps(report, indent=1, ensure_ascii=False))
        else:
            _print_report(report)


@classifier.command("wikiref")
def wikiref(
    positives: Annotated[Path, typer.Argument(metavar="POSITIVES", help="Pages that Wikipedia refers to.")],
    negatives: Annotated[Path, typer.Argument(metavar="NEGATIVES", help="Pages of the crawl.")],
    output: Annotated[Path, typer.Option(metavar="EXAMPLES", help="Parquet for `loam classifier train`.")],
    text: TextOption = "text",
    seed: SeedOption = 42,
) -> None:
    """Choose examples of pages that Wikipedia refers to and of others: each once, as many of each, of like lengths.

    For example: loam classifier wikiref references.jsonl.gz crawl.jsonl.gz --output wikiref.parquet
    """
    from pipelines.training import write_wikiref_examples

    with explained_errors():
        counts = write_wikiref_examples(positives, negatives, text, output, seed)
        typer.echo(", ".join(f"{count:,} {name}" for name, count in counts.items()))


@lm.command("train")
def train_language_model(
    documents: DocumentsArgument,
    language: Annotated[str, typer.Option(metavar="CODE", help="The language of all documents, as fr or fra_Latn.")],
    output: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the models lie; made if it is not there.")],
    text: TextOption = "text",
    order: Annotated[int, typer.Option(min=2, max=6, help="The longest n-gram.")] = 5,
    pieces: Annotated[int, typer.Option(min=8, help="The most pieces of words.")] = 65_536,
) -> None:
    """Train SentencePiece and KenLM models as CCNet does; KenLM's lmplz and build_binary must be on PATH.

    For example: loam lm train openings.jsonl.gz --language fr --output models

    A recipe takes the folder as `annotate.models.kenlm: models`.
    """
    from pipelines.training import train_language
    from signals.training.language_model import LanguageModelSettings

    with explained_errors():
        count = train_language(documents, text, language, output, LanguageModelSettings(order, pieces))
        typer.echo(f"{output}: learnt from {count:,} documents")


@lm.command("cutoffs")
def cutoffs(
    corpus: Annotated[
        Path, typer.Argument(metavar="CORPUS", help="A corpus with group perplexity.", callback=brought_here)
    ],
    output: Annotated[Path, typer.Option(metavar="TABLE", help="The CSV file.")],
) -> None:
    """Derive from a corpus's own perplexities where head, middle and tail begin, in CCNet's form.

    For example: loam lm cutoffs CORPUS --output cutoffs.csv

    A recipe takes the table as `annotate.models.perplexity_cutoffs: cutoffs.csv`.
    """
    from pipelines.training import write_corpus_cutoffs

    with explained_errors():
        for language, count in write_corpus_cutoffs(corpus, output).items():
            typer.echo(f"{language}: percentiles of {count:,} documents")


def _print_report(report: dict[str, Any]) -> None:
    from rich.table import Table

    table = Table("held out", "examples", "accuracy", "MCC", "class", "precision", "recall", "F1", "of class", box=None)
    for name, metrics in report["held_out"].items():
        whole = (name, f"{metrics['examples']:,}", f"{metrics['accuracy']:.4f}", f"{metrics['mcc']:.4f}")
        for label, found in metrics["classes"].items():
            shares = (f"{found[key]:.4f}" for key in ("precision", "recall", "f1"))
            table.add_row(*whole, label, *shares, f"{found['support']:,}")
            whole = ("", "", "", "")
    console = plain_console()
    console.print(f"learnt from {report['learnt']:,} documents", soft_wrap=True)
    for documents, reasons in report["left_out"].items():
        for reason, count in reasons.items():
            console.print(f"{documents}: {count:,} left out: {reason}", soft_wrap=True)
    console.print(table)


class StringHashing(StrEnum):
    """Python's hash of strings."""

    SIPHASH13 = "siphash13"
    SIPHASH24 = "siphash24"


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
