import json
from pathlib import Path

import pytest

from pipelines.errors import CorpusError
from pipelines.stages.order import PASSES
from pipelines.status import standing_passes
from pipelines.summary import summarize
from tests.pipelines.conftest import SmallCorpus, loam


def test_what_stands_is_what_the_ledger_says(small_corpus: SmallCorpus) -> None:
    reports = standing_passes(small_corpus.root)
    assert [(report.stage, report.generation) for report in reports] == [(stage.name, gen) for stage, gen in PASSES]
    lines = {(line.stage, line.generation): line for line in summarize(reports)}
    ingest, select = lines["ingest", 0], lines["select", 0]
    assert (ingest.rows_in, ingest.rows_out, ingest.dropped) == (12, 11, {"not_json": 1})
    assert (select.rows_in, select.rows_out) == (11, 11 - sum(select.dropped.values()))
    assert select.dropped["duplicate"] == 1
    assert ingest.units_done == 1
    assert ingest.wall_seconds > 0
    assert ingest.bytes_done > 0


def test_without_timings_the_counts_still_stand(corpus_copy: SmallCorpus) -> None:
    for path in (corpus_copy.root / "ledger").rglob("*.timing.json"):
        path.unlink()
    lines = summarize(standing_passes(corpus_copy.root))
    assert {line.units_done for line in lines} == {0}
    assert lines[0].rows_in == 12


def test_the_command(small_corpus: SmallCorpus) -> None:
    shown = loam("status", str(small_corpus.root))
    assert shown.exit_code == 0
    assert shown.stdout.splitlines()[1].split()[:5] == ["ingest", "12", "11", "not_json", "1"]
    rows = json.loads(loam("status", str(small_corpus.root), "--json").stdout)
    assert [row["stage"] for row in rows][:5] == ["ingest", "annotate", "dedup", "license", "select"]


def test_what_is_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no corpus"):
        standing_passes(tmp_path)
    result = loam("status", str(tmp_path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"loam: {tmp_path}: no corpus")
