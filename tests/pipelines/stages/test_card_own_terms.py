import gzip
import json
from pathlib import Path

import pytest

from datacards.own_terms import ExplorerTerms, OwnTerms
from pipelines.corpus import Shelf, Unit
from pipelines.errors import CorpusError, RecipeError
from pipelines.recipe import Recipe
from pipelines.stages.card_own_terms import metadata_license, own_terms
from pipelines.stages.order import check_recipe

SOURCE = {"name": "docs", "kind": "jsonl", "path": ["docs.jsonl"]}
NOTICES = f"""\
a 1.0 (MIT)

Text of a (Apache-2.0)

{"-" * 80}

@b/c 2.0.1 ((MIT OR Apache-2.0))

Text of c

{"-" * 80}

d-e 3.1 (BSD-3-Clause)
"""


def _recipe(**publish: str) -> Recipe:
    return Recipe.model_validate(
        {"name": "test", "sources": [SOURCE], "licensing": {"profile": "open"}, "publish": publish}
    )


def test_the_metadata_are_free_unless_the_recipe_says_otherwise() -> None:
    assert metadata_license(Recipe.model_validate({"name": "test", "sources": [SOURCE]})) == "CC0-1.0"
    assert metadata_license(_recipe()) == "CC0-1.0"
    assert metadata_license(_recipe(metadata_license="CC-BY-4.0 OR MIT")) == "CC-BY-4.0 OR MIT"


@pytest.mark.parametrize("stated", ["", "free for all", "CC-BY-9.0", "LicenseRef-ours", "MIT AND", "NONE", "MIT AND X"])
def test_a_licence_that_cannot_be_passed_on_with_its_text_is_refused(stated: str) -> None:
    with pytest.raises(RecipeError, match=r"publish\.metadata_license: .*; name one of"):
        metadata_license(_recipe(metadata_license=stated))


def test_it_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    check_recipe(_recipe(metadata_license="CC-BY-4.0"), tmp_path)
    with pytest.raises(RecipeError, match=r"publish\.metadata_license: CC-BY-9\.0"):
        check_recipe(_recipe(metadata_license="CC-BY-9.0"), tmp_path)


def _document(license_: str, text: str | None) -> dict[str, object]:
    return {"licence": {"concluded": license_}, "text": text}


def test_an_explorer_is_under_the_licences_of_its_libraries_and_of_the_texts_that_it_shows(tmp_path: Path) -> None:
    documents = [_document("MIT", "a text"), _document("NONE", None), _document("CC-BY-SA-4.0 AND MIT", "")]
    folder = tmp_path / "card/explorer"
    (folder / "documents").mkdir(parents=True)
    (folder / "libraries").mkdir()
    (folder / "documents/0.json.gz").write_bytes(gzip.compress(json.dumps(documents[:1]).encode()))
    (folder / "documents/1.json.gz").write_bytes(gzip.compress(json.dumps(documents[1:]).encode()))
    (folder / "libraries/LICENSES.txt").write_text(NOTICES, encoding="utf-8")
    inputs = ("documents/0.json.gz", "documents/1.json.gz", "libraries/LICENSES.txt")
    unit = Unit("card", "card", 0, tuple(f"card/explorer/{path}" for path in inputs), {"metadata_license": "CC0-1.0"})
    terms = ExplorerTerms(("CC-BY-SA-4.0 AND MIT", "MIT"), ("(MIT OR Apache-2.0)", "BSD-3-Clause", "MIT"))
    assert own_terms(unit, Shelf(tmp_path)) == OwnTerms("CC0-1.0", terms)
    without = Unit("card", "card", 0, (), {"metadata_license": "CC-BY-4.0"})
    assert own_terms(without, Shelf(tmp_path)) == OwnTerms("CC-BY-4.0", None)


@pytest.mark.parametrize("damaged", ["empty", "cut off", "no JSON", "no documents"])
def test_documents_that_cannot_be_read_are_told_of(tmp_path: Path, damaged: str) -> None:
    content = {
        "empty": b"",
        "cut off": gzip.compress(b"[]")[:-9],
        "no JSON": gzip.compress(b"{"),
        "no documents": gzip.compress(b"[null]"),
    }[damaged]
    folder = tmp_path / "card/explorer"
    (folder / "documents").mkdir(parents=True)
    (folder / "libraries").mkdir()
    (folder / "libraries/LICENSES.txt").write_text(NOTICES, encoding="utf-8")
    (folder / "documents/0.json.gz").write_bytes(content)
    inputs = ("card/explorer/documents/0.json.gz", "card/explorer/libraries/LICENSES.txt")
    with pytest.raises(CorpusError, match=r"documents/0\.json\.gz: damaged"):
        own_terms(Unit("card", "card", 0, inputs, {"metadata_license": "CC0-1.0"}), Shelf(tmp_path))
