import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks import scale_input
from benchmarks.plan_accuracy import _by_stage
from benchmarks.scale import GROWTH, MEMORY, RATE, _bars
from benchmarks.scale_forecast import BENDS, first_bend, like, targets
from benchmarks.scale_input import InputError, first_files
from benchmarks.scale_model import (
    NUMBERED,
    Measured,
    PassMeasured,
    measured,
    most_documents,
    packed,
    reckoned,
    shards_in_files,
)
from benchmarks.scale_run import StageTaken, Taken, _family, _proportional_bytes, disk_by_stage, write_recipe
from pipelines.recipe import load_recipe
from tests.pipelines.conftest import SmallCorpus, small_corpus

__all__ = ["small_corpus"]  # the fixture

SIZES = np.full(1000, 10_000)
BASE = Measured(
    10**7,
    SIZES,
    1,
    (
        PassMeasured("annotate-core", True, 1, 2.0, 10**6, 1000),
        PassMeasured("dedup", False, 1, 0.5, 10**5, 1000),
        PassMeasured("tokenize", False, 1, 1.0, 10**6, 1000),
    ),
    {"eng_Latn": 2 * 10**6},
    {"eng_Latn": 1},
    0.001,
    12,
    3,
    6000,
)


def _documents(folder: Path, texts: list[str]) -> Path:
    folder.mkdir(parents=True)
    columns = {name: pa.nulls(len(texts), pa.string()) for name in scale_input._COLUMNS}
    ids = [f"{number * 2654435761 % 2**32:08x}" for number in range(len(texts))]
    pq.write_table(pa.table(columns | {"id": ids, "text": texts}), folder / "a.parquet")
    return folder / "a.parquet"


def test_each_text_is_there_once_and_the_first_files_are_a_sample(tmp_path: Path) -> None:
    texts = [f"text {number} " * 20 for number in range(2000)]
    shard = _documents(tmp_path / "read", texts + texts[:100])
    scale_input._divide([shard], tmp_path / "documents")
    files = sorted((tmp_path / "documents").glob("*.parquet"))
    found = [text for path in files for text in pq.read_table(path)["text"].to_pylist()]
    assert sorted(found) == sorted(texts)
    assert pq.read_schema(files[0]).names == ["id", "text", "lang", "license", "license_evidence", "url", "title"]
    half, held = first_files(files, sum(map(len, texts)) // 2)
    assert held == sum(len(text) for path in half for text in pq.read_table(path)["text"].to_pylist())
    assert len(half) == pytest.approx(scale_input.FILES / 2, abs=3)
    assert first_files(files, 10**12) == (files, sum(map(len, texts)))


def test_without_apt_get_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="apt-get is not installed"):
        scale_input.documents_in(tmp_path, 1)


def test_names_of_packages_are_listed_once() -> None:
    names = scale_input._listed()
    assert len(names) == len(set(names)) > 100
    assert all(name == name.lower() and "/" not in name for name in names)


def test_memory_is_that_of_a_whole_family() -> None:
    script = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1, flush=True); input()'])"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        family = _family(parent.pid)
        assert len(family) == 2
        assert all(_proportional_bytes(pid) > 10**6 for pid in family)
        parent.communicate(b"\n")
    assert _proportional_bytes(parent.pid) == 0


def test_disk_is_what_receipts_name(small_corpus: SmallCorpus) -> None:
    found = disk_by_stage(small_corpus.root)
    ingested = (small_corpus.root / "documents" / "docs").glob("*.parquet")
    assert found["ingest"] >= sum(path.stat().st_size for path in ingested) > 0
    assert found["publish"] > 0


def _taken(text_bytes: int, seconds: float, peak: int) -> Taken:
    return Taken(text_bytes, 10, 5, seconds, seconds, peak, {"ingest": StageTaken(1.0, 1.0, 1, 1)})


def test_bars_are_judged_by_text_and_not_by_name() -> None:
    small = _taken(10**8, 10.0, 10**9)
    assert all(holds for _, holds in _bars({"100 MB": small, "1000 MB": _taken(10**9, 100 * GROWTH, int(MEMORY))}))
    slower = _taken(10**9, 101 * GROWTH, int(MEMORY) + 1)
    assert [holds for _, holds in _bars({"100 MB": small, "1000 MB": slower})] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]
    assert not next(holds for _, holds in _bars({"s": _taken(10**8, 10**8 / 1e6 / RATE + 1, 0)}))


def test_documents_are_packed_as_ingest_packs_them() -> None:
    assert packed(np.array([6, 6, 6]), 12, 10) == 2
    assert packed(np.array([6, 7, 6]), 12, 10) == 3
    assert packed(np.array([1] * 25), 1000, 10) == 3
    assert packed(np.array([100]), 12, 10) == 1
    assert shards_in_files(SIZES, 10_000, 7, 10**6) == 7  # what is short of a shard is one all the same


def test_costs_grow_with_text_and_looks_with_its_square() -> None:
    once, tenfold = (reckoned(BASE, like(BASE, size)) for size in (10**12, 10**13))
    assert once.shard_cpu_seconds == pytest.approx(2.0 * 10**5)
    assert tenfold.shard_cpu_seconds == pytest.approx(10 * once.shard_cpu_seconds)
    assert tenfold.token_reads == pytest.approx(100 * once.token_reads, rel=0.7)
    assert tenfold.dedup_bytes == pytest.approx(10 * once.dedup_bytes, rel=0.2)


def test_the_recipe_names_its_inputs_from_where_it_lies(tmp_path: Path) -> None:
    shard = _documents(tmp_path / "documents", ["text"])
    tokenizer = tmp_path / "gpt4.tokenizer.json"
    recipe = load_recipe(write_recipe([shard], tokenizer))
    assert recipe.sources[0].path == ("documents/a.parquet",)
    assert recipe.tokenize is not None
    assert recipe.tokenize.tokenizer == tokenizer.name


def test_a_bend_is_where_it_is_said_to_be() -> None:
    numbers = next(bend for bend in BENDS if "numbers" in bend.name)
    found = first_bend(BASE, numbers)
    assert found.documents == pytest.approx(NUMBERED, rel=0.05)
    for bend in BENDS:
        target = first_bend(BASE, bend)
        assert bend.is_beyond(target, reckoned(BASE, target))
        below = like(BASE, target.text_bytes / 1.05)
        assert not bend.is_beyond(below, reckoned(BASE, below))
    assert most_documents(10**15) == NUMBERED
    assert most_documents(10**8) == 0


def test_redpajama_has_its_own_documents_and_files() -> None:
    target = targets(BASE)[-1]
    assert target.documents == pytest.approx(113.2e9, rel=0.01)
    assert target.shards >= 6_300_000


def test_a_corpus_that_stands_is_measured(small_corpus: SmallCorpus) -> None:
    found = measured(small_corpus.root)
    assert found.documents >= 11
    assert found.text_bytes == found.document_bytes.sum()
    by_name = {one.stage: one for one in found.passes}
    assert by_name["annotate-core"].by_shard
    assert not by_name["dedup"].by_shard
    assert sum(found.tokens.values()) > 0
    assert found.driver_bytes > 0


def test_passes_of_a_plan_are_added_up_by_stage() -> None:
    taken = {"wall_seconds": 1.0, "cpu_seconds": 2.0, "peak_bytes": 5, "disk_bytes": 7, "generation": 0}
    passes = [{**taken, "stage": "annotate-core"}, {**taken, "stage": "annotate-language", "peak_bytes": 9}]
    assert _by_stage(json.loads(json.dumps(passes))) == {"annotate": StageTaken(2.0, 4.0, 9, 14)}
