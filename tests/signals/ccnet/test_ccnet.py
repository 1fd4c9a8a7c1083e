"""What CCNet wrote beside a text is read back from the JSON that ingest keeps."""

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pytest

import signals

NAMES = [signal.name for signal in signals.declared_signals() if signal.group == "ccnet"]
KEPT = '{"length": 12, "nlines": 3, "original_length": 40, "original_nlines": 5, "language_score": 0.98'


def values(*metas: str | None, texts: list[str | None] | None = None) -> list[dict[str, object]]:
    documents = pa.array(["text"] * len(metas) if texts is None else texts, pa.string())
    table = signals.compute_group("ccnet", signals.Inputs(documents, metas=pa.array(metas, pa.string())), {})
    assert table.schema.equals(signals.schema("ccnet"), check_metadata=True)
    return table.to_pylist()


def test_all_fields_are_floats() -> None:
    (row,) = values(KEPT + ', "perplexity": 301.5, "bucket": "head", "digest": "sha1:X"}')
    assert row == {
        "ccnet_length": 12.0,
        "ccnet_original_length": 40.0,
        "ccnet_nlines": 3.0,
        "ccnet_original_nlines": 5.0,
        "ccnet_language_score": 0.98,
        "ccnet_perplexity": 301.5,
        "ccnet_bucket": 0.0,
    }


@pytest.mark.parametrize(
    ("bucket", "number"),
    [('"head"', 0.0), ('"middle"', 1.0), ('"tail"', 2.0), ('"all"', None), ('"Head"', None), ("0", None), ("{}", None)],
)
def test_buckets_are_numbers(bucket: str, number: float | None) -> None:
    assert values(f'{{"bucket": {bucket}}}')[0]["ccnet_bucket"] == number


NO_NUMBERS = ("null", '{"a": 1}', '"x"', '"nan"', "1e999", "[12]")
NO_FIELDS = (None, "", "{", "no JSON", "null", "[]", '"x"', "{}", '{"meta": {"length": 12}}')


@pytest.mark.parametrize("meta", [*NO_FIELDS, *(f'{{"length": {value}}}' for value in NO_NUMBERS)])
def test_what_the_source_does_not_bring_is_null(meta: str | None) -> None:
    assert values(meta, KEPT + "}")[0] == dict.fromkeys(NAMES)
    assert values(meta, KEPT + "}")[1]["ccnet_length"] == 12.0


def test_a_null_text_gives_nulls_and_an_empty_one_does_not() -> None:
    rows = values(KEPT + "}", KEPT + "}", texts=[None, ""])
    assert rows[0] == dict.fromkeys(NAMES)
    assert rows[1]["ccnet_nlines"] == 3.0


def test_without_metas_all_is_null() -> None:
    assert signals.compute(pa.array(["a", "b"]), names=["ccnet_length"]).to_pylist() == [{"ccnet_length": None}] * 2


def test_no_rows_and_chunks() -> None:
    assert values() == []
    metas = pa.chunked_array([[KEPT + "}"], [], ['{"length": 7}', None]], pa.large_string())
    table = signals.compute(pa.chunked_array([["a", "b"], ["c"]]), names=["ccnet_length"], metas=metas)
    assert table["ccnet_length"].to_pylist() == [12.0, 7.0, None]


def test_published_values_are_met(shared: Path) -> None:
    folder = shared / "data/redpajama_v2"
    with gzip.open(folder / "documents_it_head.json.gz") as file:
        documents = [json.loads(line) for line in file]
    with gzip.open(folder / "it_head.signals.json.gz") as file:
        published = {record["id"]: record["quality_signals"] for record in map(json.loads, file)}
    texts = [document.pop("raw_content") for document in documents]
    rows = values(*map(json.dumps, documents), texts=texts)
    compared = 0
    for number, row in enumerate(rows):
        expected = published.get(f"2023-06/0000/it_head.json.gz/{number}")
        if expected is not None:
            assert row == {name: expected[name][0][2] for name in NAMES}
            compared += 1
    assert compared == len(published)
