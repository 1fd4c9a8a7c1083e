import pytest

from translate.prompts import choose_template, load_template


@pytest.mark.parametrize(
    ("model", "model_type", "name"),
    [
        ("Mistral-7B-Instruct-v0.3", "mistral", "mistral"),
        ("my-finetune", "mistral", "mistral"),
        ("Seed-X-PPO-7B", "mistral", "seed_x"),
        ("TowerInstruct-Mistral-7B-v0.2", "mistral", "tower_instruct"),
        ("Tower-Plus-9B", "gemma2", "tower_plus"),
        ("EuroLLM-9B-Instruct", "llama", "tower_plus"),
        ("translategemma-12b-it", "gemma3", "translategemma"),
        ("gemma-3-12b-it", "gemma3", "tags"),
        ("Hunyuan-MT-7B", "hunyuan_v1_dense", "hunyuan_mt"),
        ("Qwen3-8B", "qwen3", "tags"),
        ("a-model-that-nobody-knows", "new", "tags"),
    ],
)
def test_a_model_is_asked_as_its_family_is(model: str, model_type: str, name: str) -> None:
    assert choose_template("auto", model, {"model_type": model_type}).name == name


def test_the_name_in_the_configuration_counts_too() -> None:
    assert choose_template("auto", "snapshot", {"_name_or_path": "Unbabel/Tower-Plus-2B"}).name == "tower_plus"


def test_models_without_turns_get_a_line_to_go_on_with() -> None:
    assert choose_template("auto", "base", {}, has_turns=False).name == "plain"
    with pytest.raises(ValueError, match="no chat template, which the template mistral needs"):
        choose_template("auto", "Mistral-7B-v0.3", {}, has_turns=False)


def test_a_named_template_is_taken() -> None:
    assert choose_template("hunyuan_mt", "Qwen3-8B", {}) == load_template("hunyuan_mt")
    with pytest.raises(ValueError, match="no template 'towr': expected auto or one of"):
        choose_template("towr", "Qwen3-8B", {})
