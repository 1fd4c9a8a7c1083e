import base64
import hashlib
import json
import re
from collections import Counter
from html import unescape
from pathlib import Path

import pytest

from pipelines.corpus import Outcome, Receipt
from pipelines.corpus.timing import Timing
from pipelines.report.tables import MOST_UNITS, units_table
from pipelines.report.timeline import MOST_LANES, WIDTH, timeline
from pipelines.report.units import UnitTaken, busy_stretches, sums_of, units_of
from tests.pipelines.conftest import SmallCorpus, loam


def unit(
    name: str, began: float, seconds: float, *, stage: str = "ingest", worker: int = 1, tries: int = 1, rows: int = 1
) -> UnitTaken:
    outcome = Outcome(rows, rows - 1, {"empty": 1}, 1_000_000)
    receipt = Receipt(stage, 1, name, 0, "", {}, {}, {}, outcome)
    return UnitTaken(receipt, Timing(seconds, seconds / 2, 100, "host", worker, began, tries))


def test_sums_count_time_side_by_side_once() -> None:
    units = [unit("a", 100, 10), unit("b", 105, 10, worker=2, tries=3), unit("c", 200, 1)]
    sums = sums_of([*units, UnitTaken(units[0].receipt, None)])
    assert busy_stretches(units) == [(100, 115), (200, 201)]
    assert (sums.elapsed_seconds, sums.worker_seconds, sums.cpu_seconds) == (16, 21, 10.5)
    assert (sums.units, sums.untimed, sums.tried_again) == (4, 1, 2)
    assert (sums.rows_in, sums.rows_out, sums.dropped) == (4, 0, Counter(empty=4))


def test_the_page_says_what_the_ledger_says(small_corpus: SmallCorpus, tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    assert loam("report", str(small_corpus.root), "--html", str(target)).exit_code == 0
    text = target.read_text(encoding="utf-8")
    units = units_of(small_corpus.root)
    assert f"All {len(units):,} units" in text
    assert "not_json 1" in text
    for one in units:
        assert f"<td>{one.receipt.name}</td>" in unescape(text)
        assert one.span is not None
    assert len(re.findall(r'<rect class="s-', text)) > len({one.receipt.stage for one in units})


def test_the_page_loads_nothing_and_runs_only_its_own_script(small_corpus: SmallCorpus, tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    loam("report", str(small_corpus.root), "--html", str(target))
    text = target.read_text(encoding="utf-8")
    policy = text.split('Content-Security-Policy" content="')[1].split('"', maxsplit=1)[0]
    assert policy.startswith("default-src 'none'; ")
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    for content in (script, *styles):
        assert f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'" in policy
    assert not re.findall(r"""(?:src|href)=["'](?!data:)|url\(|@import|fetch\(""", text)


def test_a_corpus_without_timings_is_reported_all_the_same(corpus_copy: SmallCorpus, tmp_path: Path) -> None:
    for path in (corpus_copy.root / "ledger").rglob("*.timing.json"):
        path.unlink()
    target = tmp_path / "report.html"
    assert loam("report", str(corpus_copy.root), "--html", str(target)).exit_code == 0
    text = target.read_text(encoding="utf-8")
    assert "without a timing" in text
    assert "No unit noted when it began." in text


def test_a_timing_of_an_older_version_still_counts(corpus_copy: SmallCorpus) -> None:
    for path in (corpus_copy.root / "ledger").rglob("*.timing.json"):
        timing = json.loads(path.read_text(encoding="utf-8"))
        del timing["began"], timing["tries"]
        path.write_text(json.dumps(timing), encoding="utf-8")
    units = units_of(corpus_copy.root)
    assert all(one.timing is not None and one.span is None for one in units)
    assert sums_of(units).worker_seconds > 0


def test_of_many_units_the_slowest_and_the_troubled_are_shown() -> None:
    units = [unit(f"u{number:05}", 0, 1 + number) for number in range(MOST_UNITS + 10)]
    units[0] = unit("troubled", 0, 0.1, tries=2)
    text = units_table(units)
    assert text.count("<tr>") == MOST_UNITS + 1
    assert "troubled" in text
    assert "u00001<" not in text


def test_the_picture_stays_small_however_many_units_there_are() -> None:
    units = [unit(f"{number}", 1 + number / 10, 0.09, worker=number % 100) for number in range(20_000)]
    picture = timeline(units)
    assert picture.count("<rect") < MOST_LANES * 1000
    assert f"{100 - MOST_LANES} more processes are not shown" in picture


def test_a_stretch_in_which_nothing_ran_is_a_dashed_line() -> None:
    picture = timeline([unit("a", 1, 10), unit("b", 10_000, 10)])
    assert picture.count("stroke-dasharray") == 1
    widths = [
        float(width) for width in re.findall(r'<rect class="s-ingest" x="[\d.]+" y="44" width="([\d.]+)"', picture)
    ]
    assert widths[0] == pytest.approx(widths[1], abs=1)
    assert sum(widths) > 900


def test_a_corpus_that_was_added_to_every_day_fits_in() -> None:
    picture = timeline([unit(f"{day}", 1 + day * 86_400, 60) for day in range(100)])
    bars = re.findall(r'<rect class="s-ingest" x="([-.\d]+)" y="44" width="([-.\d]+)"', picture)
    assert len(bars) == 100
    assert all(0 <= float(x) <= WIDTH - float(width) for x, width in bars)
    assert sum(float(width) for _, width in bars) == pytest.approx(WIDTH / 2, rel=0.1)


def test_hostile_names_stay_text() -> None:
    hostile = unit("<script>alert(1)</script>", 1, 1)
    for text in (timeline([hostile]), units_table([hostile])):
        assert "<script" not in text
        assert "&lt;script&gt;" in text


def test_where_it_cannot_be_written_is_told(small_corpus: SmallCorpus, tmp_path: Path) -> None:
    result = loam("report", str(small_corpus.root), "--html", str(tmp_path / "no" / "such.html"))
    assert result.exit_code == 1
    assert "--html: " in result.stderr
    assert loam("report", str(tmp_path)).exit_code == 1
