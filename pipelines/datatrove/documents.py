"""Documents of datatrove as columns, and back: kernels take a batch of texts, datatrove's steps one document."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from signals.languages import to_flores

if TYPE_CHECKING:
    from datatrove.data import Document

# Where datatrove's users keep what has a place of its own here; the first that is there counts.
KEYS: Mapping[str, tuple[str, ...]] = {
    "url": ("url",),
    "title": ("title",),
    "created": ("date", "timestamp", "created"),
    "lang": ("language", "lang"),
    "license": ("license",),
}


def key_of(metadata: Mapping[str, Any], field: str) -> str | None:
    """Return the key under which a document's metadata say something of a field of `KEYS`; None where they do not."""
    return next((key for key in KEYS[field] if metadata.get(key) not in (None, "")), None)


def texts_of(batch: "Sequence[Document]") -> "pa.Array[Any]":
    """Return the texts of some documents."""
    return pa.array([document.text for document in batch], pa.large_string())


def metadata_of(batch: "Sequence[Document]", field: str) -> "pa.Array[Any]":
    """Return what the metadata of some documents say of a field of `KEYS`, as text; null where they do not."""
    keys = [key_of(document.metadata, field) for document in batch]
    found = [None if key is None else str(document.metadata[key]) for document, key in zip(batch, keys, strict=True)]
    return pa.array(found, pa.string())


def languages_of(batch: "Sequence[Document]") -> "pa.Array[Any]":
    """Return the declared languages of some documents, as FLORES writes them; null where they have none."""
    declared = metadata_of(batch, "lang").to_pylist()
    return pa.array([None if label is None else to_flores(label) for label in declared], pa.string())


def annotate(batch: "Sequence[Document]", columns: pa.Table) -> None:
    """Write columns, a row a document, into the documents' metadata; hashes in hexadecimal, for JSON has no bytes."""
    for name in columns.column_names:
        for document, value in zip(batch, columns[name].to_pylist(), strict=True):
            document.metadata[name] = value.hex() if isinstance(value, bytes) else value
