import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datacards.explorer import assets
from pipelines.stages import edit_pii, explore
from tests.pipelines.stages.curation import PATHS, PROSE, Curation, document_id
from tests.pipelines.stages.explored_corpus import RULES, WITHHELD, document, explored


@pytest.fixture(autouse=True, scope="module")
def _libraries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Libraries that are built, without npm."""
    folder = tmp_path_factory.mktemp("libraries")
    (folder / "plot.js").write_text("export {};")
    (folder / "main.js").write_text("import './libraries/plot.js';")
    files = {"libraries/plot.js": folder / "plot.js", "main.js": folder / "main.js"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assets, "assets", lambda: files)
        yield


@pytest.fixture(scope="module")
def corpus(_libraries: None, tmp_path_factory: pytest.TempPathFactory) -> Curation:
    return explored(tmp_path_factory.mktemp("corpus"))


def _read(root: Path, name: str) -> Any:  # noqa: ANN401 -- JSON
    content = (root / "card/explorer" / name).read_bytes()
    return json.loads(gzip.decompress(content) if name.endswith(".gz") else content)


def _documents(root: Path) -> dict[str, dict[str, Any]]:
    files = [decision["file"] for decision in _read(root, "index.json")["decisions"]]
    return {document["id"]: document for file in files for document in _read(root, file)}


def _column(root: Path, name: str) -> pa.Table:
    content = gzip.decompress((root / f"card/explorer/columns/{name}.arrow.gz").read_bytes())
    return pa.ipc.open_stream(content).read_all()


def test_the_table_says_what_the_tables_of_the_corpus_say(corpus: Curation) -> None:
    rows = pq.read_table(corpus.root / "card/explorer/corpus.parquet").to_pylist()
    decisions, licences = corpus.rows("decisions"), corpus.rows("licences")
    core, language = corpus.rows("signals/core"), corpus.rows("signals/language")
    assert [row["id"] for row in rows] == list(decisions)
    for row in rows:
        known = core[row["id"]] | language[row["id"]] | licences[row["id"]] | decisions[row["id"]]
        shared = row.keys() & known.keys() - {"lang"}
        assert {name: row[name] for name in shared} == {name: known[name] for name in shared}
        reached = row["rule"] in (None, *RULES)
        assert row["reached"] == reached
        verdicts = [row[f"passes_{name}"] for name in RULES]
        if reached:
            assert row["kept"] == all(verdicts)
            assert row["rule"] == next((name for name, met in zip(RULES, verdicts, strict=True) if not met), None)


def test_each_column_has_a_file_with_its_exact_values(corpus: Curation) -> None:
    index = _read(corpus.root, "index.json")
    table = pq.read_table(corpus.root / "card/explorer/corpus.parquet")
    assert [column["name"] for column in index["columns"]] == table.column_names
    for column in index["columns"]:
        found = _column(corpus.root, column["name"])
        expected = table[column["name"]]
        assert found.column_names == [column["name"]]
        assert found[column["name"]].cast(expected.type).to_pylist() == expected.to_pylist()
        assert column["bytes"] == (corpus.root / "card/explorer" / column["file"]).stat().st_size
        assert column["comment"]
    assert pa.types.is_dictionary(_column(corpus.root, "language").schema.field("language").type)
    types = {column["name"]: column["type"] for column in index["columns"]}
    assert (types["word_count"], types["digit_fraction"], types["kept"]) == ("BIGINT", "DOUBLE", "BOOLEAN")


def test_rules_come_with_the_thresholds_that_can_be_moved(corpus: Curation) -> None:
    enough, mixed, reads_text = _read(corpus.root, "index.json")["rules"]
    assert enough["thresholds"] == [{"value": "word_count", "operator": ">=", "sql": "50", "number": 50.0}]
    assert [held["number"] for held in mixed["thresholds"]] == [None, 0.5]
    assert reads_text["thresholds"] == []  # the page has no texts to ask it of
    for rule in (enough, mixed):
        written = "".join(part if isinstance(part, str) else part["sql"] for part in rule["parts"])
        table = str(corpus.root / "card/explorer/corpus.parquet")
        with duckdb.connect() as connection:
            query = f"SELECT bool_and(({written}) IS NOT DISTINCT FROM {rule['verdict']}) FROM '{table}'"  # noqa: S608
            assert connection.execute(query).fetchone() == (True,)


def test_a_text_is_shown_only_where_it_may_be_passed_on(corpus: Curation) -> None:
    documents = _documents(corpus.root)
    for name in ("refused", "unknown"):
        found = documents[document_id(name)]
        assert found["title"] is None
        assert found["text"] is None
        assert found["attribution"] == []
        assert found["url"] == f"https://example.org/{name}"
        assert len(found["values"]) == len(_read(corpus.root, "index.json")["columns"])
    shown = documents[document_id("d60")]
    assert shown["text"].startswith("The harbour was quiet")
    assert shown["licence"]["urls"] == ["https://spdx.org/licenses/CC-BY-4.0.html"]
    for path in (corpus.root / "card").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert WITHHELD.encode() not in (gzip.decompress(content) if path.suffix == ".gz" else content), path


def test_long_texts_are_cut_and_say_so(corpus: Curation) -> None:
    long = _documents(corpus.root)[document_id("long")]
    assert len(long["text"]) == explore.CHARACTERS
    assert long["characters"] == len(f"{PROSE} " * 60)
    assert long["changes"] == ["cut after 8,000 characters"]


def test_under_no_derivatives_a_text_is_shown_whole_or_not_at_all(tmp_path: Path) -> None:
    rows = [document("whole", PROSE, "CC-BY-ND-4.0"), document("long", f"{PROSE} " * 60, "CC-BY-ND-4.0")]
    explored(tmp_path, rows, licensing={"profile": "nd-verbatim"})
    documents = _documents(tmp_path)
    assert documents[document_id("whole")]["text"] == PROSE
    assert documents[document_id("long")]["text"] is None
    assert documents[document_id("long")]["title"] is None


def test_a_masked_text_is_shown_masked(tmp_path: Path) -> None:
    text = f"{PROSE} Write to someone.real@company.com for more."
    sections = {"licensing": {"profile": "open"}, "annotate": {"edits": {"pii": "mask"}}, "select": {"rules": RULES}}
    corpus = Curation(tmp_path, **sections)
    corpus.add("a", [document("mail", text), document("plain", PROSE)])
    corpus.run()
    corpus.run(edit_pii.STAGE, explore.STAGE)
    found = _documents(tmp_path)[document_id("mail")]
    assert "someone.real" not in found["text"]
    assert found["changes"][0].startswith("edited by ")


def test_a_sample_is_drawn_by_chance_and_stays_the_same(tmp_path: Path) -> None:
    rows = [document(f"d{number}", PROSE) for number in range(40)]
    corpus = explored(tmp_path, rows, dedup={"exact": False}, publish={"explorer": {"rows": 20, "documents": 5}})
    index = _read(tmp_path, "index.json")
    assert (index["documents"], index["rows"]) == (40, 20)
    assert len(_documents(tmp_path)) == 5
    drawn = pq.read_table(tmp_path / "card/explorer/corpus.parquet")["id"].to_pylist()
    assert set(drawn) < set(corpus.rows("decisions"))
    (first,) = corpus.plan.receipts("explore")
    assert first.outcome.dropped == {"not_in_the_sample": 20}
    (second,) = corpus.run(explore.STAGE)
    assert second.outputs == first.outputs


def test_without_libraries_the_card_has_no_explorer_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "assets", lambda: None)
    corpus = explored(tmp_path)
    assert not (tmp_path / "card/explorer").exists()
    page = (tmp_path / "card/index.html").read_text(encoding="utf-8")
    assert "make explorer" in page
    assert "<script" not in page
    assert explore.lacks_libraries(corpus.plan.recipe)


def test_no_rows_no_explorer(tmp_path: Path) -> None:
    corpus = explored(tmp_path, publish={"explorer": {"rows": 0}})
    assert not (tmp_path / "card/explorer").exists()
    assert not explore.lacks_libraries(corpus.plan.recipe)


def test_a_translation_and_its_original_name_each_other(tmp_path: Path) -> None:
    corpus = Curation(tmp_path, licensing={"profile": "open"}, select={"rules": RULES})
    corpus.add("a", [document("original", PROSE)])
    corpus.add("a", [document("translated", f"{PROSE} (pt)", derived_from=document_id("original"))], generation=1)
    corpus.run()
    corpus.run(*PATHS, generation=1)
    corpus.run(explore.STAGE)
    documents = _documents(tmp_path)
    original, translated = documents[document_id("original")], documents[document_id("translated")]
    assert original["translations"] == [translated["id"]]
    assert translated["derived_from"] == original["id"]
    assert (original["generation"], translated["generation"]) == (0, 1)


def test_a_corpus_without_rules_is_explored(tmp_path: Path) -> None:
    explored(tmp_path, [document("one", PROSE), document("two", f"{PROSE} {PROSE}")], select={"rules": {}})
    index = _read(tmp_path, "index.json")
    assert index["rules"] == []
    assert [column["name"] for column in index["columns"] if column["name"].startswith("passes_")] == []
