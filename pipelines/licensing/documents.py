"""Licences of a whole document shard: decided once for each distinct combination, mapped back in columns."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus.schemas import LICENCES
from pipelines.licensing import spdx
from pipelines.licensing.conclude import conclude, read_evidence
from pipelines.licensing.document_decision import decide_document
from pipelines.licensing.imposed import imposed_licenses
from pipelines.licensing.preferences import is_reserved
from pipelines.licensing.profiles import Operation, Profile
from pipelines.licensing.statuses import Status
from pipelines.licensing.unalterable import KEPT_AS_THEY_ARE, is_unalterable

# Where and when a statement was found, and in what, differs from document to document and decides nothing.
_PLACES = r'"(locator|retrieved_at|sha256)":\s*(?:null|"(?:[^"\\]|\\.)*")'
_UNIT_SEPARATOR = "\x1f"


def license_documents(
    documents: pa.Table, cluster_licenses: "pa.ChunkedArray[Any]", operation: Operation, profile: Profile | None
) -> pa.Table:
    """Return the `licences` rows of a document shard, in its order.

    Args:
        documents: Columns `id`, `license_declared`, `license_evidence` and `preferences`.
        cluster_licenses: For each document the distinct declared licences of its exact copies; null without copies.
        operation: What is to be done with the documents.
        profile: None when the recipe names none: then nothing is decided, and `operations` is null but for texts that
            a licence forbids to change.
    """
    evidence = pc.replace_substring_regex(documents["license_evidence"], _PLACES, r'"\1":null')
    copies = pc.binary_join(cluster_licenses, _UNIT_SEPARATOR)
    columns = [_encoded(column) for column in (documents["license_declared"], evidence, copies)]
    columns.append(_reservations(documents["preferences"]))
    codes = np.stack([indices for indices, _ in columns])
    distinct, inverse = np.unique(codes, axis=1, return_inverse=True)
    rows = []
    for combination in distinct.T:
        declared, found, joined, reserved = (
            values[code] for code, (_, values) in zip(combination, columns, strict=True)
        )
        cluster = [] if joined is None else joined.split(_UNIT_SEPARATOR)
        statements = read_evidence(found)
        conclusion = conclude(declared, statements, cluster)
        row = decide_document(
            conclusion, operation, profile, opted_out=reserved is not None, imposed=imposed_licenses(found)
        )
        if profile is None and is_unalterable(declared, statements, cluster):
            row = replace(row, operations=KEPT_AS_THEY_ARE)
        rows.append(row)
    decided = pa.table(
        {
            "license": pa.array([row.license for row in rows], pa.string()),
            "status": pa.array([row.status for row in rows], pa.string()),
            "obligations": pa.array([row.obligations for row in rows], pa.list_(pa.string())),
            "reason": pa.array([row.reason for row in rows], pa.string()),
            "operations": pa.array([row.operations for row in rows], pa.list_(pa.string())),
            "profile": pa.array([None if profile is None else profile.name] * len(rows), pa.string()),
        }
    )
    mapped = decided.take(inverse.ravel())
    return mapped.add_column(0, "id", documents["id"]).cast(LICENCES)


def held_back(licences: pa.Table, reasons: "pa.Array[Any]") -> pa.Table:
    """Return `licences` with documents put into quarantine for what is suspected of their licence.

    Args:
        licences: Rows of `licences`.
        reasons: For each row why it is held back; null for those that are not.
    """
    kept = pc.is_null(reasons)
    nothing = pa.array([[]], licences.schema.field("obligations").type)[0]
    statistics = pa.array([[str(Operation.PUBLISH_STATISTICS)]], licences.schema.field("operations").type)[0]
    held = {"status": str(Status.QUARANTINE), "obligations": nothing, "operations": statistics}
    columns = {name: pc.if_else(kept, licences[name], value) for name, value in held.items()}
    columns["reason"] = pc.coalesce(reasons, licences["reason"])
    for name, values in columns.items():
        place = licences.schema.get_field_index(name)
        licences = licences.set_column(place, licences.schema.field(name), values)
    return licences


def _encoded(column: Any) -> tuple[np.ndarray, list[str | None]]:  # noqa: ANN401  # the stubs give a union of arrays
    """Return for each row a code, and for each code its string; the last code stands for null."""
    encoded = column.combine_chunks().dictionary_encode()
    values: list[str | None] = [*encoded.dictionary.to_pylist(), None]
    return encoded.indices.fill_null(len(values) - 1).to_numpy(), values


def _reservations(preferences: Any) -> tuple[np.ndarray, list[str | None]]:  # noqa: ANN401  # as in _encoded
    """Return for each row a code, and for each code a word where the preferences reserve the document, else null."""
    codes, values = _encoded(preferences)
    reserved = np.array([is_reserved(value) for value in values], np.intp)
    return reserved[codes], [None, "reserved"]


def rules_digest() -> str:
    """Return the SHA-256 of everything that decides licences beside the code: the tables here and the SPDX list."""
    digest = hashlib.sha256(spdx.list_version().encode())
    for name, content in _tables(files(__package__).joinpath("data")):
        digest.update(f"\n{name}\n".encode() + content)
    return digest.hexdigest()


def _tables(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _tables(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith((".csv", ".yaml", ".txt")):
            yield f"{prefix}{entry.name}", entry.read_bytes()
