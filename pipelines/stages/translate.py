"""Translate: chosen documents of generation 0 become documents of generation 1, checked, under their parents' terms."""

import functools
import hashlib
import json
import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import langcodes
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus import Outcome, Shard, Stage, Unit
from pipelines.corpus.files import temporary_of
from pipelines.corpus.schemas import DOCUMENTS
from pipelines.edits.edited import edit_paths, edited_batches, read_edits
from pipelines.errors import LoamError
from pipelines.licensing.attribution import with_change
from pipelines.licensing.decide import derive
from pipelines.licensing.profiles import Operation
from pipelines.licensing.spdx import NOASSERTION
from pipelines.stages import choose_translations
from pipelines.tokens.order import aligned
from translate.answers import Answers
from translate.checks import CHECKS_VERSION
from translate.documents import OnFailure, TranslatedDocument, assemble
from translate.engines import Engine, EngineIdentity, EngineSpec, engine_identity, open_engine
from translate.journal import part_table, read_log, read_part
from translate.ladder import Ladder
from translate.masking import MASKING_VERSION
from translate.segmentation import SEGMENTATION_VERSION, segment_document, sentence_splitter

if TYPE_CHECKING:
    from pipelines.corpus import Json, Plan, Shelf

_LOG = logging.getLogger(__name__)
_DOCUMENTS_AT_A_TIME = 64
_ID_BYTES = 16
_JOURNAL = "journal"


def _plan(plan: "Plan", generation: int) -> Sequence[Unit]:
    """Return one unit for each shard with chosen documents and each target language."""
    section = plan.recipe.translate
    if section is None or generation != 1:
        return []
    identity = _identity(section.engine)
    for target in section.to:
        if not identity.translates(section.source.lang, target):
            pairs = ", ".join(f"{source} to {into}" for source, into in identity.pairs or ())
            raise LoamError(
                f"translate.to: {identity.name} translates {pairs}, not {section.source.lang} to {target}; "
                "change `to`, `from.lang` or `engine`"
            )
    parameters: dict[str, Json] = {
        "engine": {**identity.parameters()},
        "from": section.source.lang,
        "on_failure": section.on_failure,
        "segmentation": SEGMENTATION_VERSION,
        "masking": MASKING_VERSION,
        "checks": CHECKS_VERSION,
    }
    chosen = plan.outputs(choose_translations.STAGE.name, choose_translations.FOLDER, generation)
    return [
        Unit(
            STAGE.name,
            _translation_of(shard, target).unit,
            generation,
            (
                shard.path("documents"),
                shard.path("licences"),
                shard.path(choose_translations.FOLDER),
                *edit_paths(plan, shard),
            ),
            {**parameters, "to": target},
        )
        for shard in map(Shard.of, chosen)
        for target in section.to
    ]


def _identity(engine: str) -> EngineIdentity:
    try:
        return engine_identity(EngineSpec(engine))
    except ModuleNotFoundError as error:
        raise LoamError(f"translate.engine: {error}") from None


def _translation_of(shard: Shard, target: str) -> Shard:
    return Shard(f"{shard.source}-to-{target}", shard.name)


def _work(unit: Unit, shelf: "Shelf") -> Outcome:
    """Translate the chosen documents of one shard into one language."""
    source, target = str(unit.parameters["from"]), str(unit.parameters["to"])
    engine = _engine(str(cast("Mapping[str, Any]", unit.parameters["engine"])["name"]))
    parent = Shard.of(unit.inputs[0])
    shard = _translation_of(parent, target)
    # The journal is read past the shelf: what it holds saves work and changes no output, so it is no input.
    part = shelf.root / shard.path(_JOURNAL)
    log = temporary_of(part.with_suffix(".log"))
    answers = Answers(engine, source, target, _known(part, log), log)
    split = sentence_splitter(langcodes.standardize_tag(source.partition("_")[0]))
    by_sentence = engine.identity.unit == "sentence"
    ladder = Ladder(engine, target, split, answers)
    lineage = _Lineage(shard.source, source, target, engine.identity)
    licences = shelf.read(parent.path("licences"), ["id", "license"])
    translations: list[dict[str, object]] = []
    dropped, bytes_in, rows_in = Counter[str](), 0, 0
    edits = read_edits(shelf, unit.inputs)
    for rows in _chosen_documents(shelf, parent, edits):
        licenses = aligned(licences, "license", rows["id"]).to_pylist()
        parents = rows.to_pylist()
        segmented = [segment_document(row["text"], split if by_sentence else None) for row in parents]
        results = ladder.translate([segment.text for segments in segmented for segment in segments if segment.text])
        for row, license_, segments in zip(parents, licenses, segmented, strict=True):
            document = assemble(segments, results, cast("OnFailure", unit.parameters["on_failure"]))
            rows_in += 1
            bytes_in += len(row["text"].encode())
            if document.reason is not None:
                dropped[document.reason] += 1
            else:
                translations.append(lineage.row(row, license_ or NOASSERTION, document))
    if translations:
        shelf.write(shard.path("documents"), pa.Table.from_pylist(translations, DOCUMENTS))
    entries = [(entry, ladder.findings[text]) for text, entry in answers.used.items()]
    shelf.write(shard.path(_JOURNAL), part_table(entries))
    return Outcome(rows_in, len(translations), dict(sorted(dropped.items())), bytes_in)


@functools.cache
def _engine(name: str) -> Engine:
    return open_engine(EngineSpec(name))


def _known(part: Path, log: Path) -> Mapping[str, str]:
    """Return what the last finished run and a killed one left; damage is said, and its segments translated again."""
    known: dict[str, str] = {}
    for content in (read_part(part), read_log(log)):
        known |= content.answers
        for line in content.damaged:
            _LOG.warning("journal: %s; translated again", line)
    return known


def _chosen_documents(shelf: "Shelf", shard: Shard, edits: pa.Table) -> Iterator[pa.Table]:
    """Yield the chosen rows of a document shard with their edits applied, some at a time."""
    chosen = shelf.read(shard.path(choose_translations.FOLDER))["id"]
    for batch in edited_batches(shelf, shard.path("documents"), None, edits, _DOCUMENTS_AT_A_TIME):
        rows = batch.filter(pc.is_in(batch["id"], value_set=chosen))
        if rows.num_rows:
            yield rows


@dataclass(frozen=True)
class _Lineage:
    """Where the translations of one shard come from and what made them."""

    source_name: str
    source: str
    target: str
    engine: EngineIdentity

    def row(self, parent: Mapping[str, Any], license_: str, document: TranslatedDocument) -> dict[str, object]:
        """Return a translation as a row of `documents`.

        Args:
            parent: The parent's row of `documents`.
            license_: The parent's concluded licence.
            document: The translation.
        """
        engine = self.engine
        change = f"machine-translated {self.source} → {self.target} by {engine.name} {engine.version} ({engine.model})"
        facts = {
            "engine": engine.name,
            "engine_version": engine.version,
            "model": engine.model,
            "model_license": engine.output_license.model_license,
            "source_language": self.source,
            "segments": document.segments,
            "segments_rejected": document.rejected,
        }
        return {
            "id": translation_id(parent["id"], self.target),
            "text": document.text,
            "lang": self.target,
            "source": self.source_name,
            **{name: parent[name] for name in ("source_id", "url", "title", "created", "preferences")},
            "license_declared": derive(license_, Operation.TRANSLATE),
            "license_evidence": _evidence(parent, license_),
            "attribution": with_change(parent["attribution"], change),
            "derived_from": parent["id"],
            "generation": 1,
            "meta": _json({"translation": facts}),
        }


def translation_id(parent: str, target: str) -> str:
    """Return the id of a document's translation into a language."""
    return hashlib.blake2b(f"{parent}\0{target}".encode(), digest_size=_ID_BYTES).hexdigest()


def _evidence(parent: Mapping[str, Any], license_: str) -> str:
    """Return the evidence of a translation's licence: its parent's conclusion, as strong as the parent's own."""
    found = json.loads(parent["license_evidence"] or "[]")
    strongest = min((entry["class"] for entry in found), default="E6")
    entry = {"class": strongest, "kind": "parent_document", "value": license_, "locator": parent["id"]}
    return _json([entry])


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


STAGE = Stage(name="translate", version=2, tables=("documents", _JOURNAL), plan=_plan, work=_work)
