"""Damaged input through the command: nothing crashes, everything bad is named, everything good is kept."""

import bz2
import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.corpus.receipts import read_receipts
from tests.faults.corpora import loam, run_loam
from tests.faults.inputs import json_lines, sentences, zstd

pytestmark = pytest.mark.faults

RECIPE = """name: damaged
sources:
  - {name: lines, kind: jsonl, path: "lines/*"}
  - {name: tables, kind: parquet, path: "tables/*.parquet"}
  - {name: wiki, kind: wikipedia, path: "wiki/*"}
  - {name: packages, kind: code, path: "packages/*"}
dedup: {exact: true}
licensing: {profile: open}
select:
  rules: {enough_words: word_count >= 8}
tokenize: {tokenizer: train, vocab_size: 600, append_eod: true}
"""

Found = list[tuple[str, int | None, str]]


def good(name: str, **fields: object) -> dict[str, object]:
    return {"id": name, "text": sentences("en", 8, name), "lang": "en", "license": "CC0-1.0", **fields}


def write_damaged_lines(folder: Path) -> Found:
    """Write JSON Lines with every kind of damage; return (file, row, reason) of each."""
    folder.mkdir()
    many = json_lines([good(f"cut-{number}") for number in range(2000)])
    (folder / "cut.jsonl.zst").write_bytes(zstd(many)[:-4000])
    (folder / "cut.jsonl.gz").write_bytes(gzip.compress(many, mtime=0)[:-4000])
    (folder / "cut.jsonl.bz2").write_bytes(bz2.compress(many)[:-4000])
    (folder / "noise.jsonl.zst").write_bytes(b"no zstd at all")
    (folder / "empty.jsonl").write_bytes(b"")
    (folder / "blank.jsonl").write_bytes(b"\n\n  \n")
    huge = json.dumps({"id": "huge", "text": "word " * 10_000_000}).encode()
    assert len(huge) > 50_000_000
    mixed = [
        json.dumps(good("mixed-1")).encode(),
        b'{"id": "bad", "text": "caf\xe9"}',
        b'{"id": "surrogate", "text": "\\ud83d"}',
        b"not json",
        b'["a", "list"]',
        b'{"id": "null", "text": null}',
        b'{"id": "missing", "body": "text"}',
        b'{"id": "number", "text": 5}',
        b'{"id": "spaces", "text": "   "}',
        json.dumps(good("mixed-1")).encode(),
        huge,
        json.dumps(good("mixed-12", license="House Rules 7", lang=7)).encode(),
        b'{"text": "cut o',
    ]
    (folder / "mixed.jsonl").write_bytes(b"\n".join(mixed))
    (folder / "other.jsonl").write_bytes(json_lines([good("other"), good("mixed-1")]))
    reasons = {
        2: "bad_utf8",
        3: "bad_utf8",
        4: "not_json",
        5: "wrong_type",
        6: "null_text",
        7: "missing_text",
        8: "wrong_type",
        9: "empty_text",
        10: "duplicate_id",
        11: "too_large",
        13: "not_json",
    }
    return [
        ("empty.jsonl", None, "empty_file"),
        ("blank.jsonl", None, "empty_file"),
        ("other.jsonl", 2, "duplicate_id"),
        *(("mixed.jsonl", row, reason) for row, reason in reasons.items()),
    ]


def write_damaged_tables(folder: Path) -> Found:
    """Write Parquet with every kind of damage; return (file, row, reason) of each."""
    folder.mkdir()
    rows = [good("a"), {**good("b"), "text": None}, good("c"), {**good("d"), "text": ""}, good("a")]
    pq.write_table(pa.Table.from_pylist(rows), folder / "rows.parquet")
    binary = pa.array([good("e")["text"].encode(), b"caf\xe9 \xff"], pa.binary())  # type: ignore[attr-defined]
    licenses = pa.array(["CC0-1.0"] * 2)
    pq.write_table(pa.table({"id": ["e", "f"], "text": binary, "license": licenses}), folder / "bytes.parquet")
    pq.write_table(pa.table({"id": ["g"], "body": ["text"]}), folder / "column.parquet")
    pq.write_table(pa.table({"id": ["h"], "text": [5]}), folder / "numbers.parquet")
    content = (folder / "rows.parquet").read_bytes()
    (folder / "cut.parquet").write_bytes(content[: len(content) // 2])
    (folder / "empty.parquet").write_bytes(b"")
    pq.write_table(pa.Table.from_pylist(rows[:1]).slice(0, 0), folder / "rowless.parquet")
    return [
        ("rows.parquet", 2, "null_text"),
        ("rows.parquet", 4, "empty_text"),
        ("rows.parquet", 5, "duplicate_id"),
        ("bytes.parquet", 2, "bad_utf8"),
        ("empty.parquet", None, "empty_file"),
        ("rowless.parquet", None, "empty_file"),
    ]


def write_damaged_archives(folder: Path) -> None:
    for name in ("wiki", "packages"):
        (folder / name).mkdir()
    (folder / "wiki/cut.xml").write_text("<mediawiki><page><title>A</title><ns>0</ns><id>1</id>", encoding="utf-8")
    (folder / "wiki/noise.xml.bz2").write_bytes(b"BZh9 no bzip2")
    (folder / "wiki/empty.xml").write_bytes(b"")
    (folder / "packages/noise-1.0-py3-none-any.whl").write_bytes(b"PK\x03\x04 no zip")
    (folder / "packages/empty-1.0-py3-none-any.whl").write_bytes(b"")


def test_damaged_input_is_quarantined_with_file_and_row_and_everything_good_is_kept(tmp_path: Path) -> None:
    expected = [*write_damaged_lines(tmp_path / "lines"), *write_damaged_tables(tmp_path / "tables")]
    write_damaged_archives(tmp_path)
    recipe, corpus = tmp_path / "recipe.yaml", tmp_path / "corpus"
    recipe.write_text(RECIPE, encoding="utf-8")
    run_loam(recipe, corpus, "--workers", 2)

    quarantine = [
        row
        for file in sorted((corpus / "quarantine/ingest").rglob("*.parquet"))
        for row in pq.read_table(file, partitioning=None).to_pylist()
    ]
    found: Found = [(row["file"], row["row"], row["reason"]) for row in quarantine]
    damaged_files = {"cut.parquet", "column.parquet", "numbers.parquet", "noise.jsonl.zst", "cut.xml", "noise.xml.bz2"}
    damaged_files |= {"cut.jsonl.zst", "cut.jsonl.gz", "cut.jsonl.bz2", "empty.xml"}
    damaged_files |= {"noise-1.0-py3-none-any.whl", "empty-1.0-py3-none-any.whl"}
    assert sorted(map(str, (entry for entry in found if entry[0] not in damaged_files))) == sorted(map(str, expected))
    assert damaged_files <= {file for file, _, _ in found}
    assert all(row["detail"] for row in quarantine)

    texts = documents(corpus)
    kept = {"mixed-1", "mixed-12", "other", "a", "c", "e"}
    assert kept <= texts.keys()
    # What stands before the cut in a compressed file is read to the last whole line.
    whole = sorted(int(name.removeprefix("cut-")) for name in texts if name.startswith("cut-"))
    assert whole == list(range(len(whole)))
    assert 500 < len(whole) < 2000
    assert texts.keys() - {f"cut-{number}" for number in whole} == kept
    assert all(text == sentences("en", 8, name) for name, text in texts.items())

    for receipt in read_receipts(corpus):
        assert receipt.outcome.lost() == 0, receipt.path
    dropped = sum(sum(receipt.outcome.dropped.values()) for receipt in read_receipts(corpus, stage="ingest"))
    assert dropped == sum(row["rows"] for row in quarantine)
    assert decisions_of(corpus, "mixed-12") == [("license:unknown_license", False)]
    verified = loam("verify", corpus)
    assert (verified.returncode, verified.stderr) == (0, ""), verified.stdout


def documents(corpus: Path) -> dict[str, str]:
    """Return the text of each document by the source's id."""
    files = sorted((corpus / "documents").rglob("*.parquet"))
    columns = ["source_id", "text"]
    rows = [row for file in files for row in pq.read_table(file, columns=columns, partitioning=None).to_pylist()]
    return {row["source_id"]: row["text"] for row in rows}


def decisions_of(corpus: Path, source_id: str) -> list[tuple[str | None, bool]]:
    query = f"SELECT rule, kept FROM decisions JOIN documents USING (id) WHERE source_id = '{source_id}'"  # noqa: S608 -- of this test
    answer = loam("sql", corpus, query, "--format", "json").stdout
    return [(row["rule"], row["kept"]) for row in map(json.loads, answer.splitlines())]


def test_input_that_is_damaged_altogether_makes_an_empty_corpus(tmp_path: Path) -> None:
    (tmp_path / "lines").mkdir()
    (tmp_path / "lines/noise.jsonl").write_bytes(bytes(range(256)) * 40)
    for name, suffix in (("tables", "parquet"), ("wiki", "xml"), ("packages", "whl")):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"noise.{suffix}").write_bytes(bytes(range(256)) * 40)
    recipe, corpus = tmp_path / "recipe.yaml", tmp_path / "corpus"
    recipe.write_text(RECIPE, encoding="utf-8")
    run_loam(recipe, corpus, "--workers", 1)
    assert documents(corpus) == {}
    assert len(list((corpus / "quarantine/ingest").rglob("*.parquet"))) == 4
    verified = loam("verify", corpus)
    assert (verified.returncode, verified.stderr) == (0, ""), verified.stdout
