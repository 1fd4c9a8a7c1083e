"""COMET itself, by checkpoints of random weights that its own classes make: `make test-comet`."""

import json
import os
import pickle
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.corpus import Json, Receipt
from pipelines.errors import LoamError
from pipelines.stages import choose_translations, learn_bounds, translate
from pipelines.stages.open_engines import close_engines
from tests.pipelines.stages.test_translate import TEXTS, Corpus
from translate.comet import CometError, CometProcess, comet_python, read_checkpoint
from translate.comet.process import VARIABLE
from translate.engines import Engine, EngineSpec

pytestmark = pytest.mark.clients

SOURCE, ANSWER, REFERENCE = "the cat sleeps", "o gato dorme", "o gato está dormindo"


@pytest.fixture(name="python", scope="module")
def _python() -> Path:
    if VARIABLE not in os.environ:
        pytest.skip("needs what requirements/comet.in lists: make test-comet")
    return comet_python()


def made(folder: Path, python: Path, kind: str) -> Path:
    maker = Path(__file__).with_name("tiny_comet.py")
    subprocess.run([str(python), str(maker), str(folder), kind], check=True, capture_output=True)
    return folder / "checkpoints" / "model.ckpt"


@pytest.fixture(name="regression", scope="module")
def _regression(tmp_path_factory: pytest.TempPathFactory, python: Path) -> Path:
    return made(tmp_path_factory.mktemp("comet") / "tiny-da", python, "regression_metric")


@pytest.fixture(name="kiwi", scope="module")
def _kiwi(tmp_path_factory: pytest.TempPathFactory, python: Path) -> Path:
    return made(tmp_path_factory.mktemp("comet") / "tiny-kiwi", python, "unified_metric")


def test_scores_depend_on_their_sample_alone(regression: Path, python: Path) -> None:
    checkpoint = read_checkpoint(regression)
    assert (checkpoint.kind, checkpoint.takes_references, checkpoint.needs_references) == (
        "regression_metric",
        True,
        True,
    )
    samples = [(SOURCE, ANSWER, REFERENCE), ("a dog " * 30, "um cão " * 30, REFERENCE), (SOURCE, ANSWER, ANSWER)]
    with CometProcess(checkpoint, python) as process:
        together = list(process.scores(samples))
        alone = [score for sample in samples for score in process.scores([sample])]
    assert together == alone
    assert len(set(together)) == 3


def test_without_references_a_checkpoint_estimates_quality(kiwi: Path, python: Path) -> None:
    checkpoint = read_checkpoint(kiwi.parent.parent)
    assert (checkpoint.takes_references, checkpoint.needs_references) == (False, False)
    with CometProcess(checkpoint, python) as process:
        first, other = process.scores([(SOURCE, ANSWER, None), (SOURCE, "um cão", None)])
    assert first != other


def test_a_second_look_estimates_quality(kiwi: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def translated(name: str, floor: float) -> Receipt:
        look: dict[str, Json] = {"share": 1.0, "quality": {"model": str(kiwi), "floor": floor}}
        corpus = Corpus(tmp_path / name, second_look=look, length_ratio={"por_Latn": {"usual": 1.05}})
        corpus.add_shard("a", TEXTS[:2])
        (receipt,) = corpus.translate()
        return receipt

    low = translated("low", -10)
    assert low.outcome.dropped == {}
    assert low.outcome.counts["second_look quality"] == 4
    looks: Any = low.parameters["second_look"]
    assert looks["looks"]["quality"]["judge"]["version"] == "2.2.7+1"
    assert "encoder/tokenizer.json" in looks["looks"]["quality"]["judge"]["model_sha256"]
    close_engines()
    monkeypatch.setattr("pipelines.stages.open_engines.open_engine", _never)  # the journal holds everything
    (tmp_path / "low" / "ledger/translate/docs-to-por_Latn/a.json").unlink()
    assert translated("low", -10) == low
    monkeypatch.undo()
    high = translated("high", 10)
    close_engines()
    assert high.outcome.dropped == {"quality": 2}


def _never(spec: EngineSpec) -> Engine:
    raise AssertionError(f"opened {spec.kind}")


def test_a_second_look_needs_a_checkpoint_that_needs_no_references(regression: Path, tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, second_look={"quality": {"model": str(regression), "floor": 0}})
    corpus.add_shard("a", TEXTS[:1])
    corpus.run(choose_translations.STAGE)
    corpus.run(learn_bounds.STAGE)
    with pytest.raises(LoamError, match=r"second_look\.quality: .* a regression_metric needs references"):
        translate.STAGE.plan(corpus.plan, 1)


def test_evaluation_scores_by_a_checkpoint(regression: Path, python: Path, tmp_path: Path) -> None:
    del python
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("The window is open today.\tA janela está aberta hoje.\nRemove all cards.\tRemova tudo.\n")
    command = ["translate", "eval", str(pairs), "--to", "pt", "--engine", "fxtranslate", "--comet", str(regression)]
    done = CliRunner().invoke(app, [*command, "--json"])
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["comet"]["signature"].startswith("comet:2.2.7|model:tiny-da|sha256:")
    assert found["comet"]["value"] == pytest.approx(sum(row["comet"] for row in found["worst"]) / 2, abs=1e-4)
    shown = CliRunner().invoke(app, command)
    assert "COMET" in shown.stdout
    assert "references:yes" in shown.stdout


def test_a_checkpoint_runs_no_code(regression: Path, python: Path, tmp_path: Path) -> None:
    folder = tmp_path / "hostile"
    shutil.copytree(regression.parent.parent, folder)

    class Hostile:
        def __reduce__(self) -> tuple[object, ...]:
            return os.mkdir, (str(tmp_path / "PWNED"),)

    (folder / "checkpoints" / "model.ckpt").write_bytes(pickle.dumps({"state_dict": Hostile()}, protocol=2))
    with pytest.raises(CometError, match="COMET cannot load it"):
        CometProcess(read_checkpoint(folder), python)
    assert not (tmp_path / "PWNED").exists()


def test_a_process_that_ended_is_told(regression: Path, python: Path) -> None:
    with CometProcess(read_checkpoint(regression), python) as process:
        process._process.kill()
        with pytest.raises(CometError, match="COMET ended with status -9"):
            list(process.scores([(SOURCE, ANSWER, REFERENCE)]))
