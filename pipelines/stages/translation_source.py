"""What of a shard is translated: the documents that may be, their edits applied, in segments that fit the engine."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus import Shard
from pipelines.edits.edited import edited_batches, read_edits
from pipelines.licensing.imposed import which_bear
from pipelines.licensing.spdx import NOASSERTION
from pipelines.removals.matching import read_removals
from pipelines.stages import choose_translations
from pipelines.stages.translation_rows import translation_id
from pipelines.tokens.order import Column, aligned
from translate.engines import OutputLicense, Reply
from translate.journal import read_part
from translate.journal_log import logs_of, read_log
from translate.ladder import Ladder
from translate.segmentation import Segment, SentenceSplitter, pack, segment_document

if TYPE_CHECKING:
    from pipelines.corpus import Shelf, Unit

DOCUMENTS_AT_A_TIME = 64
JOURNAL = "journal"

_LOG = logging.getLogger(__name__)
# No tokenizer makes more than a token of a byte, nor masking more than three bytes: short segments need no counting.
_MOST_TOKENS_A_BYTE = 3


@dataclass(frozen=True)
class Parent:
    """A row of `documents` to translate, and its concluded licence."""

    row: Mapping[str, Any]
    license: str


@dataclass(frozen=True)
class Choice:
    """The documents of a shard that were chosen, and those of them that may be translated in the end.

    Attributes:
        chosen: All that were chosen.
        staying: Those whose translation is not removed.
        bearing: Those of them whose licence bears what a model imposes on its outputs.
    """

    chosen: Column
    staying: Column
    bearing: Column


def translation_of(shard: Shard, target: str) -> Shard:
    """Return the shard that the translations of a shard's documents into a language form."""
    return Shard(f"{shard.source}-to-{target}", shard.name)


def choice_of(shelf: "Shelf", shard: Shard, target: str, terms: OutputLicense) -> Choice:
    """Read which documents of a shard are translated into a language by an engine under some terms."""
    chosen: Column = shelf.read(shard.path(choose_translations.FOLDER))["id"]
    staying, removed = chosen, read_removals(shelf.root).ids
    if removed:  # those of removed originals are not chosen
        here = [translation_id(parent, target) not in removed for parent in map(str, chosen.to_pylist())]
        staying = chosen.filter(pa.array(here, pa.bool_()))
    bearing = staying
    if terms.restricts_outputs:
        licences = shelf.read(shard.path("licences"), ["id", "license"])
        bearing = staying.filter(which_bear(aligned(licences, "license", staying), terms.model_license))
    return Choice(chosen, staying, bearing)


def parents(unit: "Unit", shelf: "Shelf", shard: Shard, chosen: Column) -> Iterator[Parent]:
    """Yield the chosen documents of a shard with their edits applied."""
    licences = shelf.read(shard.path("licences"), ["id", "license"])
    edits = read_edits(shelf, [path for path in unit.inputs if Shard.of(path) == shard])
    for batch in edited_batches(shelf, shard.path("documents"), None, edits, DOCUMENTS_AT_A_TIME):
        rows = batch.filter(pc.is_in(batch["id"], value_set=chosen))
        licenses = aligned(licences, "license", rows["id"]).to_pylist()
        for row, license_ in zip(rows.to_pylist(), licenses, strict=True):
            yield Parent(row, license_ or NOASSERTION)


def segments_of(text: str, ladder: Ladder, split: SentenceSplitter) -> Sequence[Segment]:
    """Return a document in segments that fit the engine."""
    identity = ladder.answers.engine.identity
    most = identity.max_segment_tokens
    segments = segment_document(text, split if identity.unit == "sentence" else None)
    maybe_long = [segment.text for segment in segments if len(segment.text.encode()) * _MOST_TOKENS_A_BYTE > most]
    counts = dict(zip(maybe_long, ladder.texts.count_tokens(maybe_long), strict=True)) if maybe_long else {}
    if all(tokens <= most for tokens in counts.values()):
        return segments
    fitting: list[Segment] = []
    for segment in segments:
        if counts.get(segment.text, 0) <= most:
            fitting.append(segment)
        else:
            fitting += pack([segment], split, ladder.texts.count_tokens, most)
    return fitting


def known_answers(part: Path) -> Mapping[str, Reply]:
    """Return what the last finished run and killed ones left; damage is said, and its segments translated again."""
    known: dict[str, Reply] = {}
    for content in (read_part(part), *map(read_log, logs_of(part))):
        known |= content.replies
        for line in content.damaged:
            _LOG.warning("journal: %s; translated again", line)
    return known
