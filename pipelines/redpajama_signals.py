"""RedPajama-V2's signal files: a corpus's signals written as such, and published ones read into tables."""

import contextlib
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines import redpajama_minhash
from pipelines.corpus import Shard, Shelf
from pipelines.corpus.files import publish, temporary_of
from pipelines.corpus.identity import read_corpus_identity
from pipelines.corpus.receipts import read_receipts
from pipelines.corpus.schemas import QUARANTINE
from pipelines.corpus.shelf import TableWriter
from pipelines.errors import CorpusError, UsageError
from pipelines.redpajama_minhash import export_minhash, import_minhash
from signals.languages import to_iso639_1
from signals.redpajama.form import IMPORTED, METADATA
from signals.redpajama.reading import BrokenLine, read_signals
from signals.redpajama.writing import write_signals

SUFFIX = ".signals.json.gz"
QUARANTINE_FILE = "quarantine.parquet"

_RAW_BYTES = 4096
_COMPRESSION = 6
_DAMAGED = "the file cannot be read further"


@dataclass(frozen=True)
class Moved:
    """What an export or import came to.

    Attributes:
        files: Files written.
        documents: Records in them.
        broken: Lines and files that are none of their kind; they stand in QUARANTINE_FILE.
        signatures: Documents whose MinHash signatures were written.
    """

    files: int
    documents: int
    broken: int
    signatures: int = 0


def export_signals(root: Path, to: Path) -> Moved:
    """Write the signals of a corpus as RedPajama-V2's files, one for each shard of documents.

    A document's id is this corpus's own. Signals of groups that were not annotated are null.

    Args:
        root: The corpus.
        to: Receives SOURCE/SHARD.signals.json.gz, and SOURCE/SHARD.minhash.parquet where there are signatures.

    Raises:
        CorpusError: The directory is no corpus, or its documents are not annotated.
    """
    read_corpus_identity(root)
    standing = {path for receipt in read_receipts(root) for path in receipt.outputs}
    shards = [Shard.of(path) for path in sorted(standing) if path.startswith("documents/")]
    documents = 0
    for shard in shards:
        if shard.path("signals/core") not in standing or shard.path("signals/language") not in standing:
            raise CorpusError(f"{root}: {shard.unit} is not annotated; run the corpus's recipe up to annotate first")
        rows = _signals_of(Shelf(root), shard, sorted(standing))
        _write_lines(to / shard.source / f"{shard.name}{SUFFIX}", write_signals(rows))
        documents += rows.num_rows
    return Moved(len(shards), documents, 0, export_minhash(root, to))


def import_signals(source: Path, to: Path) -> Moved:
    """Read RedPajama-V2's signal and MinHash files into tables, one for each, with this package's columns.

    Args:
        source: Such a file, or a folder that holds some at any depth.
        to: Receives a Parquet file for each, at the same place below, and QUARANTINE_FILE if a line or a file is none.

    Raises:
        UsageError: There is no such file.
    """
    suffixes = (SUFFIX, redpajama_minhash.SUFFIX)
    files = sorted(path for path in source.rglob("*") if path.name.endswith(suffixes)) if source.is_dir() else [source]
    if not files or not files[0].is_file():
        raise UsageError(
            f"{source}: no signal file, and no folder that holds files *{SUFFIX} or *{redpajama_minhash.SUFFIX}"
        )
    documents, signatures, quarantined = 0, 0, []
    for path in files:
        name = path.relative_to(source if source.is_dir() else source.parent).as_posix()
        if name.endswith(redpajama_minhash.SUFFIX):
            try:
                signatures += import_minhash(path, to / name)
            except (OSError, ValueError) as error:
                quarantined.append(_quarantine_row(name, BrokenLine(0, f"{_DAMAGED}: {error}", b"")))
            continue
        rows, broken = _import_file(path, to / f"{name.removesuffix(SUFFIX)}.parquet")
        documents += rows
        quarantined += [_quarantine_row(name, line) for line in broken]
    if quarantined:
        with _table_writer(to / QUARANTINE_FILE, QUARANTINE) as writer:
            writer.write(pa.Table.from_pylist(quarantined, QUARANTINE))
    return Moved(len(files), documents, len(quarantined), signatures)


def _signals_of(shelf: Shelf, shard: Shard, standing: list[str]) -> pa.Table:
    """Return what a signal file says of a shard's documents, in columns of IMPORTED."""
    documents = shelf.read(shard.path("documents"), ["id", "url", "meta"])
    languages = shelf.read(shard.path("signals/language"), ["language"])["language"].to_pylist()
    given = (*(documents[name].to_pylist() for name in ("url", "meta")), languages)
    metadata = [_metadata(*row) for row in zip(*given, strict=True)]
    rows = pa.table([documents["id"]], names=["id"])
    for name in METADATA:
        rows = rows.append_column(name, pa.array([values.get(name) for values in metadata], pa.string()))
    for path in (path for path in standing if path.startswith("signals/") and Shard.of(path) == shard):
        there = pq.read_schema(shelf.root / path).names
        wanted = [name for name in there if name in IMPORTED.names and name not in rows.column_names]
        for name, column in zip(wanted, shelf.read(path, wanted).columns, strict=True):
            rows = rows.append_column(name, column)
    return rows


def _metadata(url: str | None, meta: str | None, language: str) -> dict[str, str | None]:
    """Return what a signal file says of a document: what its source said under these names, and what is known of it."""
    found = orjson.loads(meta) if meta else {}
    said = {name: found[name] for name in METADATA if isinstance(found.get(name), str)}
    return {"source_domain": _host(url), **said, "url": url, "language": to_iso639_1(language) or language}


def _host(url: str | None) -> str:
    try:
        return urlsplit(url or "").netloc
    except ValueError:  # brackets that enclose no IPv6 address
        return ""


def _write_lines(path: Path, lines: Iterator[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_of(path)
    # No time and no name in the header: the same signals are the same bytes.
    with temporary.open("wb") as raw, gzip.GzipFile("", "wb", _COMPRESSION, raw, mtime=0) as file:
        file.writelines(line + b"\n" for line in lines)
    publish({temporary: path})


def _import_file(path: Path, to: Path) -> tuple[int, list[BrokenLine]]:
    """Return the number of a file's records, written to a table, and its other lines."""
    broken: list[BrokenLine] = []
    with _table_writer(to, IMPORTED) as writer:
        for part in read_signals(_lines(path, broken)):
            writer.write(part.rows)
            broken += part.broken
    return writer.rows, sorted(broken, key=lambda line: line.row)


def _lines(path: Path, broken: list[BrokenLine]) -> Iterator[bytes]:
    """Yield a file's lines up to where it can be read; if that is not its end, it goes to `broken`."""
    following = 1
    try:
        with gzip.open(path) as file:
            for row, line in enumerate(file, start=1):
                following = row + 1
                yield line
    except (EOFError, OSError, zlib.error) as error:
        broken.append(BrokenLine(following, f"{_DAMAGED}: {error}", b""))


@contextlib.contextmanager
def _table_writer(path: Path, schema: pa.Schema) -> Iterator[TableWriter]:
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = TableWriter(temporary_of(path), schema)
    try:
        yield writer
    finally:
        writer.close()
    publish({temporary_of(path): path})


def _quarantine_row(file: str, line: BrokenLine) -> dict[str, object]:
    reason = "damaged_file" if line.detail.startswith(_DAMAGED) else "broken_record"
    return {
        "file": file,
        "row": line.row,
        "offset": None,
        "reason": reason,
        "detail": line.detail,
        "raw": line.raw[:_RAW_BYTES],
    }
