"""Files that a recipe names beside its sources are looked up before any work."""

from pathlib import Path

import pytest

from pipelines.errors import LoamError
from pipelines.recipe import Recipe
from pipelines.stages.named_files import check_named_files

LICENSED = {"licensing": {}}


@pytest.mark.parametrize(
    ("sections", "message", "before"),
    [
        (
            {"dedup": {"decontaminate": {"path": "no.jsonl"}}},
            "dedup.decontaminate: no file matches no.jsonl",
            "annotate",
        ),
        ({"licensing": {"profile": "no.yaml"}}, "licensing.profile: no file no.yaml", "dedup"),
        ({"licensing": {"reviews": "no.csv"}}, "licensing.reviews: no file no.csv", "dedup"),
        ({"tokenize": {"tokenizer": "no.json"}}, "tokenize.tokenizer: no file no.json", "select"),
        ({**LICENSED, "publish": {"previous": "no.json"}}, "publish.previous: ", "tokenize"),
    ],
)
def test_a_file_is_missed_by_runs_that_come_to_it(
    tmp_path: Path, sections: dict[str, object], message: str, before: str
) -> None:
    source = {"name": "docs", "kind": "jsonl", "path": "a.jsonl"}
    recipe = Recipe.model_validate({"name": "r", "sources": [source], **sections})
    check_named_files(recipe, tmp_path, before)
    with pytest.raises(LoamError) as raised:
        check_named_files(recipe, tmp_path, None)
    assert str(raised.value).startswith(message)
