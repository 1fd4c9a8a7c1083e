import json
from pathlib import Path

import pytest

from pipelines.corpus.identity import read_corpus_identity, refuse_another_name, write_corpus_identity
from pipelines.errors import CorpusError, UsageError
from pipelines.recipe import Recipe

SOURCE = {"name": "a", "kind": "jsonl", "path": "p"}


def _recipe(**sections: object) -> Recipe:
    return Recipe.model_validate({"name": "x", "sources": [SOURCE], **sections})


def test_what_a_corpus_says_of_itself(tmp_path: Path) -> None:
    rules = {"z_first": "word_count > 1", "a_second": "char_count > 1"}
    recipe = _recipe(select={"rules": rules}, run={"workers": 3})
    write_corpus_identity(tmp_path, recipe, 0.5)
    identity = read_corpus_identity(tmp_path)
    assert (identity["format"], identity["name"], identity["sample"]) == (1, "x", 0.5)
    assert identity["recipe_sha256"] == recipe.digest()
    assert list(identity["recipe"]["select"]["rules"]) == list(rules)  # the order in which they are asked
    assert Recipe.model_validate(identity["recipe"]).digest() == recipe.digest()
    assert "run" not in identity["recipe"]


def test_another_recipe_takes_the_place_of_the_first(tmp_path: Path) -> None:
    write_corpus_identity(tmp_path, _recipe(), 1.0)
    first = (tmp_path / "corpus.json").read_bytes()
    write_corpus_identity(tmp_path, _recipe(seed=3), 1.0)
    assert read_corpus_identity(tmp_path)["recipe"]["seed"] == 3
    write_corpus_identity(tmp_path, _recipe(), 1.0)
    assert (tmp_path / "corpus.json").read_bytes() == first


def test_a_recipe_of_another_name_is_refused(tmp_path: Path) -> None:
    other = _recipe().model_copy(update={"name": "y"})
    refuse_another_name(tmp_path, other, "here")
    write_corpus_identity(tmp_path, _recipe(), 1.0)
    refuse_another_name(tmp_path, _recipe(seed=3), "here")
    with pytest.raises(UsageError, match=r"here: holds the corpus `x`, and the recipe is called `y`; .*--rename"):
        refuse_another_name(tmp_path, other, "here")


def test_what_is_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"no corpus \(no corpus\.json\); `loam run RECIPE --corpus .*` makes one"):
        read_corpus_identity(tmp_path)
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(CorpusError, match=r"precious\.txt: no corpus"):
        read_corpus_identity(tmp_path / "precious.txt")
    with pytest.raises(CorpusError, match="not empty, and no corpus"):
        write_corpus_identity(tmp_path, _recipe(), 1.0)
    assert [path.name for path in tmp_path.iterdir()] == ["precious.txt"]


def test_another_format_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "corpus.json").write_text(json.dumps({"format": 99}))
    for act in (lambda: read_corpus_identity(tmp_path), lambda: write_corpus_identity(tmp_path, _recipe(), 1.0)):
        with pytest.raises(CorpusError, match="corpus format 99, expected 1; use a new directory"):
            act()
    assert json.loads((tmp_path / "corpus.json").read_text()) == {"format": 99}


@pytest.mark.parametrize("damage", ["", "{", "[]", "{}"])
def test_a_damaged_record_is_said_and_written_anew(tmp_path: Path, damage: str) -> None:
    (tmp_path / "corpus.json").write_text(damage)
    with pytest.raises(CorpusError, match=r"corpus\.json: damaged"):
        read_corpus_identity(tmp_path)
    refuse_another_name(tmp_path, _recipe(), "here")
    write_corpus_identity(tmp_path, _recipe(), 1.0)
    assert read_corpus_identity(tmp_path)["name"] == "x"
