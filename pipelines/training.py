"""Documents in, models out: classifiers with what they are worth, examples for them, and language models."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.errors import LoamError, UsageError
from pipelines.queries import open_corpus
from signals.perplexity.buckets import bucket_cutoffs, write_cutoffs
from signals.perplexity.models import model_names
from signals.resources import sha256
from signals.training.baseline import baseline_labels
from signals.training.classifier import ClassifierSettings, predict_labels, train_classifier
from signals.training.examples import hold_out, read_examples
from signals.training.language_model import LanguageModelSettings, train_language_model
from signals.training.metrics import measure
from signals.training.wikiref import wikiref_examples

_PACKAGES = {"classifier": "fasttext-new", "baseline": "scikit-learn"}
_PERPLEXITIES = """
    SELECT language, perplexity_ccnet FROM signals JOIN documents USING (id)
    WHERE generation = 0 AND language IS NOT NULL AND perplexity_ccnet IS NOT NULL
"""  # translations are not counted
_ROWS_AT_A_TIME = 1024
_IDENTIFIER = '"'
_COMPRESSIONS = (".gz", ".zst")
_READERS = {
    ".parquet": "read_parquet(?)",
    ".csv": "read_csv(?, header = true, all_varchar = true)",
    ".tsv": "read_csv(?, header = true, all_varchar = true)",
    # A line that is no JSON object gives nulls, which are counted as left out.
    ".jsonl": "read_ndjson(?, columns = {{{types}}}, ignore_errors = true)",
    ".ndjson": "read_ndjson(?, columns = {{{types}}}, ignore_errors = true)",
}


@dataclass(frozen=True)
class ClassifierOrder:
    """What to train a classifier on.

    Attributes:
        documents: Parquet, or JSON Lines, CSV or TSV, plain or compressed (.gz, .zst).
        text: The column of texts.
        label: The column of labels.
        threshold: Where labels are scores: from here on they are `high`, else `low`.
        held_out: Documents of the same columns to measure on; None to hold out some of `documents`.
        share: How many of them to hold out.
        settings: How fastText learns.
        with_baseline: Whether to measure a linear classifier too.
    """

    documents: Path
    text: str
    label: str
    threshold: float | None = None
    held_out: Path | None = None
    share: float = 0.1
    settings: ClassifierSettings = field(default_factory=ClassifierSettings)
    with_baseline: bool = False


def train(order: ClassifierOrder, output: Path) -> dict[str, object]:
    """Train a classifier, measure it on documents it has not seen, and write both.

    Args:
        order: What to train on.
        output: The model; `metrics_path` names the file of the report.

    Returns:
        The report: inputs, settings, package versions, and by classifier the metrics of `signals.training.metrics`.

    Raises:
        LoamError: Documents cannot be read, there are too few, or a package is not installed.
    """
    read = read_examples(_rows(order.documents, order.text, order.label), order.threshold)
    learnt, tested = hold_out(read.kept, order.share, order.settings.seed)
    left_out = {order.documents.name: read.left_out}
    if order.held_out is not None:
        others = read_examples(_rows(order.held_out, order.text, order.label), order.threshold)
        learnt, tested = list(read.kept), list(others.kept)
        left_out[order.held_out.name] = others.left_out
    expected, texts = [example.label for example in tested], [example.text for example in tested]
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        train_classifier(learnt, order.settings, output)
        metrics = {"classifier": measure(expected, predict_labels(output, texts))}
        if order.with_baseline:
            metrics["baseline"] = measure(expected, baseline_labels(learnt, texts))
    except (ModuleNotFoundError, OSError, ValueError) as error:
        raise LoamError(f"{order.documents}: {error}; left out: {_counts(read.left_out)}") from None
    report: dict[str, object] = {
        "documents": {path.name: sha256(path) for path in (order.documents, order.held_out) if path is not None},
        "left_out": left_out,
        "learnt": len(learnt),
        "settings": order.settings.to_json(),
        "model": {"file": output.name, "sha256": sha256(output)},
        "packages": {package: version(package) for name, package in _PACKAGES.items() if name in metrics},
        "held_out": {name: found.to_json() for name, found in metrics.items()},
    }
    metrics_path(output).write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return report


def metrics_path(model: Path) -> Path:
    """Return the file that tells what a model is worth."""
    return model.with_name(f"{model.name}.metrics.json")


def write_wikiref_examples(positives: Path, negatives: Path, text: str, output: Path, seed: int) -> dict[str, int]:
    """Choose the examples of a WikiRef classifier and write them as Parquet with the columns text and label.

    Args:
        positives: Pages that Wikipedia refers to.
        negatives: Pages of the crawl.
        text: The column of texts in both.
        output: The Parquet file.
        seed: Another seed chooses other pages.

    Returns:
        How many texts were read of each, and how many examples were written.

    Raises:
        LoamError: Documents cannot be read, or none of the two have like lengths.
    """
    wiki = [page for page, _ in _rows(positives, text, text) if page]
    crawl = [page for page, _ in _rows(negatives, text, text) if page]
    examples = wikiref_examples(wiki, crawl, seed)
    if not examples:
        raise LoamError(f"{positives}, {negatives}: no two texts of 1,000 characters or more have like lengths")
    columns = {"text": [example.text for example in examples], "label": [example.label for example in examples]}
    pq.write_table(pa.table(columns), output)
    return {"positives": len(wiki), "negatives": len(crawl), "examples": len(examples)}


def train_language(documents: Path, text: str, language: str, folder: Path, settings: LanguageModelSettings) -> int:
    """Train a language model of documents of one language, for the resource `kenlm`.

    Returns:
        From how many documents it has learnt.

    Raises:
        LoamError: Documents cannot be read, hold too little text, or a program or package is not installed.
    """
    names = model_names(language)
    if not names:
        raise UsageError(f"--language {language}: no language; expected a code such as fr or fra_Latn")
    texts = (found for found, _ in _rows(documents, text, text) if found)
    try:
        return train_language_model(texts, names[-1], folder, settings)
    except (ImportError, OSError, ValueError) as error:
        raise LoamError(f"{documents}: {error}") from None


def write_corpus_cutoffs(corpus: Path, output: Path) -> dict[str, int]:
    """Write the percentiles of a corpus's own perplexities, for the resource `perplexity_cutoffs`.

    Returns:
        How many documents of each language they rest on.

    Raises:
        LoamError: It is no corpus, or its recipe does not ask for group `perplexity`.
    """
    with open_corpus(corpus) as connection:
        try:
            found = connection.execute(_PERPLEXITIES).fetchnumpy()
        except duckdb.BinderException:
            raise LoamError(f"{corpus}: has no perplexities; ask for group perplexity under annotate.groups") from None
    languages = [str(language) for language in found["language"]]
    if not languages:
        raise LoamError(f"{corpus}: no document has a perplexity; annotate.models.kenlm has no model of its languages")
    write_cutoffs(bucket_cutoffs(np.asarray(found["perplexity_ccnet"], np.float64), languages), output)
    return dict(sorted(Counter(languages).items()))


def _rows(documents: Path, text: str, label: str) -> Iterator[tuple[str | None, str | None]]:
    """Yield two columns of each document, as text.

    Raises:
        LoamError: The file's name or its content is not of a known kind, or it lacks a column.
    """
    suffixes = [suffix for suffix in documents.suffixes if suffix not in _COMPRESSIONS]
    reader = _READERS.get(suffixes[-1] if suffixes else "")
    if reader is None:
        raise LoamError(f"{documents}: expected a file whose name ends with {', '.join(_READERS)}")
    types = ", ".join(_quoted(column, "'") + ": 'VARCHAR'" for column in dict.fromkeys((text, label)))
    selected = ", ".join(f"CAST({_quoted(column, _IDENTIFIER)} AS VARCHAR)" for column in (text, label))
    table = reader.format(types=types)
    query = f"SELECT {selected} FROM {table}"  # noqa: S608  the names are quoted
    try:
        with duckdb.connect() as connection:
            columns = connection.execute(f"DESCRIBE FROM {table}", [str(documents)]).fetchnumpy()["column_name"]
            for column in (text, label):
                if column.lower() not in map(str.lower, columns):
                    raise LoamError(f"{documents}: no column {column}; there are {', '.join(columns)}")
            cursor = connection.execute(query, [str(documents)])
            while rows := cursor.fetchmany(_ROWS_AT_A_TIME):
                yield from rows
    except duckdb.Error as error:
        raise LoamError(f"{documents}: {str(error).splitlines()[0]}") from None


def _quoted(name: str, mark: str) -> str:
    return mark + name.replace(mark, mark + mark) + mark


def _counts(left_out: dict[str, int]) -> str:
    return ", ".join(f"{count} with {reason}" for reason, count in left_out.items()) or "none"
