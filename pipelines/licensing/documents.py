"""Licences of a whole document shard: decided once for each distinct combination, mapped back in columns."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus.schemas import LICENCES
from pipelines.licensing import spdx
from pipelines.licensing.conclude import conclude, read_evidence
from pipelines.licensing.document_decision import DocumentLicense, decide_document
from pipelines.licensing.imposed import imposed_licenses
from pipelines.licensing.preferences import is_reserved
from pipelines.licensing.profiles import Operation, Profile
from pipelines.licensing.reviewed import conclude_reviewed, override_among, reviews_of
from pipelines.licensing.reviews import Review
from pipelines.licensing.statuses import ALLOWED, Reason, Status
from pipelines.licensing.unalterable import KEPT_AS_THEY_ARE, is_unalterable

# Where and when a statement was found, and in what, differs from document to document and decides nothing.
_PLACES = r'"(locator|retrieved_at|sha256)":\s*(?:null|"(?:[^"\\]|\\.)*")'
_UNIT_SEPARATOR = "\x1f"


def license_documents(
    documents: pa.Table,
    cluster_licenses: "pa.ChunkedArray[Any]",
    operation: Operation,
    profile: Profile | None,
    reviews: Sequence[Review] = (),
) -> pa.Table:
    """Return the `licences` rows of a document shard, in its order.

    Args:
        documents: Columns `id`, `license_declared`, `license_evidence` and `preferences`; with reviews also `url` and
            `source`.
        cluster_licenses: For each document the distinct declared licences of its exact copies; null without copies.
        operation: What is to be done with the documents.
        profile: None when the recipe names none: then nothing is decided, and `operations` is null but for texts that
            a licence forbids to change.
        reviews: Those that are in force.
    """
    evidence = pc.replace_substring_regex(documents["license_evidence"], _PLACES, r'"\1":null')
    copies = pc.binary_join(cluster_licenses, _UNIT_SEPARATOR)
    about = reviews_of(documents, reviews) if reviews else pa.chunked_array([pa.nulls(documents.num_rows, pa.string())])
    columns = [_encoded(column) for column in (documents["license_declared"], evidence, copies, about)]
    columns.append(_reservations(documents["preferences"]))
    codes = np.stack([indices for indices, _ in columns])
    distinct, inverse = np.unique(codes, axis=1, return_inverse=True)
    rows = []
    for combination in distinct.T:
        declared, found, joined, numbers, reserved = (
            values[code] for code, (_, values) in zip(combination, columns, strict=True)
        )
        cluster = () if joined is None else tuple(joined.split(_UNIT_SEPARATOR))
        counted = [] if numbers is None else [reviews[int(number)] for number in numbers.split(",")]
        case = _Case(declared, found, cluster, reserved is not None)
        rows.append(_decided(case, counted, operation, profile))
    decided = pa.table(
        {
            "license": pa.array([row.license for row in rows], pa.string()),
            "status": pa.array([row.status for row in rows], pa.string()),
            "obligations": pa.array([row.obligations for row in rows], pa.list_(pa.string())),
            "reason": pa.array([row.reason for row in rows], pa.string()),
            "operations": pa.array([row.operations for row in rows], pa.list_(pa.string())),
            "profile": pa.array([None if profile is None else profile.name] * len(rows), pa.string()),
            "review": pa.array([row.review for row in rows], pa.string()),
        }
    )
    mapped = decided.take(inverse.ravel())
    return mapped.add_column(0, "id", documents["id"]).cast(LICENCES)


@dataclass(frozen=True)
class _Case:
    """What is known of a document: documents of which the same is known are decided once."""

    declared: str | None
    evidence: str | None
    copies: tuple[str, ...]
    reserved: bool


def _decided(case: _Case, reviews: Sequence[Review], operation: Operation, profile: Profile | None) -> DocumentLicense:
    statements = read_evidence(case.evidence)
    if reviews:
        conclusion = conclude_reviewed(case.declared, statements, case.copies, reviews)
    else:
        conclusion = conclude(case.declared, statements, case.copies)
    imposed = imposed_licenses(case.evidence)
    row = decide_document(conclusion, operation, profile, opted_out=case.reserved, imposed=imposed)
    if profile is None and is_unalterable(case.declared, statements, case.copies):
        return replace(row, operations=KEPT_AS_THEY_ARE)
    return replace(row, **_audit(row, reviews)) if reviews else row


def _audit(row: DocumentLicense, reviews: Sequence[Review]) -> dict[str, Any]:
    """Return what tells that a decision rests on reviews: which, and as the reason where it allows."""
    override = override_among(reviews)
    counted = reviews if override is None else [override]
    reason = Reason.REVIEWED if override is None else Reason.OVERRIDDEN
    text = orjson.dumps([review.as_json() for review in counted], option=orjson.OPT_SORT_KEYS).decode()
    return {"review": text, "reason": reason if row.status in ALLOWED and row.reason is None else row.reason}


def held_back(licences: pa.Table, reasons: "pa.Array[Any]") -> pa.Table:
    """Return `licences` with documents put into quarantine for what is suspected of their licence.

    Args:
        licences: Rows of `licences`.
        reasons: For each row why it is held back; null for those that are not. Overridden ones never are.
    """
    kept = pc.or_(pc.is_null(reasons), pc.is_in(licences["reason"], value_set=pa.array([str(Reason.OVERRIDDEN)])))
    nothing = pa.array([[]], licences.schema.field("obligations").type)[0]
    statistics = pa.array([[str(Operation.PUBLISH_STATISTICS)]], licences.schema.field("operations").type)[0]
    held = {"status": str(Status.QUARANTINE), "obligations": nothing, "operations": statistics}
    columns = {name: pc.if_else(kept, licences[name], value) for name, value in held.items()}
    columns["reason"] = pc.if_else(kept, licences["reason"], reasons)
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
