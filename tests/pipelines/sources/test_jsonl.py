import bz2
import gzip
import json
import lzma
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources import decompressed, jsonl, lines
from pipelines.sources.json_values import TOO_DEEP
from tests.pipelines.sources.reading import read_all


def zstd(content: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
    return sink.getvalue().to_pybytes()


COMPRESS = {".jsonl": bytes, ".jsonl.gz": gzip.compress, ".jsonl.bz2": bz2.compress, ".jsonl.zst": zstd}


def line(text: object = "some text", **fields: object) -> bytes:
    return json.dumps({"text": text, **fields}, ensure_ascii=False).encode() + b"\n"


@pytest.mark.parametrize("suffix", COMPRESS)
def test_reads_every_compression(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"docs{suffix}"
    path.write_bytes(COMPRESS[suffix](b"".join(line(f"text {n}", id=n) for n in range(3))))
    found = read_all(jsonl.READER, path)
    assert [(record["row"], record["key"], record["text"]) for record in found.records] == [
        (1, "0", "text 0"),
        (2, "1", "text 1"),
        (3, "2", "text 2"),
    ]
    assert found.bad == []


def test_maps_fields_and_keeps_the_others(tmp_path: Path) -> None:
    path = tmp_path / "docs.jsonl"
    path.write_bytes(
        line(
            None,
            content="Bonjour",
            uid="a-1",
            language="fr",
            licence="cc-by-4.0",
            url="https://example.org/a",
            created="2024-05-01",
            attribution="A. Writer",
            preferences={"train_ai": "y"},
            score=0.5,
            empty=None,
        )
    )
    columns = {"text": "content", "id": "uid", "lang": "language", "license": "licence"}
    (record,) = read_all(jsonl.READER, path, columns).records
    assert record["text"] == "Bonjour"
    assert record["key"] == "a-1"
    assert record["lang"] == "fra_Latn"
    assert record["license_declared"] == "cc-by-4.0"
    assert json.loads(record["license_evidence"]) == [
        {"class": "E2", "kind": "record_field", "value": "cc-by-4.0", "locator": "docs.jsonl:licence"}
    ]
    assert record["url"] == "https://example.org/a"
    assert json.loads(record["attribution"]) == {"creators": ["A. Writer"]}
    assert json.loads(record["preferences"]) == {"train_ai": "y"}
    assert record["meta"] == '{"lang":"fr","score":0.5}'


def test_evidence_of_its_own_is_taken_over(tmp_path: Path) -> None:
    given_ = [{"class": "E3", "kind": "policy", "value": "Public domain", "locator": "https://example.org"}]
    path = tmp_path / "docs.jsonl"
    path.write_bytes(
        line(license="Public domain", license_evidence=given_) + line(license="MIT", license_evidence=[{"class": "E9"}])
    )
    first, second = read_all(jsonl.READER, path).records
    assert json.loads(first["license_evidence"]) == given_
    assert json.loads(second["license_evidence"])[0]["value"] == "MIT"


def test_unknown_language_is_null_and_stays_in_meta(tmp_path: Path) -> None:
    path = tmp_path / "docs.jsonl"
    path.write_bytes(line(lang="klingonese") + line(lang="eng_Latn"))
    first, second = read_all(jsonl.READER, path).records
    assert (first["lang"], first["meta"]) == (None, '{"lang":"klingonese"}')
    assert (second["lang"], second["meta"]) == ("eng_Latn", None)


def test_quarantines_each_bad_line_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "docs.jsonl"
    content = [
        b"\xef\xbb\xbf" + line("first"),
        b"not json\n",
        b'{"text": "caf\xe9"}\n',
        b'{"text": "\\ud83d"}\n',
        b'{"title": "no text"}\n',
        line(None),
        line(""),
        line(" \n\t"),
        line(7),
        b"[1, 2]\n",
        b"\n",
        line("last").rstrip(b"\n"),
    ]
    path.write_bytes(b"".join(content))
    found = read_all(jsonl.READER, path)
    assert found.reasons == [
        (2, "not_json"),
        (3, "bad_utf8"),
        (4, "bad_utf8"),
        (5, "missing_text"),
        (6, "null_text"),
        (7, "empty_text"),
        (8, "empty_text"),
        (9, "wrong_type"),
        (10, "wrong_type"),
    ]
    assert [(record["row"], record["text"]) for record in found.records] == [(1, "first"), (12, "last")]
    assert found.bad[0].offset == len(content[0])
    assert found.bad[0].raw == b"not json"


@pytest.mark.parametrize("suffix", [".jsonl.gz", ".jsonl.bz2", ".jsonl.zst"])
def test_reads_what_stands_before_a_cut(tmp_path: Path, suffix: str) -> None:
    texts = [f"{n} {n * 7919 % 10007} {n * 104729 % 99991}" for n in range(200_000)]
    whole = COMPRESS[suffix](b"".join(line(text) for text in texts))
    path = tmp_path / f"docs{suffix}"
    path.write_bytes(whole[: len(whole) // 2])
    found = read_all(jsonl.READER, path)
    count = len(found.records)
    assert 10_000 < count < 190_000
    assert [record["text"] for record in found.records] == texts[:count]
    assert found.reasons == [(count + 1, "truncated")]


def test_reads_what_stands_before_damage(tmp_path: Path) -> None:
    whole = bytearray(bz2.compress(b"".join(line(f"{n} {n * 7919 % 10007}") for n in range(200_000))))
    whole[len(whole) // 2 : len(whole) // 2 + 64] = bytes(64)
    path = tmp_path / "docs.jsonl.bz2"
    path.write_bytes(whole)
    found = read_all(jsonl.READER, path)
    assert len(found.records) > 10_000
    assert found.reasons == [(len(found.records) + 1, "damaged_compression")]


@pytest.mark.parametrize("suffix", COMPRESS)
@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_file_without_records_is_named(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"docs{suffix}"
    path.write_bytes(COMPRESS[suffix](content) if content else b"")
    assert read_all(jsonl.READER, path).reasons == [(None, "empty_file")]


def test_file_that_is_not_what_its_name_says(tmp_path: Path) -> None:
    path = tmp_path / "docs.jsonl.gz"
    path.write_bytes(line() * 3)
    assert read_all(jsonl.READER, path).reasons == [(1, "damaged_compression")]


def test_text_of_50_mb_is_too_large_and_the_next_is_read(tmp_path: Path) -> None:
    path = tmp_path / "docs.jsonl"
    path.write_bytes(line("x" * 50_000_000) + line("after"))
    found = read_all(jsonl.READER, path)
    assert found.reasons == [(1, "too_large")]
    assert len(found.bad[0].raw) == 4096
    assert [record["text"] for record in found.records] == ["after"]


def test_endless_line_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decompressed, "CHUNK_BYTES", 16)
    monkeypatch.setattr(lines, "MAX_LINE_BYTES", 100)
    path = tmp_path / "docs.jsonl"
    path.write_bytes(line("one") + line("x" * 500) + line("two") + b"x" * 300)
    found = read_all(jsonl.READER, path)
    assert [(record["row"], record["text"]) for record in found.records] == [(1, "one"), (3, "two")]
    assert found.reasons == [(2, "too_large"), (4, "too_large")]


@given(
    contents=st.lists(st.text(alphabet="ab\u00e9 ", max_size=12), max_size=12),
    part_bytes=st.integers(1, 64),
    chunk_bytes=st.integers(1, 64),
    ends_with_line_feed=st.booleans(),
)
def test_parts_lose_nothing_and_share_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    contents: list[str],
    part_bytes: int,
    chunk_bytes: int,
    ends_with_line_feed: bool,
) -> None:
    path = tmp_path_factory.mktemp("parts") / "docs.jsonl"
    joined = b"".join(line(f"{number} {text}") for number, text in enumerate(contents))
    path.write_bytes(joined if ends_with_line_feed else joined.removesuffix(b"\n"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsonl, "PART_BYTES", part_bytes)
        patch.setattr(decompressed, "CHUNK_BYTES", chunk_bytes)
        found = read_all(jsonl.READER, path)
    expected = [(number + 1, f"{number} {text}") for number, text in enumerate(contents)]
    assert [(record["row"], record["text"]) for record in found.records] == expected
    assert found.reasons == ([] if contents else [(None, "empty_file")])


@given(content=st.binary(min_size=1, max_size=200))
def test_every_line_becomes_a_record_or_a_bad_one(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "docs.jsonl"
    path.write_bytes(content)
    found = read_all(jsonl.READER, path)
    some = [number for number, part in enumerate(content.split(b"\n"), 1) if part and not part.isspace()]
    rows = sorted([bad.row for bad in found.bad if bad.row] + [record["row"] for record in found.records])
    assert rows == some


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (gzip.compress(line()), ".gz"),
        (bz2.compress(line()), ".bz2"),
        (zstd(line()), ".zst"),
        (lzma.compress(line()), "xz"),
        (line().decode().encode("utf-16"), "UTF-16"),
    ],
)
def test_a_file_under_the_wrong_name_is_told_once(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "docs.jsonl"
    path.write_bytes(content)
    found = read_all(jsonl.READER, path)
    assert found.reasons == [(1, "wrong_format")]
    assert told in found.bad[0].detail


def test_what_json_writers_refuse_is_kept_in_a_form_they_take(tmp_path: Path) -> None:
    path = tmp_path / "docs.jsonl"
    deep = b'{"text":"a text","tree":' + b"[" * 300 + b"]" * 300 + b"}\n"
    path.write_bytes(deep + line("another text"))
    found = read_all(jsonl.READER, path)
    assert [record["text"] for record in found.records] == ["a text", "another text"]
    assert found.bad == []
    assert TOO_DEEP in found.records[0]["meta"]
