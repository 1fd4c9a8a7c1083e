import json
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.corpus.receipts import read_receipts
from pipelines.corpus.timing import read_timing, write_timing
from pipelines.errors import UsageError
from pipelines.failed_units import failed_units
from tests.pipelines.conftest import SmallCorpus, loam, write_inputs

NOW = datetime.now(UTC).isoformat(timespec="milliseconds")
FAILED = {"event": "unit_failed", "stage": "ingest", "generation": 0, "unit": "docs/a", "at": "a.jsonl", "reason": "no"}
FINISHED = {"event": "unit_finished", "stage": "ingest", "unit": "docs/a"}
ENDS = {"event": "stage_ends", "stage": "ingest", "generation": 0}
BEGINS = {"event": "stage_begins", "stage": "ingest", "generation": 0}


def _log(folder: Path, *events: Mapping[str, object]) -> Path:
    log = folder / "run.jsonl"
    log.write_text("".join(json.dumps({"time": NOW, **event}) + "\n" for event in events), encoding="utf-8")
    return log


@pytest.mark.parametrize(
    ("events", "units"),
    [
        ([FAILED], ["docs/a"]),
        ([FAILED, FAILED | {"unit": "docs/b"}, BEGINS], ["docs/a", "docs/b"]),
        ([FAILED, FAILED | {"unit": "docs/b"}, FINISHED], ["docs/b"]),
        ([FINISHED, FAILED], ["docs/a"]),
        ([FAILED, ENDS | {"generation": 1}, ENDS | {"stage": "dedup"}], ["docs/a"]),
        ([FAILED, FAILED | {"unit": "docs/b"}, ENDS], []),
    ],
)
def test_failed_are_units_that_were_not_done_since(
    tmp_path: Path, events: list[dict[str, object]], units: list[str]
) -> None:
    assert [unit.unit for unit in failed_units(_log(tmp_path, *events), tmp_path, [])] == units


def test_a_later_run_may_have_kept_no_log(corpus_copy: SmallCorpus, tmp_path: Path) -> None:
    root = corpus_copy.root
    (receipt,) = read_receipts(root, stage="ingest")
    log = _log(tmp_path, FAILED | {"unit": receipt.name})
    for began, count in ((0.0, 1), (time.time() + 60, 0)):
        timing = read_timing(root, receipt)
        assert timing is not None
        write_timing(root, receipt, replace(timing, began=began))
        assert len(failed_units(log, root, [receipt])) == count


def test_a_line_that_was_cut_off_is_passed_over_and_a_file_of_other_lines_refused(tmp_path: Path) -> None:
    log = _log(tmp_path, FAILED)
    log.write_bytes(
        b'{"time": "2026\n\xff\n[1]\n{"event": ["unit_failed"]}\n{"event": "unit_failed"}\n'
        + log.read_bytes()
        + b'{"event": "unit_finished", "stage": "ingest", "unit": ["docs/a"]}\n{"event": "unit_fin'
    )
    (unit,) = failed_units(log, tmp_path, [])
    assert (unit.stage, unit.at, unit.reason) == ("ingest", "a.jsonl", "no")
    log.write_text("no log\n")
    with pytest.raises(UsageError, match=r"--log: .*run\.jsonl: holds no event of a run"):
        failed_units(log, tmp_path, [])
    with pytest.raises(UsageError, match=r"--log: .*No such file"):
        failed_units(tmp_path / "none", tmp_path, [])


@pytest.mark.parametrize("time", ["yesterday", "2026-13-01", "0001-01-01"])
def test_a_time_that_is_none_is_told_with_its_line(tmp_path: Path, time: str) -> None:
    log = _log(tmp_path, FINISHED | {"time": "unread"}, FAILED, FAILED | {"time": time})
    with pytest.raises(UsageError, match=rf"run\.jsonl:3: '{time}' is no time; write one such as "):
        failed_units(log, tmp_path, [])


def test_status_names_what_failed_until_it_is_done(tmp_path: Path) -> None:
    recipe, log, root = write_inputs(tmp_path), tmp_path / "run.jsonl", tmp_path / "corpus"
    run = ("run", str(recipe), "--corpus", str(root), "--quiet", "--until")
    assert loam(*run, "ingest").exit_code == 0
    (shard,) = (root / "documents").rglob("*.parquet")
    shard.write_bytes(bytes(shard.stat().st_size))
    assert loam(*run, "annotate", "--log", str(log)).exit_code == 1
    status = ("status", str(root), "--log", str(log))
    shown = loam(*status).stdout
    told = json.loads(loam(*status, "--json").stdout)
    assert [stage["stage"] for stage in told["stages"]] == ["ingest"]
    assert {(unit["stage"], unit["at"]) for unit in told["failed"]} >= {
        ("annotate-language", f"{shard.relative_to(root).as_posix()} rows 1 to 11")
    }
    assert f"units that failed and were not done since: {len(told['failed'])}\n" in shown
    assert shown.count("annotate-language language/docs") == 1
    assert "failed" not in loam("status", str(root)).stdout
    shard.unlink()
    assert loam(*run, "annotate").exit_code == 0
    assert "units that failed and were not done since: 0" in loam(*status).stdout
