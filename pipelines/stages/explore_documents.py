"""The documents that the explorer offers for reading: what their licences let be shown, and their stories."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from datacards.explorer.documents import Copies, Licence, Reading
from datacards.licences import licence_ids, licence_url
from pipelines.corpus import Shard
from pipelines.corpus.schemas import DOCUMENTS
from pipelines.edits.edited import edited_texts, read_edits
from pipelines.licensing.permitted import permits
from pipelines.licensing.profiles import Operation
from pipelines.stages.publish import MAY_BE_PASSED_ON

if TYPE_CHECKING:
    from pipelines.corpus import Shelf

_DOCUMENT = (
    *("id", "text", "source", "url", "title", "created", "license_declared"),
    *("license_evidence", "attribution", "derived_from", "generation"),
)
_LICENCE = ("id", "license", "status", "obligations", "reason", "operations")
_COPIES = ("id", "cluster", "cluster_corpus", "cluster_size", "match", "similarity")


@dataclass(frozen=True)
class _Shown:
    """What is shown of a text: nothing where `text` is None; and how it differs from the text of the source."""

    text: str | None
    changes: tuple[str, ...]


def readings(
    shelf: "Shelf", shards: Mapping[Shard, Sequence[str]], rows: pa.Table, chosen: Sequence[str], characters: int
) -> list[Reading]:
    """Return the chosen documents in the order in which they were chosen.

    Args:
        shelf: The corpus.
        shards: The tables of edits about the documents of each shard.
        rows: The table `corpus`.
        chosen: Ids of documents in it.
        characters: Texts are cut to so many.
    """
    wanted = pa.array(chosen, pa.string())
    values = _by_id(rows, wanted)
    found: dict[str, Reading] = {}
    translations: dict[str, list[str]] = {}
    for shard, edit_paths in shards.items():
        documents, made_from = _chosen(shelf, shard, wanted)
        for original, translation in made_from:
            translations.setdefault(original, []).append(translation)
        licences = _by_id(shelf.read(shard.path("licences"), _LICENCE), wanted)
        copies = _by_id(shelf.read(shard.path("duplicates"), _COPIES), wanted)
        shown = _shown(documents, licences, read_edits(shelf, edit_paths), characters)
        for document, text in zip(documents.to_pylist(), shown, strict=True):
            id_ = document["id"]
            found[id_] = _reading(document, text, licences[id_], copies.get(id_), values[id_])
    return [replace(found[id_], translations=tuple(translations.get(id_, ()))) for id_ in chosen]


def _chosen(shelf: "Shelf", shard: Shard, wanted: "pa.Array[Any]") -> tuple[pa.Table, list[tuple[str, str]]]:
    """Return those of a shard's documents that are wanted; and which of its documents were made from wanted ones."""
    schema = pa.schema([DOCUMENTS.field(name) for name in _DOCUMENT]).remove_metadata()
    documents, made_from = [], list[tuple[str, str]]()
    for batch in shelf.batches(shard.path("documents"), _DOCUMENT):
        documents.append(batch.filter(pc.is_in(batch["id"], value_set=wanted)).cast(schema))
        translated = batch.filter(pc.is_in(batch["derived_from"], value_set=wanted)).select(["derived_from", "id"])
        made_from += [(row["derived_from"], row["id"]) for row in translated.to_pylist()]
    return pa.Table.from_batches(documents, schema), made_from


def _by_id(table: pa.Table, wanted: "pa.Array[Any]") -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in table.filter(pc.is_in(table["id"], value_set=wanted)).to_pylist()}


def _shown(
    documents: pa.Table, licences: Mapping[str, Mapping[str, Any]], edits: pa.Table, characters: int
) -> Iterator[_Shown]:
    """Yield what may be shown of each text: as it is published, cut where it is long; whole or not at all under ND."""
    ids: list[Any] = documents["id"].to_pylist()
    operations = pa.array([licences[id_]["operations"] for id_ in ids], pa.list_(pa.string()))
    may_pass_on = permits(operations, Operation.REDISTRIBUTE).to_pylist()
    may_alter = permits(operations, Operation.ALTER).to_pylist()
    texts: list[Any] = edited_texts(documents["text"], documents["id"], edits).to_pylist()
    rules: dict[str, set[str]] = {}
    for edit in edits.to_pylist():
        rules.setdefault(edit["id"], set()).add(edit["rule"])
    for id_, text, passes, alters in zip(ids, texts, may_pass_on, may_alter, strict=True):
        changes = [f"edited by {', '.join(sorted(rules[id_]))}"] if id_ in rules else []
        if len(text) > characters:
            changes.append(f"cut after {characters:,} characters")
        permitted = licences[id_]["status"] in MAY_BE_PASSED_ON and passes and (alters or not changes)
        yield _Shown(text[:characters] if permitted else None, tuple(changes) if permitted else ())


def _reading(
    document: Mapping[str, Any],
    shown: _Shown,
    licence: Mapping[str, Any],
    copies: Mapping[str, Any] | None,
    values: Mapping[str, Any],
) -> Reading:
    """Return a document with its story; of one that may not be passed on, no word that might be its own."""
    is_shown = shown.text is not None
    attribution = json.loads(document["attribution"]) if is_shown and document["attribution"] else {}
    evidence = json.loads(document["license_evidence"]) if document["license_evidence"] else []
    said = ("class", "kind", "value", "locator") if is_shown else ("class", "kind")
    return Reading(
        **{name: document[name] for name in ("id", "url", "source", "created", "generation", "derived_from")},
        language=values["language"],
        rule=values["rule"],
        licence=Licence(
            concluded=licence["license"],
            urls=tuple(url for name in licence_ids(licence["license"]) if (url := licence_url(name)) is not None),
            status=licence["status"],
            reason=licence["reason"],
            obligations=tuple(licence["obligations"] or ()),
            declared=document["license_declared"] if is_shown else None,
            evidence=tuple({name: found.get(name) for name in said} for found in evidence),
        ),
        copies=None
        if copies is None
        else Copies(*(copies[name] for name in ("cluster", "cluster_corpus", "cluster_size", "match", "similarity"))),
        title=document["title"] if is_shown else None,
        text=shown.text,
        characters=len(document["text"]),
        attribution=(*_listed(attribution.get("creators")), *_listed(attribution.get("notices"))),
        changes=(*_listed(attribution.get("changes")), *shown.changes),
        values=tuple(values.values()),
    )


def _listed(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)
