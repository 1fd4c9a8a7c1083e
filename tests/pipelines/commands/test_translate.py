import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from tests.translate.engines.scripted_server import Answer, Json, completion, serving

TEXT = "The river flows to the sea."


def respond(body: Json) -> Answer:
    assert body["temperature"] == 0.5
    assert TEXT in body["messages"][0]["content"]
    return completion("<translation>O rio corre para o mar.</translation>")


@pytest.fixture(name="pairs")
def _pairs(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.tsv"
    path.write_text(f"{TEXT}\tO rio corre para o mar.\nnever\tasked\n", encoding="utf-8")
    return path


def invoke(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["translate", "bench-prompts", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_templates_are_compared(pairs: Path) -> None:
    with serving(respond) as (url, _):
        arguments = ["--engine", "openai", "--model", "m", "--to", "por_Latn", "--limit", "1"]
        for argument in (f"base_url={url}", "license=MIT", "temperature=0.5"):
            arguments += ["--arg", argument]
        code, out, _ = invoke(str(pairs), *arguments, "--template", "tags", "--template", "mistral", "--json")
        scores = json.loads(out)
        assert code == 0
        assert [(score["template"], score["failures"]) for score in scores] == [("tags", {}), ("mistral", {})]
        assert scores[0]["chrf"] == pytest.approx(100)
        code, out, errors = invoke(str(pairs), *arguments, "--template", "tags")
    assert code == 0
    assert "tags: chrF 100.0, 0 failed" in errors
    assert out.split()[:2] == ["template", "chrF"]
    assert "100.0" in out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--engine", "openai", "--arg", "license"], 2, "--arg license: expected NAME=VALUE"),
        (["--engine", "openai", "--arg", "license=["], 2, "the value is no YAML"),
        (["--engine", "openai"], 1, "needs the argument base_url"),
        (["--engine", "fxtranslate"], 1, "takes no model"),
        (["--engine", "openai", "--arg", "base_url=http://x/v1", "--template", "no"], 1, "no template 'no'"),
    ],
)
def test_mistakes_are_said(pairs: Path, arguments: list[str], code: int, message: str) -> None:
    found, _, errors = invoke(str(pairs), "--model", "m", "--to", "por_Latn", *arguments)
    assert found == code
    assert message in errors


def test_an_empty_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "none.tsv").write_text("\n", encoding="utf-8")
    code, _, errors = invoke(str(tmp_path / "none.tsv"), "--model", "m", "--to", "por_Latn")
    assert code == 1
    assert "holds no pair" in errors
