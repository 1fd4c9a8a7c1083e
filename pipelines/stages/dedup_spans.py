"""Repeated spans: lines and stretches of words that stand elsewhere in the corpus too, removed by edits.

Three steps for lines, and then the same three for words in what the lines left: every shard writes its windows of
tokens by hash; every partition of the hashes finds which windows are repeated, and of which other each is a copy; every
shard holds its copies against the text that they repeat and writes the edits. Only documents that speak for their
cluster take part. First copies are those in the document that `dedup.keep` prefers.
"""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus import Outcome, Plan, Shard, Shelf, Stage, Unit
from pipelines.corpus.schemas import EDITS
from pipelines.dedup.document_order import read_order
from pipelines.dedup.span_index import read_folded, read_windows, write_index
from pipelines.dedup.span_matches import ShardWindows, match_windows, read_matches, write_matches
from pipelines.dedup.span_places import in_original_texts
from pipelines.dedup.span_removal import remove_copies
from pipelines.dedup.span_rules import LINE_RULES, SpanRule, token_rule
from pipelines.edits.edited import edited_texts
from pipelines.sources.text_column import total_bytes
from pipelines.stages import dedup_order

if TYPE_CHECKING:
    from pipelines.corpus import Json

LINES, SPANS = "lines", "spans"
DUPLICATE, NOT_REPEATED = "duplicate", "not_repeated"
LARGEST_PARTITION = 2**29  # bytes that matching it takes

_FOLDER = "repeats"
_BYTES_A_TOKEN = 3  # of text, at least, in any language
_BYTES_A_WINDOW = 64  # while its partition is matched
_MOST_PARTITIONS = 2**16
_SHARE_OF_MEMORY = 8  # partitions are matched side by side


def _rule(plan: Plan, kind: str) -> SpanRule | None:
    section = plan.recipe.dedup.spans
    if section is None:
        return None
    if kind == LINES:
        return None if section.lines is None else LINE_RULES[section.lines]
    return None if section.tokens is None else token_rule(section.tokens)


def _plan_index(kind: str, plan: Plan, generation: int) -> Sequence[Unit]:
    rule = _rule(plan, kind)
    if rule is None:
        return []
    parameters: dict[str, Json] = {"kind": kind, "rule": _as_json(rule), "bits": _partition_bits(plan)}
    return [
        Unit(f"dedup-{kind}-index", shard.unit, generation, _texts(plan, kind, shard), parameters)
        for shard in plan.document_shards(generation)
    ]


def _texts(plan: Plan, kind: str, shard: Shard) -> tuple[str, ...]:
    """Return the tables that tell which texts of a shard are looked at, and what is left of them."""
    found = (shard.path("documents"), shard.path("duplicates"))
    return (*found, shard.path(f"edits/{LINES}")) if kind == SPANS and _rule(plan, LINES) is not None else found


def _partition_bits(plan: Plan) -> int:
    """Return how many bits of a hash tell its partition: so many that one is matched within the memory allowed."""
    text = sum(receipt.outcome.bytes_in for receipt in plan.receipts("annotate-core", 0))
    budget = min(max(1, plan.memory // _SHARE_OF_MEMORY), LARGEST_PARTITION)
    partitions = min(max(2, text // _BYTES_A_TOKEN * _BYTES_A_WINDOW // budget), _MOST_PARTITIONS)
    return (partitions - 1).bit_length()


def _work_index(unit: Unit, shelf: Shelf) -> Outcome:
    shard = Shard.of(unit.inputs[0])
    rule, kind = _from_json(unit.parameters["rule"]), str(unit.parameters["kind"])
    documents = _left_by_lines(shelf, unit)
    texts = documents["text"]
    write_index(
        texts,
        rule,
        shard.source,
        cast("int", unit.parameters["bits"]),
        shelf.temporary(_index_path(kind, "windows", shard)),
        shelf.temporary(_index_path(kind, "folded", shard)),
    )
    skipped = texts.null_count
    dropped = {DUPLICATE: skipped} if skipped else {}
    return Outcome(documents.num_rows, documents.num_rows - skipped, dropped, total_bytes(texts))


def _index_path(kind: str, table: str, shard: Shard) -> str:
    return f"{_FOLDER}/{kind}/{table}/{shard.unit}.arrow"


def _left_by_lines(shelf: Shelf, unit: Unit) -> pa.Table:
    """Return `id` and `text` of a shard, less what a rule about lines removed; null for copies of other documents."""
    documents = shelf.read(unit.inputs[0], ["id", "text"])
    duplicates = shelf.read(unit.inputs[1], ["id", "representative"])
    copies = duplicates["id"].filter(pc.invert(duplicates["representative"]))
    texts: Any = documents["text"]
    for edits in unit.inputs[2:]:
        texts = edited_texts(texts, documents["id"], shelf.read(edits))
    is_copy = pc.is_in(documents["id"], value_set=copies)
    texts = pc.if_else(is_copy, pa.scalar(None, pa.large_string()), texts)
    return pa.table({"id": documents["id"], "text": texts})


def _plan_match(kind: str, plan: Plan, generation: int) -> Sequence[Unit]:
    rule = _rule(plan, kind)
    shards = plan.document_shards(generation)
    if rule is None or not shards:
        return []
    frozen = plan.document_shards(0) if generation == 1 else []
    inputs = [_index_path(kind, "windows", shard) for shard in (*shards, *frozen)]
    inputs += [f"{dedup_order.FOLDER}/{shard.unit}.arrow" for shard in (*shards, *frozen)]
    parameters: dict[str, Json] = {
        "kind": kind,
        "rule": _as_json(rule),
        "shards": [shard.unit for shard in shards],
        "frozen": [shard.unit for shard in frozen],
    }
    return [
        Unit(
            f"dedup-{kind}-match",
            f"generation-{generation}/{partition:05d}",
            generation,
            tuple(inputs),
            {**parameters, "partition": partition},
        )
        for partition in range(1 << _partition_bits(plan))
    ]


def _work_match(unit: Unit, shelf: Shelf) -> Outcome:
    kind, partition = str(unit.parameters["kind"]), cast("int", unit.parameters["partition"])
    shards = cast("list[str]", unit.parameters["shards"])
    names = [*shards, *cast("list[str]", unit.parameters["frozen"])]
    windows = 0

    def parts() -> Iterator[ShardWindows]:
        nonlocal windows
        for position, name in enumerate(names):
            found = read_windows(shelf.root / _index_path(kind, "windows", Shard(*name.split("/"))), partition)
            order = read_order(shelf.root / f"{dedup_order.FOLDER}/{name}.arrow")
            windows += len(found.hashes)
            yield ShardWindows(found, order, position >= len(shards))

    matches = match_windows(parts(), _from_json(unit.parameters["rule"]))
    write_matches(shelf.temporary(_match_path(unit)), names, matches)
    repeated = sum(len(found.places) for found in matches)
    return Outcome(windows, repeated, {NOT_REPEATED: windows - repeated}, 0)


def _match_path(unit: Unit) -> str:
    return f"{_FOLDER}/{unit.parameters['kind']}/matches/{unit.name}.arrow"


def _plan_edits(kind: str, plan: Plan, generation: int) -> Sequence[Unit]:
    """Return one unit a shard.

    It also maps the folded texts of other shards. They are no inputs by name: a text that changed would have changed
    the matches, and thousands of names in each of thousands of receipts would weigh more than the edits.
    """
    rule = _rule(plan, kind)
    if rule is None:
        return []
    matches = tuple(plan.outputs(f"dedup-{kind}-match", f"{_FOLDER}/{kind}/matches", generation))
    parameters: dict[str, Json] = {"kind": kind, "rule": _as_json(rule)}
    return [
        Unit(f"dedup-{kind}", shard.unit, generation, (*_texts(plan, kind, shard), *matches), parameters)
        for shard in plan.document_shards(generation)
    ]


def _work_edits(unit: Unit, shelf: Shelf) -> Outcome:
    """Write the edits of a shard. What is accounted for is characters: in, left, and removed by the rule."""
    shard, kind, rule = Shard.of(unit.inputs[0]), str(unit.parameters["kind"]), _from_json(unit.parameters["rule"])
    tables = replace(unit, inputs=tuple(path for path in unit.inputs if path.endswith(".parquet")))
    paths = [shelf.root / path for path in unit.inputs if path.endswith(".arrow")]
    matches, names = read_matches(paths, shard.unit)

    @functools.lru_cache(maxsize=64)
    def folded_texts(number: int) -> Any:  # noqa: ANN401 -- FoldedTexts, which lru_cache does not pass on
        return read_folded(shelf.root / _index_path(kind, "folded", Shard(*names[number].split("/"))))

    left = _left_by_lines(shelf, tables)
    edits = remove_copies(left, matches, rule, folded_texts)
    for removed in tables.inputs[2:]:
        edits = in_original_texts(edits, shelf.read(removed, EDITS.names))
    shelf.write(shard.path(f"edits/{kind}"), edits)
    characters = int(pc.sum(pc.utf8_length(left["text"])).as_py() or 0)
    lengths = pc.subtract(pc.subtract(edits["end"], edits["start"]), pc.utf8_length(edits["replacement"]))
    gone = int(pc.sum(lengths).as_py() or 0)
    return Outcome(characters, characters - gone, {rule.name: gone} if gone else {}, total_bytes(left["text"]))


def _as_json(rule: SpanRule) -> "dict[str, Json]":
    return dict(vars(rule))


def _from_json(value: object) -> SpanRule:
    return SpanRule(**cast("dict[str, Any]", value))


def _stages(kind: str) -> tuple[Stage, ...]:
    folder = f"{_FOLDER}/{kind}"
    plans = (_plan_index, _plan_match, _plan_edits)
    index, match, edits = (functools.partial(plan, kind) for plan in plans)
    return (
        Stage(f"dedup-{kind}-index", 1, (f"{folder}/windows", f"{folder}/folded"), index, _work_index),
        Stage(f"dedup-{kind}-match", 1, (f"{folder}/matches",), match, _work_match),
        Stage(f"dedup-{kind}", 1, (f"edits/{kind}",), edits, _work_edits),
    )


STAGES = (*_stages(LINES), *_stages(SPANS))
