"""A new crawl beside an existing corpus, by the command line, held to a run over both."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from pipelines.queries import open_corpus
from tests.pipelines.conftest import loam
from tests.pipelines.dedup.near_copies import with_near_copies

RECIPE = """\
name: {name}
sources:
  - {{name: crawl, kind: jsonl, path: {files}, columns: {{text: text, id: id, url: url, license: license}}}}
dedup:
  exact: {{on: [text, url]}}
  fuzzy: {{threshold: 0.7}}
  keep: [created, word_count desc]
"""
TOLD = "id, cluster, representative, similarity, cluster_size, match, cluster_licenses, cluster_languages"


def _write(folder: Path, name: str, rows: list[dict[str, Any]]) -> None:
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    _describe(folder, name, [f"{name}.jsonl"])


def _describe(folder: Path, name: str, files: list[str], more: str = "") -> None:
    (folder / f"{name}.yaml").write_text(RECIPE.format(name=name, files=json.dumps(files)) + more)


def _run(folder: Path, name: str, *options: str, corpus: str | None = None) -> str:
    root = str(folder / (corpus or f"{name}-corpus"))
    result = loam("run", f"{folder}/{name}.yaml", "--corpus", root, "--until", "select", *options)
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


def _rows(root: Path, query: str) -> list[tuple[Any, ...]]:
    with open_corpus(root) as connection:
        return connection.execute(query).fetchall()


def _told(root: Path, view: str) -> list[tuple[Any, ...]]:
    with open_corpus(root) as connection:
        return connection.view(view).project(TOLD).fetchall()


def _files(root: Path) -> dict[str, bytes]:
    files = (path for path in sorted(root.rglob("*")) if path.is_file() and not path.name.endswith(".timing.json"))
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two crawls, the first of which is a corpus, and recipes for the second and for both."""
    folder = tmp_path_factory.mktemp("crawls")
    generator = random.Random(11)  # noqa: S311  reproducible texts
    rows = [
        {
            "id": f"d{number}",
            "text": text,
            "url": f"https://h.org/{generator.randrange(60)}",
            "license": generator.choice(["MIT", "CC-BY-NC-4.0"]),
            "created": generator.choice(["2001", "2002"]),
        }
        for number, text in enumerate(with_near_copies(3, 30))
    ]
    _write(folder, "first", rows[::2])
    _write(folder, "second", rows[1::2])
    _describe(folder, "second", ["second.jsonl"], "  against: first-corpus\n")
    _describe(folder, "both", ["first.jsonl", "second.jsonl"])
    _run(folder, "first")
    _run(folder, "both")
    return folder


def test_a_new_crawl_is_decided_as_in_a_run_over_both(crawls: Path) -> None:
    before = _files(crawls / "first-corpus")
    said = _run(crawls, "second", "--workers", "2")
    assert _files(crawls / "first-corpus") == before
    new, old, both = (crawls / f"{name}-corpus" for name in ("second", "first", "both"))
    told = _told(new, "duplicates")
    changed = _told(new, "joint_changes")
    changed_ids = {row[0] for row in changed}
    stays = [row for row in _told(old, "duplicates") if row[0] not in changed_ids]
    assert sorted([*told, *stays, *(row for row in changed if row[4] > 1)]) == sorted(_told(both, "duplicates"))
    counts = dict(_rows(new, "SELECT change, count(*) FROM joint_changes WHERE corpus = 'first-corpus' GROUP BY 1"))
    assert f"{counts['dropped']} would be dropped" in said
    assert f"{counts['moved']} would join another" in said
    kept = {identity for (identity,) in _rows(both, "SELECT id FROM decisions WHERE kept")}
    for identity, decided in _rows(new, "SELECT id, kept FROM decisions"):
        assert decided == (identity in kept)
    _run(crawls, "second", "--workers", "1", corpus="again")
    assert _files(crawls / "again") == _files(new)
    assert loam("verify", str(new)).exit_code == 0


def test_why_names_the_old_document_and_where_it_is(crawls: Path) -> None:
    _run(crawls, "second")
    new = crawls / "second-corpus"
    query = "SELECT id, cluster FROM duplicates WHERE cluster_corpus = 'first-corpus' AND match = 'fuzzy' LIMIT 1"
    ((identity, cluster),) = _rows(new, query)
    shown = " ".join(loam("why", str(new), identity).stdout.split())
    assert f"is dropped (duplicate): a copy of {cluster} in first-corpus, which speaks for all" in shown
    assert loam("why", str(crawls / "first-corpus"), cluster).exit_code == 0


def test_only_new_documents_are_dropped_where_the_recipe_says_so(crawls: Path) -> None:
    _describe(crawls, "new-only", ["second.jsonl"], "  against: {corpus: first-corpus, drop: new_only}\n")
    said = _run(crawls, "new-only")
    assert "its documents stay decided as they are; this is not equal to deduplicating both together" in said
    root = crawls / "new-only-corpus"
    assert _rows(root, "SELECT count(*) FROM joint_changes") == [(0,)]
    old = dict(_rows(crawls / "first-corpus", "SELECT id, kept FROM decisions"))
    joined = _rows(root, "SELECT DISTINCT cluster FROM duplicates WHERE cluster_corpus IS NOT NULL")
    assert joined
    assert all(old[cluster] for (cluster,) in joined)


def test_a_corpus_that_is_not_there(crawls: Path) -> None:
    _describe(crawls, "lost", ["second.jsonl"], "  against: nowhere\n")
    result = loam("run", f"{crawls}/lost.yaml", "--corpus", f"{crawls}/lost-corpus")
    assert result.exit_code == 1
    assert "nowhere: no corpus" in " ".join(result.stderr.split())
    assert not (crawls / "lost-corpus").exists()
