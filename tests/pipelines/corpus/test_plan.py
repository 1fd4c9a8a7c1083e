from pathlib import Path

import pytest

from pipelines.corpus import Outcome, Plan, Receipt, Shard
from pipelines.corpus.receipts import Output
from pipelines.recipe import Recipe

RECIPE = Recipe.model_validate(
    {"name": "x", "sources": [{"name": "a", "kind": "jsonl", "path": "p"}], "run": {"memory": "1GB"}}
)


def _receipt(stage: str, name: str, *paths: str, generation: int = 0) -> Receipt:
    outputs = {path: Output(path, 1, 2) for path in paths}
    return Receipt(stage, 1, name, generation, "f", {}, {}, outputs, Outcome(0, 0, {}, 0))


def test_what_stands_so_far(tmp_path: Path) -> None:
    plan = Plan(RECIPE, tmp_path, tmp_path)
    assert (plan.memory, plan.sample, plan.document_shards()) == (10**9, 1.0, [])
    second = _receipt(
        "ingest", "b/1", "documents/b/1-00001.parquet", "documents/b/1-00000.parquet", "quarantine/b.parquet"
    )
    first = _receipt("ingest", "a/1", "documents/a/1.parquet")
    translated = _receipt("translate", "t", "documents/a-to-x/1.parquet", "journal/x.jsonl", generation=1)
    for receipt in (second, first, translated, _receipt("select", "a/1", "decisions/a/1.parquet")):
        plan.add(receipt)
    assert plan.document_shards(0) == [Shard("a", "1"), Shard("b", "1-00000"), Shard("b", "1-00001")]
    assert plan.document_shards(1) == [Shard("a-to-x", "1")]
    assert len(plan.document_shards()) == 4
    assert plan.receipts("ingest") == [first, second]
    assert plan.receipts("ingest", 1) == []
    assert plan.receipt("ingest", "a/1") is first
    assert plan.receipt("ingest", "z") is None
    assert plan.outputs("ingest", "documents/b") == ["documents/b/1-00000.parquet", "documents/b/1-00001.parquet"]
    assert plan.outputs("ingest", "documents", 1) == []
    assert plan.output("decisions/a/1.parquet").rows == 2
    assert [receipt.path for receipt in plan.all_receipts()] == sorted(receipt.path for receipt in plan.all_receipts())


def test_what_is_planned_no_longer_is_forgotten(tmp_path: Path) -> None:
    plan = Plan(RECIPE, tmp_path, tmp_path)
    old = _receipt("ingest", "a/1", "documents/a/1.parquet", "documents/a/2.parquet")
    plan.add(old)
    newer = _receipt("ingest", "a/2", "documents/a/2.parquet")
    plan.add(newer)
    plan.drop(old)
    assert not plan.stands("documents/a/1.parquet")
    assert plan.stands("documents/a/2.parquet")  # by now another unit's
    with pytest.raises(KeyError):
        plan.output("documents/a/1.parquet")


def test_a_shard_has_one_name_in_every_table() -> None:
    shard = Shard.of("documents/docs/part-0.jsonl-00000.parquet")
    assert (shard.source, shard.name, shard.unit) == ("docs", "part-0.jsonl-00000", "docs/part-0.jsonl-00000")
    assert shard.path("signals/core") == "signals/core/docs/part-0.jsonl-00000.parquet"
