"""RedPajama-V2's MinHash files, held to those that its own code wrote."""

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import signals
from signals.redpajama.minhash import SCHEMA, read_minhash, write_minhash

SIGNAL = "minhash_redpajama_v2"


def _theirs(shared: Path) -> pa.Table:
    return pq.read_table(shared / "data/redpajama_v2/it_head.minhash.parquet")


def test_a_table_is_the_one_that_their_code_wrote(shared: Path) -> None:
    theirs = _theirs(shared)
    with gzip.open(shared / "data/redpajama_v2/documents_it_head.json.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["raw_content"] for line in lines]
    rows = [int(identity.rsplit("/", 1)[1]) for identity in theirs["id"].to_pylist() if identity is not None]
    found = signals.compute(pa.array([texts[row] for row in rows]), names=[SIGNAL])[SIGNAL]
    shard_id = theirs["shard_id"][0].as_py()
    assert shard_id is not None
    ours = write_minhash(theirs["id"], shard_id, found)
    assert ours.equals(theirs.cast(SCHEMA))
    assert read_minhash(theirs)[SIGNAL].combine_chunks().equals(found.combine_chunks())


def test_a_document_without_signature_is_null_there_and_back() -> None:
    texts = pa.array(["too short", " ".join(map(str, range(20))), None])
    column = signals.compute(texts, names=[SIGNAL])[SIGNAL]
    table = write_minhash(pa.chunked_array([pa.array(["a", "b", "c"])]), "shard", column)
    assert table["signature_sim0.7"].is_null().to_pylist() == [True, False, True]
    assert [len(bands) for bands in table["signature_sim0.7"].to_pylist() if bands is not None] == [14]
    assert read_minhash(table)[SIGNAL].to_pylist() == column.to_pylist()


def test_what_is_no_signature_is_refused() -> None:
    table = pa.table({"id": ["a"], "signature_sim1.0": pa.array([[b"abc"]], pa.list_(pa.binary()))})
    with pytest.raises(ValueError, match="expected one signature of 512 bytes"):
        read_minhash(table)
