"""One shard translated into one language: the journal read, engines asked, documents written as they are done."""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import langcodes
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus import Outcome, Shard, Unit
from pipelines.corpus.schemas import DOCUMENTS, TRANSLATIONS
from pipelines.edits.edited import edited_batches, read_edits
from pipelines.errors import WorkerLostError
from pipelines.licensing.imposed import which_bear
from pipelines.licensing.spdx import NOASSERTION
from pipelines.removals.matching import Removals, read_removals
from pipelines.removals.removed import REASON as REMOVED
from pipelines.stages import choose_translations
from pipelines.stages.open_engines import close_engines, engines_of
from pipelines.stages.stopping import asked_to_stop
from pipelines.stages.translation_rows import Lineage, translation_id
from pipelines.tokens.order import Column, aligned
from translate.answers import Answers
from translate.documents import OnFailure, Policy, TranslatedDocument, translate_documents
from translate.engines import EngineDiedError, OutputLicense
from translate.engines.base import Reply
from translate.journal import part_table, read_part
from translate.journal_log import JournalLog, logs_of, read_log
from translate.ladder import Ladder, StoppedError
from translate.segmentation import Segment, SentenceSplitter, pack, segment_document, sentence_splitter

if TYPE_CHECKING:
    from pipelines.corpus import Shelf

ALIGNED = "translations"
FORBIDDEN = "license_forbids_model"
JOURNAL = "journal"

_LOG = logging.getLogger(__name__)
_DOCUMENTS_AT_A_TIME = 64
# No tokenizer makes more than a token of a byte, nor masking more than three bytes: short segments need no counting.
_MOST_TOKENS_A_BYTE = 3


def translation_of(shard: Shard, target: str) -> Shard:
    """Return the shard that the translations of a shard's documents into a language form."""
    return Shard(f"{shard.source}-to-{target}", shard.name)


def translate_shard(unit: Unit, shelf: "Shelf") -> Outcome:
    """Translate the chosen documents of one shard into one language.

    Raises:
        LoamError: An engine cannot be opened, or died; or the process was told to end. Answers so far are kept.
    """
    shard = translation_of(Shard.of(unit.inputs[0]), str(unit.parameters["to"]))
    # The journal is read past the shelf: what it holds saves work and changes no output, so it is no input.
    part = shelf.root / shard.path(JOURNAL)
    with asked_to_stop() as stopping, JournalLog(part) as log:
        try:
            engines = engines_of(unit.externals)
            source, target = str(unit.parameters["from"]), str(unit.parameters["to"])
            split = sentence_splitter(langcodes.standardize_tag(source.partition("_")[0]))
            known = _known(part)
            ladders = [
                Ladder(
                    Answers(engine, source, target, known, log.append),
                    split,
                    by_sentence=engine.identity.unit == "sentence" != engines[0].identity.unit,
                    stopping=stopping,
                )
                for engine in engines
            ]
            outcome = _translate(unit, shelf, ladders, split)
        except EngineDiedError as error:
            close_engines()
            raise WorkerLostError(f"{unit.name}: {error}; run again: answers so far are in the journal") from error
        except StoppedError as error:
            raise WorkerLostError(f"{unit.name}: {error}; run again to go on from there") from None
    entries = [entry for ladder in ladders for entry in ladder.answers.entries(ladder.findings)]
    shelf.write(shard.path(JOURNAL), part_table(entries))
    return outcome


def _known(part: Path) -> Mapping[str, Reply]:
    """Return what the last finished run and killed ones left; damage is said, and its segments translated again."""
    known: dict[str, Reply] = {}
    for content in (read_part(part), *map(read_log, logs_of(part))):
        known |= content.replies
        for line in content.damaged:
            _LOG.warning("journal: %s; translated again", line)
    return known


@dataclass(frozen=True)
class _Parent:
    """A row of `documents` to translate, and its concluded licence."""

    row: Mapping[str, Any]
    license: str


class _Rows:
    """Rows of a table, kept as Arrow data some at a time."""

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema.remove_metadata()
        self._tables: list[pa.Table] = []
        self._pending: list[Mapping[str, object]] = []

    def add(self, row: Mapping[str, object]) -> None:
        self._pending.append(row)
        if len(self._pending) >= _DOCUMENTS_AT_A_TIME:
            self._pack()

    def table(self) -> pa.Table:
        self._pack()
        return pa.concat_tables(self._tables)

    def _pack(self) -> None:
        self._tables.append(pa.Table.from_pylist(self._pending, self._schema))
        self._pending = []


def _translate(unit: Unit, shelf: "Shelf", ladders: Sequence[Ladder], split: SentenceSplitter) -> Outcome:
    """Translate the documents, and write the translations and their segments."""
    parameters = unit.parameters
    share = cast("float", parameters["max_failed_share"])
    policy = Policy(cast("OnFailure", parameters["on_failure"]), share)
    parent, target = Shard.of(unit.inputs[0]), str(parameters["to"])
    shard = translation_of(parent, target)
    identities = [ladder.answers.engine.identity for ladder in ladders]
    lineage = Lineage(shard.source, str(parameters["from"]), target, identities)
    documents, alignments = _Rows(DOCUMENTS), _Rows(TRANSLATIONS)
    dropped, counts, rows_out, bytes_in = Counter[str](), Counter[str](), 0, 0
    chosen = shelf.read(parent.path(choose_translations.FOLDER))["id"]
    staying = _without_removed(chosen, target, read_removals(shelf.root))
    if len(staying) < len(chosen):
        dropped[REMOVED] = len(chosen) - len(staying)
    licences = shelf.read(parent.path("licences"), ["id", "license"])
    bearing = _bearing(staying, licences, identities[0].output_license)
    if len(bearing) < len(staying):
        dropped[FORBIDDEN] = len(staying) - len(bearing)
        staying = bearing
    segmented = _segmented(_parents(unit, shelf, parent, staying), ladders[0], split)
    for source, translated in translate_documents(segmented, ladders, policy):
        bytes_in += len(source.row["text"].encode())
        counts.update(_counts(translated))
        alignments.add(lineage.alignment(source.row, translated))
        if translated.reason is None:
            rows_out += 1
            documents.add(lineage.document(source.row, source.license, translated))
        else:
            dropped[translated.reason] += 1
    if rows_out:
        shelf.write(shard.path("documents"), documents.table())
    shelf.write(shard.path(ALIGNED), alignments.table())
    for ladder in ladders:
        counts.update(ladder.answers.tokens())
    return Outcome(len(chosen), rows_out, dict(sorted(dropped.items())), bytes_in, dict(sorted(counts.items())))


def _without_removed(chosen: Column, target: str, removals: Removals) -> Column:
    """Return the chosen documents whose translation is not removed; those of removed documents are not chosen."""
    if not removals.ids:
        return chosen
    staying = [translation_id(parent, target) not in removals.ids for parent in map(str, chosen.to_pylist())]
    kept: Column = chosen.filter(pa.array(staying, pa.bool_()))
    return kept


def _bearing(chosen: Column, licences: pa.Table, terms: OutputLicense) -> Column:
    """Return the chosen documents whose licence bears what a model imposes on its outputs."""
    if not terms.restricts_outputs:
        return chosen
    kept: Column = chosen.filter(which_bear(aligned(licences, "license", chosen), terms.model_license))
    return kept


def _counts(translated: TranslatedDocument) -> Counter[str]:
    """Count a document's segments by rung, and those that left the first rung by the reason why."""
    counts = Counter[str]()
    for segment in translated.segments:
        finding = segment.result.finding
        counts[f"segments {segment.result.rung}{f' {finding.reason}' if finding else ''}"] += 1
    return counts


def _parents(unit: Unit, shelf: "Shelf", shard: Shard, chosen: Column) -> Iterator[list[_Parent]]:
    """Yield the chosen documents of a shard with their edits applied, some at a time."""
    licences = shelf.read(shard.path("licences"), ["id", "license"])
    edits = read_edits(shelf, unit.inputs)
    for batch in edited_batches(shelf, shard.path("documents"), None, edits, _DOCUMENTS_AT_A_TIME):
        rows = batch.filter(pc.is_in(batch["id"], value_set=chosen))
        licenses = aligned(licences, "license", rows["id"]).to_pylist()
        yield [_Parent(row, license_ or NOASSERTION) for row, license_ in zip(rows.to_pylist(), licenses, strict=True)]


def _segmented(
    batches: Iterator[list[_Parent]], ladder: Ladder, split: SentenceSplitter
) -> Iterator[tuple[_Parent, Sequence[Segment]]]:
    """Yield documents in segments that fit the engine."""
    identity = ladder.answers.engine.identity
    for batch in batches:
        for parent in batch:
            segments = segment_document(parent.row["text"], split if identity.unit == "sentence" else None)
            fitting: list[Segment] = []
            for segment in segments:
                if len(segment.text.encode()) * _MOST_TOKENS_A_BYTE <= identity.max_segment_tokens:
                    fitting.append(segment)
                else:
                    fitting += pack([segment], split, ladder.count_tokens, identity.max_segment_tokens)
            yield parent, fitting
