"""The shelf a unit works at: it reads tables, and what it writes is published together, receipt last."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.corpus.files import own_temporary_of, publish, sha256_of
from pipelines.corpus.receipts import Output, Receipt, receipt_path, write_receipt
from pipelines.corpus.units import Outcome, Unit
from pipelines.errors import CorpusError

ROWS_PER_GROUP = 8192

# Dictionary pages cost time and win nothing where nearly every value is different.
PLAIN_COLUMNS = frozenset({"id", "text", "url", "title", "source_id", "text_hash", "attribution", "meta", "raw"})


class TableWriter:
    """Writes one Parquet shard, in row groups of at most `ROWS_PER_GROUP` rows."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.rows = 0
        self._schema = schema
        self._pending: list[pa.Table] = []
        self._pending_rows = 0
        self._writer = pq.ParquetWriter(
            path,
            schema,
            compression="zstd",
            compression_level=2,  # of zstd: a seventh less time than 3 for a document's way in, a sixteenth more disk
            write_page_checksum=True,
            use_dictionary=_repetitive_columns(schema),  # type: ignore[arg-type]  # the stubs know only bool
        )

    def write(self, rows: pa.Table | pa.RecordBatch) -> None:
        """Append rows; how they were batched leaves no trace in the file."""
        table = pa.Table.from_batches([rows]) if isinstance(rows, pa.RecordBatch) else rows
        self._pending.append(table.cast(self._schema))
        self._pending_rows += table.num_rows
        if self._pending_rows >= ROWS_PER_GROUP:
            pending = pa.concat_tables(self._pending)
            whole = pending.num_rows - pending.num_rows % ROWS_PER_GROUP
            self._write_groups(pending.slice(0, whole))
            self._pending = [pending.slice(whole)]
            self._pending_rows = pending.num_rows - whole

    def close(self) -> None:
        """Write what is left and finish the file."""
        if self._pending_rows:
            self._write_groups(pa.concat_tables(self._pending))
        self._writer.close()

    def _write_groups(self, table: pa.Table) -> None:
        self._writer.write_table(table.combine_chunks(), row_group_size=ROWS_PER_GROUP)
        self.rows += table.num_rows


def _repetitive_columns(schema: pa.Schema) -> list[str]:
    names_by_type = ((field.name, field.type) for field in schema)
    return [name for name, type_ in names_by_type if pa.types.is_string(type_) and name not in PLAIN_COLUMNS]


class Shelf:
    """What one unit reads from a corpus and writes to it. Nothing it writes is seen before `commit`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._written: dict[str, Path] = {}
        self._rows: dict[str, int] = {}

    def read(self, path: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return a table shard of the corpus, or the named columns of it."""
        with self._open(path) as file:
            return file.read(columns=None if columns is None else list(columns), use_threads=False)

    def batches(self, path: str, columns: Sequence[str] | None = None, rows: int = 1024) -> Iterator[pa.RecordBatch]:
        """Yield a table shard in batches of at most `rows` rows, for work that must not hold all its text."""
        with self._open(path, pre_buffer=False) as file:
            names = None if columns is None else list(columns)
            yield from file.iter_batches(batch_size=rows, columns=names, use_threads=False)

    @contextlib.contextmanager
    def _open(self, path: str, *, pre_buffer: bool = True) -> Iterator[pq.ParquetFile]:
        """Open a table shard; `pre_buffer` reads all its columns at once, and holds them as long as it is open."""
        try:
            file = pq.ParquetFile(self.root / path, pre_buffer=pre_buffer, page_checksum_verification=True)
            with file:
                yield file
        except (pa.ArrowException, OSError) as error:
            said = str(error).splitlines()[0]
            raise CorpusError(f"{path}: unreadable ({said}); delete it and run again to have it made anew") from error

    def write(self, path: str, table: pa.Table) -> None:
        """Write a whole table as one Parquet shard."""
        with self.open_writer(path, table.schema) as writer:
            writer.write(table)

    @contextlib.contextmanager
    def open_writer(self, path: str, schema: pa.Schema) -> Iterator[TableWriter]:
        """Open a Parquet shard for writing batch by batch."""
        writer = TableWriter(self.temporary(path), schema.remove_metadata())
        try:
            yield writer
        finally:
            writer.close()
        self._rows[path] = writer.rows

    def temporary(self, path: str) -> Path:
        """Return a temporary file beside a file's final place; `commit` publishes it."""
        if path in self._written:
            raise CorpusError(f"{path}: written twice by one unit")
        final = self.root / path
        final.parent.mkdir(parents=True, exist_ok=True)
        self._written[path] = own_temporary_of(final)
        return self._written[path]

    def publish_as(self, temporary: Path, path: str) -> None:
        """Give a temporary file another final place, for shards that are named by their content."""
        before = next(name for name, written in self._written.items() if written == temporary)
        if path != before and path in self._written:
            raise CorpusError(f"{path}: written twice by one unit")
        del self._written[before]
        self._written[path] = temporary
        if before in self._rows:
            self._rows[path] = self._rows.pop(before)

    def commit(self, unit: Unit, version: int, input_hashes: dict[str, str], outcome: Outcome) -> Receipt:
        """Publish all outputs, then the receipt.

        The old receipt goes first: were the run killed between a new output and the new receipt, the old one would
        vouch for bytes that it never saw.

        Raises:
            CorpusError: Rows are unaccounted for.
        """
        if outcome.lost():
            raise CorpusError(
                f"{unit.stage} {unit.name}: {outcome.rows_in} rows in, {outcome.rows_out} out, "
                f"{sum(outcome.dropped.values())} dropped: {outcome.lost()} unaccounted for"
            )
        outputs = {
            path: Output(sha256_of(temporary), temporary.stat().st_size, self._rows.get(path))
            for path, temporary in sorted(self._written.items())
        }
        (self.root / receipt_path(unit.stage, unit.name)).unlink(missing_ok=True)
        publish({temporary: self.root / path for path, temporary in self._written.items()})
        receipt = Receipt(
            stage=unit.stage,
            version=version,
            name=unit.name,
            generation=unit.generation,
            fingerprint=unit.fingerprint(version, input_hashes),
            inputs=input_hashes,
            parameters=unit.parameters,
            outputs=outputs,
            outcome=outcome,
        )
        write_receipt(self.root, receipt)
        return receipt
