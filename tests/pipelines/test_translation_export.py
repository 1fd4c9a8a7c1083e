from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.corpus import Outcome, Shelf, Unit
from pipelines.corpus.identity import write_corpus_identity
from pipelines.corpus.schemas import EDITS, TRANSLATIONS
from pipelines.errors import CorpusError
from pipelines.recipe import Recipe
from pipelines.stages.publish import PUBLISHED
from pipelines.translation_export import Exported, export_pairs

SHARD = "docs-to-por_Latn/a"


def segment(source: str, target: str | None, start: int | None, rung: str = "whole") -> dict[str, object]:
    return {
        "block": "paragraph",
        "source_start": 0,
        "source": source,
        "target_start": start,
        "target": target,
        "rung": rung,
        "engine": "e/m",
    }


def translation(id_: str, parent: str, *segments: dict[str, object], dropped: str | None = None) -> dict[str, object]:
    return {
        "id": id_,
        "derived_from": parent,
        "source_lang": "eng_Latn",
        "target_lang": "por_Latn",
        "dropped": dropped,
        "segments": list(segments),
    }


ROWS = [
    translation(
        "t1", "p1", segment("One.", "Um.", 0), segment("/etc", "/etc", 4, "untouched"), segment("Two.", "Dois.", 9)
    ),
    translation("t2", "p2", segment("Three.", "Três.", 0)),
    translation("t3", "p3", segment("Four.", "Quatro.", 0)),
    translation(
        "t4", "p1", segment("One.", "Um.", 0), segment("Bad.", "Bad.", 4, "rejected"), segment("Six.", "Seis.", 9)
    ),
    translation("t5", "p1", segment("Lost.", None, None, "rejected"), dropped="copied"),
]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    root = tmp_path / "corpus"
    root.mkdir()
    recipe = Recipe.model_validate({"name": "t", "sources": [{"name": "docs", "kind": "jsonl", "path": ["x"]}]})
    write_corpus_identity(root, recipe, 1.0)
    edits = pa.Table.from_pylist([{"id": "t4", "start": 2, "end": 10, "replacement": "", "rule": "pii"}], EDITS)
    write(root, "translate", SHARD, {f"translations/{SHARD}.parquet": pa.Table.from_pylist(ROWS, TRANSLATIONS)})
    write(root, "edit-pii", SHARD, {f"edits/pii/{SHARD}.parquet": edits})
    return root


def write(root: Path, stage: str, name: str, tables: dict[str, pa.Table]) -> None:
    shelf = Shelf(root)
    for path, table in tables.items():
        shelf.write(path, table)
    shelf.commit(Unit(stage, name, 1, (), {}), 1, {}, Outcome(0, 0, {}, 0))


def publish(root: Path, unit: str, *ids: str) -> None:
    rows = pa.Table.from_pylist([{"id": id_, "license": "CC0-1.0", "url": f"u/{id_}"} for id_ in ids], PUBLISHED)
    write(root, "publish", unit, {f"data/{unit.replace('/', '-')}.parquet": rows})


def test_pairs_of_what_is_published_on_both_sides_that_no_edit_touches(corpus: Path, tmp_path: Path) -> None:
    publish(corpus, "docs/a", "p1", "p3")
    publish(corpus, SHARD, "t1", "t2", "t4")
    assert export_pairs(corpus, tmp_path / "out") == Exported(pairs=2, files=1, edited=2)
    pairs = pq.read_table(tmp_path / "out/eng_Latn-por_Latn/docs-a.parquet", partitioning=None).to_pylist()
    found = [(pair["id"], pair["segment"], pair["source"], pair["target"], pair["license"]) for pair in pairs]
    assert found == [("t1", 0, "One.", "Um.", "CC0-1.0"), ("t1", 2, "Two.", "Dois.", "CC0-1.0")]
    assert pairs[0]["url"] == "u/t1"


def test_nothing_published_is_said(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="nothing is published"):
        export_pairs(corpus, tmp_path / "out")


def test_the_command_says_what_was_written(corpus: Path, tmp_path: Path) -> None:
    publish(corpus, "docs/a", "p1")
    publish(corpus, SHARD, "t1", "t4")
    result = CliRunner().invoke(app, ["translate", "export", str(corpus), str(tmp_path / "out")])
    assert result.exit_code == 0
    assert "2 pairs in 1 files; 2 left out that an edit touches" in result.stdout
