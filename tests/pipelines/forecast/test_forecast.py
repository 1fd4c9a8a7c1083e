"""`loam plan` and what `loam run` tells before it works, as a user meets them."""

import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rich.console import Console
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.errors import LoamError
from pipelines.executors import InProcess
from pipelines.forecast.early import refuse_what_memory_cannot_hold, sizes_line
from pipelines.forecast.inputs import inputs_of
from pipelines.forecast.on_terminal import duration, print_refusals, size
from pipelines.recipe import load_recipe
from pipelines.run import run
from pipelines.run_order import Order
from pipelines.summary import Silence
from pipelines.work import Done, Task

DOCUMENTS = 600


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    texts = [
        f"Document {number} says " + " ".join(f"w{number * place % 977}" for place in range(80))
        for number in range(DOCUMENTS)
    ]
    pq.write_table(pa.table({"text": texts, "lang": ["eng"] * DOCUMENTS}), tmp_path / "docs.parquet", row_group_size=50)
    path = tmp_path / "recipe.yaml"
    path.write_text(
        "name: small\nsources: [{name: docs, kind: parquet, path: docs.parquet}]\ndedup: {fuzzy: true}\n",
        encoding="utf-8",
    )
    return path


def test_a_plan_tells_documents_and_every_stage_and_writes_nothing(recipe: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "corpora/corpus"
    command = ["plan", str(recipe), "--corpus", str(corpus), "--until", "dedup", "--workers", "2"]
    said = CliRunner().invoke(app, [*command, "--json"])
    assert said.exit_code == 0, said.output
    found = json.loads(said.stdout)
    (source,) = found["sources"]
    assert source["documents"] == DOCUMENTS
    texts = pq.read_table(tmp_path / "docs.parquet")["text"].to_pylist()
    assert source["text_bytes"] == pytest.approx(sum(map(len, texts)), rel=0.05)
    stages = [one["stage"] for one in found["passes"]]
    assert stages[0] == "ingest"
    assert stages[-1] == "dedup"
    assert {"annotate-core", "annotate-minhash", "dedup-pairs"} < set(stages)
    for one in found["passes"]:
        assert one["cpu_seconds"] >= 0
        assert one["peak_bytes"] > 10**7
    assert found["refused"] == []
    assert not corpus.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["docs.parquet", "recipe.yaml"]


def test_what_memory_cannot_hold_is_refused_before_anything_is_read(recipe: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    said = CliRunner().invoke(app, ["run", str(recipe), "--corpus", str(corpus), "--memory", "100MB"])
    assert said.exit_code == 1
    assert "600 documents need about 600 MB; allow as much by --memory or run.memory, now 100 MB" in said.output
    assert not corpus.exists()


def test_a_plan_tells_why_a_run_would_be_refused_in_its_words(recipe: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "corpus.json").write_text('{"format": 1, "name": "other"}')
    command = [str(recipe), "--corpus", str(corpus), "--memory", "100MB", "--until", "dedup"]
    planned = CliRunner().invoke(app, ["plan", *command, "--json"])
    assert planned.exit_code == 0, planned.output
    found = json.loads(planned.stdout)
    assert "dedup" in {one["stage"] for one in found["passes"]}
    other, memory = found["refused"]
    assert other.startswith(f"{corpus}: holds the corpus `other`, and the recipe is called `small`; ")
    assert memory.startswith(f"{recipe}:3: dedup: 600 documents need about 600 MB; allow as much by --memory")
    console = Console(file=io.StringIO(), width=40)
    print_refusals([other, memory], console)
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == "".join(f"\n`loam run` would refuse this: {one}\n" for one in (other, memory))
    assert memory in CliRunner().invoke(app, ["run", *command, "--rename"]).stderr


def test_sizes_that_are_none_are_refused(recipe: Path, tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["plan", str(recipe), "--corpus", str(tmp_path / "c"), "--excerpt", "much"])
    assert said.exit_code == 2
    assert "--excerpt: 'much' is no size" in said.output
    said = CliRunner().invoke(app, ["run", str(recipe), "--corpus", str(tmp_path / "c"), "--memory", "much"])
    assert said.exit_code == 2
    assert "run.memory" in said.output


def test_the_line_before_a_run_tells_what_footers_tell(recipe: Path, tmp_path: Path) -> None:
    described = load_recipe(recipe)
    inputs = inputs_of(described, tmp_path)
    line = sizes_line(inputs, described)
    assert line.startswith("plan: 1 files, ")
    assert "read in 1 parts; 600 documents, for which dedup takes up to 600 MB of 4.0 GB" in line
    refuse_what_memory_cannot_hold(DOCUMENTS, described, None)
    tight = described.model_copy(update={"run": described.run.model_copy(update={"memory": 10**8})})
    with pytest.raises(LoamError, match="documents need about"):
        refuse_what_memory_cannot_hold(DOCUMENTS, tight, None)
    refuse_what_memory_cannot_hold(DOCUMENTS, tight, "annotate")
    undemanding = tight.model_copy(update={"dedup": described.dedup.model_copy(update={"exact": None, "fuzzy": None})})
    refuse_what_memory_cannot_hold(DOCUMENTS, undemanding, None)
    assert "dedup takes" not in sizes_line(inputs, undemanding)


def test_sources_of_nothing_are_said_to_hold_nothing(tmp_path: Path) -> None:
    (tmp_path / "docs.jsonl").write_bytes(b"")
    path = tmp_path / "recipe.yaml"
    path.write_text("name: r\nsources: [{name: docs, kind: jsonl, path: docs.jsonl}]\n", encoding="utf-8")
    said = CliRunner().invoke(app, ["plan", str(path), "--corpus", str(tmp_path / "corpus")])
    assert said.exit_code == 1
    assert "plan: the sources hold nothing" in said.output


def test_sizes_and_times_are_told_as_people_say_them() -> None:
    assert [size(number) for number in (0, 999, 64_000_000, 3_140_000_000)] == ["0 B", "999 B", "64 MB", "3.1 GB"]
    assert [duration(seconds) for seconds in (0.04, 59, 90, 7200)] == ["0.0 s", "59.0 s", "1.5 min", "2.0 h"]


@pytest.mark.parametrize(("memory", "side_by_side"), [("1GB", 1), ("2.5GB", 4)])
def test_steps_over_all_documents_run_side_by_side_within_the_memory_allowed(
    recipe: Path, tmp_path: Path, memory: str, side_by_side: int
) -> None:
    allowed: dict[str, int | None] = {}

    class Listening(InProcess):
        def run(self, tasks: Sequence[Task], at_once: int | None = None) -> Iterator[Done]:
            allowed.update((task.unit.stage, at_once) for task in tasks)
            return super().run(tasks, at_once)

    described = load_recipe(recipe, {"run.memory": memory})
    run(Order(described, tmp_path, tmp_path / "corpus", "dedup"), Listening(), Silence())
    assert allowed["dedup-bands"] == allowed["dedup-copies"] == side_by_side  # each needs some 600 MB
    assert allowed["ingest"] is allowed["annotate-core"] is None
