"""Documents that came, went or changed between two corpora."""

from pathlib import Path
from typing import Any

import pytest

from datacards.readme import markdown
from pipelines.corpus.identity import write_corpus_identity
from pipelines.difference import changes, compare
from pipelines.errors import CorpusError
from tests.pipelines.stages.curation import Curation, document_id

LICENSED = {"license_declared": "CC0-1.0", "license_evidence": '[{"class": "E1", "kind": "spdx", "value": "CC0-1.0"}]'}


def _corpus(root: Path, rows: list[dict[str, Any]], words: int = 0) -> Path:
    rules = {"words": f"word_count >= {words}"}
    curation = Curation(root, licensing={"profile": "open"}, select={"rules": rules})
    root.mkdir(parents=True, exist_ok=True)
    write_corpus_identity(root, curation.plan.recipe, 1.0)
    curation.add("s", [{**LICENSED, **row} for row in rows])
    curation.run()
    return root


def test_each_document_is_told_of_by_the_first_thing_that_differs(tmp_path: Path) -> None:
    before = [{"name": name, "text": f"{name} and some more words"} for name in ("same", "gone", "text", "few")]
    after = [{"name": name, "text": f"{name} and some more words"} for name in ("same", "new")]
    after += [
        {"name": "text", "text": "text with quite other words"},
        {"name": "few", "text": "few and some more words"},
    ]
    one, other = _corpus(tmp_path / "1", before), _corpus(tmp_path / "2", after, words=5)
    found = {change.examples[0]: (change.fate, change.before, change.now) for change in changes(one, other)}
    assert found == {
        document_id("gone"): ("gone", "kept", None),
        document_id("new"): ("new", None, "kept"),
        document_id("text"): ("other text", "kept", "kept"),
    }
    stricter = _corpus(tmp_path / "3", before, words=6)
    (change,) = changes(one, stricter)
    assert (change.fate, change.before, change.now, change.documents) == ("other decision", "kept", "words", 4)


def test_the_same_corpus_differs_in_nothing(tmp_path: Path) -> None:
    corpus = _corpus(tmp_path, [{"name": "a"}])
    assert changes(corpus, corpus) == ()
    assert "No document came, went or changed" in markdown(compare(corpus, corpus))


def test_what_is_no_corpus_yet_cannot_be_compared(tmp_path: Path) -> None:
    corpus = _corpus(tmp_path / "1", [{"name": "a"}])
    with pytest.raises(CorpusError, match="no corpus"):
        changes(corpus, tmp_path / "none")
    curation = Curation(tmp_path / "2")
    (tmp_path / "2").mkdir()
    write_corpus_identity(tmp_path / "2", curation.plan.recipe, 1.0)
    curation.add("s", [{"name": "a"}])
    with pytest.raises(CorpusError, match="no signals/core yet"):
        changes(corpus, tmp_path / "2")
