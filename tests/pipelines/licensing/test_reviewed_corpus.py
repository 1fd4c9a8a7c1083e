"""Reviews from the recipe to the report: whoever asks why a text may be passed on is told who found that out."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.pipelines.conftest import CONTINUATION, OPENINGS, loam

REVIEWS = """\
kind,by,date,read,sha256,license,host,id,reason,expires
review,Ada,2026-01-02,https://e.org/terms,{sha},CC-BY-4.0,e.org,,,
review,Bob,2026-01-02,https://f.org/terms,{sha},CC-BY-4.0,f.org,,,2026-02-01
override,Cy,2026-01-02,,,MIT,g.org,,the author wrote to us,
""".format(sha="ab" * 32)
RECIPE = """\
name: reviewed
build_date: 2026-03-01
sources: [{name: web, kind: jsonl, path: web.jsonl}]
licensing: {profile: open, reviews: reviews.csv}
tokenize: {tokenizer: train, vocab_size: 300}
publish: {title: Reviewed}
run: {workers: 1}
"""


def _run(folder: Path) -> None:
    result = loam("run", str(folder / "recipe.yaml"), "--corpus", str(folder / "corpus"), "--quiet")
    assert result.exit_code == 0, result.output


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [
        {"id": host, "text": f"{OPENINGS[number]} This is {host}. {CONTINUATION}", "url": f"https://{host}/a", **more}
        for number, (host, more) in enumerate(
            {"e.org": {}, "f.org": {}, "g.org": {"license": "CC-BY-NC-4.0"}, "h.org": {"license": "CC0-1.0"}}.items()
        )
    ]
    (tmp_path / "web.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (tmp_path / "reviews.csv").write_text(REVIEWS, encoding="utf-8")
    (tmp_path / "recipe.yaml").write_text(RECIPE, encoding="utf-8")
    return tmp_path


def test_reviews_are_told_of_wherever_the_licence_is(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    _run(folder)
    assert caplog.messages == ["licensing.reviews: reviews.csv, row 3: expired on 2026-02-01, not counted"]
    corpus = str(folder / "corpus")
    query = "SELECT source_id, d.id, license, status, reason, review FROM licences JOIN documents AS d USING (id)"
    rows = [json.loads(line) for line in loam("sql", corpus, query, "--format", "json").stdout.splitlines()]
    found = {row["source_id"]: row for row in rows}
    assert {name: (row["license"], row["reason"]) for name, row in found.items()} == {
        "e.org": ("CC-BY-4.0", "reviewed"),
        "f.org": ("NOASSERTION", "no_license"),
        "g.org": ("MIT", "overridden"),
        "h.org": ("CC0-1.0", None),
    }
    assert loam("license", "check", corpus).exit_code == 0

    told = loam("why", corpus, found["g.org"]["id"]).stdout
    assert "the author wrote to us" in told
    assert "overridden" in told
    story = json.loads(loam("why", corpus, found["e.org"]["id"], "--json").stdout)
    (review,) = json.loads(story["license"]["review"])
    assert (review["by"], review["sha256"]) == ("Ada", "ab" * 32)

    report = json.loads((folder / "corpus/card/license-report.json").read_text(encoding="utf-8"))
    assert [(r["by"], r["documents"], r["expired"], r["place"]) for r in report["reviews"]] == [
        ("Ada", 1, False, "reviews.csv, row 2"),
        ("Cy", 1, False, "reviews.csv, row 4"),
        ("Bob", 0, True, "reviews.csv, row 3"),
    ]
    page = (folder / "corpus/card/license-report.md").read_text(encoding="utf-8")
    assert "| override | host g.org | [MIT]" in page
    assert "2026-02-01 (expired, not counted)" in page


def test_a_review_that_changes_decides_again(folder: Path) -> None:
    _run(folder)
    before = _files(folder / "corpus")
    (folder / "reviews.csv").write_text(REVIEWS.replace("MIT,g.org", "CC-BY-ND-4.0,g.org"), encoding="utf-8")
    _run(folder)
    changed = _files(folder / "corpus")
    assert changed != before
    query = "SELECT rule FROM decisions JOIN documents USING (id) WHERE source_id = 'g.org'"
    found = json.loads(loam("sql", str(folder / "corpus"), query, "--format", "json").stdout)
    assert found == {"rule": "license:no_derivatives"}
    (folder / "reviews.csv").write_text(REVIEWS, encoding="utf-8")
    _run(folder)
    assert _files(folder / "corpus") == before


def _files(corpus: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(corpus)): path.read_bytes()
        for path in corpus.rglob("*")
        if path.is_file() and not path.name.endswith(".timing.json")
    }


@pytest.mark.parametrize(
    ("arguments", "concluded", "status"),
    [
        (("--url", "https://e.org/x"), "CC-BY-4.0", "allow_with_obligations"),
        (("--url", "https://g.org/x"), "MIT", "allow_with_obligations"),
        (("--url", "https://nowhere.org/x"), "NOASSERTION", "quarantine"),
        ((), "NOASSERTION", "quarantine"),
    ],
)
def test_a_statement_is_explained_with_reviews(
    folder: Path, arguments: tuple[str, ...], concluded: str, status: str
) -> None:
    given = ("license", "explain", "--reviews", str(folder / "reviews.csv"), *arguments)
    found: dict[str, Any] = json.loads(loam(*given, "--json", "see LICENSE").stdout)
    assert found["concluded"] == concluded
    assert found["profiles"]["open"]["status"]["keep_whole"] == status
    shown = loam(*given, "see LICENSE").stdout
    assert ("by Ada" in shown or "by Cy" in shown) == (status != "quarantine")


def test_a_malformed_file_ends_in_one_line(folder: Path) -> None:
    (folder / "reviews.csv").write_text(REVIEWS.replace("CC-BY-4.0,e.org", "free,e.org"), encoding="utf-8")
    for arguments in (
        ("run", str(folder / "recipe.yaml"), "--corpus", str(folder / "corpus")),
        ("license", "explain", "x", "--reviews", str(folder / "reviews.csv")),
    ):
        result = loam(*arguments)
        assert result.exit_code == 2
        assert "reviews.csv, row 2: license: what 'free' asks is not recorded" in result.stderr
