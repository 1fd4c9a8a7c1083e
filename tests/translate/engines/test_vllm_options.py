import json
from pathlib import Path

import pytest

from translate.engines import EngineSpec, engine_gpus
from translate.engines.base import Json
from translate.engines.vllm_options import Options, options_of, template_of


def model(folder: Path, config: Json, tokenizer: Json = None) -> EngineSpec:
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    if tokenizer is not None:
        (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    return EngineSpec("vllm", str(folder))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"max_num_seqs": 0}, "max_num_seqs of engine vllm: 0 is not above 0"),
        ({"tensor_parallel": -1}, "tensor_parallel"),
        ({"gpu_memory_utilization": 1.5}, "gpu_memory_utilization: 1.5 is no share"),
        ({"dtype": "fp4"}, "dtype"),
        ({"speculative": "draft"}, "go together"),
        ({"speculative": "ngram", "draft_model": "small"}, "go together"),
        ({"cpu_offload_gb": 4}, "takes no argument 'cpu_offload_gb'"),
    ],
)
def test_wrong_arguments_are_said(arguments: dict[str, Json], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        options_of(EngineSpec("vllm", "m", arguments))


def test_the_window_is_a_tenth_wider_than_what_is_computed_at_a_time() -> None:
    assert Options(max_num_seqs=1000).window() == 1100
    assert Options(max_num_seqs=16, data_parallel=2).window() == 36


def test_a_copy_takes_the_gpus_that_it_is_split_over() -> None:
    assert engine_gpus(EngineSpec("vllm", "m")) == 1
    assert engine_gpus(EngineSpec("vllm", "m", {"tensor_parallel": 4, "data_parallel": 2})) == 8


def test_the_template_goes_by_the_models_folder(tmp_path: Path) -> None:
    turns: Json = {"chat_template": "{{ messages }}"}
    assert template_of(model(tmp_path, {"model_type": "mistral"}, turns), Options()).name == "mistral"
    assert (
        template_of(model(tmp_path, {"_name_or_path": "Unbabel/Tower-Plus-9B"}, turns), Options()).name == "tower_plus"
    )
    assert template_of(model(tmp_path, {"model_type": "qwen3"}, turns), Options()).name == "tags"
    assert template_of(model(tmp_path, {"model_type": "qwen3"}, {}), Options()).name == "plain"
    (tmp_path / "chat_template.jinja").write_text("{{ messages }}", encoding="utf-8")
    assert template_of(model(tmp_path, {"model_type": "qwen3"}, {}), Options()).name == "tags"
    assert template_of(model(tmp_path, {"model_type": "qwen3"}), Options(template="seed_x")).name == "seed_x"


def test_a_folder_that_holds_no_model_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"holds no config\.json"):
        template_of(EngineSpec("vllm", str(tmp_path)), Options())
    with pytest.raises(NotADirectoryError, match="no directory"):
        template_of(EngineSpec("vllm", str(tmp_path / "none")), Options())
