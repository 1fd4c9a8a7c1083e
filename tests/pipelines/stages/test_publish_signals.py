from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datacards.manifest import Manifest
from pipelines.stages import card, publish, publish_signals
from tests.pipelines.stages.curation import PROSE, Curation, document_id
from tests.pipelines.stages.explored_corpus import RULES, WITHHELD, documents

SECTIONS: dict[str, Any] = {
    "build_date": "2026-11-24",
    "licensing": {"profile": "open"},
    "select": {"rules": RULES},
    "dedup": {"exact": True},
    "publish": {"signals": True, "url": "https://example.org/x", "creators": ["Somebody"]},
}


def _curated(root: Path, **sections: Any) -> Curation:  # noqa: ANN401 -- sections of a recipe
    corpus = Curation(root, **{**SECTIONS, **sections})
    found = documents()
    corpus.add("a", found[: len(found) // 2])
    corpus.add("b", found[len(found) // 2 :])
    corpus.run()
    _let_nothing_be_published_of(corpus, "refused")
    corpus.run(publish.STAGE, publish_signals.STAGE, card.STAGE)
    return corpus


def _let_nothing_be_published_of(corpus: Curation, name: str) -> None:
    """Take a document's permissions away, as a profile would that refuses statistics too."""
    for path in corpus.root.glob("licences/*/*.parquet"):
        table = pq.read_table(path)
        rows = [
            {**row, "operations": [] if row["id"] == document_id(name) else row["operations"]}
            for row in table.to_pylist()
        ]
        pq.write_table(pa.Table.from_pylist(rows, table.schema), path)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Curation:
    return _curated(tmp_path_factory.mktemp("signals"))


def _published(root: Path) -> dict[str, dict[str, Any]]:
    tables = [pq.read_table(path) for path in sorted((root / "card/signals").glob("*.parquet"))]
    return {row["id"]: row for table in tables for row in table.to_pylist()}


def test_every_document_whose_licence_lets_it_has_its_signals_and_decision(corpus: Curation) -> None:
    rows = _published(corpus.root)
    licences, decisions, core = (corpus.rows(table) for table in ("licences", "decisions", "signals/core"))
    expected = [id_ for id_, row in licences.items() if "publish_statistics" in (row["operations"] or ())]
    assert sorted(rows) == sorted(expected)
    assert document_id("refused") not in rows
    assert {row["kept"] for row in rows.values()} == {True, False}
    for id_, row in rows.items():
        assert (row["rule"], row["lang"]) == (decisions[id_]["rule"], decisions[id_]["lang"])
        assert row["word_count"] == core[id_]["word_count"]
        assert row["license"] == licences[id_]["license"]


def test_no_text_title_or_address_is_there(corpus: Curation) -> None:
    for path in (corpus.root / "card/signals").glob("*.parquet"):
        schema = pq.read_schema(path)
        assert not {"text", "title", "url", "meta", "attribution"} & set(schema.names)
        content = repr(pq.read_table(path).to_pylist())
        assert WITHHELD not in content
        assert PROSE[:40] not in content
        assert "window.pwned" not in content


def test_rows_that_were_withheld_are_counted(corpus: Curation) -> None:
    outcomes = [receipt.outcome for receipt in corpus.plan.receipts("publish-signals")]
    assert sum(outcome.rows_in for outcome in outcomes) == len(documents())
    withheld = sum(outcome.dropped.get("license_withholds_statistics", 0) for outcome in outcomes)
    assert withheld == len(documents()) - len(_published(corpus.root)) == 1


def test_the_card_describes_them(corpus: Curation) -> None:
    manifest = Manifest.from_json((corpus.root / "card/manifest.json").read_text(encoding="utf-8"))
    assert sorted(file.path for file in manifest.signal_files) == [
        f"signals/{path.name}" for path in sorted((corpus.root / "card/signals").iterdir())
    ]
    assert manifest.configurations[-1].name == "signals"
    names = pq.read_schema(corpus.root / "card" / manifest.signal_files[0].path).names
    assert [column.name for column in manifest.signal_columns] == names
    assert all(column.description for column in manifest.signal_columns)
    text = (corpus.root / "card/README.md").read_text(encoding="utf-8")
    assert "- config_name: signals\n" in text
    assert "signals/*.parquet" in text
    described = (corpus.root / "card/croissant.json").read_text(encoding="utf-8")
    for expected in ('"@id": "signals/word_count"', '"includes": "signals/*.parquet"', '"@id": "signal-tables"'):
        assert expected in described


def test_all_tables_have_the_same_columns_and_load_as_one(corpus: Curation) -> None:
    glob = str(corpus.root / "card/signals/*.parquet")
    with duckdb.connect() as connection:
        found = connection.execute("SELECT count(*), count(DISTINCT id) FROM read_parquet($1)", [glob]).fetchall()
    rows = len(_published(corpus.root))
    assert found == [(rows, rows)]


@pytest.mark.parametrize("sections", [{"publish": {}}, {"publish": None}, {"publish": None, "licensing": None}])
def test_they_are_published_only_when_asked_for(tmp_path: Path, sections: dict[str, Any]) -> None:
    corpus = Curation(tmp_path, **{**SECTIONS, **sections})
    corpus.add("a", documents()[:2])
    assert publish_signals.STAGE.plan(corpus.plan, 0) == []
