"""Encoded documents on disk, and token shards gathered from them."""

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.tokens import encoded as encoded_module
from pipelines.tokens import gather as gather_module
from pipelines.tokens.encoded import ENCODED, KeyRange, read_language, tokens_by_language, write_encoded
from pipelines.tokens.gather import bucket_count, gather
from pipelines.tokens.order import order_keys

EVERYTHING = KeyRange.bucket(0, 1)
LENGTHS = [3, 1, 40, 7, 2, 9, 1]


def _rows(lang: str, count: int) -> pa.Table:
    ids = pa.array([hashlib.sha256(f"{lang}{number}".encode()).hexdigest()[:32] for number in range(count)])
    tokens = [[number % 50_000] * (LENGTHS[number % len(LENGTHS)] - 1) + [2] for number in range(count)]
    columns = {
        "id": ids,
        "key": order_keys(ids, "0"),
        "split_key": order_keys(ids, "1"),
        "lang": [lang] * count,
        "tokens": tokens,
        "source": ["docs"] * count,
    }
    columns |= {name: pa.nulls(count) for name in ("license", "url_hash")}
    return pa.table(columns).select(ENCODED.names).cast(ENCODED)


ROWS = pa.concat_tables([_rows("fra_Latn", 60), _rows("eng_Latn", 300)])


def _read(path: Path, lang: str, keys: KeyRange = EVERYTHING) -> pa.Table:
    return pa.concat_tables([ENCODED.empty_table(), *read_language(path, lang, keys)])


def test_a_language_is_read_alone_in_seeded_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoded_module, "ROWS_PER_GROUP", 100)
    write_encoded(tmp_path / "a.parquet", ROWS)
    english = _read(tmp_path / "a.parquet", "eng_Latn")
    assert english.num_rows == 300
    assert english["lang"].unique().to_pylist() == ["eng_Latn"]
    keys = english["key"].to_numpy().tolist()
    assert keys == sorted(keys)
    assert _read(tmp_path / "a.parquet", "deu_Latn").num_rows == 0
    assert pq.ParquetFile(tmp_path / "a.parquet").num_row_groups == 4


def test_buckets_hold_every_document_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoded_module, "ROWS_PER_GROUP", 32)
    write_encoded(tmp_path / "a.parquet", ROWS)
    buckets = [_read(tmp_path / "a.parquet", "eng_Latn", KeyRange.bucket(number, 4)) for number in range(4)]
    assert all(bucket.num_rows > 40 for bucket in buckets)
    assert pa.concat_tables(buckets) == _read(tmp_path / "a.parquet", "eng_Latn")


def test_the_footer_counts_tokens(tmp_path: Path) -> None:
    write_encoded(tmp_path / "a.parquet", ROWS)
    assert tokens_by_language(tmp_path / "a.parquet") == {
        "eng_Latn": sum(LENGTHS[number % len(LENGTHS)] for number in range(300)),
        "fra_Latn": sum(LENGTHS[number % len(LENGTHS)] for number in range(60)),
    }
    write_encoded(tmp_path / "b.parquet", ROWS.slice(0, 0))
    assert tokens_by_language(tmp_path / "b.parquet") == {}


def test_the_order_of_rows_leaves_no_trace(tmp_path: Path) -> None:
    write_encoded(tmp_path / "a.parquet", ROWS)
    write_encoded(tmp_path / "b.parquet", ROWS.take(list(reversed(range(ROWS.num_rows)))))
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


@pytest.mark.parametrize("at_a_time", [1, 20, 10_000])
def test_a_shard_is_its_documents_in_order(monkeypatch: pytest.MonkeyPatch, at_a_time: int) -> None:
    monkeypatch.setattr(gather_module, "_TOKENS_AT_A_TIME", at_a_time)
    rows = _rows("eng_Latn", 300)
    gathered = gather([rows.slice(200), rows.slice(0, 200)], np.dtype("<u2"))
    expected = sorted(rows.to_pylist(), key=lambda row: row["key"])
    runs = list(gathered.sequences())
    assert np.concatenate([tokens for tokens, _ in runs]).tolist() == [i for row in expected for i in row["tokens"]]
    lengths = np.concatenate([lengths for _, lengths in runs])
    assert lengths.tolist() == [len(row["tokens"]) for row in expected]
    assert all(tokens.dtype == np.dtype("<u2") and len(tokens) == lengths.sum() for tokens, lengths in runs)
    provenance = gathered.provenance
    assert provenance["id"].to_pylist() == [row["id"] for row in expected]
    assert provenance["sequence"].to_pylist() == list(range(300))
    assert provenance["offset"].to_pylist() == (lengths.cumsum() - lengths).tolist()
    assert provenance["length"].to_pylist() == lengths.tolist()


@pytest.mark.parametrize(("tokens", "buckets"), [(0, 1), (1, 1), (100, 1), (101, 2), (200, 2), (201, 4), (999, 16)])
def test_a_language_is_cut_by_its_tokens(tokens: int, buckets: int) -> None:
    assert bucket_count(tokens, most=100) == buckets
