"""Taking removed documents out of what ingest wrote gives what ingest gives that leaves them out, byte for byte."""

import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.corpus import Plan, Receipt, Shelf
from pipelines.corpus import files as corpus_files
from pipelines.corpus.identity import REMOVALS
from pipelines.corpus.receipts import read_receipts
from pipelines.recipe import Recipe
from pipelines.removals import rewriting
from pipelines.removals.applying import settle
from pipelines.removals.rewriting import UNFINISHED, finish_rewriting
from pipelines.removals.tombstones import TOMBSTONES_FILE, Tombstone, add_tombstones
from pipelines.sources import jsonl
from pipelines.stages import ingest, ingest_intake

Record = Mapping[str, Any]
Build = Callable[[Path, Path], Plan]

HOSTS = ("a.example.org", "example.org", "example.net", "b.a.example.org")


def write(folder: Path, files: Sequence[Sequence[Record]]) -> None:
    for number, records in enumerate(files):
        lines = [json.dumps({name: value for name, value in record.items() if value is not None}) for record in records]
        (folder / f"{number}.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def ingested(root: Path, data: Path, **source: object) -> Plan:
    """Run ingest alone, as a run does it."""
    root.mkdir(parents=True, exist_ok=True)
    section = {"name": "docs", "kind": "jsonl", "path": ["*.jsonl"], **source}
    plan = Plan(Recipe.model_validate({"name": "test", "sources": [section]}), data, root)
    for receipt in read_receipts(root):
        plan.add(receipt)
    settle(plan, 0, restores=True)
    return rounds(plan)


def rounds(plan: Plan) -> Plan:
    previous: Sequence[Any] | None = None
    while previous != (units := ingest.STAGE.plan(plan, 0)):
        previous = units
        for unit in units:
            receipt = plan.receipt("ingest", unit.name)
            if receipt is None or not receipt.stands(plan.root, unit, unit.fingerprint(ingest.STAGE.version, {})):
                shelf = Shelf(plan.root)
                plan.add(shelf.commit(unit, ingest.STAGE.version, {}, ingest.STAGE.work(unit, shelf)))
    named = {path for receipt in plan.all_receipts() for path in (*receipt.outputs, receipt.path)}
    for path in plan.root.rglob("*"):
        relative = path.relative_to(plan.root).as_posix()
        if path.is_file() and relative not in named and not relative.startswith(REMOVALS):
            path.unlink()
    return plan


def contents(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def documents(root: Path) -> list[dict[str, Any]]:
    files = sorted((root / "documents/docs").glob("*.parquet"))
    return [row for file in files for row in pq.read_table(file, partitioning=None).to_pylist()]


RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.sampled_from(("one text", "another text", "a third text", "x" * 300)),
            "id": st.none() | st.sampled_from(("k1", "k2", "k3")),
            "url": st.none() | st.sampled_from([f"https://{host}/{path}" for host in HOSTS for path in "xy"]),
            "derived_from": st.none() | st.just("0" * 32),
        }
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(
    files=st.lists(RECORDS, min_size=1, max_size=3),
    choices=st.lists(st.integers(0, 60), max_size=3),
    addresses=st.sets(
        st.sampled_from(
            (
                Tombstone("host", "a.example.org"),
                Tombstone("host", "example.net"),
                Tombstone("url", "http://example.org/x/"),
                Tombstone("id", "0" * 32),
            )
        ),
        max_size=2,
    ),
    limit=st.none() | st.integers(1, 6),
)
def test_what_is_taken_out_is_what_ingest_leaves_out(
    files: list[list[Record]], choices: list[int], addresses: set[Tombstone], limit: int | None
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(ingest_intake, "SHARD_ROWS", 3)
        patch.setattr(jsonl, "PART_BYTES", 200)
        data = Path(folder)
        write(data, files)
        source = {} if limit is None else {"limit": limit}
        before = ingested(data / "corpus", data, **source)
        ids = sorted({row["id"] for row in documents(data / "corpus")})
        removed = [Tombstone("id", ids[choice % len(ids)]) for choice in choices if ids]
        for root in (data / "corpus", data / "fresh"):
            add_tombstones(root, [*removed, *addresses])
        ingests = {receipt.name: receipt.fingerprint for receipt in before.receipts("ingest")}
        settle(before, 0, restores=False)
        assert {receipt.name: receipt.fingerprint for receipt in before.receipts("ingest")} == ingests
        rounds(before)
        ingested(data / "fresh", data, **source)
        assert contents(data / "corpus") == contents(data / "fresh")
        (data / "corpus" / TOMBSTONES_FILE).unlink(missing_ok=True)
        ingested(data / "corpus", data, **source)
        ingested(data / "never", data, **source)
        assert contents(data / "corpus") == contents(data / "never"), "what is removed no longer does not come back"


def test_nothing_but_what_is_removed_moves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_intake, "SHARD_ROWS", 3)
    write(tmp_path, [[{"id": str(number), "text": f"text {number}"} for number in range(10)]])
    root = tmp_path / "corpus"
    plan = ingested(root, tmp_path, limit=8)
    before = contents(root)
    first, *_ = documents(root)
    add_tombstones(root, [Tombstone("id", first["id"])])
    settle(plan, 0, restores=False)
    after = contents(root)
    changed = {path for path in before if before[path] != after.get(path)}
    assert changed == {"documents/docs/0.jsonl-00000-00000.parquet", "ledger/ingest/docs/first-8.json"}
    assert [row["source_id"] for row in documents(root)] == [str(number) for number in range(1, 8)]
    (receipt,) = plan.receipts("ingest")
    assert (receipt.outcome.rows_out, receipt.outcome.dropped) == (7, {"removed": 1})


def test_a_repeated_text_keeps_its_id_when_the_first_one_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "PART_BYTES", 30)
    write(tmp_path, [[{"text": "said thrice"}] * 3, [{"text": "said thrice"}]])
    root = tmp_path / "corpus"
    plan = ingested(root, tmp_path)
    first, *others = documents(root)
    assert len({row["id"] for row in others}) == 3
    add_tombstones(root, [Tombstone("id", first["id"])])
    settle(plan, 0, restores=False)
    assert documents(rounds(plan).root) == others


@pytest.mark.parametrize("moment", range(5))
def test_a_unit_is_whole_whenever_its_rewriting_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    monkeypatch.setattr(ingest_intake, "SHARD_ROWS", 2)
    repeated = {"id": "0", "text": "text 0 again"}
    write(tmp_path, [[*({"id": str(number), "text": f"text {number}"} for number in range(6)), repeated]])
    for name in ("corpus", "fresh"):
        ingested(tmp_path / name, tmp_path)
    gone = [Tombstone("id", row["id"]) for row in documents(tmp_path / "corpus") if row["source_id"] in "04"]
    for name in ("corpus", "fresh"):
        add_tombstones(tmp_path / name, gone)
    root = tmp_path / "corpus"
    with monkeypatch.context() as broken:
        cut_off(broken, moment)
        with pytest.raises(KeyboardInterrupt):
            ingested(root, tmp_path)
    finish_rewriting(root)
    (receipt,) = read_receipts(root)
    assert receipt.is_complete(root), "a unit that is cut off would have to be read from its source again"
    ingested(root, tmp_path)
    ingested(tmp_path / "fresh", tmp_path)
    assert contents(root) == contents(tmp_path / "fresh")
    assert not (root / UNFINISHED).exists()


def cut_off(patch: pytest.MonkeyPatch, moment: int) -> None:
    """Let the process end before the promise, before any file is moved, before the second, before the receipt, or
    before the promise is taken back.
    """
    if moment == 0:
        patch.setattr(rewriting, "write_whole", interrupt)
    elif moment == 1:
        patch.setattr(rewriting, "publish", interrupt)
    elif moment == 2:
        patch.setattr(rewriting, "publish", move_one)
    elif moment == 3:
        patch.setattr(rewriting, "write_receipt", interrupt)
    else:
        patch.setattr(rewriting, "write_receipt", write_and_interrupt)


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def move_one(finished: Mapping[Path, Path]) -> None:
    temporary, place = next(iter(finished.items()))
    corpus_files.publish({temporary: place})
    raise KeyboardInterrupt


def write_and_interrupt(root: Path, receipt: Receipt) -> None:
    corpus_files.write_whole(root / receipt.path, receipt.to_json().encode())
    raise KeyboardInterrupt
