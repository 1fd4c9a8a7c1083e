from pathlib import Path

from pipelines.stages.translation_engines import located
from translate.engines import EngineSpec


def test_files_are_looked_for_beside_the_recipe(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "tokenizer.json").touch()
    arguments = {"base_url": "http://localhost/v1", "tokenizer": "tokenizer.json"}
    found = located(EngineSpec("openai", "model", arguments), tmp_path)
    assert found.model == str(tmp_path / "model")
    assert found.arguments == {**arguments, "tokenizer": str(tmp_path / "tokenizer.json")}


def test_names_of_what_is_no_file_stay_as_they_are(tmp_path: Path) -> None:
    spec = EngineSpec("openai", "Qwen3-8B", {"tokenizer": "elsewhere.json", "concurrency": 3})
    assert located(spec, tmp_path) == spec
    assert located(EngineSpec("fxtranslate"), tmp_path) == EngineSpec("fxtranslate")
