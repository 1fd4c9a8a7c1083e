from pathlib import Path

import pytest

from pipelines.recipe import load_recipe
from tests.pipelines.conftest import loam


def test_a_recipe_to_start_from_is_one_and_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "brew.yaml"
    made = loam("init", str(path))
    assert (made.exit_code, made.stderr) == (0, "")
    assert made.stdout.startswith(f"{path}: point `sources` at your files, then: loam run {path} --corpus corpora/brew")
    recipe = load_recipe(path)
    assert recipe.name == "brew"
    assert recipe.licensing is not None
    path.write_text("name: mine\n")
    again = loam("init", str(path))
    assert (again.exit_code, "there is such a file already" in again.stderr) == (2, True)
    assert path.read_text() == "name: mine\n"


def test_what_can_be_no_recipe_is_refused(tmp_path: Path) -> None:
    for name in ("brew.txt", "-brew.yaml", "none/brew.yaml"):
        refused = loam("init", "--", str(tmp_path / name))
        assert refused.exit_code == 2, refused.output
        assert refused.stderr.startswith("loam: ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["2026", "2026-11-28", "true", "my-corpus-2"])
def test_a_corpus_may_be_called_what_yaml_takes_for_no_word(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.yaml"
    assert loam("init", str(path)).exit_code == 0
    assert load_recipe(path).name == name
