"""`python -m benchmarks.dedup_scale`: what deduplication costs by the number of documents, which are made up."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import typer

import signals
from pipelines.corpus import Outcome, Plan, Shelf, Stage, Unit
from pipelines.corpus.receipts import Receipt, receipt_path
from pipelines.corpus.schemas import DOCUMENTS
from pipelines.memory import peak_bytes, reset_peak
from pipelines.recipe import Recipe
from pipelines.stages import annotate, dedup
from pipelines.work import Task, perform

DOCUMENTS_A_SHARD = 100_000
WORDS = 50
NEAR_COPIES = 0.2  # each of another document of its shard, with one or two words changed
_LETTERS = 6
_VOCABULARY = 100_000
_CORE = ("word_count", "byte_count", "text_hash")
_WARMING_DOCUMENTS = 1000
_GIGABYTE = 10**9
_MEGABYTE = 10**6

Numbers = npt.NDArray[np.int64]


def main(
    documents: Annotated[list[int] | None, typer.Option(help="How many; may be given several times.")] = None,
    memory: Annotated[float, typer.Option(help="GB that a step may take.")] = 3.0,
    folder: Annotated[
        Path | None, typer.Option(help="Where the corpora are made; a temporary folder by default.")
    ] = None,
) -> None:
    """Make documents of 50 words up, a fifth of them near copies, and deduplicate them in one process.

    CPU seconds and the highest memory are those of deduplication with its signatures; making the documents, their
    word counts and the hashes of their texts is done in a process before. Memory a document is by how much a step's
    peak grew from one number of documents to the next.
    """
    before: dict[str, Any] | None = None
    _measured(_WARMING_DOCUMENTS, memory, folder)  # compiles the kernels
    for count in documents or [1_000_000, 10_000_000]:
        result = _measured(count, memory, folder)
        _print(count, result)
        if before is not None:
            _print_growth(count, result, before)
        before = {**result, "documents": count}


def _measured(count: int, memory: float, folder: Path | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=folder) as corpus:
        for step in ("make", "deduplicate"):
            command = [sys.executable, "-m", "benchmarks.dedup_scale", "child", step, corpus, str(count), str(memory)]
            said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    result: dict[str, Any] = json.loads(said)
    return result


def _print(count: int, result: dict[str, Any]) -> None:
    print(f"{count:,} documents, {result['text_bytes'] / _MEGABYTE:,.0f} MB of text")
    for stage, (seconds, peak) in result["stages"].items():
        print(f"  {stage:<18} {seconds:9.1f} CPU-s {peak / _GIGABYTE:6.2f} GB")
    rate = result["text_bytes"] / _MEGABYTE / result["seconds"]
    print(f"  {'together':<18} {result['seconds']:9.1f} CPU-s {result['peak_bytes'] / _GIGABYTE:6.2f} GB")
    print(f"  {rate:.1f} MB per CPU-second, {result['removed']:,} near copies found")


def _print_growth(count: int, result: dict[str, Any], before: dict[str, Any]) -> None:
    more = count - before["documents"]
    grown = {stage: (peak - before["stages"][stage][1]) / more for stage, (_, peak) in result["stages"].items()}
    print(
        f"cost grew {result['seconds'] / before['seconds']:.1f}-fold with {count / before['documents']:.1f}-fold "
        f"documents; bytes a document: {', '.join(f'{stage} {size:.0f}' for stage, size in grown.items())}"
    )


def child(step: str, corpus: str, count: int, memory: float) -> None:
    """Do one step in a process of its own."""
    plan = _plan(Path(corpus), memory)
    shards = range(-(-count // DOCUMENTS_A_SHARD))
    sizes = [min(DOCUMENTS_A_SHARD, count - shard * DOCUMENTS_A_SHARD) for shard in shards]
    for shard, size in enumerate(sizes):
        unit = Unit("ingest", f"made/{shard:05}", 0, (), {})
        if step == "make":
            _make_shard(Shelf(plan.root), unit, shard, size)
        else:
            plan.add(_receipt(plan.root, unit))
    if step == "make":
        return
    taken = {stage.name: _taken(plan, stage) for stage in _stages()}
    rows = (Shelf(plan.root).read(path, ["representative"]) for path in plan.outputs("dedup", "duplicates", 0))
    removed = sum(table.num_rows - int(np.count_nonzero(table["representative"])) for table in rows)
    result = {
        "stages": taken,
        "seconds": sum(seconds for seconds, _ in taken.values()),
        "text_bytes": sum(sizes) * WORDS * (_LETTERS + 1),
        "peak_bytes": max(peak for _, peak in taken.values()),
        "removed": removed,
    }
    print(json.dumps(result))


def _stages() -> Iterator[Stage]:
    yield annotate.annotation_stage("minhash")
    yield from dedup.STAGES


def _plan(root: Path, memory: float) -> Plan:
    recipe = {
        "name": "made-up",
        "sources": [{"name": "made", "kind": "jsonl", "path": "none"}],
        "dedup": {"fuzzy": True},
        "run": {"memory": int(memory * _GIGABYTE)},
    }
    return Plan(Recipe.model_validate(recipe), root, root)


def _taken(plan: Plan, stage: Stage) -> tuple[float, int]:
    """Do all units of a stage; return the CPU seconds and the highest memory that they took."""
    reset_peak()
    begun = time.process_time()
    for unit in stage.plan(plan, 0):
        hashes = {path: plan.output(path).sha256 for path in unit.inputs}
        plan.add(perform(Task(plan.root, unit, hashes)).receipt)
    return time.process_time() - begun, peak_bytes()


def _receipt(root: Path, unit: Unit) -> Receipt:
    return Receipt.from_json((root / receipt_path(unit.stage, unit.name)).read_text(encoding="utf-8"))


def _make_shard(shelf: Shelf, unit: Unit, shard: int, size: int) -> None:
    """Write what stands of a shard before deduplication: documents, languages, and what it reads of group core."""
    texts, ids = _texts(shard, size), _ids(shard, size)
    columns = {field.name: pa.nulls(size, field.type) for field in DOCUMENTS}
    columns |= {"id": ids, "text": texts, "source": pa.repeat(pa.scalar("made"), size)}
    shelf.write(f"documents/{unit.name}.parquet", pa.table(columns, schema=DOCUMENTS))
    shelf.write(f"signals/language/{unit.name}.parquet", pa.table({"id": ids, "language": pa.nulls(size, pa.string())}))
    core = signals.compute(texts, names=_CORE)
    shelf.write(f"signals/core/{unit.name}.parquet", core.add_column(0, "id", ids))
    shelf.commit(unit, 1, {}, Outcome(size, size, {}, 0))


def _texts(shard: int, size: int) -> "pa.Array[Any]":
    """Return texts of random words; some have the words of another text but one or two."""
    generator = np.random.default_rng(shard)
    words = generator.integers(0, _VOCABULARY, (size, WORDS))
    originals = size - int(size * NEAR_COPIES)
    words[originals:] = words[generator.integers(0, originals, size - originals)]
    changed = np.arange(originals, size)
    for place in (WORDS - 1, 0):
        words[changed, place] = generator.integers(0, _VOCABULARY, len(changed))
        changed = changed[::2]
    spelled = _vocabulary()[words[generator.permutation(size)]].reshape(-1)
    offsets: Any = pa.array(np.arange(size + 1, dtype=np.int64) * (WORDS * (_LETTERS + 1)))
    return pa.LargeStringArray.from_buffers(size, offsets.buffers()[1], pa.py_buffer(spelled.data))


def _vocabulary() -> npt.NDArray[np.uint8]:
    """Return uint8[words, letters and a space]."""
    letters = np.random.default_rng(0).integers(ord("a"), ord("z") + 1, (_VOCABULARY, _LETTERS + 1))
    letters[:, _LETTERS] = ord(" ")
    return letters.astype(np.uint8)


def _ids(shard: int, size: int) -> "pa.Array[Any]":
    """Return ids that look like those of a corpus: 32 hexadecimal digits."""
    digits = np.random.default_rng([shard, 1]).integers(0, 16, (size, 32))
    spelled = np.frombuffer(b"0123456789abcdef", np.uint8)[digits].reshape(-1)
    offsets: Any = pa.array(np.arange(size + 1, dtype=np.int32) * 32)
    return pa.StringArray.from_buffers(size, offsets.buffers()[1], pa.py_buffer(spelled.data))


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        child(sys.argv[2], sys.argv[3], int(sys.argv[4]), float(sys.argv[5]))
    else:
        typer.run(main)
