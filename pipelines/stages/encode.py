"""Encode: the text of every kept document, once, as token ids."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus import Outcome, Shard, Stage, Unit
from pipelines.edits.edited import edit_paths, edited_batches, is_edits, read_edits
from pipelines.errors import CorpusError
from pipelines.memory import release_memory
from pipelines.stages.train_tokenizer import tokenizer_file
from pipelines.tokens.encoded import ENCODED, write_encoded
from pipelines.tokens.fast_encoder import fast_encoder_version
from pipelines.tokens.order import Column, aligned, order_keys
from pipelines.tokens.tokenizer import TextTokenizer, load_tokenizer

if TYPE_CHECKING:
    from pipelines.corpus import Json, Plan, Shelf

FOLDER = "encoded"

_URL_HASH_DIGITS = 32
_COLUMNS = ("id", "text", "source", "url", "derived_from")
_ID = "^[0-9a-f]{32}$"


def _plan(plan: "Plan", generation: int) -> Sequence[Unit]:
    section = plan.recipe.tokenize
    if section is None:
        return []
    tokenizer = tokenizer_file(plan)
    if tokenizer is None:
        return []
    parameters: dict[str, Json] = {
        "append_eod": section.append_eod,
        "seed": plan.recipe.seed,
        "encoder": fast_encoder_version(),
    }
    return [
        Unit(STAGE.name, shard.unit, generation, _inputs(plan, tokenizer, shard), parameters)
        for shard in plan.document_shards(generation)
    ]


def _inputs(plan: "Plan", tokenizer: str, shard: Shard) -> tuple[str, ...]:
    needed = (tokenizer, shard.path("documents"), shard.path("decisions"))
    licences = shard.path("licences")
    return (*needed, *([licences] if plan.stands(licences) else []), *edit_paths(plan, shard))


def _work(unit: Unit, shelf: "Shelf") -> Outcome:
    encoded, outcome = _encode(unit, shelf)
    release_memory()  # of the tokenizer and the words that it remembered
    write_encoded(shelf.temporary(Shard.of(unit.inputs[1]).path(FOLDER)), encoded)
    return outcome


def _encode(unit: Unit, shelf: "Shelf") -> tuple[pa.Table, Outcome]:
    """Return the encoded documents of a shard."""
    tokenizer_path, documents, decisions, *others = unit.inputs
    licences = [path for path in others if not is_edits(path)]
    tokenizer = load_tokenizer(shelf.root / tokenizer_path).with_fast_encoder()
    kept = shelf.read(decisions, ["id", "kept", "lang"])
    kept = kept.filter(kept["kept"])
    concluded = shelf.read(licences[0], ["id", "license"]) if licences else None
    end = [tokenizer.vocabulary.eod] if unit.parameters["append_eod"] else []
    encoded: list[pa.Table] = [ENCODED.empty_table()]
    dropped: Counter[str] = Counter()
    rows_in = bytes_in = 0
    edits = read_edits(shelf, others)
    for batch in edited_batches(shelf, documents, _COLUMNS, edits):
        rows = batch.filter(pc.is_in(batch["id"], value_set=kept["id"]))
        rows_in += rows.num_rows
        bytes_in += pc.sum(pc.binary_length(rows["text"])).as_py() or 0
        tokens, failures = _token_lists(tokenizer, [str(text) for text in rows["text"].to_pylist()], end)
        dropped.update(failure for failure in failures if failure is not None)
        table = _facts(rows, kept, concluded, str(unit.parameters["seed"])).append_column("tokens", tokens)
        usable = pa.array([failure is None for failure in failures], pa.bool_())
        encoded.append(table.select(ENCODED.names).cast(ENCODED).filter(usable))
    if rows_in != kept.num_rows:
        raise CorpusError(
            f"{decisions}: keeps {kept.num_rows} documents, {documents} has {rows_in} of them; run select again"
        )
    rows = pa.concat_tables(encoded)
    return rows, Outcome(rows_in, rows.num_rows, dropped, bytes_in)


def _facts(rows: pa.Table, kept: pa.Table, concluded: pa.Table | None, seed: str) -> pa.Table:
    """Return what is known of documents, less their tokens."""
    ids = rows["id"]
    return pa.table(
        {
            "id": ids,
            "lang": aligned(kept, "lang", ids),
            "key": order_keys(ids, f"{seed}/tokens"),
            "split_key": order_keys(_originals(rows), f"{seed}/validation"),
            "source": rows["source"],
            "license": pa.nulls(len(ids)) if concluded is None else aligned(concluded, "license", ids),
            "url_hash": pa.array([_url_hash(url) for url in rows["url"].to_pylist()], pa.string()),
        }
    )


def _originals(rows: pa.Table) -> Column:
    """Return the document that each was translated from, itself for all others: both go into the same split."""
    known = pc.match_substring_regex(rows["derived_from"], _ID).fill_null(False)
    originals: Column = pc.if_else(known, rows["derived_from"], rows["id"])
    return originals


def _token_lists(tokenizer: TextTokenizer, texts: list[str], end: list[int]) -> tuple[Column, list[str | None]]:
    """Return the ids of each text, `end` after them, and why a text has none."""
    encoded = tokenizer.encode(texts)
    ends = encoded.lengths.cumsum()
    ids = np.insert(encoded.ids, ends, end[0]).astype(np.int32) if end else encoded.ids
    offsets: npt.NDArray[np.int64] = np.concatenate(([0], ends + len(end) * np.arange(1, len(texts) + 1)))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(ids)), encoded.failures


def _url_hash(url: str | None) -> str | None:
    return None if url is None else hashlib.sha256(url.encode()).hexdigest()[:_URL_HASH_DIGITS]


STAGE = Stage(name="encode", version=4, tables=(FOLDER,), plan=_plan, work=_work)
