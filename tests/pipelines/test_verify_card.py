"""Cards that no longer say what the manifest says, whatever their receipts have been made to say."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pipelines.corpus.receipts import read_receipts
from pipelines.removals.tombstones import Tombstone
from pipelines.stages import card, publish, publish_removals
from pipelines.verify_card import card_findings
from tests.pipelines.stages.published_corpus import SECTIONS, Corpus

RELEASED = {"publish": {"title": "A test corpus", "url": "https://example.org/x", "creators": ["Somebody"]}}


def _carded(root: Path, sections: Mapping[str, object]) -> Corpus:
    corpus = Corpus(root, {**SECTIONS, **sections}).fill()
    corpus.run(publish.STAGE, 0)
    corpus.run(publish.STAGE, 1)
    corpus.run(card.STAGE)
    return corpus


def _found(root: Path) -> list[str]:
    return list(card_findings(root, list(read_receipts(root))))


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _carded(tmp_path_factory.mktemp("carded"), RELEASED).root


def _edited(path: Path, change: Callable[[str], str]) -> Callable[[], None]:
    """Edit a file; return what undoes it."""
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, encoding="utf-8")
    return lambda: path.write_text(before, encoding="utf-8") and None


def test_a_card_as_it_was_made_agrees(released: Path) -> None:
    assert _found(released) == []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("README.md", "5 documents", "6 documents"),
        ("README.md", "Each row is a document", "Each row is one document"),
        ("index.html", "5 documents", "6 documents"),
        ("CITATION.cff", "Somebody", "Somebody else"),
        ("LICENSE.md", "5 documents", "6 documents"),
        ("LICENSES/MIT.txt", "MERCHANTABILITY", "SUITABILITY"),
        ("REUSE.toml", "MIT", "ISC"),
        ("license-report.md", "MIT", "ISC"),
        ("eu-training-summary.md", "Somebody", "Nobody"),
        ("croissant.json", "A test corpus", "Another corpus"),
        ("flow.svg", "published", "kept"),
    ],
)
def test_an_edited_file_is_found(released: Path, name: str, old: str, new: str) -> None:
    undo = _edited(released / "card" / name, lambda text: text.replace(old, new))
    assert f"card/{name}: does not say what the manifest says; run again" in _found(released)
    undo()


def test_a_missing_file_is_found(released: Path) -> None:
    moved = (released / "card/CITATION.cff").rename(released / "CITATION.cff")
    assert any("CITATION.cff" in finding for finding in _found(released))
    moved.rename(released / "card/CITATION.cff")


@pytest.fixture(scope="module")
def later(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release after another one, whose corpus is gone."""
    folder = tmp_path_factory.mktemp("later")
    before = folder / "before.json"
    before.write_text((released / "card/manifest.json").read_text(encoding="utf-8"), encoding="utf-8")
    root = _carded(folder / "corpus", {"publish": {**RELEASED["publish"], "previous": str(before)}}).root
    before.unlink()
    return root


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("README.md", "Changes since the build", "Changes after the build"),
        ("README.md", "Each row is a document", "Each row is a word"),
        ("index.html", "Changes since the build", "Changes after the build"),
    ],
)
def test_changes_since_the_release_before_are_compared_too(later: Path, name: str, old: str, new: str) -> None:
    assert _found(later) == []
    undo = _edited(later / "card" / name, lambda text: text.replace(old, new))
    assert _found(later) == [f"card/{name}: does not say what the manifest says; run again"]
    undo()


def test_another_release_before_is_found(later: Path) -> None:
    undo = _edited(later / "card/previous-manifest.json", lambda text: text.replace("A test corpus", "Another"))
    assert _found(later) == [
        "card: previous-manifest.json is not the manifest that the changes were told from; run again"
    ]
    undo()


def test_an_edited_list_of_removals_is_found(tmp_path: Path) -> None:
    corpus = _carded(tmp_path, {})
    tombstone = Tombstone("id", "ab" * 16, reason="takedown", date="2026-11-01")
    place = tmp_path / "removals/tombstones.jsonl"
    place.parent.mkdir(exist_ok=True)
    place.write_text(tombstone.to_json() + "\n", encoding="utf-8")
    corpus.run(publish_removals.STAGE)
    assert _found(tmp_path) == []
    _edited(tmp_path / "card/removals.jsonl", lambda text: text.replace("takedown", "error"))
    assert _found(tmp_path) == ["card/removals.jsonl: does not say what was removed; run again"]
