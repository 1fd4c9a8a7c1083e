"""What translating takes, by model, from trials whose figures are known and from a plan as a user makes it."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rich.console import Console
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.forecast import translation_trial
from pipelines.forecast.costs import PassForecast
from pipelines.forecast.forecast import Forecast
from pipelines.forecast.on_terminal import count, print_forecast, print_translation
from pipelines.forecast.throughput import PUBLISHED, published
from pipelines.forecast.translation import TranslationForecast, TranslationTrial, forecast_translation
from pipelines.forecast.translation_trial import Chosen, Written, untried
from pipelines.recipe import Recipe
from pipelines.recipe.translate import TranslateSection
from tests.translate.engines.scripted_server import Answer, Json, completion, serving
from tests.translate.engines.tiny_ctranslate2 import make_model

CHOSEN = Chosen(documents=100, text_bytes=400_000, tried_bytes=40_000)
VLLM = {"kind": "vllm", "args": {"license": "Apache-2.0"}}
SENTENCE = "The river flows slowly through the old town and then down to the sea."
TRANSLATION = "O rio corre devagar pela cidade velha e depois desce até o mar."


def forecast(
    engine: dict[str, Any], written: Written | None = None, *, limit: int | None = None, price: float | None = 2.0
) -> TranslationForecast:
    section = TranslateSection.model_validate(
        {"to": ["por_Latn", "fra_Latn"], "from": {"limit": limit}, "engine": engine}
    )
    trial = TranslationTrial(CHOSEN, written, 1000.0, None if written else "no GPU")
    return forecast_translation(section, trial, price)


def test_models_are_known_by_their_names() -> None:
    assert published("models/Qwen3-8B-FP8") == published("Qwen/Qwen3-8B")
    assert published("google/gemma-3-12b-it").tokens_per_second == 3046  # type: ignore[union-attr]
    assert published("Qwen3-80B") is published(None) is None


def test_without_a_trial_tokens_are_reckoned_and_figures_are_the_published_ones() -> None:
    found = forecast(VLLM | {"model": "models/Qwen3-8B"})
    assert (found.documents, found.source_bytes, found.languages) == (100_000, 400_000_000, 2)
    assert found.tokens_out == 400_000_000 / 4 * 1.3 * 2
    assert len(found.models) == len(PUBLISHED)
    asked, *others = found.models
    assert (asked.model, asked.is_asked, asked.is_measured) == ("Qwen3-8B", True, False)
    assert asked.gpu_hours == pytest.approx(found.tokens_out / 6443 / 3600)
    assert asked.cost == pytest.approx(2 * asked.gpu_hours)
    assert others == sorted(others, key=lambda one: one.gpu_hours)
    assert not any(one.is_asked for one in others)


def test_a_measured_throughput_wins() -> None:
    engine = VLLM | {"model": "models/Qwen3-8B", "args": {"license": "MIT", "tensor_parallel": 2}}
    found = forecast(engine, Written(tokens_out=26_000, seconds=2.0))
    assert found.tokens_out == 26_000 * 10_000  # of a tenth of the excerpt, of a thousandth of the whole
    asked = found.models[0]
    assert (asked.is_measured, asked.device, asked.tokens_per_second) == (True, "this machine", 6500)
    assert asked.gpu_hours == pytest.approx(260_000_000 / 6500 / 3600)
    assert [one.model for one in found.models].count("Qwen3-8B") == 1


def test_a_limit_bounds_what_is_translated() -> None:
    found = forecast(VLLM | {"model": "m"}, limit=500)
    assert (found.documents, found.source_bytes) == (500, 2_000_000)
    assert not any(one.is_asked for one in found.models)


def test_a_server_has_no_cost_and_an_engine_on_the_cpu_no_gpu() -> None:
    server = {"kind": "openai", "model": "m", "args": {"base_url": "http://x/v1", "license": "MIT"}}
    asked = forecast(server, Written(1000, 1.0)).models[0]
    assert (asked.device, asked.cost) == ("the server", None)
    assert forecast({"kind": "fxtranslate"}, Written(1000, 1.0)).models == ()
    assert all(one.cost is None for one in forecast(server, price=None).models)


@pytest.mark.parametrize(("price", "has_cost"), [(None, False), (2.0, True)])
def test_tables_say_what_is_measured_and_what_is_not(price: float | None, *, has_cost: bool) -> None:
    console = Console(width=200, record=True, file=None, quiet=False)
    with console.capture() as captured:
        print_translation(forecast(VLLM | {"model": "models/Mistral-7B"}, price=price), console)
    said = captured.get()
    assert "100,000 documents, 400 MB, into 2 languages: 260.0 million tokens (reckoned" in said
    assert "not tried here" in said
    assert "of Mistral-7B none was published" in said
    assert ("cost" in said) == has_cost


def test_great_numbers_are_told_as_people_say_them() -> None:
    assert [count(number) for number in (12, 3.4e6, 2e9, 1.3e12)] == [
        "12",
        "3.4 million",
        "2.0 billion",
        "1.3 trillion",
    ]


def translator(body: Json) -> Answer:
    assert SENTENCE in str(body["messages"][0]["content"])
    return completion(f"<translation>{TRANSLATION}</translation>")


def plan(folder: Path, engine: str) -> dict[str, Any]:
    texts = [f"{SENTENCE}\n\n{1000 + number}" for number in range(200)]
    pq.write_table(pa.table({"text": texts, "lang": ["eng"] * len(texts)}), folder / "docs.parquet", row_group_size=50)
    recipe = folder / "recipe.yaml"
    recipe.write_text(
        "name: small\n"
        "sources: [{name: docs, kind: parquet, path: docs.parquet, license: CC0-1.0}]\n"
        f"licensing: {{profile: open}}\ntranslate: {{to: [por_Latn], engine: {engine}}}\n",
        encoding="utf-8",
    )
    command = ["plan", str(recipe), "--corpus", str(folder / "corpus"), "--until", "translate", "--json"]
    said = CliRunner().invoke(app, [*command, "--gpu-price", "3", "--workers", "1"])
    assert said.exit_code == 0, said.output
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def test_a_plan_without_the_model_at_hand_still_tells_what_it_will_take(tmp_path: Path) -> None:
    found = plan(tmp_path, "{kind: vllm, model: models/gemma-3-27b-it, args: {license: Gemma}}")
    translation = found["translation"]
    assert translation["documents"] == pytest.approx(200, rel=0.1)
    assert "no directory 'models/gemma-3-27b-it'" in translation["untried"]
    assert translation["models"][0]["is_asked"]
    assert translation["models"][0]["cost"] == pytest.approx(3 * translation["models"][0]["gpu_hours"])
    assert "translate" not in {one["stage"] for one in found["passes"]}


def test_a_plan_beside_the_engine_measures_it_on_a_few_documents(tmp_path: Path) -> None:
    with serving(translator) as (url, _):
        found = plan(tmp_path, f"{{kind: openai, model: m, args: {{base_url: '{url}', license: MIT, template: tags}}}}")
    translation = found["translation"]
    assert (translation["untried"], translation["is_measured"]) == (None, True)
    assert translation["documents"] == pytest.approx(200, rel=0.1)
    asked = translation["models"][0]
    assert (asked["model"], asked["is_measured"], asked["cost"]) == ("m", True, None)
    assert asked["tokens_per_second"] > 0
    assert "translate" in {one["stage"] for one in found["passes"]}


@pytest.mark.parametrize("has_gpu", [False, True])
def test_the_engine_that_needs_a_gpu_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_gpu: bool
) -> None:
    make_model(tmp_path / "nllb", ["eng_Latn", "fra_Latn"], end_bias=1)
    server = {"kind": "openai", "model": "m", "args": {"base_url": "http://x/v1", "license": "MIT"}}
    on_gpu = {"kind": "ctranslate2", "model": "nllb", "args": {"device": "cuda"}}
    recipe = Recipe.model_validate(
        {
            "name": "t",
            "sources": [{"name": "d", "kind": "jsonl", "path": ["x"]}],
            "licensing": {"profile": "open"},
            "translate": {"to": ["por", "fra"], "engine": server, "engine_by_language": {"fra_Latn": on_gpu}},
        }
    )
    monkeypatch.setattr(translation_trial, "_has_gpu", lambda: has_gpu)
    expected = None if has_gpu else "engine ctranslate2 computes on a GPU, and this machine has none"
    assert untried(recipe, tmp_path) == expected


@pytest.mark.parametrize(
    ("look", "reason"),
    [
        (
            {"round_trip": {"engine": {"kind": "ctranslate2", "model": "nllb", "args": {"device": "cuda"}}}},
            "engine ctranslate2 computes on a GPU, and this machine has none",
        ),
        (
            {"similarity": {"model": "none", "floor": 0.5}},
            "translate.second_look.similarity: no directory 'none'; `model` is that of a sentence encoder in ONNX",
        ),
    ],
)
def test_what_a_second_look_needs_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, look: dict[str, Any], reason: str
) -> None:
    make_model(tmp_path / "nllb", ["eng_Latn", "por_Latn"], end_bias=1)
    recipe = Recipe.model_validate(
        {
            "name": "t",
            "sources": [{"name": "d", "kind": "jsonl", "path": ["x"]}],
            "licensing": {"profile": "open"},
            "translate": {"to": ["por"], "second_look": look},
        }
    )
    monkeypatch.setattr(translation_trial, "_has_gpu", lambda: False)
    assert untried(recipe, tmp_path) == reason


def test_stages_that_do_both_generations_are_told_once() -> None:
    stages = [
        ("annotate-core", 0),
        ("translate", 1),
        ("annotate-core", 1),
        ("encode", 0),
        ("encode", 1),
        ("tokenize", 0),
    ]
    passes = tuple(PassForecast(stage, generation, 1, 1.0, 1.0, 1, 1) for stage, generation in stages)
    console = Console(width=120)
    with console.capture() as captured:
        print_forecast(Forecast((), passes, 1, 1, 1, 1), console)
    lines = [line.split()[:2] for line in captured.get().splitlines() if line]
    assert [line[0] for line in lines].count("tokenize") == 1
    assert ["annotate", "(translations)"] in lines
