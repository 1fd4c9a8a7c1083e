"""A release of Debian's documents in many languages: what its card says is what SQL says of its tables."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datacards.cells import totals, totals_by
from datacards.manifest import Manifest
from tests.clients.test_release import said
from tests.pipelines.conftest import loam

pytestmark = pytest.mark.clients

EVERY = 25  # of the documents
RECIPE = """\
name: debian
build_date: 2026-11-24
sources: [{{name: debian, kind: parquet, path: ["{path}"]}}]
dedup: {{exact: true}}
licensing: {{profile: open}}
select: {{rules: {{enough_words: word_count >= 50}}}}
publish: {{url: "https://example.org/debian", creators: [Somebody], signals: true}}
"""


@pytest.fixture(scope="module")
def release(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("debian")
    documents = pq.read_table(shared / "data/debian_docs.parquet")
    some = documents.take(pa.array(range(0, documents.num_rows, EVERY)))
    pq.write_table(some, folder / "some.parquet")
    (folder / "recipe.yaml").write_text(RECIPE.format(path=folder / "some.parquet"), encoding="utf-8")
    corpus = str(folder / "corpus")
    for command in (
        ("run", str(folder / "recipe.yaml"), "--corpus", corpus, "--workers", "1", "--quiet"),
        ("verify", corpus),
        ("publish", corpus, "--to", str(folder / "release")),
    ):
        done = loam(*command)
        assert done.exit_code == 0, done.output
    return folder / "release"


@pytest.fixture
def tables(release: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW documents AS FROM read_parquet('{release}/data/*/*.parquet')")
        connection.execute(f"CREATE VIEW signals AS FROM read_parquet('{release}/signals/*.parquet')")
        yield connection


def test_its_numbers_are_those_of_its_tables(release: Path, tables: duckdb.DuckDBPyConnection) -> None:
    manifest = Manifest.from_json((release / "manifest.json").read_text(encoding="utf-8"))
    sums = totals(manifest.published)
    counted = "SELECT count(*), sum(strlen(text)), count(DISTINCT lang), count(DISTINCT license) FROM documents"
    documents, size, languages, licences = tables.execute(counted).fetchall()[0]
    assert (sums.documents, sums.bytes) == (documents, size)
    assert languages > 20
    by_language = totals_by(manifest.published, lambda cell: cell.language)
    rows = tables.execute("SELECT coalesce(lang, 'und_Zyyy'), count(*), sum(strlen(text)) FROM documents GROUP BY 1")
    assert {label: (found.documents, found.bytes) for label, found in by_language.items()} == {
        label: (count, bytes_) for label, count, bytes_ in rows.fetchall()
    }
    assert len({cell.license for cell in manifest.published}) == licences
    readme = (release / "README.md").read_text(encoding="utf-8")
    assert f"{documents:,} documents in {len(by_language.keys() - {'und_Zyyy'}):,} languages from 1 source" in readme
    dropped = totals_by(manifest.refused, lambda cell: cell.rule)
    rules = tables.execute("SELECT rule, count(*) FROM signals WHERE rule IS NOT NULL GROUP BY rule").fetchall()
    assert {rule: found.documents for rule, found in dropped.items()} == dict(rules)
    report: Any = json.loads((release / "license-report.json").read_text(encoding="utf-8"))
    reported = Counter[str]()
    for row in report["counts"]:
        reported[row["license"]] += row["documents"] if row["published"] else 0
    assert +reported == dict(tables.execute("SELECT license, count(*) FROM documents GROUP BY license").fetchall())


def test_it_passes_the_tools_of_others_and_tells_no_path_of_this_machine(release: Path) -> None:
    assert json.loads(said(release, "reuse", "lint", "--json"))["summary"]["compliant"] is True
    said(release, "mlcroissant", "validate", "--jsonld", "croissant.json")
    for path in release.rglob("*"):
        if path.suffix in (".md", ".json", ".html", ".toml", ".cff", ".csv", ".svg"):
            assert str(release.parent) not in path.read_text(encoding="utf-8"), path
    assert "some.parquet" in (release / "README.md").read_text(encoding="utf-8")
