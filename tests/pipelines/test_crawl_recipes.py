import shutil
from importlib.resources import files
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.queries import open_corpus

SETTINGS = ["--set", "tokenize.vocab_size=500", "--set", "tokenize.train.bytes=200KB"]


def _redpajama_v2(shared: Path, data: Path) -> None:
    stored = shared / "data/redpajama_v2"
    for source, place in (
        ("documents_it_head.json.gz", "documents/2023-06/0000/it_head.json.gz"),
        ("it_head.signals.json.gz", "quality_signals/2023-06/0000/it_head.signals.json.gz"),
    ):
        (data / "redpajama_v2" / place).parent.mkdir(parents=True)
        shutil.copy(stored / source, data / "redpajama_v2" / place)


def _fineweb2(shared: Path, data: Path) -> None:
    (data / "fineweb2/fra_Latn").mkdir(parents=True)
    table = pq.read_table(shared / "data/debian_docs.parquet", columns=["id", "text", "url", "lang"])
    table = table.filter(
        pq.read_table(shared / "data/debian_docs.parquet", columns=["lang"])["lang"].to_numpy() == "fr"
    )
    language = table["lang"].to_pylist()
    table = table.slice(0, 200).drop_columns(["lang"]).append_column("language", [["fra"] * min(200, len(language))])
    pq.write_table(table, data / "fineweb2/fra_Latn/000_00000.parquet")
    _warc(shared, data, "*.warc.gz")


def _ccnet(shared: Path, data: Path) -> None:
    _warc(shared, data, "*.wet.gz")
    (data / "ccnet").mkdir()
    shutil.copy(shared / "data/redpajama_v2/documents_it_head.json.gz", data / "ccnet/it_head.json.gz")


def _warc(shared: Path, data: Path, pattern: str) -> None:
    (data / "crawl").mkdir(parents=True)
    for path in (shared / "data/warc").glob(pattern):
        shutil.copy(path, data / "crawl")


@pytest.mark.parametrize(
    ("name", "write", "sources"),
    [
        ("redpajama_v2", _redpajama_v2, {"redpajama_v2"}),
        ("fineweb2", _fineweb2, {"fineweb2", "crawl"}),
        ("ccnet", _ccnet, {"crawl", "ccnet"}),
    ],
)
def test_from_published_files_to_the_card(
    shared: Path, tmp_path: Path, name: str, write: object, sources: set[str]
) -> None:
    assert callable(write)
    write(shared, tmp_path / "data")
    recipe = tmp_path / f"{name}.yaml"
    shutil.copyfile(str(files("pipelines").joinpath(f"recipes/{name}.yaml")), recipe)
    corpus = tmp_path / "corpus"
    arguments = ["run", str(recipe), "--corpus", str(corpus), "--workers", "1", "--quiet", *SETTINGS]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    with open_corpus(corpus) as connection:
        read = connection.sql("SELECT source, count(*) FROM documents GROUP BY source").fetchall()
        (kept,) = connection.sql("SELECT count(*) FROM decisions WHERE kept").fetchall()[0]
    assert {source for source, _ in read} == sources
    assert kept > 0
    assert (corpus / "card/README.md").exists()
