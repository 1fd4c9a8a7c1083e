"""Reading documents with their edits applied: the only way in which a text leaves the corpus."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipelines.corpus.schemas import EDITS
from pipelines.edits.resolve import resolve
from pipelines.edits.splice import SpanError, splice
from pipelines.errors import CorpusError

if TYPE_CHECKING:
    from pipelines.corpus import Plan, Shard, Shelf

TABLE = "edits"


def edit_paths(plan: "Plan", shard: "Shard") -> tuple[str, ...]:
    """Return the tables of edits about the documents of a shard, in the order of who proposed them."""
    paths = (shard.path(f"{TABLE}/{producer}") for producer in plan.folders(TABLE))
    return tuple(path for path in paths if plan.stands(path))


def is_edits(path: str) -> bool:
    """Tell whether a path of the corpus is a table of edits."""
    return path.startswith(f"{TABLE}/")


def read_edits(shelf: "Shelf", paths: Sequence[str]) -> pa.Table:
    """Return all edits that some tables propose, in the tables' order; of other paths nothing."""
    tables = [shelf.read(path, EDITS.names) for path in paths if is_edits(path)]
    return pa.concat_tables([EDITS.remove_metadata().empty_table(), *tables])


def edited_texts(
    texts: "pa.Array[Any] | pa.ChunkedArray[Any]", ids: "pa.Array[Any] | pa.ChunkedArray[Any]", edits: pa.Table
) -> "pa.Array[Any]":
    """Return the texts of some documents with their edits applied.

    Raises:
        CorpusError: An edit reaches beyond the end of its text.
    """
    try:
        return splice(texts, resolve(edits, ids))
    except SpanError as error:
        raise CorpusError(
            f"document {ids[error.row]}: an edit reaches beyond the end of its text; delete edits/ and run again"
        ) from None


def edited_batches(
    shelf: "Shelf", documents: str, columns: Sequence[str] | None, edits: pa.Table, rows: int = 1024
) -> Iterator[pa.Table]:
    """Yield columns of a document shard (all by default; `id` and `text` among them), texts edited, in batches."""
    for batch in shelf.batches(documents, columns, rows):
        table = pa.Table.from_batches([batch])
        if edits.num_rows:
            texts = edited_texts(table["text"], table["id"], edits)
            table = table.set_column(table.schema.get_field_index("text"), table.schema.field("text"), texts)
        yield table
