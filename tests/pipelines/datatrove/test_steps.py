import json
import pickle
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import signals
from pipelines.errors import RecipeError

pytest.importorskip("datatrove")

from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter

from pipelines.datatrove.steps import Annotate, License, MaskPersonalData, Rules

pytestmark = pytest.mark.filterwarnings("ignore")

TEXTS = (
    "The river rose before the sun came up, and the old bridge held. " * 4,
    "Le boulanger arrose les jeunes arbres avant le lever du soleil, avec beaucoup de patience. " * 4,
    "Write to ada.lovelace@analytical.co.uk or call before the sun comes up; the village sings about the river. " * 2,
    "Too short.",
)
LICENSES = ("CC-BY-4.0", "MIT", None, "All rights reserved")


def documents(texts: Sequence[str] = TEXTS) -> Iterator[Any]:
    for number, text in enumerate(texts):
        license_ = LICENSES[number % len(LICENSES)]
        metadata = {} if license_ is None else {"license": license_}
        yield Document(text=text, id=f"d{number}", metadata={**metadata, "url": f"https://example.org/{number}"})


def test_signals_are_those_that_loam_computes() -> None:
    found = list(Annotate(("core", "pii"), batch_size=3).run(documents()))
    assert [document.id for document in found] == ["d0", "d1", "d2", "d3"]
    concluded = signals.compute(pa.array(TEXTS), None, ["language"])["language"]
    for group, languages in (("language", None), ("core", concluded), ("pii", concluded)):
        expected = signals.compute_group(group, signals.Inputs(pa.array(TEXTS), languages), {}).to_pylist()
        for document, row in zip(found, expected, strict=True):
            hexed = {name: value.hex() if isinstance(value, bytes) else value for name, value in row.items()}
            assert {name: document.metadata[name] for name in row} == hexed
    assert found[0].metadata["url"] == "https://example.org/0"
    assert [document.metadata["language"] for document in found[:2]] == ["eng_Latn", "fra_Latn"]
    assert json.loads(json.dumps(found[0].metadata)).keys() == found[0].metadata.keys()


def test_an_unknown_group_is_refused_when_the_pipeline_is_built() -> None:
    with pytest.raises(ValueError, match="no group of signals is named 'cores'"):
        Annotate(("cores",))


def test_rules_drop_and_name_themselves() -> None:
    rules = {"long": "word_count >= 10", "english": "language = 'eng_Latn'", "web": "url LIKE 'https://%'"}
    for batch_size in (1, 2, 100):
        step = Rules(rules, batch_size=batch_size)
        kept = [document.id for document in step.run(documents())]
        assert kept == ["d0", "d2"]
        counts = {name: stat.total for name, stat in step.stats.stats.items() if name.startswith("dropped_")}
        assert counts == {"dropped_long": 1, "dropped_english": 1}


def test_packs_are_rules_too() -> None:
    step = Rules(use=["gopher"])
    assert [document.id for document in step.run(documents())] == []
    with pytest.raises(RecipeError, match=r"pack fineweb2: .* `loam run` applies it"):
        Rules(use=["fineweb2"])
    with pytest.raises(RecipeError, match=r"select\.rules\.r: no column word_cuont; did you mean word_count"):
        Rules({"r": "word_cuont > 1"})


def test_personal_data_is_masked() -> None:
    step = MaskPersonalData(batch_size=2)
    masked = [document.text for document in step.run(documents())]
    assert [masked[0], masked[1], masked[3]] == [TEXTS[0], TEXTS[1], TEXTS[3]]
    assert "ada.lovelace" not in masked[2]
    assert masked[2].count("sings about the river") == 2
    assert step.stats["pii_email"].total == 2


def test_licences_are_concluded_and_decided() -> None:
    step = License("open")
    kept = list(step.run(documents()))
    assert [(document.id, document.metadata["license"]) for document in kept] == [("d0", "CC-BY-4.0"), ("d1", "MIT")]
    assert kept[0].metadata["license_obligations"] != []
    assert step.stats["dropped"].total == 2


def test_a_pipeline_of_them_runs_in_its_local_executor(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    lines = [json.dumps({"text": d.text, "id": d.id, "metadata": d.metadata}) + "\n" for d in documents()]
    for number, name in enumerate("ab"):
        (tmp_path / f"in/{name}.jsonl").write_text("".join(lines[number::2]), encoding="utf-8")
    writer = JsonlWriter(str(tmp_path / "dropped"), compression=None)
    steps = [
        JsonlReader(str(tmp_path / "in")),
        MaskPersonalData(),
        Annotate(),
        License("open"),
        Rules({"english": "language = 'eng_Latn'"}, exclusion_writer=writer),
        JsonlWriter(str(tmp_path / "out"), compression=None),
    ]
    assert pickle.loads(pickle.dumps(steps[1:4]))[1].groups == ("core",)  # noqa: S301 -- our own, as Slurm's executor does
    LocalPipelineExecutor(steps, tasks=2, workers=1, logging_dir=str(tmp_path / "logs")).run()
    written = [json.loads(line) for path in sorted((tmp_path / "out").iterdir()) for line in path.open()]
    dropped = [json.loads(line) for path in sorted((tmp_path / "dropped").iterdir()) for line in path.open()]
    assert [row["id"] for row in written] == ["d0"]
    assert written[0]["metadata"]["word_count"] == 52
    assert [(row["id"], row["metadata"]["filter_reason"]) for row in dropped] == [("d1", "english")]
