import contextlib
import fcntl
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipelines import run as run_module
from pipelines import work
from pipelines.corpus import Outcome, Plan, Receipt, Shelf, Stage, Unit, locks
from pipelines.corpus.receipts import read_receipts
from pipelines.corpus.sql import spill_folder
from pipelines.corpus.timing import Timing
from pipelines.errors import LoamError
from pipelines.executors import InProcess
from pipelines.recipe import Recipe
from pipelines.run import MAX_ROUNDS, PassReport, run
from pipelines.run_order import Order
from pipelines.verify import verify
from pipelines.work import Done, Task

DOCS = {"name": "docs", "kind": "jsonl", "path": "*.jsonl"}


class Ear:
    """Hears a run: rounds as (stage, due, standing), units as (stage, name)."""

    def __init__(self) -> None:
        self.rounds: list[tuple[str, int, int]] = []
        self.units: list[tuple[str, str]] = []
        self.ended: list[str] = []

    def stage_begins(self, stage: str, generation: int, due: int, standing: int) -> None:  # noqa: ARG002 -- a protocol
        self.rounds.append((stage, due, standing))

    def unit_done(self, stage: str, receipt: Receipt, timing: Timing) -> None:
        assert timing.wall_seconds >= 0
        self.units.append((stage, receipt.name))

    def stage_ends(self, report: PassReport) -> None:
        self.ended.append(report.stage)

    def work_of(self, stage: str) -> list[str]:
        return sorted(name for worked, name in self.units if worked == stage)


class Corpus:
    """A corpus made from files of JSON Lines in a folder."""

    def __init__(self, folder: Path, **recipe: object) -> None:
        self.data = folder
        self.root = folder / "corpus"
        self.recipe: dict[str, object] = {"name": "test", "sources": [DOCS], **recipe}
        self.write("a", ["one two three", "four five six"])
        self.write("b", ["seven eight nine"])

    def write(self, name: str, texts: Sequence[str], **fields: object) -> None:
        lines = (json.dumps({"text": text, "license": "CC0-1.0", **fields}) + "\n" for text in texts)
        (self.data / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")

    def run(self, until: str | None = "annotate", **changes: object) -> Ear:
        ear = Ear()
        recipe = Recipe.model_validate({**self.recipe, **changes})
        run(Order(recipe, self.data, self.root, until), InProcess(), ear)
        return ear

    def content(self) -> Mapping[str, str]:
        files = (path for path in self.root.rglob("*") if path.is_file() and not path.name.endswith(".timing.json"))
        return {str(path.relative_to(self.root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    def units(self, stage: str) -> list[str]:
        return [receipt.name for receipt in read_receipts(self.root, stage=stage)]


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path)


A, B = "docs/a.jsonl-00000", "docs/b.jsonl-00000"


def test_what_stands_is_not_done_again(corpus: Corpus) -> None:
    first = corpus.run()
    assert first.work_of("ingest") == [A, B]
    before = corpus.content()
    again = corpus.run()
    assert again.units == []
    assert {due for _, due, _ in again.rounds} == {0}
    assert again.ended == first.ended
    assert corpus.content() == before


def test_a_changed_rule_makes_only_decisions_due(corpus: Corpus) -> None:
    original = corpus.run("select") and corpus.content()
    changed = corpus.run("select", select={"rules": {"long": "word_count > 3"}})
    assert {stage for stage, _ in changed.units} == {"select"}
    assert corpus.content() != original
    corpus.run("select")
    assert corpus.content() == original


def test_a_changed_file_makes_only_its_own_shard_due(corpus: Corpus) -> None:
    corpus.run("dedup")
    corpus.write("b", ["ten eleven twelve"])
    changed = corpus.run("dedup")
    assert changed.work_of("ingest") == [B]
    assert changed.work_of("annotate-core") == [f"core/{B}-00000"]
    assert changed.work_of("dedup") == ["generation-0"]


def test_what_is_no_longer_planned_is_deleted(corpus: Corpus) -> None:
    corpus.run()
    alone = corpus.content()
    corpus.write("c", ["a text of its own"])
    corpus.run()
    assert corpus.units("ingest") == [A, B, "docs/c.jsonl-00000"]
    leftover = corpus.root / "signals/core/docs/.c.parquet.tmp"
    leftover.write_bytes(b"half")
    (corpus.root / "documents/docs/stray.parquet").write_bytes(b"nobody's")
    (corpus.data / "c.jsonl").unlink()
    corpus.run()
    assert corpus.content() == alone
    assert not list(corpus.root.rglob("*c.jsonl*"))
    assert not leftover.exists()


def test_what_a_killed_run_spilled_is_deleted(corpus: Corpus) -> None:
    corpus.run("ingest")
    with spill_folder(corpus.root) as spill:
        left = Path(spill).rename(f"{spill}-of-a-killed-run")
    (left / "duckdb_temp_block-1.block").write_bytes(b"rows")
    corpus.run("ingest")
    assert not left.exists()


def test_folders_that_become_empty_go(corpus: Corpus) -> None:
    corpus.run()
    corpus.run(sources=[{**DOCS, "name": "renamed"}])
    assert not list(corpus.root.rglob("docs"))
    assert list(corpus.root.rglob("renamed"))


@pytest.mark.parametrize("until", ["ingest", "annotate", "dedup"])
def test_until_stops_after_a_stage_and_touches_nothing_beyond(corpus: Corpus, until: str) -> None:
    corpus.run(until)
    folders = {path.name for path in corpus.root.iterdir() if path.is_dir()}
    wanted = {"ingest": ["documents"], "annotate": ["documents", "signals"]}
    assert folders == {*wanted.get(until, ["documents", "signals", "matches", "duplicates"]), "ledger"}
    corpus.run("dedup")
    complete = corpus.content()
    corpus.run(until)
    assert corpus.content() == complete


def test_until_needs_a_stage(corpus: Corpus) -> None:
    with pytest.raises(LoamError, match="no stage 'dance': expected one of ingest, annotate"):
        corpus.run("dance")


def test_a_plan_that_depends_on_its_own_outputs_is_followed_until_it_is_stable(corpus: Corpus) -> None:
    corpus.write("a", ["same id"], id="5")
    corpus.write("b", ["same id, later"], id="5")
    ear = corpus.run()
    # Round 1 reads both files; round 2 leaves the id that a claims out of b.
    assert [round_ for round_ in ear.rounds if round_[0] == "ingest"] == [("ingest", 2, 0), ("ingest", 1, 1)]
    assert ear.work_of("ingest") == [A, B, B]
    assert corpus.run().rounds[0] == ("ingest", 0, 2)


def test_a_second_run_on_one_corpus_is_refused(corpus: Corpus) -> None:
    corpus.run()
    before = corpus.content()
    corpus.write("c", ["new"])
    descriptor = os.open(corpus.root, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with pytest.raises(LoamError, match="another run is working on this corpus; wait for it or stop it"):
            corpus.run()
    finally:
        os.close(descriptor)
    assert corpus.content() == before
    corpus.run()
    assert corpus.content() != before


def test_units_that_a_killed_run_left_at_work_are_waited_for(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus.run("ingest")
    monkeypatch.setattr(locks, "ORPHAN_SECONDS", 0.0)
    with (
        locks.lock_for_unit(corpus.root),
        pytest.raises(LoamError, match="units of a killed run are still at work; stop their processes and run again"),
    ):
        corpus.run("ingest")
    monkeypatch.setattr(locks, "ORPHAN_SECONDS", 60.0)
    orphan, waits = contextlib.ExitStack(), []

    def orphan_ends(seconds: float) -> None:
        waits.append(seconds)
        orphan.close()

    monkeypatch.setattr(locks, "time", SimpleNamespace(monotonic=time.monotonic, sleep=orphan_ends))
    orphan.enter_context(locks.lock_for_unit(corpus.root))
    corpus.run("ingest")
    assert len(waits) == 1


def test_an_orphan_begins_nothing_under_another_run(corpus: Corpus) -> None:
    corpus.run("ingest")
    descriptor = os.open(corpus.root / "ledger", os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        task = Task(corpus.root, toy_unit("late"), {})
        with pytest.raises(LoamError, match="another run has begun"):
            work.perform(replace(task, unit=replace(task.unit, stage="ingest")))
    finally:
        os.close(descriptor)


def test_the_lock_is_held_until_the_last_task_has_ended(corpus: Corpus) -> None:
    class Draining(InProcess):
        """Fails at the first task and needs a while to end the others, as a pool does."""

        ended_under_lock = False

        def run(self, tasks: Sequence[Task], at_once: int | None = None) -> Iterator[Done]:
            try:
                yield from super().run(tasks[:1], at_once)
                raise LoamError("the second task failed")
            finally:
                descriptor = os.open(corpus.root, os.O_RDONLY)
                try:
                    with pytest.raises(BlockingIOError):
                        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                finally:
                    os.close(descriptor)
                self.ended_under_lock = True

    class Deaf(Ear):
        def unit_done(self, stage: str, receipt: Receipt, timing: Timing) -> None:
            super().unit_done(stage, receipt, timing)
            raise KeyboardInterrupt

    recipe = Recipe.model_validate(corpus.recipe)
    for ear, error in ((Ear(), LoamError), (Deaf(), KeyboardInterrupt)):
        executor = Draining()
        (corpus.root / "ledger/ingest" / f"{A}.json").unlink(missing_ok=True)
        with pytest.raises(error):
            run(Order(recipe, corpus.data, corpus.root, "ingest"), executor, ear)
        assert executor.ended_under_lock


def test_a_file_is_no_corpus(corpus: Corpus) -> None:
    corpus.root.write_text("", encoding="utf-8")
    with pytest.raises(LoamError, match=r"--corpus: .*give a directory that can be written"):
        corpus.run()


def test_a_folder_with_something_else_in_it_is_no_corpus(corpus: Corpus) -> None:
    for name in ("thesis.tex", "ledger/2026.csv", "data/measured.csv"):
        (corpus.root / name).parent.mkdir(exist_ok=True, parents=True)
        (corpus.root / name).write_text("", encoding="utf-8")
        before = corpus.content()
        with pytest.raises(LoamError, match="not empty, and no corpus"):
            corpus.run()
        assert corpus.content() == before


def test_a_lost_or_damaged_identity_is_written_anew(corpus: Corpus) -> None:
    corpus.run("ingest")
    before = corpus.content()
    identity = corpus.root / "corpus.json"
    identity.unlink()
    corpus.run("ingest")
    assert corpus.content() == before
    for damage in (b"", b"[]", b"{}", b'{"format": 1', b"\xff"):
        identity.write_bytes(damage)
        with pytest.raises(LoamError, match=r"corpus.json: damaged .*; run again"):
            list(verify(corpus.root))
        corpus.run("ingest")
        assert corpus.content() == before


def test_a_corpus_of_another_format_is_left_alone(corpus: Corpus) -> None:
    corpus.root.mkdir()
    (corpus.root / "corpus.json").write_text('{"format": 99}', encoding="utf-8")
    with pytest.raises(LoamError, match="corpus format 99, expected 1; use a new directory"):
        corpus.run()
    assert (corpus.root / "corpus.json").read_text(encoding="utf-8") == '{"format": 99}'


def test_another_unit_may_write_where_one_did_that_is_planned_no_longer(corpus: Corpus) -> None:
    whole = corpus.run() and corpus.content()
    shard = corpus.root / "documents" / f"{A}-00000.parquet"
    limited = corpus.run(sources=[{**DOCS, "limit": 1}]) and corpus.content()
    assert limited != whole
    assert shard.is_file()
    corpus.run()
    assert corpus.content() == whole


def test_a_unit_killed_over_the_outputs_of_another_leaves_no_receipt_that_vouches_for_them(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = corpus.run() and corpus.content()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killing:
        killing.setattr("pipelines.corpus.shelf.write_receipt", killed)
        with pytest.raises(KeyboardInterrupt):
            corpus.run(sources=[{**DOCS, "limit": 1}])
    assert A not in corpus.units("ingest")
    corpus.run()
    assert corpus.content() == whole


def test_a_file_that_two_receipts_name_is_made_again(corpus: Corpus) -> None:
    whole = corpus.run() and corpus.content()
    receipt = next(read_receipts(corpus.root, stage="ingest"))
    other = replace(receipt, name="docs/first-1", generation=1)
    (corpus.root / other.path).write_text(other.to_json(), encoding="utf-8")
    assert corpus.run().work_of("ingest") == [A]
    assert corpus.content() == whole


@pytest.mark.parametrize("length", [None, 0, 40])
def test_a_rerun_mends_what_was_lost_or_cut_off(corpus: Corpus, length: int | None) -> None:
    corpus.write("c", ["same id", "other"], id="5")
    whole = corpus.run() and corpus.content()
    for folder in ("documents/docs", "signals/core/docs", "ledger/ingest/docs"):
        path = next(path for path in sorted((corpus.root / folder).iterdir()) if "timing" not in path.name)
        if length is None:
            path.unlink()
        else:
            os.truncate(path, length)
        corpus.run()
        assert corpus.content() == whole, folder


def nothing_to_do(_unit: Unit, _shelf: Shelf) -> Outcome:
    return Outcome(0, 0, {}, 0)


def toy(plan: Callable[[Plan, int], Sequence[Unit]], work_: Callable[[Unit, Shelf], Outcome] = nothing_to_do) -> Stage:
    return Stage("toy", 1, ("toys",), plan, work_)


def run_toy(corpus: Corpus, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Ear:
    monkeypatch.setattr(run_module, "passes_until", lambda _until: ((stage, 0),))
    monkeypatch.setattr(work, "stage_named", lambda _name: stage)
    return corpus.run(None)


def toy_unit(name: str) -> Unit:
    return Unit("toy", name, 0, (), {})


def test_a_plan_that_never_settles_is_an_error(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[int] = []

    def plan(_plan: Plan, _generation: int) -> list[Unit]:
        rounds.append(len(rounds))
        return [toy_unit(f"round-{len(rounds)}")]

    with pytest.raises(LoamError, match=f"toy: its plan still changes after {MAX_ROUNDS} rounds"):
        run_toy(corpus, toy(plan), monkeypatch)


def test_a_plan_that_fails_names_its_stage(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    def plan(_plan: Plan, _generation: int) -> list[Unit]:
        raise ValueError("no such thing")

    with pytest.raises(LoamError, match="toy: ValueError: no such thing; `loam verify` tells"):
        run_toy(corpus, toy(plan), monkeypatch)


def test_rows_unaccounted_for_are_an_error_and_leave_no_receipt(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lossy(_unit: Unit, shelf: Shelf) -> Outcome:
        shelf.temporary("toys/a").write_bytes(b"1")
        return Outcome(5, 3, {"broken": 1}, 0)

    with pytest.raises(LoamError, match="toy a: 5 rows in, 3 out, 1 dropped: 1 unaccounted for"):
        run_toy(corpus, toy(lambda _plan, _generation: [toy_unit("a")], lossy), monkeypatch)
    assert not (corpus.root / "toys/a").exists()
    assert corpus.units("toy") == []
