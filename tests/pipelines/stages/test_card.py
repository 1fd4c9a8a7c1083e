import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datacards.cells import totals
from datacards.huggingface_check import check_readme
from datacards.manifest import Manifest, StageFlow
from pipelines.corpus import Outcome, Shelf, Unit
from pipelines.errors import CorpusError
from pipelines.licensing.texts import license_text
from pipelines.recipe import load_recipe
from pipelines.stages import card, publish
from pipelines.tokens.blend import MIXTURE
from pipelines.tokens.provenance import PROVENANCE
from tests.pipelines.stages.published_corpus import DOCS, SECTIONS, Corpus, Document

TOKENS = {"00": 7, "01": 9, "05": 11, "10": 5, "20": 3}
FILES = [
    "ATTRIBUTION.parquet",
    "LICENSE.md",
    "README.md",
    "REUSE.toml",
    "flow.svg",
    "index.html",
    "license-report.json",
    "license-report.md",
    "manifest.json",
]


def _carded(root: Path, sections: Mapping[str, object] = SECTIONS, *, tokens: bool = False) -> Corpus:
    corpus = Corpus(root, sections).fill()
    corpus.run(publish.STAGE, 0)
    corpus.run(publish.STAGE, 1)
    if tokens:
        _add_tokens(corpus)
    corpus.run(card.STAGE)
    return corpus


def _planned(root: Path) -> Unit:
    """Return the card's unit, where originals alone are published yet."""
    corpus = Corpus(root).fill()
    corpus.run(publish.STAGE, 0)
    (unit,) = card.STAGE.plan(corpus.plan, 0)
    return unit


def _add_tokens(corpus: Corpus) -> None:
    """Write what the card reads of tokenizer, token shards and mixture."""
    rows = [{"sequence": number, "id": id_, "length": length} for number, (id_, length) in enumerate(TOKENS.items())]
    shelf = Shelf(corpus.root)
    shelf.write("tokens/all/t0_text_document.provenance.parquet", pa.Table.from_pylist(rows, PROVENANCE))
    corpus.plan.add(shelf.commit(Unit("tokenize", "all", 0, (), {}), 1, {}, Outcome(5, 5, {}, 0)))
    shelf = Shelf(corpus.root)
    facts = {"vocab_size": 500, "eod": 0, "eod_token": "<eod>", "sha256": "ab" * 32}
    shelf.temporary("tokenizer/vocabulary.json").write_text(json.dumps(facts), encoding="utf-8")
    corpus.plan.add(shelf.commit(Unit("tokenizer", "tokenizer", 0, (), {}), 1, {}, Outcome(0, 0, {}, 0)))
    shelf = Shelf(corpus.root)
    shards = [("eng_Latn", 8, 0.25), ("eng_Latn", 4, 0.25), ("fra_Latn", 9, 0.5)]
    mixture = [{"lang": lang, "split": "train", "tokens": count, "weight": weight} for lang, count, weight in shards]
    shelf.write("mixture/mixture.parquet", pa.Table.from_pylist(mixture, MIXTURE))
    corpus.plan.add(shelf.commit(Unit("mix", "mixture", 0, (), {}), 1, {}, Outcome(5, 5, {}, 0)))


def _manifest(root: Path) -> Manifest:
    return Manifest.from_json((root / "card/manifest.json").read_text(encoding="utf-8"))


def test_the_card_has_its_files_and_passes_the_check(tmp_path: Path) -> None:
    _carded(tmp_path)
    assert sorted(path.name for path in (tmp_path / "card").iterdir() if path.is_file()) == FILES
    texts = {path.stem: path.read_text(encoding="utf-8") for path in (tmp_path / "card/LICENSES").iterdir()}
    of_documents = {cell.license for cell in _manifest(tmp_path).published}
    assert texts == {name: license_text(name) for name in of_documents | {"CC0-1.0", "Apache-2.0"}}
    files = {file.path: file.rows for file in _manifest(tmp_path).files}
    assert check_readme((tmp_path / "card/README.md").read_text(encoding="utf-8"), files) == []


def test_card_and_data_side_by_side_are_a_dataset_repository(tmp_path: Path) -> None:
    _carded(tmp_path / "corpus")
    release = tmp_path / "release"
    shutil.copytree(tmp_path / "corpus/card", release)
    shutil.copytree(tmp_path / "corpus/data", release / "data")
    manifest = _manifest(tmp_path / "corpus")
    assert [part.name for part in manifest.configurations] == [
        "default",
        "eng_Latn",
        "fra_Latn",
        "por_Latn",
        "und_Zyyy",
    ]
    everything = {path.relative_to(release).as_posix() for path in (release / "data").rglob("*.parquet")}
    assert everything == {file.path for file in manifest.files}
    for part in manifest.configurations:
        found = {path.relative_to(release).as_posix() for glob in part.globs for path in release.glob(glob)}
        expected = everything if part.name == "default" else {path for path in everything if f"/{part.name}/" in path}
        assert found == expected


def test_every_number_is_that_of_the_tables(tmp_path: Path) -> None:
    _carded(tmp_path)
    manifest = _manifest(tmp_path)
    assert totals(manifest.cells).documents == 9
    assert totals(manifest.published).documents == 5
    assert totals(cell for cell in manifest.cells if cell.generation == 0).bytes == sum(
        len(document.text.encode()) for document in DOCS
    ) + len("more English text")
    removed = {cell.rule: cell.documents for cell in manifest.refused if cell.generation == 0}
    assert removed == {"duplicate": 1, "license:no_derivatives": 1, "enough_words": 1}
    assert manifest.flows("ingest", 0) == (StageFlow("ingest", 0, 13, 7, {"bad_utf8": 6}),)
    assert manifest.flows("select", 1) == (StageFlow("select", 1, 2, 1, {"enough_words": 1}),)
    assert manifest.flows("publish", 0) == (StageFlow("publish", 0, 4, 4, {}),)
    assert {(cell.language, cell.source) for cell in manifest.published if cell.generation} == {
        ("por_Latn", "docs-to-por_Latn")
    }
    denied = next(finding for finding in manifest.findings if finding.license == "CC-BY-ND-4.0")
    assert (denied.status, denied.reason, denied.samples) == ("deny", "no_derivatives", ("03",))
    assert manifest.tokenizer is None
    assert [rule.name for rule in manifest.rules] == ["duplicate", "license", "enough_words"]


def test_tokens_are_counted_from_token_shards(tmp_path: Path) -> None:
    sections = {**SECTIONS, "tokenize": {"vocab_size": 500, "append_eod": False}}
    _carded(tmp_path, sections, tokens=True)
    manifest = _manifest(tmp_path)
    assert totals(manifest.published).tokens == sum(TOKENS.values())
    assert totals(cell for cell in manifest.published if cell.language == "eng_Latn").tokens == 12
    assert manifest.tokenizer is not None
    assert (manifest.tokenizer.vocabulary_size, manifest.tokenizer.appends_end_of_document) == (500, False)
    assert [(part.language, part.tokens, part.weight) for part in manifest.mixture] == [
        ("eng_Latn", 12, 0.5),
        ("fra_Latn", 9, 0.5),
    ]


def test_each_published_document_has_a_notice(tmp_path: Path) -> None:
    _carded(tmp_path)
    rows: dict[str, dict[str, Any]] = {
        row["id"]: row for row in Shelf(tmp_path).read("card/ATTRIBUTION.parquet").to_pylist()
    }
    assert sorted(rows) == ["00", "01", "05", "10", "20"]
    assert rows["00"] == {
        "id": "00",
        "title": "First",
        "url": "https://example.org/00",
        "source": "docs",
        "license": "MIT",
        "license_urls": ["https://spdx.org/licenses/MIT.html"],
        "creators": ["Ada"],
        "notices": [],
        "changes": ["cut"],
    }


def test_the_recipe_on_the_card_is_the_recipe(tmp_path: Path) -> None:
    corpus = _carded(tmp_path)
    path = tmp_path / "recipe.yaml"
    manifest = _manifest(tmp_path)
    path.write_text(manifest.recipe, encoding="utf-8")
    assert load_recipe(path).digest() == manifest.recipe_sha256 == corpus.plan.recipe.digest()


def test_the_order_of_rules_makes_another_card(tmp_path: Path) -> None:
    def fingerprint(rules: dict[str, str]) -> str:
        corpus = Corpus(tmp_path, {**SECTIONS, "select": {"rules": rules}})
        (unit,) = card.STAGE.plan(corpus.plan, 0)
        return unit.fingerprint(1, {})

    assert fingerprint({"a": "true", "b": "true"}) != fingerprint({"b": "true", "a": "true"})


def test_a_rerun_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("1", "2"):
        _carded(tmp_path / name)
    for name in FILES:
        assert (tmp_path / "1/card" / name).read_bytes() == (tmp_path / "2/card" / name).read_bytes(), name


def test_no_time_but_the_build_date(tmp_path: Path) -> None:
    sections = {key: value for key, value in SECTIONS.items() if key != "build_date"}
    _carded(tmp_path, sections)
    manifest = _manifest(tmp_path)
    assert manifest.build_date is None
    assert "20" + "26" not in (tmp_path / "card/README.md").read_text(encoding="utf-8")


def test_the_name_stands_in_for_a_missing_title(tmp_path: Path) -> None:
    _carded(tmp_path, {**SECTIONS, "publish": None})
    assert _manifest(tmp_path).title == "test"


def test_a_corpus_of_which_nothing_is_kept_has_a_card(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.add("docs", "a-00000", [Document("00").refused("enough_words")])
    corpus.run(publish.STAGE)
    corpus.run(card.STAGE)
    manifest = _manifest(tmp_path)
    assert manifest.files == ()
    assert "Nothing passed every rule" in (tmp_path / "card/README.md").read_text(encoding="utf-8")


def test_a_corpus_without_documents_has_a_card(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.run(card.STAGE)
    assert _manifest(tmp_path).cells == ()


def test_tables_that_disagree_with_the_ledger_get_no_card(tmp_path: Path) -> None:
    unit = _planned(tmp_path)
    with pytest.raises(CorpusError, match="5 documents to publish, 4 in data/"):
        card.STAGE.work(unit, Shelf(tmp_path))
    parameters = {**unit.parameters, "flows": []}
    with pytest.raises(CorpusError, match="9 documents in the tables, 0 in the ledger of select"):
        card.STAGE.work(Unit("card", "card", 0, unit.inputs, parameters), Shelf(tmp_path))


def test_a_table_with_a_row_too_many_gets_no_card(tmp_path: Path) -> None:
    unit = _planned(tmp_path)
    path = next(tmp_path.glob("decisions/*/*.parquet"))
    rows = pq.read_table(path)
    pq.write_table(pa.concat_tables([rows, rows.slice(0, 1)]), path)
    with pytest.raises(CorpusError, match=f"decisions/.*: {rows.num_rows + 1} rows for {rows.num_rows} documents"):
        card.STAGE.work(unit, Shelf(tmp_path))


def test_documents_without_a_concluded_licence_get_no_card(tmp_path: Path) -> None:
    unit = _planned(tmp_path)
    path = next(tmp_path.glob("licences/*/*.parquet"))
    rows = pq.read_table(path)
    nothing = pa.nulls(rows.num_rows, pa.string())
    pq.write_table(rows.set_column(rows.column_names.index("license"), "license", nothing), path)
    with pytest.raises(CorpusError, match=f"card: {rows.num_rows} documents have no concluded licence"):
        card.STAGE.work(unit, Shelf(tmp_path))


def test_a_title_that_says_unfinished_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="placeholder text 'TODO'"):
        _carded(tmp_path, {**SECTIONS, "publish": {"title": "TODO: a title"}})


def test_without_licensing_there_is_no_card(tmp_path: Path) -> None:
    assert card.STAGE.plan(Corpus(tmp_path, {}).fill().plan, 0) == []
