"""`loam publish --to hf://…` by huggingface_hub itself, against a Hub on this machine."""

from collections.abc import Iterator
from typing import Any

import pytest

from pipelines.releasing import hub
from pipelines.releasing.contents import contents
from tests.pipelines.conftest import SmallCorpus, loam
from tests.pipelines.releasing.fake_hub import FakeHub, serving

huggingface_hub = pytest.importorskip("huggingface_hub", reason="needs the extra `cards`")

TARGET = "hf://datasets/me/corpus"


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    found = FakeHub()
    with serving(found) as address:
        monkeypatch.setattr(hub, "open_api", lambda: huggingface_hub.HfApi(endpoint=address, token=False))
        yield found


def _publish(corpus: SmallCorpus, *options: str) -> Any:  # noqa: ANN401 -- a result of typer
    return loam("publish", str(corpus.root), "--to", TARGET, *options)


def _expected(corpus: SmallCorpus) -> dict[str, bytes]:
    return {file.path: file.source.read_bytes() for file in contents(corpus.root)}


def _without_own(files: dict[str, bytes]) -> dict[str, bytes]:
    return {path: content for path, content in files.items() if path != ".gitattributes"}


def test_a_first_release_goes_to_the_main_branch(small_corpus: SmallCorpus, fake: FakeHub) -> None:
    result = _publish(small_corpus, "--private")
    assert result.exit_code == 0, result.output
    assert (fake.private, list(fake.branches)) == (True, ["main"])
    assert _without_own(fake.branches["main"]) == _expected(small_corpus)


def test_a_revision_is_a_branch_of_its_own_and_main_stays_as_it_is(small_corpus: SmallCorpus, fake: FakeHub) -> None:
    result = _publish(small_corpus, "--revision", "2026-11")
    assert result.exit_code == 0, result.output
    assert list(fake.branches) == ["main", "2026-11"]
    assert _without_own(fake.branches["main"]) == {}
    assert _without_own(fake.branches["2026-11"]) == _expected(small_corpus)
    assert {branch for branch, _ in fake.commits} == {"2026-11"}


def test_a_branch_that_stands_gets_what_changed_alone(small_corpus: SmallCorpus, fake: FakeHub) -> None:
    assert _publish(small_corpus, "--revision", "next/one").exit_code == 0
    fake.branches["next/one"]["README.md"] = b"other"
    fake.branches["next/one"]["old.parquet"] = b"x"
    again = _publish(small_corpus, "--revision", "next/one")
    assert "1 of" in again.output
    assert "1 to delete" in again.output
    assert _without_own(fake.branches["next/one"]) == _expected(small_corpus)


def test_a_dry_run_makes_neither_repository_nor_branch(small_corpus: SmallCorpus, fake: FakeHub) -> None:
    first = _publish(small_corpus, "--revision", "new", "--dry-run")
    assert first.exit_code == 0, first.output
    assert fake.branches == {}
    assert _publish(small_corpus).exit_code == 0
    fake.commits.clear()
    beside = _publish(small_corpus, "--revision", "new", "--dry-run")
    assert beside.exit_code == 0, beside.output
    assert "0 of" in beside.output  # the branch would begin where the main one stands
    assert (list(fake.branches), fake.commits) == (["main"], [])


def test_a_repository_of_something_else_gets_no_branch(small_corpus: SmallCorpus, fake: FakeHub) -> None:
    fake.branches["main"] = {"thesis.tex": b"x"}
    result = _publish(small_corpus, "--revision", "new")
    assert result.exit_code != 0
    assert "holds thesis.tex and no release" in result.output
    assert list(fake.branches) == ["main"]


def test_what_the_hub_refuses_is_told_in_one_line(small_corpus: SmallCorpus, fake: FakeHub) -> None:
    fake.branches["main"] = {}
    fake.answer = lambda *_: (403, {"error": "no rights"}, {})  # type: ignore[method-assign]
    result = _publish(small_corpus, "--revision", "new")
    assert result.exit_code != 0
    assert "--to: hf://datasets/me/corpus:" in result.output
    assert "Traceback" not in result.output
