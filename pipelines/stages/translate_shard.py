"""One shard translated into one language: the journal read, engines asked, documents written as they are done."""

import contextlib
import gc
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

from pipelines.corpus import Outcome, Shard, Unit
from pipelines.removals.removed import REASON as REMOVED
from pipelines.stages.open_engines import engines_at_work, engines_of
from pipelines.stages.second_look import second_look_of
from pipelines.stages.translation_bounds import bounds_for
from pipelines.stages.translation_engines import engines_told
from pipelines.stages.translation_rows import Lineage
from pipelines.stages.translation_source import (
    JOURNAL,
    choice_of,
    known_answers,
    parents,
    segments_of,
    translation_of,
)
from pipelines.stages.translation_tables import Gathered, alignment_table, document_table
from translate.answers import Answers
from translate.documents import OnFailure, Policy, TranslatedDocument, translate_documents
from translate.engines import Engine
from translate.journal import part_table
from translate.journal_log import JournalLog
from translate.ladder import Ladder
from translate.second_look import look_counts
from translate.segmentation import SentenceSplitter, sentence_splitter

if TYPE_CHECKING:
    from pipelines.corpus import Shelf

ALIGNED = "translations"
FORBIDDEN = "license_forbids_model"

_OBJECTS_BETWEEN_COLLECTIONS = 500_000


@contextlib.contextmanager
def _rare_collections() -> Iterator[None]:
    """Look for cyclic garbage seldom, and not in what was there before: most objects here are kept to the end."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@_rare_collections()
def translate_shard(unit: Unit, shelf: "Shelf") -> Outcome:
    """Translate the chosen documents of one shard into one language.

    Raises:
        LoamError: An engine cannot be opened, or died; or the process was told to end. Answers so far are kept.
    """
    shard = translation_of(Shard.of(unit.inputs[0]), str(unit.parameters["to"]))
    # The journal is read past the shelf: what it holds saves work and changes no output, so it is no input.
    part = shelf.root / shard.path(JOURNAL)
    with engines_at_work(unit.name) as stopping, JournalLog(part) as log:
        engines, others = _engines(unit)
        source, target = str(unit.parameters["from"]), str(unit.parameters["to"])
        split = sentence_splitter(source)
        known = known_answers(part)
        bounds = bounds_for(unit, shelf)
        second_look = second_look_of(unit.parameters, (source, target), others, known, log.append, stopping)
        ladders = [
            Ladder(
                Answers(engine, source, target, known, log.append),
                split,
                bounds=bounds,
                by_sentence=engine.identity.unit == "sentence" != engines[0].identity.unit,
                second_look=second_look,
                stopping=stopping,
            )
            for engine in engines
        ]
        outcome = _translate(unit, shelf, ladders, split)
    entries = [entry for ladder in ladders for entry in ladder.entries()]
    if second_look is not None:
        entries += second_look.entries()
        counts = {**outcome.counts, **look_counts(second_look.counts)}
        outcome = replace(outcome, counts=dict(sorted(counts.items())))
    shelf.write(shard.path(JOURNAL), part_table(entries))
    return outcome


def _engines(unit: Unit) -> tuple[Sequence[Engine], Sequence[Engine]]:
    """Return the engine and those that it falls back to, and those that a second look asks."""
    translating = len(cast("Sequence[object]", unit.parameters["engines"]))
    engines = engines_of(*engines_told(unit))
    return engines[:translating], engines[translating:]


def _translate(unit: Unit, shelf: "Shelf", ladders: Sequence[Ladder], split: SentenceSplitter) -> Outcome:
    """Translate the documents, and write the translations and their segments."""
    parameters = unit.parameters
    share = cast("float", parameters["max_failed_share"])
    policy = Policy(cast("OnFailure", parameters["on_failure"]), share)
    parent, target = Shard.of(unit.inputs[0]), str(parameters["to"])
    shard = translation_of(parent, target)
    identities = [ladder.answers.engine.identity for ladder in ladders]
    lineage = Lineage(shard.source, str(parameters["from"]), target, identities)
    documents, alignments = Gathered(document_table), Gathered(partial(alignment_table, lineage))
    dropped, counts, rows_out, bytes_in = Counter[str](), Counter[str](), 0, 0
    choice = choice_of(shelf, parent, target, identities[0].output_license)
    dropped[REMOVED] = len(choice.chosen) - len(choice.staying)
    dropped[FORBIDDEN] = len(choice.staying) - len(choice.bearing)
    segmented = (
        (source, segments_of(source.row["text"], ladders[0], split))
        for source in parents(unit, shelf, parent, choice.bearing)
    )
    for source, translated in translate_documents(segmented, ladders, policy):
        bytes_in += len(source.row["text"].encode())
        counts.update(_counts(translated))
        alignments.add((source.row, translated))
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
    reasons = {reason: count for reason, count in sorted(dropped.items()) if count}
    return Outcome(len(choice.chosen), rows_out, reasons, bytes_in, dict(sorted(counts.items())))


def _counts(translated: TranslatedDocument) -> Counter[str]:
    """Count a document's segments by rung, and those that left the first rung by the reason why."""
    counts = Counter[str]()
    for segment in translated.segments:
        finding = segment.result.finding
        counts[f"segments {segment.result.rung}{f' {finding.reason}' if finding else ''}"] += 1
    return counts
