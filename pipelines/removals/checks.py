"""Whether a corpus holds nothing that was removed from it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.corpus import Receipt, Shelf
from pipelines.corpus.files import sha256_of
from pipelines.errors import CorpusError
from pipelines.removals.matching import Removals, read_removals
from pipelines.removals.pins import PINNED
from pipelines.removals.removed import FOLDER, records_of
from pipelines.removals.rewriting import UNFINISHED

_NAMING = ("id", "cluster", "derived_from")  # the columns that name a document of this corpus, in whatever table
_SAMPLES = 3


def unfinished_removals(root: Path, receipts: Sequence[Receipt]) -> Iterator[str]:
    """Yield every table that still has something of a removed document, and what was left out for no reason.

    Args:
        root: The corpus.
        receipts: All its receipts.
    """
    try:
        removals, of_translations = read_removals(root), read_removals(root, generation=1)
    except CorpusError as error:
        yield str(error)
        return
    if (root / UNFINISHED).is_dir():
        yield f"{UNFINISHED}/: a removal was cut off; run again to finish it"
    tables = sorted(path for receipt in receipts for path in receipt.outputs if path.endswith(".parquet"))
    for path in (path for path in tables if (root / path).is_file()):
        try:
            yield from (
                _left_out(root, path, of_translations) if path.startswith(f"{FOLDER}/") else _held(root, path, removals)
            )
        except (pa.ArrowException, OSError, CorpusError) as error:
            yield f"{path}: cannot be searched for removed documents ({str(error).splitlines()[0]})"
    yield from _pins(root, receipts)


def _held(root: Path, path: str, removals: Removals) -> Iterator[str]:
    if not removals:
        return
    schema = pq.read_schema(root / path)
    naming = [name for name in _NAMING if name in schema.names]
    if path.startswith("documents/"):
        naming.append("url")
    if not naming:
        return
    table = Shelf(root).read(path, naming)
    none = pa.nulls(table.num_rows, pa.string())
    ids, parents, urls = (table[name] if name in naming else none for name in ("id", "derived_from", "url"))
    held = removals.matches(ids, parents, urls)
    if "cluster" in naming:
        held = pc.or_(held, removals.matches(table["cluster"], none, none))
    found = ids.filter(held)
    if len(found):
        some = ", ".join(str(id_) for id_ in pc.unique(found).slice(0, _SAMPLES).to_pylist())
        yield f"{path}: {len(found):,} rows about removed documents, such as {some}; run again"


def _left_out(root: Path, path: str, removals: Removals) -> Iterator[str]:
    left_out = [record.id for record in records_of(Shelf(root).read(path)) if not record.is_covered(removals)]
    if left_out:
        some = ", ".join(sorted(left_out)[:_SAMPLES])
        yield f"{path}: {len(left_out):,} records left out that no tombstone names, such as {some}; run again"


def _pins(root: Path, receipts: Sequence[Receipt]) -> Iterator[str]:
    """What is pinned is what stands."""
    for receipt in receipts:
        pinned = receipt.parameters.get(PINNED)
        if pinned is None or receipt.stage != "tokenizer":
            continue
        if pinned not in {sha256_of(root / path) for path in receipt.outputs if (root / path).is_file()}:
            yield f"{receipt.path}: not the tokenizer that was pinned when documents were removed; run again"
