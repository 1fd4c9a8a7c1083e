import io
from dataclasses import replace

import pytest
from rich.console import Console

from pipelines.corpus import Outcome, Receipt
from pipelines.corpus.timing import Timing
from pipelines.run import PassReport
from pipelines.summary import ProgressBars, Silence, closing_table, summarize

TARGETS = (("por_Latn", 8), ("spa_Latn", 7))


def _receipt(stage: str, rows_in: int, rows_out: int, generation: int = 0, **dropped: int) -> Receipt:
    return Receipt(stage, 1, f"docs/{rows_in}", generation, "f", {}, {}, {}, Outcome(rows_in, rows_out, dropped, 10))


def _report(stage: str, *receipts: Receipt, done: int = 0, generation: int = 0) -> PassReport:
    timings = [Timing(1.0, 0.5, 100 + number, "host", 1) for number in range(done)]
    return PassReport(stage, generation, list(receipts), timings, bytes_done=2_000_000 * done, wall_seconds=2.0)


def _table(*reports: PassReport) -> str:
    out = io.StringIO()
    Console(file=out, width=100).print(closing_table(summarize(reports)))
    return out.getvalue()


def test_a_line_adds_up_its_units() -> None:
    (line,) = summarize(
        [_report("select", _receipt("select", 5, 3, long=2), _receipt("select", 4, 1, long=1, short=2), done=1)]
    )
    assert (line.stage, line.generation, line.rows_in, line.rows_out) == ("select", 0, 9, 4)
    assert line.dropped == {"long": 3, "short": 2}
    assert (line.units, line.units_done, line.bytes_done, line.peak_bytes) == (2, 1, 2_000_000, 100)
    assert line.to_json()["dropped"] == {"long": 3, "short": 2}


def test_passes_of_one_stage_are_one_line_and_documents_are_counted_once() -> None:
    lines = summarize(
        [
            _report("annotate-language", _receipt("annotate-language", 7, 7), done=1),
            _report("annotate-core", _receipt("annotate-core", 7, 7), done=1),
        ]
    )
    assert [(line.stage, line.rows_in, line.rows_out, line.units) for line in lines] == [("annotate", 7, 7, 2)]
    assert lines[0].cpu_seconds == 1.0


def test_translation_goes_from_candidates_to_translations() -> None:
    (line,) = summarize(
        [
            _report("choose-translations", _receipt("choose-translations", 90, 10, 1, limit=80), generation=1),
            _report("translate", _receipt("translate", 10, 8, 1, unfinished=2), generation=1),
        ]
    )
    assert (line.rows_in, line.rows_out, line.dropped) == (90, 8, {"limit": 80, "unfinished": 2})


def test_of_translations_into_several_languages_a_document_counts_for_each() -> None:
    into = [replace(_receipt("translate", 10, out, 1, numbers=10 - out), parameters={"to": to}) for to, out in TARGETS]
    chosen = _report("choose-translations", _receipt("choose-translations", 90, 10, 1, limit=80), generation=1)
    (line,) = summarize([chosen, _report("translate", *into, generation=1)])
    assert (line.rows_in, line.rows_out, line.dropped) == (180, 15, {"limit": 160, "numbers": 5})


def test_figures_that_rules_need_are_no_documents() -> None:
    (line,) = summarize(
        [_report("thresholds", _receipt("thresholds", 40, 40)), _report("select", _receipt("select", 9, 9))]
    )
    assert (line.rows_in, line.rows_out) == (9, 9)


def test_a_card_of_nothing_is_a_line_without_documents() -> None:
    (line,) = summarize([_report("card", _receipt("card", 3, 3))])
    assert (line.stage, line.rows_in, line.rows_out, line.units) == ("publish", 0, 0, 1)


def test_what_has_no_units_has_no_line() -> None:
    assert summarize([_report("ingest"), _report("select")]) == []


def test_tokens_of_both_generations_are_one_line_and_other_stages_two() -> None:
    lines = summarize(
        [
            _report("select", _receipt("select", 3, 3)),
            _report("select", _receipt("select", 2, 2, 1), generation=1),
            _report("encode", _receipt("encode", 3, 3)),
            _report("encode", _receipt("encode", 2, 2, 1), generation=1),
        ]
    )
    assert [(line.stage, line.generation, line.rows_in) for line in lines] == [
        ("select", 0, 3),
        ("select", 1, 2),
        ("tokenize", 0, 5),
    ]


def test_the_table() -> None:
    reasons = {f"reason_{number}": 10 - number for number in range(9)}
    shown = _table(
        _report("ingest", _receipt("ingest", 1200, 1200), done=1),
        _report("select", _receipt("select", 1200, 1146, **reasons)),
        _report("select", _receipt("select", 2, 2, 1), done=1, generation=1),
    )
    lines = shown.splitlines()
    assert lines[0].split() == ["stage", "rows", "in", "kept", "dropped", "by", "reason", "MB/s"]
    assert lines[1].split() == ["ingest", "1,200", "1,200", "1.0"]
    assert "reason_0 10, reason_1 9" in shown
    assert "others 9" in shown.replace("\n", " ").replace("  ", "")
    assert lines[2].endswith("stands")
    assert lines[-1].startswith("select (translations)")


def test_progress_goes_to_standard_error_alone(capsys: pytest.CaptureFixture[str]) -> None:
    receipt = _receipt("ingest", 1200, 1200)
    timing = Timing(1.0, 1.0, 1, "host", 1)
    with ProgressBars() as bars:
        bars.stage_begins("ingest", 0, due=2, standing=1)
        bars.unit_done("ingest", receipt, timing)
        bars.stage_begins("dedup", 0, due=0, standing=0)
        bars.stage_begins("select", 1, due=0, standing=2)
        bars.stage_ends(_report("select", generation=1))
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "ingest" in printed.err
    assert "2/3" in printed.err
    assert "1,200 rows" in printed.err
    assert "dedup" not in printed.err
    assert "stands already" in printed.err


def test_silence(capsys: pytest.CaptureFixture[str]) -> None:
    observer = Silence()
    observer.stage_begins("ingest", 0, 1, 0)
    observer.unit_done("ingest", _receipt("ingest", 1, 1), Timing(1.0, 1.0, 1, "host", 1))
    observer.stage_ends(_report("ingest"))
    assert capsys.readouterr() == ("", "")
