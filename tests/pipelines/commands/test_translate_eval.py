import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.corpus.identity import write_corpus_identity
from pipelines.recipe import Recipe
from tests.pipelines.test_translation_references import document, lay_down
from tests.translate.engines.scripted_server import Answer, Json, completion, serving

ANSWERS = {
    "The river flows to the sea.": "O rio corre para o mar.",
    "The window is open today.": "The window is open today.",
}


def respond(body: Json) -> Answer:
    message = str(body["messages"][0]["content"])
    source = next(source for source in ANSWERS if source in message)
    return completion(f"<translation>{ANSWERS[source]}</translation>")


@pytest.fixture(name="pairs")
def _pairs(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.tsv"
    path.write_text(
        "The river flows to the sea.\tO rio corre para o mar.\nThe window is open today.\tA janela está aberta hoje.\n",
        encoding="utf-8",
    )
    return path


def recipe(folder: Path, translate: str) -> Path:
    path = folder / "recipe.yaml"
    path.write_text(
        "name: t\nsources: [{name: docs, kind: jsonl, path: docs.jsonl}]\nlicensing: {profile: open}\n" + translate,
        encoding="utf-8",
    )
    return path


def invoke(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["translate", "eval", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_an_engine_is_scored_and_its_failures_are_told(pairs: Path, tmp_path: Path) -> None:
    written = tmp_path / "out.jsonl"
    with serving(respond) as (url, _):
        engine = ["--to", "pt", "--engine", "openai", "--model", "m", "--arg", f"base_url={url}"]
        engine += ["--arg", "license=MIT", "--arg", "template=tags"]
        code, out, errors = invoke(pairs, *engine, "--json", "--worst", 1, "--translations", written)
        assert code == 0, errors
        code, table, errors = invoke(pairs, *engine)
        assert code == 0, errors
    found = json.loads(out)
    assert (found["pairs"], found["translations"], found["segments"]) == (2, 2, 2)
    assert found["rungs"] == {"whole": 1, "rejected": 1}
    assert found["failures"] == [{"check": "copied", "first": 1, "rejected": 1}]
    assert 30 < found["chrf"]["value"] < 70
    assert "version:" in found["bleu"]["signature"]
    assert [(row["translation"], row["chrf"]) for row in found["worst"]] == [("", 0)]
    rows = [json.loads(line) for line in written.read_text(encoding="utf-8").splitlines()]
    assert [row["translation"] for row in rows] == ["", "O rio corre para o mar."]
    for said in ("chrF", "2 of 2 pairs", "copied", "50.0%", "rejected (copied)", "A janela está aberta hoje."):
        assert said in table


def test_the_engine_of_a_recipe_is_asked(pairs: Path, tmp_path: Path) -> None:
    with serving(respond) as (url, _):
        engine = f"{{kind: openai, model: m, args: {{base_url: '{url}', license: MIT, template: tags}}}}"
        described = recipe(tmp_path, f"translate: {{to: [por_Latn], engine: {engine}}}\n")
        code, out, errors = invoke(pairs, "--to", "pt", "--recipe", described, "--limit", 1, "--json")
        assert code == 0, errors
        assert json.loads(out)["chrf"]["value"] == pytest.approx(100)
        code, _, errors = invoke(pairs, "--to", "fr", "--recipe", described)
        assert (code, "translates into por_Latn, not fra_Latn" in errors) == (1, True)
        code, _, errors = invoke(pairs, "--to", "pt", "--from", "de", "--recipe", described)
        assert (code, "translates from eng_Latn, not de" in errors) == (1, True)


def test_lengths_that_a_recipe_gives_are_held_to(pairs: Path, tmp_path: Path) -> None:
    with serving(respond) as (url, _):
        engine = f"{{kind: openai, model: m, args: {{base_url: '{url}', license: MIT, template: tags}}}}"
        ratio = "{por_Latn: {usual: 0.3, spread: 0.05}}"
        described = recipe(tmp_path, f"translate: {{to: [por_Latn], engine: {engine}, length_ratio: {ratio}}}\n")
        code, out, errors = invoke(pairs, "--to", "pt", "--recipe", described, "--limit", 1, "--json")
    assert code == 0, errors
    assert json.loads(out)["failures"] == [{"check": "length_ratio", "first": 1, "rejected": 1}]


def test_a_recipe_that_does_not_translate_is_refused(pairs: Path, tmp_path: Path) -> None:
    code, _, errors = invoke(pairs, "--to", "pt", "--recipe", recipe(tmp_path, ""))
    assert (code, "has no section `translate`" in errors) == (1, True)


def test_the_translations_in_a_corpus_are_scored(tmp_path: Path) -> None:
    described = Recipe.model_validate({"name": "t", "sources": [{"name": "d", "kind": "jsonl", "path": ["x"]}]})
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    write_corpus_identity(corpus, described, 1.0)
    lay_down(corpus, document("a"))
    pairs = tmp_path / "days.jsonl"
    pairs.write_text('{"source": "One day.", "reference": "Um dia."}\n{"source": "x y", "reference": "z"}\n')
    code, out, errors = invoke(pairs, "--to", "pt", "--corpus", corpus, "--json")
    assert code == 0, errors
    found = json.loads(out)
    assert (found["pairs"], found["translations"], found["effort"]) == (2, 1, None)
    assert found["chrf"]["value"] == pytest.approx(100)
    code, _, errors = invoke(pairs, "--to", "fr", "--corpus", corpus)
    assert (code, "holds no translation from eng_Latn to fra_Latn" in errors) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "give one of --recipe, --corpus, --engine; got none"),
        (["--engine", "fxtranslate", "--corpus", "c"], 2, "got --corpus and --engine"),
        (["--corpus", "c", "--model", "m"], 2, "--model and --arg belong to --engine"),
        (["--engine", "fxtranslat"], 1, "did you mean fxtranslate?"),
        (["--engine", "fxtranslate", "--from", "klingonish"], 2, "no language code"),
        (["--engine", "fxtranslate", "--from", "fr"], 1, "fxtranslate does not translate fra_Latn to por_Latn"),
    ],
)
def test_mistakes_are_said(pairs: Path, arguments: list[str], code: int, message: str) -> None:
    found, _, errors = invoke(pairs, "--to", "por_Latn", *arguments)
    assert found == code
    assert message in " ".join(errors.split())


def test_the_second_look_of_a_recipe_is_taken(pairs: Path, tmp_path: Path) -> None:
    look = "second_look: {share: 1, round_trip: {floor: FLOOR, engine: {kind: fxtranslate, args: {direction: pt-en}}}}"
    pairs.write_text(
        "The children play in the garden of the house.\tAs crianças brincam no jardim.\n", encoding="utf-8"
    )
    failures, looks = [], []
    for floor in ("0", "99"):
        path = recipe(tmp_path, f"translate: {{to: pt, {look.replace('FLOOR', floor)}}}\n")
        code, out, errors = invoke(pairs, "--to", "pt", "--recipe", path, "--json")
        assert code == 0, errors
        failures.append([failure["check"] for failure in json.loads(out)["failures"]])
        looks.append(json.loads(out)["second_looks"])
    assert failures == [[], ["round_trip"]]
    look = {"language": "por_Latn", "look": "round_trip", "answers": 1, "failed": 0, "unmeasured": 0}
    assert looks == [[look], [look | {"failed": 1}]]


def test_answers_that_a_second_look_could_not_measure_are_counted(pairs: Path, tmp_path: Path) -> None:
    look = "second_look: {share: 1, round_trip: {engine: {kind: fxtranslate, args: {direction: pt-en}}}}"
    pairs.write_text("It is late.\tÉ tarde.\n", encoding="utf-8")  # too short for a way back to tell anything
    code, out, errors = invoke(pairs, "--to", "pt", "--recipe", recipe(tmp_path, f"translate: {{to: pt, {look}}}\n"))
    assert code == 0, errors
    assert ["por_Latn", "round_trip", "0", "0", "1"] in [line.split() for line in out.splitlines()]


def test_a_checkpoint_that_is_none_is_told_before_anything_is_asked(pairs: Path, tmp_path: Path) -> None:
    code, _, errors = invoke(pairs, "--to", "pt", "--engine", "fxtranslate", "--comet", tmp_path)
    assert code == 1
    assert "no checkpoints/*.ckpt in it; name the .ckpt file" in errors
