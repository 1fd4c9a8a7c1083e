import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.corpus import Outcome, Receipt
from pipelines.corpus.receipts import write_receipt
from pipelines.errors import CorpusError, UsageError
from pipelines.verify import PARTS, stage_roots, verify
from tests.pipelines.conftest import SmallCorpus, loam


def _found(corpus: SmallCorpus, *only: str) -> list[tuple[str, str]]:
    return [(finding.part, finding.message) for finding in verify(corpus.root, only)]


def _first(corpus: SmallCorpus, pattern: str) -> Path:
    return min(corpus.root.glob(pattern))


def _flip(path: Path, position: int = -1) -> None:
    content = bytearray(path.read_bytes())
    content[position if position >= 0 else len(content) // 2] ^= 1
    path.write_bytes(content)


def test_a_corpus_as_it_was_made(small_corpus: SmallCorpus) -> None:
    assert _found(small_corpus) == []
    result = loam("verify", str(small_corpus.root))
    assert result.exit_code == 0
    *roots, verdict = result.stdout.splitlines()
    assert verdict == f"{small_corpus.root}: {', '.join(PARTS)}: all agree"
    assert [tuple(line.split()) for line in roots] == list(stage_roots(small_corpus.root))


@pytest.mark.parametrize(
    "pattern",
    [
        "documents/*/*.parquet",
        "signals/core/*/*.parquet",
        "signals/language/*/*.parquet",
        "duplicates/*/*.parquet",
        "licences/*/*.parquet",
        "decisions/*/*.parquet",
        "tokens/*/*.bin",
        "tokens/*/*.idx",
        "tokens/*/*.provenance.parquet",
        "tokenizer/tokenizer.json",
        "mixture/blend.json",
        "card/README.md",
        "data/**/*.parquet",
        "quarantine/**/*.parquet",
    ],
)
def test_one_flipped_byte_is_found(corpus_copy: SmallCorpus, pattern: str) -> None:
    path = _first(corpus_copy, pattern)
    _flip(path)
    relative = path.relative_to(corpus_copy.root).as_posix()
    assert ("files", f"{relative}: not the bytes that its receipt names; delete it and run again") in _found(
        corpus_copy
    )
    result = loam("verify", str(corpus_copy.root), "--only", "files")
    assert result.exit_code == 1
    assert relative in result.stdout


def test_a_missing_and_an_extra_file_are_found(corpus_copy: SmallCorpus) -> None:
    missing = _first(corpus_copy, "licences/*/*.parquet")
    missing.rename(missing.with_name("extra.parquet"))
    folder = missing.parent.relative_to(corpus_copy.root).as_posix()
    assert _found(corpus_copy, "files") == [
        ("files", f"{folder}/{missing.name}: missing; run again"),
        ("files", f"{folder}/extra.parquet: no receipt names it; run again to clear it away"),
    ]
    assert loam("verify", str(corpus_copy.root)).exit_code == 1


def _without_its_last_row(path: Path) -> None:
    table = pq.read_table(path)
    pq.write_table(table.slice(0, table.num_rows - 1), path)


def _no_parquet(path: Path) -> None:
    path.write_bytes(b"PAR1")


@pytest.mark.parametrize(
    ("damage", "message"), [(_without_its_last_row, "rows, its receipt says"), (_no_parquet, "no Parquet file")]
)
def test_changed_rows_are_found(corpus_copy: SmallCorpus, damage: Callable[[Path], None], message: str) -> None:
    damage(_first(corpus_copy, "decisions/docs/*.parquet"))
    found = _found(corpus_copy, "conservation")
    assert found
    assert any(message in text for _, text in found)


def _rewrite_receipt(corpus: SmallCorpus, **changes: Any) -> str:  # noqa: ANN401 -- values of a receipt
    """Change the receipt of a unit as no run would; return its path."""
    path = _first(corpus, "ledger/select/docs/*0.json")
    receipt = dataclasses.replace(Receipt.from_json(path.read_text()), **changes)
    write_receipt(corpus.root, receipt)
    return receipt.path


def test_a_changed_count_in_a_receipt_is_found(corpus_copy: SmallCorpus) -> None:
    path = _rewrite_receipt(corpus_copy, outcome=Outcome(13, 11, {}, 0))
    assert ("conservation", f"{path}: 2 rows unaccounted for") in _found(corpus_copy)


@pytest.mark.parametrize("change", [{"version": 99}, {"parameters": {}}, {"generation": 1}, {"fingerprint": "0"}])
def test_a_receipt_that_no_run_wrote_is_found(corpus_copy: SmallCorpus, change: dict[str, Any]) -> None:
    path = _rewrite_receipt(corpus_copy, **change)
    (finding,) = _found(corpus_copy, "receipts")
    assert finding == ("receipts", f"{path}: does not fit its fingerprint; delete it and run again")


def test_a_lost_receipt_leaves_files_and_inputs_without_one(corpus_copy: SmallCorpus) -> None:
    _first(corpus_copy, "ledger/ingest/docs/*0.json").unlink()
    assert {part for part, _ in _found(corpus_copy)} >= {"receipts", "files"}
    assert any("made from another documents/docs/" in text for _, text in _found(corpus_copy, "receipts"))


def test_tokens_that_megatron_could_not_read_are_found(corpus_copy: SmallCorpus) -> None:
    path = _first(corpus_copy, "tokens/*/*.bin")
    path.write_bytes(path.read_bytes()[:-2])
    ((part, message),) = _found(corpus_copy, "tokens")
    assert part == "tokens"
    assert path.stem in message


def test_a_lost_vocabulary_is_found(corpus_copy: SmallCorpus) -> None:
    for path in (corpus_copy.root / "tokenizer").glob("*.json"):
        path.unlink()
    assert any("missing or damaged; run again" in text for _, text in _found(corpus_copy, "tokens"))


def test_running_again_mends_it_all(corpus_copy: SmallCorpus) -> None:
    _first(corpus_copy, "decisions/docs/*.parquet").unlink()
    (corpus_copy.root / "decisions" / "stray").write_text("x")
    _first(corpus_copy, "ledger/encode/docs/*.json").write_text("{")
    result = loam("run", str(corpus_copy.recipe), "--corpus", str(corpus_copy.root), "--quiet")
    assert result.exit_code == 0, result.output
    assert _found(corpus_copy) == []


def test_damaged_receipts_are_an_error_of_the_corpus(corpus_copy: SmallCorpus) -> None:
    _first(corpus_copy, "ledger/select/docs/*0.json").write_text("{")
    with pytest.raises(CorpusError, match="damaged receipt"):
        _found(corpus_copy)
    result = loam("verify", str(corpus_copy.root))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "damaged receipt" in result.stderr


def test_an_empty_ledger_agrees_with_nothing(corpus_copy: SmallCorpus) -> None:
    for path in (corpus_copy.root / "ledger").rglob("*.json"):
        path.unlink()
    assert ("receipts", "ledger/: no receipts; `loam run` writes them") in _found(corpus_copy)


def test_parts(small_corpus: SmallCorpus, tmp_path: Path) -> None:
    assert list(PARTS) == ["receipts", "files", "conservation", "tokens", "licences", "removals", "card"]
    with pytest.raises(UsageError, match="no part 'hashes': expected receipts, files, conservation, tokens, licences"):
        _found(small_corpus, "hashes")
    assert loam("verify", str(small_corpus.root), "--only", "hashes").exit_code == 2
    assert loam("verify", str(tmp_path)).exit_code == 1


def test_rows_that_do_not_fit_the_documents_are_found(corpus_copy: SmallCorpus) -> None:
    path = _first(corpus_copy, "licences/docs/*.parquet")
    table = pq.read_table(path)
    pq.write_table(pa.concat_tables([table, table.slice(0, 1)]), path)
    rows = table.num_rows
    relative = path.relative_to(corpus_copy.root).as_posix()
    assert ("conservation", f"{relative}: {rows + 1} rows for {rows} documents") in _found(corpus_copy)


@pytest.mark.parametrize(
    ("pattern", "what"),
    [("data/*/*.parquet", "published documents"), ("tokens/*/*.provenance.parquet", "token sequences")],
)
def test_a_licence_that_another_stage_changed_is_found(corpus_copy: SmallCorpus, pattern: str, what: str) -> None:
    assert _found(corpus_copy, "licences") == []
    path = _first(corpus_copy, pattern)
    table = pq.read_table(path)
    column = table.schema.get_field_index("license")
    changed = pa.array(["CC0-1.0 OR MIT"] * table.num_rows, table.schema.field(column).type)
    pq.write_table(table.set_column(column, "license", changed), path)
    found = _found(corpus_copy, "licences")
    document = min(str(id_) for id_ in table["id"].to_pylist())
    assert found[0][1].startswith(f"{what}: {document} is under CC0-1.0 OR MIT, concluded was ")


def test_more_changes_than_are_worth_a_line_are_counted(
    corpus_copy: SmallCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.verify_licences._SHOWN", 1)
    for path in sorted(corpus_copy.root.glob("licences/*/*.parquet")):
        table = pq.read_table(path)
        column = table.schema.get_field_index("license")
        pq.write_table(table.set_column(column, "license", pa.array(["MIT-0"] * table.num_rows)), path)
    messages = [message for _, message in _found(corpus_copy, "licences")]
    assert any("more carry another licence than was concluded" in message for message in messages)


def test_licences_that_cannot_be_read_are_told(corpus_copy: SmallCorpus) -> None:
    _no_parquet(_first(corpus_copy, "data/*/*.parquet"))
    assert any("licences cannot be compared" in message for _, message in _found(corpus_copy, "licences"))
