"""Which documents are measured: a bounded, evenly spread sample, laid down where every case reads it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.sources.text_column import total_bytes

MEGABYTE = 10**6
PEER_BYTES = 4 * MEGABYTE  # peers do a third of a megabyte a second

_PROJECT = Path(__file__).parents[1]
_PLACES = (_PROJECT / "corpora/demo", _PROJECT.parent / "shared/data/debian_docs.parquet")
_TABLES = "documents/*/*.parquet"  # of a corpus
_ROWS_PER_GROUP = 2048
_TEXT = "text"
_COLUMNS = ("id", _TEXT, "lang", "license", "url")
_CORPUS_COLUMNS = {"license_declared": "license"}


class DocumentsError(Exception):
    """There are no documents to measure on; the message says what to give."""


@dataclass(frozen=True)
class Material:
    """The folder that a benchmark works in, gone when it ends."""

    folder: Path

    @property
    def documents(self) -> Path:
        """The documents, as Parquet with the columns id, text, lang, license and url where the source had them."""
        return self.folder / "documents.parquet"

    @property
    def sample(self) -> Path:
        """The share of the documents that peers are measured on."""
        return self.folder / "sample.parquet"

    @property
    def recipe(self) -> Path:
        """The recipe that makes `corpus` of the documents."""
        return self.folder / "recipe.yaml"

    @property
    def corpus(self) -> Path:
        """The corpus that stages are measured on."""
        return self.folder / "corpus"


@dataclass(frozen=True)
class Size:
    """How many documents there are, and their UTF-8 bytes."""

    documents: int
    text_bytes: int


def default_documents() -> Path:
    """Return the demo's corpus, else the shared test data.

    Raises:
        DocumentsError: Neither is there.
    """
    for place in _PLACES:
        if place.is_file() or any(place.glob(_TABLES)):
            return place
    raise DocumentsError("no documents: run `make demo` first, or give --documents a Parquet file or a corpus")


def lay_down(source: Path, material: Material, limit_bytes: int) -> tuple[Size, Size]:
    """Write the documents, the peers' sample of them and the recipe.

    Args:
        source: A Parquet file with a column `text`, or a corpus.
        material: Where they are written.
        limit_bytes: UTF-8 bytes of text to keep at most, about: rows are taken evenly over the whole source.

    Returns:
        The size of the documents, and of the sample.

    Raises:
        DocumentsError: The source holds no documents that can be read.
    """
    files = files_of(source)
    try:
        _copy_evenly(files, material.documents, limit_bytes)
        size = size_of([material.documents])
        if size.text_bytes == 0:
            raise pa.ArrowInvalid("no text in it")
        _copy_evenly([material.documents], material.sample, PEER_BYTES)
    except (pa.ArrowException, OSError) as error:
        raise DocumentsError(f"{source}: {error}; give a Parquet file with a column `{_TEXT}`, or a corpus") from error
    material.recipe.write_text(json.dumps(_recipe(material.documents), indent=1), encoding="utf-8")
    return size, size_of([material.sample])


def files_of(source: Path) -> list[Path]:
    """Return the Parquet files of documents: the source itself, or those of a corpus.

    Raises:
        DocumentsError: It is neither.
    """
    if source.is_dir():
        files = sorted(source.glob(_TABLES))
        if not files:
            raise DocumentsError(f"{source}: a folder without {_TABLES}; give a corpus or a Parquet file")
        return files
    if not source.is_file():
        raise DocumentsError(f"{source}: there is no such file; give a Parquet file or a corpus")
    return [source]


def read_columns(source: Path, names: Sequence[str]) -> pa.Table:
    """Return some columns of all documents of a Parquet file or of a corpus.

    Raises:
        DocumentsError: It is neither.
    """
    return pa.concat_tables(pq.read_table(file, columns=list(names), partitioning=None) for file in files_of(source))


def evenly_spread(first: int, count: int, share: float) -> list[int]:
    """Return which of the rows `first` to `first + count` are taken, from 0, so that any stretch gives its share."""
    steps = np.floor(np.arange(first, first + count + 1) * min(share, 1.0))
    return [int(row) for row in np.flatnonzero(np.diff(steps))]


def read_texts(path: Path) -> tuple["pa.ChunkedArray[Any]", list[str | None]]:
    """Return the texts of `Material.documents` or `Material.sample`, and their declared languages."""
    table = pq.read_table(path, use_threads=False)
    labels: list[Any] = table["lang"].to_pylist() if "lang" in table.column_names else [None] * table.num_rows
    return table[_TEXT], labels


def size_of(files: Sequence[Path]) -> Size:
    """Return how many documents some files hold, and their UTF-8 bytes."""
    documents = text_bytes = 0
    for batch in _batches(files, [_TEXT]):
        documents += batch.num_rows
        text_bytes += total_bytes(batch[_TEXT])
    return Size(documents, text_bytes)


def texts_of(material: Material) -> Iterator[str]:
    """Yield the texts of `Material.documents`."""
    with pq.ParquetFile(material.documents) as file:
        for batch in file.iter_batches(columns=[_TEXT]):
            yield from (str(text) for text in batch[_TEXT].to_pylist())


def _copy_evenly(files: Sequence[Path], target: Path, limit_bytes: int) -> None:
    share = limit_bytes / max(size_of(files).text_bytes, 1)
    row = 0
    writer: pq.ParquetWriter | None = None
    for batch in _batches(files, _COLUMNS):
        taken = batch.take(pa.array(evenly_spread(row, batch.num_rows, share), pa.int64()))
        row += batch.num_rows
        writer = writer or pq.ParquetWriter(target, batch.schema, compression="zstd")
        writer.write_table(taken.filter(pc.is_valid(taken[_TEXT])), row_group_size=_ROWS_PER_GROUP)
    if writer is None:
        raise pa.ArrowInvalid("no rows")
    writer.close()


def _batches(files: Sequence[Path], names: Sequence[str]) -> Iterator[pa.Table]:
    """Yield the named columns that a source has, under the names that a recipe knows them by."""
    for path in files:
        with pq.ParquetFile(path) as file:
            found = {name: _CORPUS_COLUMNS.get(name, name) for name in file.schema_arrow.names}
            if _TEXT not in found:
                raise pa.ArrowInvalid(f"no column `{_TEXT}`, only {', '.join(found)}")
            wanted = [name for name, ours in found.items() if ours in names]
            for batch in file.iter_batches(_ROWS_PER_GROUP, columns=wanted, use_threads=False):
                yield pa.Table.from_batches([batch]).rename_columns([found[name] for name in wanted])


def _recipe(documents: Path) -> dict[str, object]:
    return {
        "name": "benchmark",
        "sources": [{"name": "docs", "kind": "parquet", "path": documents.name}],
        "dedup": {"exact": True, "fuzzy": True},
        "licensing": {"profile": "open"},
        "select": {
            "rules": {
                "enough_words": "word_count >= 50",
                "no_repetition": "rps_doc_frac_chars_top_2gram <= 0.2",
            }
        },
        "tokenize": {"tokenizer": "train", "vocab_size": 8000, "append_eod": True},
        "run": {"executor": "local", "workers": 1},
    }
