import gc
import hashlib
import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.corpus import Json, Outcome, Plan, Receipt, Shelf, Stage, Unit
from pipelines.corpus.schemas import DECISIONS, DOCUMENTS, LICENCES
from pipelines.errors import LoamError
from pipelines.licensing.decide import decide
from pipelines.licensing.profiles import Operation, load_profile
from pipelines.licensing.statuses import ALLOWED
from pipelines.recipe import Recipe
from pipelines.stages import choose_translations, learn_bounds, translate
from pipelines.stages.open_engines import opened
from pipelines.stages.translation_rows import translation_id
from translate.engines import EngineSpec, Reply, Request

SIGNALS = pa.schema([("id", pa.string()), ("word_count", pa.int64())])
LANGUAGE = pa.schema([("id", pa.string()), ("language", pa.string())])
TEXTS = [
    "BIRD is an Internet routing daemon. It supports IPv4 and IPv6, see https://bird.example/doc?x=1 for more.",
    "Remove all cards.\n\nEach card removed scores one point.",
    "This package contains the localization of the mail client in Armenian.",
    "The weather is nice today. The children are playing in the garden.",
    "# Rules\n\n- Ten piles.\n- Deal a card face up in every pile.\n",
    "Orca provides two keyboard modes. When running it, no configuration is needed.",
]


def document_id(name: str) -> str:
    return hashlib.blake2b(name.encode(), digest_size=16).hexdigest()


def _licences(ids: Sequence[str], licenses: Sequence[str]) -> dict[str, list[Json]]:
    operations: list[Json] = [
        [
            str(operation)
            for operation in Operation
            if decide(license_, operation, load_profile("open")).status in ALLOWED
        ]
        for license_ in licenses
    ]
    return {"id": list(ids), "license": list(licenses), "operations": operations}


class Corpus:
    """A corpus on disk whose generation 0 is decided."""

    def __init__(self, root: Path, licensing: Mapping[str, Json] | None = None, **section: Json) -> None:
        self.root = root
        self.recipe = Recipe.model_validate(
            {
                "name": "test",
                "sources": [{"name": "docs", "kind": "jsonl", "path": ["none"]}],
                "licensing": licensing or {"profile": "open"},
                "translate": {"to": ["por_Latn"], **section},
            }
        )
        self.plan = Plan(self.recipe, root, root)

    def add_shard(
        self,
        name: str,
        texts: Sequence[str],
        *,
        licenses: Sequence[str] = (),
        langs: Sequence[str] = (),
        kept: Sequence[bool] = (),
    ) -> list[str]:
        shelf, size = Shelf(self.root), len(texts)
        ids = [document_id(f"{name}/{text}") for text in texts]
        evidence = json.dumps([{"class": "E2", "kind": "record_field", "value": "x", "locator": "f:license"}])
        columns: dict[str, list[Json]] = {
            "id": list(ids),
            "text": list(texts),
            "source": ["docs"] * size,
            "url": [f"https://e.org/{index}" for index in range(size)],
            "license_evidence": [evidence] * size,
            "attribution": ['{"creators": ["Ada"]}'] * size,
            "generation": [0] * size,
        }
        tables = {
            "documents": (columns, DOCUMENTS),
            "signals/core": ({"id": ids, "word_count": [len(text.split()) for text in texts]}, SIGNALS),
            "signals/language": ({"id": ids, "language": list(langs or ["eng_Latn"] * size)}, LANGUAGE),
            "licences": (_licences(ids, licenses or ["CC-BY-SA-4.0"] * size), LICENCES),
            "decisions": (
                {"id": ids, "kept": list(kept or [True] * size), "lang": list(langs or ["eng_Latn"] * size)},
                DECISIONS,
            ),
        }
        for table, (values, schema) in tables.items():
            filled = {field.name: values.get(field.name, [None] * size) for field in schema}
            shelf.write(f"{table}/docs/{name}.parquet", pa.table(filled, schema=schema))
        unit = Unit("ingest", f"docs/{name}", 0, (), {})
        self.plan.add(shelf.commit(unit, 1, {}, Outcome(size, size, {}, 0)))
        return ids

    def run(self, stage: Stage) -> list[Receipt]:
        """Do what is due, then forget and delete what is no longer planned."""
        units = stage.plan(self.plan, 1)
        for unit in units:
            hashes = {path: self.plan.output(path).sha256 for path in unit.inputs}
            before = self.plan.receipt(stage.name, unit.name)
            if before is None or not before.stands(self.root, unit, unit.fingerprint(stage.version, hashes)):
                shelf = Shelf(self.root)
                self.plan.add(shelf.commit(unit, stage.version, hashes, stage.work(unit, shelf)))
        for receipt in self.plan.receipts(stage.name, 1):
            if receipt.name not in {unit.name for unit in units}:
                self.plan.drop(receipt)
        return self.plan.receipts(stage.name, 1)

    def translate(self) -> list[Receipt]:
        self.run(choose_translations.STAGE)
        self.run(learn_bounds.STAGE)
        receipts = self.run(translate.STAGE)
        named = {path for receipt in self.plan.all_receipts() for path in (receipt.path, *receipt.outputs)}
        for path in self.root.rglob("*"):
            if path.is_file() and path.relative_to(self.root).as_posix() not in named:
                path.unlink()
        return receipts

    def files(self) -> dict[str, bytes]:
        return {str(path.relative_to(self.root)): path.read_bytes() for path in self.root.rglob("*") if path.is_file()}

    def translations(self, shard: str = "a") -> list[dict[str, object]]:
        return pq.read_table(self.root / f"documents/docs-to-por_Latn/{shard}.parquet", partitioning=None).to_pylist()


def calls_of_the_engine(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []
    engine = opened(EngineSpec("fxtranslate").key())
    real = engine.translate

    def counting(requests: Iterable[Request], source: str, target: str) -> Iterator[tuple[int, Reply]]:
        def counted() -> Iterator[Request]:
            for request in requests:
                asked.append(request.text)
                yield request

        return real(counted(), source, target)

    monkeypatch.setattr(engine, "translate", counting)
    return asked


def test_a_translation_is_a_document_under_its_parents_terms(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    ids = corpus.add_shard("a", TEXTS[:2])
    (receipt,) = corpus.translate()
    assert (receipt.outcome.rows_in, receipt.outcome.rows_out) == (2, 2)
    first, second = corpus.translations()
    assert first["id"] == translation_id(ids[0], "por_Latn") != ids[0]
    assert first["derived_from"] == ids[0]
    assert (first["lang"], first["generation"], first["source"]) == ("por_Latn", 1, "docs-to-por_Latn")
    assert "https://bird.example/doc?x=1" in str(first["text"])
    assert "roteamento" in str(first["text"])
    assert second["text"] == "Remova todos os cartões.\n\nCada carta removeu um ponto."
    assert first["license_declared"] == "CC-BY-SA-4.0"
    evidence = json.loads(str(first["license_evidence"]))
    assert evidence[0] == {"class": "E2", "kind": "parent_document", "locator": ids[0], "value": "CC-BY-SA-4.0"}
    assert [(entry["kind"], entry["value"], entry["about"]) for entry in evidence[1:]] == [
        ("model_license", "MPL-2.0", "translator")
    ]
    attribution = json.loads(str(first["attribution"]))
    assert attribution["creators"] == ["Ada"]
    assert attribution["changes"][0].startswith("machine-translated eng_Latn → por_Latn by fxtranslate ")
    assert json.loads(str(first["meta"]))["translation"]["model_license"] == "MPL-2.0"


def test_what_may_not_be_translated_never_reaches_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = calls_of_the_engine(monkeypatch)
    corpus = Corpus(tmp_path)
    licenses = ["CC-BY-ND-4.0", "NOASSERTION", "NONE", "CC-BY-NC-4.0", "CC-BY-ND-4.0 OR CC-BY-4.0", "CC0-1.0"]
    ids = corpus.add_shard("a", TEXTS, licenses=licenses)
    corpus.translate()
    choice = corpus.plan.receipts("choose-translations", 1)[0].outcome
    assert choice.dropped == {"license_forbids_translation": 4}
    rows = corpus.translations()
    assert [row["derived_from"] for row in rows] == ids[4:]
    assert [row["license_declared"] for row in rows] == ["CC-BY-4.0", "CC0-1.0"]
    assert not [text for text in asked if "daemon" in text or "Armenian" in text]


def test_only_kept_documents_of_the_language_that_pass_the_rule(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, **{"from": {"where": "word_count <= 12 AND url IS NOT NULL"}})
    langs = ["eng_Latn", "eng_Latn", "fra_Latn", "eng_Latn", "eng_Latn", "eng_Latn"]
    ids = corpus.add_shard("a", TEXTS, langs=langs, kept=[True, True, True, True, False, True])
    corpus.translate()
    outcome = corpus.plan.receipts("choose-translations", 1)[0].outcome
    assert (outcome.rows_in, outcome.rows_out, outcome.dropped) == (4, 3, {"where": 1})
    assert [row["derived_from"] for row in corpus.translations()] == [ids[1], ids[3], ids[5]]


def test_a_limit_takes_the_same_documents_from_any_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "document_id", _id_of_text)
    taken = []
    for name, cuts in (("one", [(0, 6)]), ("two", [(0, 2), (2, 6)])):
        corpus = Corpus(tmp_path / name, **{"from": {"limit": 3}})
        for number, (start, end) in enumerate(cuts):
            corpus.add_shard(f"{number}", TEXTS[start:end])
        (receipt,) = corpus.run(choose_translations.STAGE)
        assert (receipt.outcome.rows_in, receipt.outcome.rows_out, receipt.outcome.dropped) == (6, 3, {"limit": 3})
        tables = [pq.read_table(corpus.root / path, partitioning=None) for path in receipt.outputs]
        taken.append({id_ for table in tables for id_ in table["id"].to_pylist()})
    assert taken[0] == taken[1]
    assert len(taken[0]) == 3


def _id_of_text(name: str) -> str:
    return hashlib.blake2b(name.partition("/")[2].encode(), digest_size=16).hexdigest()


def test_a_failed_segment_follows_the_recipe(tmp_path: Path) -> None:
    # The model drops the last figure of a row of product names.
    text = "This is a fine day.\nIn 1991 and 1992 and 1993.\nA " + "list of 4 1 and 5 2 and 6 3, " * 30 + "."
    texts = {}
    for policy in ("drop_document", "keep_source_segment", "drop_segment"):
        share = {} if policy == "drop_document" else {"max_failed_share": 0.9}
        corpus = Corpus(tmp_path / policy, on_failure=policy, **share)
        corpus.add_shard("a", [text + " " + TEXTS[3] * 20])
        (receipt,) = corpus.translate()
        texts[policy] = corpus.translations()[0]["text"] if receipt.outcome.rows_out else None
        assert receipt.outcome.rows_in == receipt.outcome.rows_out + sum(receipt.outcome.dropped.values())
    assert texts["drop_document"] is None
    assert "list of 4 1" in str(texts["keep_source_segment"])
    assert "list of 4 1" not in str(texts["drop_segment"])


def test_what_the_journal_holds_is_not_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = calls_of_the_engine(monkeypatch)
    corpus = Corpus(tmp_path)
    corpus.add_shard("a", TEXTS)
    corpus.translate()
    clean, first = corpus.files(), len(asked)
    assert first > 5
    (tmp_path / "ledger/translate/docs-to-por_Latn/a.json").unlink()
    again = Corpus(tmp_path)
    again.add_shard("a", TEXTS)
    again.translate()
    assert len(asked) == first
    assert again.files() == clean


def test_a_damaged_part_is_reported_and_translated_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    corpus = Corpus(tmp_path)
    corpus.add_shard("a", TEXTS)
    corpus.translate()
    clean = corpus.files()
    part = tmp_path / "journal/docs-to-por_Latn/a.parquet"
    part.write_bytes(part.read_bytes()[:-50])
    asked = calls_of_the_engine(monkeypatch)
    again = Corpus(tmp_path)
    again.add_shard("a", TEXTS)
    again.translate()
    assert asked
    assert "a.parquet: unreadable" in caplog.text
    assert again.files() == clean


def test_another_rule_and_back_equals_a_clean_run(tmp_path: Path) -> None:
    clean = Corpus(tmp_path / "clean")
    clean.add_shard("a", TEXTS)
    clean.translate()
    used = tmp_path / "used"
    for section in ({}, {"from": {"where": "word_count < 9"}}, {"from": {"limit": 2}}, {}):
        corpus = Corpus(used, **section)
        corpus.add_shard("a", TEXTS)
        corpus.translate()
    assert corpus.files() == clean.files()


def many_texts() -> list[str]:
    return [text.replace(". ", f" in {number} places. ") for number in range(100) for text in TEXTS]


def test_the_collector_of_garbage_is_left_as_it_was(tmp_path: Path) -> None:
    before = gc.get_threshold()
    corpus = Corpus(tmp_path)
    corpus.add_shard("a", TEXTS[:1])
    corpus.translate()
    assert gc.get_threshold() == before


def test_units_do_not_depend_on_what_lies_in_the_journal(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "one")
    corpus.add_shard("a", TEXTS)
    corpus.translate()
    other = Corpus(tmp_path / "two")
    other.add_shard("a", TEXTS)
    shutil.copytree(tmp_path / "one" / "journal", tmp_path / "two" / "journal")
    other.translate()
    assert other.files() == corpus.files()


def test_pairs_that_the_engine_lacks_are_refused_before_any_work(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, to=["fra_Latn"])
    corpus.add_shard("a", TEXTS)
    corpus.run(choose_translations.STAGE)
    with pytest.raises(LoamError, match=r"fxtranslate translates eng_Latn to por_Latn, not eng_Latn to fra_Latn"):
        translate.STAGE.plan(corpus.plan, 1)


def test_a_rule_on_an_unknown_column_is_refused(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, **{"from": {"where": "word_cuont < 5"}})
    corpus.add_shard("a", TEXTS)
    with pytest.raises(LoamError, match="did you mean word_count"):
        choose_translations.STAGE.plan(corpus.plan, 1)


def test_a_recipe_without_licensing_cannot_translate() -> None:
    with pytest.raises(ValueError, match="translate needs a `licensing` section"):
        Recipe.model_validate(
            {
                "name": "test",
                "sources": [{"name": "docs", "kind": "jsonl", "path": ["none"]}],
                "translate": {"to": ["por_Latn"]},
            }
        )


def test_a_recipe_without_translate_plans_nothing(tmp_path: Path) -> None:
    recipe = Recipe.model_validate({"name": "t", "sources": [{"name": "docs", "kind": "jsonl", "path": ["none"]}]})
    plan = Plan(recipe, tmp_path, tmp_path)
    assert not translate.STAGE.plan(plan, 1)
    assert not choose_translations.STAGE.plan(plan, 1)
