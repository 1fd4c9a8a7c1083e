"""Tokenize: the encoded documents of each part as token shards, each kept document one sequence in seeded order."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus import Outcome, Shard, Stage, Unit
from pipelines.stages import encode
from pipelines.stages.train_tokenizer import VOCABULARY_FILE
from pipelines.tokens.encoded import KeyRange, read_language, tokens_by_language
from pipelines.tokens.gather import bucket_count, gather
from pipelines.tokens.megatron import token_dtype, write_shard
from pipelines.tokens.order import aligned
from pipelines.tokens.parts import ALL_SOURCES, TRAIN, VALID, Part, copies_bounds, part_of
from pipelines.tokens.provenance import FOLDER, provenance_path

if TYPE_CHECKING:
    from pipelines.corpus import Plan, Shelf

DUPLICATES = "duplicates"

_NAME_DIGITS = 32
_KEYS = 2**64


def _plan(plan: "Plan", generation: int) -> Sequence[Unit]:
    """Return one unit a token shard: they hold documents of all generations, so they are planned once, with 0."""
    section = plan.recipe.tokenize
    if section is None or generation > 0:
        return []
    validation = section.validation
    below = 0 if validation is None else round(validation.fraction * _KEYS)
    classes = (1, *plan.recipe.mix.cluster_size)
    by_source = validation is None or "source" in validation.stratify
    tokens: Counter[Part] = Counter()
    files: defaultdict[Part, list[str]] = defaultdict(list)
    for passed in (0, 1):
        encoded = plan.outputs(encode.STAGE.name, encode.FOLDER, passed)
        plan.lent.bring(encoded)
        for path in encoded:
            for lang, count in tokens_by_language(plan.root / path).items():
                source = Shard.of(path).source
                parts = [Part(lang, source, TRAIN, passed == 1, copies) for copies in classes]
                if below:
                    parts.append(Part(lang, source if by_source else ALL_SOURCES, VALID))
                for part in parts:
                    tokens[part] += count
                    files[part].append(path)
    return [
        _unit(plan, part, bucket, buckets, files[part], below)
        for part in sorted(tokens)
        for buckets in [bucket_count(tokens[part])]
        for bucket in range(buckets)
    ]


def _unit(plan: "Plan", part: Part, bucket: int, buckets: int, files: Sequence[str], below: int) -> Unit:
    classes = list(plan.recipe.mix.cluster_size) if part.split == TRAIN else []
    clusters = [Shard.of(path).path(DUPLICATES) for path in files] if classes else []
    return Unit(
        STAGE.name,
        f"{part.name}/{bucket:05d}-of-{buckets:05d}",
        0,
        (VOCABULARY_FILE, *files, *filter(plan.stands, clusters)),
        {**part.described(), "bucket": bucket, "buckets": buckets, "validation_below": below, "classes": classes},
    )


def _work(unit: Unit, shelf: "Shelf") -> Outcome:
    facts = json.loads((shelf.root / VOCABULARY_FILE).read_text(encoding="utf-8"))
    dtype = token_dtype(facts["vocab_size"])
    gathered = gather(_rows(unit, shelf), dtype)
    sequences = len(gathered.lengths)
    if sequences == 0:  # a part or bucket that no document fell into: loaders refuse an empty shard
        return Outcome(0, 0, {}, 0)
    data, index = (shelf.temporary(f"{FOLDER}/{unit.name}.{suffix}") for suffix in ("bin", "idx"))
    content = write_shard(data, index, gathered.sequences(), dtype)
    prefix = f"{FOLDER}/{unit.parameters['lang']}/{_shard_name(content, gathered.provenance)}"
    shelf.publish_as(data, f"{prefix}.bin")
    shelf.publish_as(index, f"{prefix}.idx")
    shelf.write(provenance_path(prefix), gathered.provenance)
    return Outcome(sequences, sequences, {}, 0)


def _rows(unit: Unit, shelf: "Shelf") -> Iterator[pa.Table]:
    """Yield the encoded documents of the unit's part and bucket."""
    given = cast("dict[str, Any]", unit.parameters)
    part = part_of(unit.parameters)
    keys = KeyRange.bucket(given["bucket"], given["buckets"])
    for path in unit.inputs:
        if not path.startswith(f"{encode.FOLDER}/"):
            continue
        clusters = Shard.of(path).path(DUPLICATES)
        sizes = shelf.read(clusters, ["id", "cluster_size"]) if clusters in unit.inputs else None
        for rows in read_language(shelf.root / path, part.lang, keys):
            of_split = _of_split(rows, part.split, given["validation_below"])
            yield _of_class(of_split, sizes, *copies_bounds(part.copies, given["classes"]))


def _of_split(rows: pa.Table, split: str, below: int) -> pa.Table:
    if not below:
        return rows
    set_aside = pc.less(rows["split_key"], pa.scalar(below, pa.uint64()))
    return rows.filter(set_aside if split == VALID else pc.invert(set_aside))


def _of_class(rows: pa.Table, sizes: pa.Table | None, least: int, beyond: int | None) -> pa.Table:
    """Return the documents that speak for a number of copies from `least` on and below `beyond`."""
    if least == 1 and beyond is None:
        return rows
    known = (
        pa.table({"id": pa.nulls(0, pa.string()), "cluster_size": pa.nulls(0, pa.int64())}) if sizes is None else sizes
    )
    copies = np.array(aligned(known, "cluster_size", rows["id"]).fill_null(pa.scalar(1)).to_pylist(), np.int64)
    wanted = copies >= least
    return rows.filter(pa.array(wanted if beyond is None else wanted & (copies < beyond)))


def _shard_name(content: str, provenance: pa.Table) -> str:
    """Return the name of a shard: its content's hash, so that what a loader cached under a name never goes stale.

    The hash covers the documents' ids too: documents that say the same in two shards must not make them one. The name
    begins with a letter, for loaders read a numeric one as a weight.
    """
    ids = "".join(str(document) for document in provenance["id"].to_pylist())
    digest = hashlib.sha256((content + ids).encode()).hexdigest()
    return f"t{digest[:_NAME_DIGITS]}_text_document"


STAGE = Stage(name="tokenize", version=2, tables=(FOLDER,), plan=_plan, work=_work)
