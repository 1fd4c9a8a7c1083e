"""Tokenize: the encoded documents of a language as token shards, each kept document one sequence in seeded order."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from pipelines.corpus import Outcome, Stage, Unit
from pipelines.stages import encode
from pipelines.stages.train_tokenizer import VOCABULARY_FILE
from pipelines.tokens.encoded import KeyRange, read_language, tokens_by_language
from pipelines.tokens.gather import bucket_count, gather
from pipelines.tokens.megatron import token_dtype, write_shard
from pipelines.tokens.provenance import FOLDER, provenance_path

if TYPE_CHECKING:
    from pipelines.corpus import Plan, Shelf

_NAME_DIGITS = 32


def _plan(plan: "Plan", generation: int) -> Sequence[Unit]:
    """Return one unit a token shard: they hold documents of all generations, so they are planned once, with 0."""
    if plan.recipe.tokenize is None or generation > 0:
        return []
    tokens: Counter[str] = Counter()
    files: defaultdict[str, list[str]] = defaultdict(list)
    for path in plan.outputs(encode.STAGE.name, encode.FOLDER):
        for lang, count in tokens_by_language(plan.root / path).items():
            tokens[lang] += count
            files[lang].append(path)
    return [
        Unit(
            STAGE.name,
            f"{lang}/{bucket:05d}-of-{buckets:05d}",
            0,
            (VOCABULARY_FILE, *files[lang]),
            {"lang": lang, "bucket": bucket, "buckets": buckets},
        )
        for lang in sorted(tokens)
        for buckets in [bucket_count(tokens[lang])]
        for bucket in range(buckets)
    ]


def _work(unit: Unit, shelf: "Shelf") -> Outcome:
    vocabulary, *files = unit.inputs
    facts = json.loads((shelf.root / vocabulary).read_text(encoding="utf-8"))
    dtype = token_dtype(facts["vocab_size"])
    lang = str(unit.parameters["lang"])
    keys = KeyRange.bucket(int(str(unit.parameters["bucket"])), int(str(unit.parameters["buckets"])))
    gathered = gather((rows for path in files for rows in read_language(shelf.root / path, lang, keys)), dtype)
    sequences = len(gathered.lengths)
    if sequences == 0:  # a bucket that no document fell into: loaders refuse an empty shard
        return Outcome(0, 0, {}, 0)
    data, index = (shelf.temporary(f"{FOLDER}/{unit.name}.{suffix}") for suffix in ("bin", "idx"))
    content = write_shard(data, index, gathered.sequences(), dtype)
    prefix = f"{FOLDER}/{lang}/{_shard_name(content, gathered.provenance)}"
    shelf.publish_as(data, f"{prefix}.bin")
    shelf.publish_as(index, f"{prefix}.idx")
    shelf.write(provenance_path(prefix), gathered.provenance)
    return Outcome(sequences, sequences, {}, 0)


def _shard_name(content: str, provenance: pa.Table) -> str:
    """Return the name of a shard: its content's hash, so that what a loader cached under a name never goes stale.

    The hash covers the documents' ids too: documents that say the same in two shards must not make them one. The name
    begins with a letter, for loaders read a numeric one as a weight.
    """
    ids = "".join(str(document) for document in provenance["id"].to_pylist())
    digest = hashlib.sha256((content + ids).encode()).hexdigest()
    return f"t{digest[:_NAME_DIGITS]}_text_document"


STAGE = Stage(name="tokenize", version=1, tables=(FOLDER,), plan=_plan, work=_work)
