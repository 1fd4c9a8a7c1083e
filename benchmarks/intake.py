"""Cases: documents taken into a corpus, from the file as it comes to the shards on disk."""

import json
from collections.abc import Callable
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.documents import Material
from pipelines.corpus import Plan
from pipelines.executors import InProcess
from pipelines.recipe import load_recipe
from pipelines.run import run
from pipelines.run_order import Order
from pipelines.sources.text_column import total_bytes
from pipelines.stages.ingest import STAGE
from pipelines.summary import Silence
from pipelines.work import Task, perform


def ingest(material: Material, kind: str) -> Callable[[], int]:
    """Prepare ingest of the documents, as `parquet` or as `jsonl` compressed with zstd."""
    folder = material.folder / f"intake-{kind}"
    folder.mkdir(exist_ok=True)
    documents = material.documents if kind == "parquet" else _as_lines(material.documents, folder)
    recipe = folder / "recipe.yaml"
    source = {"name": "docs", "kind": kind, "path": str(documents)}
    recipe.write_text(json.dumps({"name": "intake", "sources": [source]}), encoding="utf-8")
    order = Order(load_recipe(recipe), folder, folder / "corpus", until=STAGE.name)
    run(order, InProcess(), Silence())
    plan = Plan(order.recipe, folder, order.root)
    tasks = [Task(plan.root, unit, {}) for unit in STAGE.plan(plan, 0)]
    text_bytes = total_bytes(pq.read_table(material.documents, columns=["text"])["text"])

    def work() -> int:
        rows = sum(perform(task).receipt.outcome.rows_out for task in tasks)
        if rows == 0:
            raise ValueError("ingest kept no document")
        return text_bytes

    return work


def _as_lines(documents: Path, folder: Path) -> Path:
    """Write the documents as JSONL, compressed with zstd."""
    path = folder / "documents.jsonl.zst"
    with pq.ParquetFile(documents) as file, pa.CompressedOutputStream(str(path), "zstd") as lines:
        for batch in file.iter_batches():
            lines.write(b"".join(orjson.dumps(row, default=str) + b"\n" for row in batch.to_pylist()))
    return path
