import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.corpus import Plan, Receipt, Shelf
from pipelines.corpus.schemas import DOCUMENTS
from pipelines.errors import RecipeError
from pipelines.recipe import Recipe
from pipelines.sources import jsonl, parquet
from pipelines.stages import ingest, ingest_intake
from pipelines.stages.ingest_ids import SeenIds


def jsonl_file(path: Path, records: Sequence[Mapping[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


class Corpus:
    """A corpus that is ingested unit by unit, as a run does it."""

    def __init__(
        self, root: Path, data: Path, sources: Sequence[Mapping[str, Any]], sample: float = 1.0, generation: int = 0
    ) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        recipe = Recipe.model_validate({"name": "test", "sources": list(sources)})
        self._plan = Plan(recipe, data, root, sample=sample)
        self._generation = generation
        self.worked: list[str] = []

    def take_over(self, receipts: Sequence[Receipt]) -> None:
        for receipt in receipts:
            self._plan.add(receipt)

    def run(self) -> list[Receipt]:
        previous = None
        for _ in range(10):
            units = ingest.STAGE.plan(self._plan, self._generation)
            if units == previous:
                break
            previous = units
            for unit in units:
                receipt = self._plan.receipt("ingest", unit.name)
                if receipt is None or receipt.fingerprint != unit.fingerprint(ingest.STAGE.version, {}):
                    self.worked.append(unit.name)
                    shelf = Shelf(self.root)
                    outcome = ingest.STAGE.work(unit, shelf)
                    self._plan.add(shelf.commit(unit, ingest.STAGE.version, {}, outcome))
        else:
            pytest.fail("the plan is never stable")
        self._delete_leftovers()
        return self._plan.receipts("ingest")

    def _delete_leftovers(self) -> None:
        """Delete what no receipt names, as a run does at its end."""
        receipts = self._plan.receipts("ingest")
        named = {path for receipt in receipts for path in (*receipt.outputs, receipt.path)}
        for path in self.root.rglob("*"):
            if path.is_file() and path.relative_to(self.root).as_posix() not in named:
                path.unlink()

    def table(self, folder: str, source: str = "docs") -> list[dict[str, Any]]:
        files = sorted((self.root / folder / source).glob("*.parquet"))
        return [row for file in files for row in pq.read_table(file, partitioning=None).to_pylist()]

    def documents(self) -> list[dict[str, Any]]:
        return self.table("documents")

    def quarantine(self) -> list[tuple[str, int | None, str]]:
        return [(row["file"], row["row"], row["reason"]) for row in self.table("quarantine/ingest")]

    def bytes_of_all(self) -> dict[str, str]:
        files = (path for path in sorted(self.root.rglob("*")) if path.is_file())
        return {str(file.relative_to(self.root)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


DOCS = {"name": "docs", "kind": "jsonl", "path": "*.jsonl"}


def texts(count: int, prefix: str = "text") -> list[dict[str, Any]]:
    return [{"id": f"{prefix}-{n}", "text": f"{prefix} {n}"} for n in range(count)]


def test_writes_documents_of_the_schema(tmp_path: Path) -> None:
    jsonl_file(tmp_path / "a.jsonl", [{"id": 5, "text": "Bonjour", "lang": "fr", "license": "CC0-1.0", "stars": 3}])
    corpus = Corpus(tmp_path / "corpus", tmp_path, [DOCS])
    (receipt,) = corpus.run()
    assert list(receipt.outputs) == ["documents/docs/a.jsonl-00000-00000.parquet"]
    assert pq.read_schema(corpus.root / "documents/docs/a.jsonl-00000-00000.parquet").equals(DOCUMENTS)
    (document,) = corpus.documents()
    assert document["source"] == "docs"
    assert (document["source_id"], document["lang"], document["generation"]) == ("5", "fra_Latn", 0)
    assert document["meta"] == '{"lang":"fr","stars":3}'
    outcome = receipt.outcome
    assert (outcome.rows_in, outcome.rows_out, outcome.bytes_in) == (1, 1, 7)


def test_a_corpus_is_the_same_wherever_the_data_lie(tmp_path: Path) -> None:
    for place in ("here", "there/deeper"):
        jsonl_file(tmp_path / place / "data/a.jsonl", texts(20))
        path = str(tmp_path / place / "data/*.jsonl")
        Corpus(tmp_path / place / "corpus", tmp_path, [{**DOCS, "path": path}]).run()
    here, there = (Corpus(tmp_path / place / "corpus", tmp_path, [DOCS]) for place in ("here", "there/deeper"))
    assert here.bytes_of_all() == there.bytes_of_all()


def test_defaults_of_the_recipe_fill_gaps_only(tmp_path: Path) -> None:
    jsonl_file(tmp_path / "a.jsonl", [{"text": "one"}, {"text": "two", "lang": "de", "license": "MIT"}])
    corpus = Corpus(tmp_path / "corpus", tmp_path, [{**DOCS, "lang": "fr", "license": "CC-BY-4.0"}])
    corpus.run()
    first, second = corpus.documents()
    assert (first["lang"], first["license_declared"]) == ("fra_Latn", "CC-BY-4.0")
    assert json.loads(first["license_evidence"])[0]["class"] == "E3"
    assert (second["lang"], second["license_declared"]) == ("deu_Latn", "MIT")
    assert json.loads(second["license_evidence"])[0]["class"] == "E2"


def test_damaged_input_is_quarantined_and_every_row_accounted_for(tmp_path: Path) -> None:
    good = json.dumps({"id": "1", "text": "good"}).encode()
    (tmp_path / "a.jsonl").write_bytes(good + b'\nno json\n{"text": null}\n' + good + b"\n")
    (tmp_path / "b.jsonl").write_bytes(b"")
    corpus = Corpus(tmp_path / "corpus", tmp_path, [DOCS])
    first, second = corpus.run()
    assert corpus.quarantine() == [
        ("a.jsonl", 2, "not_json"),
        ("a.jsonl", 3, "null_text"),
        ("a.jsonl", 4, "duplicate_id"),
        ("b.jsonl", None, "empty_file"),
    ]
    assert dict(first.outcome.dropped) == {"duplicate_id": 1, "not_json": 1, "null_text": 1}
    assert (first.outcome.rows_in, first.outcome.rows_out) == (4, 1)
    assert (second.outcome.rows_in, second.outcome.rows_out) == (1, 0)
    assert corpus.table("quarantine/ingest")[0]["raw"] == b"no json"


def test_first_of_equal_ids_stays_over_files_and_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "PART_BYTES", 200)
    jsonl_file(tmp_path / "b.jsonl", [*texts(20, "x"), {"id": "x-0", "text": "later"}])
    jsonl_file(tmp_path / "a.jsonl", [{"id": "x-7", "text": "earlier file"}])
    corpus = Corpus(tmp_path / "corpus", tmp_path, [DOCS])
    receipts = corpus.run()
    assert len(receipts) > 3
    kept = {row["source_id"]: row["text"] for row in corpus.documents()}
    assert len(kept) == len(corpus.documents()) == 20
    assert (kept["x-7"], kept["x-0"]) == ("earlier file", "x 0")
    assert corpus.quarantine() == [("b.jsonl", 8, "duplicate_id"), ("b.jsonl", 21, "duplicate_id")]


def test_equal_texts_without_ids_stay_and_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "PART_BYTES", 60)
    jsonl_file(tmp_path / "a.jsonl", [{"text": "same"}, {"text": "other"}] * 10)
    jsonl_file(tmp_path / "b.jsonl", [{"text": "same"}])
    corpus = Corpus(tmp_path / "corpus", tmp_path, [DOCS])
    corpus.run()
    documents = corpus.documents()
    assert len({document["id"] for document in documents}) == len(documents) == 21
    repeats = [json.loads(document["meta"])["repeat_of"] for document in documents if document["meta"]]
    assert len(repeats) == 18
    assert set(repeats) == {documents[0]["id"], documents[1]["id"]}
    assert corpus.quarantine() == []


def test_equal_addresses_are_duplicates_only_with_equal_texts(tmp_path: Path) -> None:
    page = {"url": "https://example.org", "text": "old"}
    jsonl_file(tmp_path / "a.jsonl", [page, {**page, "text": "new"}, page])
    corpus = Corpus(tmp_path / "corpus", tmp_path, [DOCS])
    corpus.run()
    assert [document["text"] for document in corpus.documents()] == ["old", "new"]
    assert corpus.quarantine() == [("a.jsonl", 3, "duplicate_id")]


def test_translations_made_elsewhere_are_generation_1(tmp_path: Path) -> None:
    jsonl_file(tmp_path / "a.jsonl", [{"id": "1", "text": "Bom dia", "lang": "pt", "derived_from": "ab" * 16}])
    source = {"name": "made", "kind": "translation", "path": "*.jsonl"}
    assert Corpus(tmp_path / "none", tmp_path, [source]).run() == []
    corpus = Corpus(tmp_path / "corpus", tmp_path, [source], generation=1)
    (receipt,) = corpus.run()
    (document,) = corpus.table("documents", "made")
    assert (receipt.generation, document["generation"], document["derived_from"]) == (1, 1, "ab" * 16)


def test_sources_may_hold_the_same_ids(tmp_path: Path) -> None:
    jsonl_file(tmp_path / "a.jsonl", texts(3))
    sources = [DOCS, {**DOCS, "name": "again"}]
    corpus = Corpus(tmp_path / "corpus", tmp_path, sources)
    corpus.run()
    ids = {row["id"] for name in ("docs", "again") for row in corpus.table("documents", name)}
    assert len(ids) == 6


@pytest.mark.parametrize("late", ["0.jsonl", "b5.jsonl", "z.jsonl"])
def test_a_file_added_later_gives_what_a_clean_run_gives(tmp_path: Path, late: str) -> None:
    data = tmp_path / "data"
    for name in ("a", "b", "c"):
        jsonl_file(data / f"{name}.jsonl", [*texts(5, name), {"id": "shared", "text": name}, {"text": "same"}])
    grown = Corpus(tmp_path / "grown", data, [DOCS])
    receipts = grown.run()
    jsonl_file(data / late, [*texts(5, "late"), {"id": "shared", "text": "late"}, {"id": "a-1", "text": "late"}])
    again = Corpus(tmp_path / "grown", data, [DOCS])
    again.take_over(receipts)
    again.run()
    clean = Corpus(tmp_path / "clean", data, [DOCS])
    clean.run()
    assert again.bytes_of_all() == clean.bytes_of_all()
    shared = [row["text"] for row in clean.documents() if row["source_id"] == "shared"]
    assert shared == ["late" if late < "a" else "a"]


def test_what_stands_is_not_done_again(tmp_path: Path) -> None:
    jsonl_file(tmp_path / "a.jsonl", texts(5))
    jsonl_file(tmp_path / "b.jsonl", [*texts(5), {"text": "x"}])
    first = Corpus(tmp_path / "corpus", tmp_path, [DOCS])
    receipts = first.run()
    second = Corpus(tmp_path / "corpus", tmp_path, [DOCS])
    second.take_over(receipts)
    second.run()
    assert second.worked == []


def test_a_document_file_that_is_gone_does_not_stop_the_plan(tmp_path: Path) -> None:
    jsonl_file(tmp_path / "a.jsonl", texts(5))
    jsonl_file(tmp_path / "b.jsonl", texts(5))
    corpus = Corpus(tmp_path / "corpus", tmp_path, [DOCS])
    receipts = corpus.run()
    shutil.rmtree(corpus.root / "documents")
    again = Corpus(tmp_path / "corpus", tmp_path, [DOCS])
    again.take_over(receipts)
    again.run()


def test_sample_keeps_a_share_by_id(tmp_path: Path) -> None:
    jsonl_file(tmp_path / "a.jsonl", texts(1000))
    kept = []
    for share in (0.1, 0.5):
        corpus = Corpus(tmp_path / f"corpus-{share}", tmp_path, [DOCS], sample=share)
        (receipt,) = corpus.run()
        kept.append({document["id"] for document in corpus.documents()})
        assert receipt.outcome.dropped == {"not_sampled": 1000 - len(kept[-1])}
    assert 60 < len(kept[0]) < 140
    assert 440 < len(kept[1]) < 560
    assert kept[0] < kept[1]


def test_limit_takes_the_first_documents_in_file_order(tmp_path: Path) -> None:
    jsonl_file(tmp_path / "a.jsonl", [{"id": "0", "text": "first"}, {"id": "0", "text": "again"}, *texts(3, "a")])
    jsonl_file(tmp_path / "b.jsonl", texts(100, "b"))
    corpus = Corpus(tmp_path / "corpus", tmp_path, [{**DOCS, "limit": 6}])
    (receipt,) = corpus.run()
    assert [row["source_id"] for row in corpus.documents()] == ["0", "a-0", "a-1", "a-2", "b-0", "b-1"]
    assert (receipt.outcome.rows_in, receipt.outcome.rows_out) == (7, 6)
    assert corpus.quarantine() == [("a.jsonl", 2, "duplicate_id")]


def test_shards_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_intake, "SHARD_TEXT_BYTES", 5000)
    monkeypatch.setattr(parquet, "BATCH_TEXT_BYTES", 1000)
    table = pa.table({"id": [str(n) for n in range(100)], "text": [f"{n:0200}" for n in range(100)]})
    pq.write_table(table, tmp_path / "a.parquet")
    corpus = Corpus(tmp_path / "corpus", tmp_path, [{"name": "docs", "kind": "parquet", "path": "*.parquet"}])
    (receipt,) = corpus.run()
    assert len(receipt.outputs) >= 4
    assert [row["source_id"] for row in corpus.documents()] == [str(n) for n in range(100)]


def test_absent_source_is_an_error_unless_optional(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="no file matches"):
        Corpus(tmp_path / "corpus", tmp_path, [DOCS]).run()
    assert Corpus(tmp_path / "corpus", tmp_path, [{**DOCS, "optional": True}]).run() == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({**DOCS, "columns": {"txt": "body"}}, "no field 'txt'; expected text, id"),
        (
            {"name": "docs", "kind": "code", "path": "*", "columns": {"text": "body"}},
            "columns: kind code has none to map",
        ),
    ],
)
def test_columns_that_would_be_ignored_are_refused(tmp_path: Path, source: dict[str, Any], message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        Corpus(tmp_path / "corpus", tmp_path, [source]).run()


def test_checksums_are_verified(tmp_path: Path) -> None:
    file = jsonl_file(tmp_path / "a.jsonl", texts(2))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert Corpus(tmp_path / "one", tmp_path, [{**DOCS, "sha256": digest}]).run()
    with pytest.raises(RecipeError, match=r"a\.jsonl has SHA-256"):
        Corpus(tmp_path / "two", tmp_path, [{**DOCS, "sha256": "0" * 64}]).run()


@given(st.lists(st.lists(st.integers(0, 300), max_size=60), max_size=12))
def test_seen_ids_are_a_set(batches: list[list[int]]) -> None:
    seen, known = SeenIds(), set()
    for batch in batches:
        new = seen.add([hashlib.blake2b(bytes([n % 256]) * n, digest_size=16).hexdigest() for n in batch])
        expected = []
        for number in batch:
            expected.append(number not in known)
            known.add(number)
        assert new.tolist() == expected
        assert new.dtype == np.bool_


def test_ingests_the_shared_documents(tmp_path: Path, shared: Path) -> None:
    path = str(shared / "data/debian_docs.parquet")
    corpus = Corpus(tmp_path / "corpus", tmp_path, [{"name": "docs", "kind": "parquet", "path": path}])
    (receipt,) = corpus.run()
    assert (receipt.outcome.rows_in, receipt.outcome.rows_out) == (26_573, 26_573)
    assert len(receipt.outputs) == 2
