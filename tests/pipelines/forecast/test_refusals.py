"""What a plan says that a run would be refused for."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from pipelines.forecast import refusals as refusals_module
from pipelines.forecast.forecast import Forecast, SourceForecast
from pipelines.forecast.refusals import refusals
from pipelines.ray_requests import Node
from pipelines.recipe import Recipe
from pipelines.run_order import Order

SOURCE = {"name": "docs", "kind": "jsonl", "path": "a.jsonl"}
FOUND = Forecast((SourceForecast("docs", 1, 9, 1, 20_000_000, 9),), (), 2, 1, 9, 9)


def _order(root: Path, until: str | None = None, **recipe: object) -> Order:
    return Order(Recipe.model_validate({"name": "r", "sources": [SOURCE], **recipe}), root, root, until)


def _told(order: Order, executor: str = "local") -> list[str]:
    return [str(error).partition(";")[0] for error in refusals(order, FOUND, executor)]


def test_a_plan_that_nothing_hinders(tmp_path: Path) -> None:
    room = {"run": {"memory": "60GB"}}
    assert _told(_order(tmp_path, **room)) == []
    assert _told(_order(tmp_path / "none" / "yet", **room)) == []
    assert _told(_order(tmp_path, "annotate")) == []
    (tmp_path / "corpus.json").write_text('{"format": 1, "name": "other"}')
    assert _told(_order(tmp_path, "annotate")) == [
        f"{tmp_path}: holds the corpus `other`, and the recipe is called `r`"
    ]
    assert _told(replace(_order(tmp_path, "annotate"), renames=True)) == []


def test_every_hindrance_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    told = _told(_order(tmp_path, dedup={"against": str(tmp_path)}, run={"memory": "100MB"}))
    assert [reason.partition(": ")[2].partition(",")[0].partition(" (")[0] for reason in told] == [
        "not empty",
        f"{tmp_path} is this corpus itself",
        "20",
    ]
    assert "20,000,000 documents need about" in told[2]
    (told_file,) = _told(_order(tmp_path / "notes.txt" / "corpus", "ingest"))
    assert told_file == f"--corpus: [Errno 20] Not a directory: '{tmp_path}/notes.txt'"
    (tmp_path / "odd" / "corpus.json").mkdir(parents=True)
    (told_unreadable,) = _told(_order(tmp_path / "odd", "ingest"))
    assert told_unreadable == f"--corpus: [Errno 21] Is a directory: '{tmp_path}/odd/corpus.json'"
    (told_unpublished,) = _told(_order(tmp_path / "new", "publish", dedup={"exact": False}))
    assert told_unpublished.startswith("not published: the recipe has no `licensing` section")


def test_nodes_without_room_are_told_where_units_would_run_on_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals_module, "nodes_now", lambda workers: [Node("a", workers, 0, 10**9)])
    order = _order(tmp_path, run={"memory": "60GB"})
    assert _told(order) == []
    (told,) = _told(order, "ray")
    assert told.startswith("dedup-copies: it holds ")
    assert told.endswith("no node of the Ray cluster offers units more than 1.00 GB")
    assert _told(_order(tmp_path, "annotate"), "ray") == []


def test_engines_without_gpus_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals_module, "nodes_now", lambda _: [Node("a", 2, 0, 10**12)])
    monkeypatch.setattr(refusals_module.translate, "usable_engines", lambda *_: ['["vllm", "m", {}]'])
    monkeypatch.setattr(refusals_module.second_look, "planned", lambda *_: cast("object", SimpleNamespace(engines=[])))
    monkeypatch.setattr(refusals_module, "engine_gpus", lambda _: 4)
    order = _order(tmp_path, run={"memory": "60GB"}, licensing={}, translate={"to": "pt"})
    assert _told(order, "ray") == [
        "an engine needs 4 GPUs of one node, and the Ray cluster has none with more than 0",
    ]
