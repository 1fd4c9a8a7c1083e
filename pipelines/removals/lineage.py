"""What goes with a removal: the documents themselves, what was made from them, and where both were passed on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus import Receipt, Shelf
from pipelines.removals.matching import Removals
from pipelines.removals.tombstones import text_digest
from pipelines.tokens.provenance import SUFFIX, shard_prefix

_DOCUMENTS = "documents/"
_DUPLICATES = "duplicates/"
_PUBLISHED = "data/"
_KEYS = ["id", "derived_from", "url"]


@dataclass(frozen=True)
class Publication:
    """Where a document left a corpus.

    Attributes:
        file: The published table, or the prefix of the token shard, relative to the corpus.
        sha256: SHA-256 of the table, or of the shard's `.bin`, in hexadecimal.
        sequence: With a token shard: the sequence in it, from 0.
    """

    file: str
    sha256: str
    sequence: int | None = None


@dataclass(frozen=True)
class Going:
    """A document that goes.

    Attributes:
        id: Its id.
        source: The source's name.
        generation: 0, or 1 for translations.
        derived_from: The document that it was made from.
        url: Its address.
        text_sha256: SHA-256 of its text, in hexadecimal.
        publications: Where it left the corpus.
        copies: Documents of its cluster that stay.
    """

    id: str
    source: str
    generation: int
    derived_from: str | None
    url: str | None
    text_sha256: str
    publications: tuple[Publication, ...] = field(default=())
    copies: tuple[str, ...] = field(default=())


def documents_that_go(root: Path, receipts: Sequence[Receipt], removals: Removals) -> list[Going]:
    """Return the documents of a corpus that are removed, and all that was made from these, in the order of their ids.

    Args:
        root: The corpus.
        receipts: What stands in it.
        removals: What is removed.
    """
    paths = _paths(receipts, _DOCUMENTS)
    known: frozenset[str] = frozenset()
    while True:  # what was made from what was made from a document goes too
        found = frozenset(_matching_ids(root, paths, removals))
        if found == known:
            break
        known, removals = found, replace(removals, ids=removals.ids | found)
    publications = _publications(root, receipts, known)
    copies = _copies(root, receipts, known)
    return sorted(
        (
            replace(document, publications=publications.get(document.id, ()), copies=copies.get(document.id, ()))
            for document in _described(root, paths, known)
        ),
        key=lambda document: document.id,
    )


def _matching_ids(root: Path, paths: Sequence[str], removals: Removals) -> Iterator[str]:
    shelf = Shelf(root)
    for path in paths:
        table = shelf.read(path, _KEYS)
        mask = removals.matches(table["id"], table["derived_from"], table["url"])
        yield from map(str, table["id"].filter(mask).to_pylist())


def _described(root: Path, paths: Sequence[str], ids: frozenset[str]) -> Iterator[Going]:
    shelf, wanted = Shelf(root), _values(ids)
    for path in paths:
        if not pc.any(pc.is_in(shelf.read(path, ["id"])["id"], value_set=wanted)).as_py():
            continue
        for batch in shelf.batches(path, ["id", "source", "generation", "derived_from", "url", "text"]):
            for row in batch.filter(pc.is_in(batch["id"], value_set=wanted)).to_pylist():
                digest = text_digest(row.pop("text"))
                yield Going(**row, text_sha256=digest)


def _publications(
    root: Path, receipts: Sequence[Receipt], ids: frozenset[str]
) -> Mapping[str, tuple[Publication, ...]]:
    """Return where documents left the corpus, by their ids."""
    shelf, wanted = Shelf(root), _values(ids)
    hashes = {path: output.sha256 for receipt in receipts for path, output in receipt.outputs.items()}
    found: dict[str, tuple[Publication, ...]] = {}
    for path in sorted(hashes):
        if path.startswith(_PUBLISHED):
            ids_there = shelf.read(path, ["id"])["id"]
            made = [(str(id_), Publication(path, hashes[path])) for id_ in _among(ids_there, wanted)]
        elif path.endswith(SUFFIX):
            rows = shelf.read(path, ["id", "sequence"])
            prefix = shard_prefix(path)
            there = rows.filter(pc.is_in(rows["id"], value_set=wanted)).to_pylist()
            content = hashes[f"{prefix}.bin"]
            made = [(row["id"], Publication(prefix, content, row["sequence"])) for row in there]
        else:
            continue
        for id_, publication in made:
            found[id_] = (*found.get(id_, ()), publication)
    return found


def _copies(root: Path, receipts: Sequence[Receipt], ids: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    """Return, for documents that go, those of their clusters that stay."""
    shelf, wanted = Shelf(root), _values(ids)
    tables = [shelf.read(path, ["id", "cluster"]) for path in _paths(receipts, _DUPLICATES)]
    if not tables:
        return {}
    members = pa.concat_tables(tables)
    clusters = members.filter(pc.is_in(members["id"], value_set=wanted))
    touched = members.filter(pc.is_in(members["cluster"], value_set=clusters["cluster"].combine_chunks())).to_pylist()
    staying: dict[str, list[str]] = {}
    for row in touched:
        if row["id"] not in ids:
            staying.setdefault(row["cluster"], []).append(row["id"])
    return {row["id"]: tuple(sorted(staying.get(row["cluster"], ()))) for row in touched if row["id"] in ids}


def _paths(receipts: Sequence[Receipt], folder: str) -> list[str]:
    return sorted(path for receipt in receipts for path in receipt.outputs if path.startswith(folder))


def _among(ids: Any, wanted: "pa.Array[Any]") -> list[Any]:  # noqa: ANN401 -- an Arrow column
    found: list[Any] = ids.filter(pc.is_in(ids, value_set=wanted)).to_pylist()
    return found


def _values(ids: frozenset[str]) -> "pa.Array[Any]":
    return pa.array(sorted(ids), pa.string())
