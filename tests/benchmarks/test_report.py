import json
from io import StringIO

import pytest
from rich.console import Console

from benchmarks.cases import Case
from benchmarks.documents import Size
from benchmarks.measure import Measurement, StartUp
from benchmarks.report import Report, tables

PEER = Case("together", "the peer", "nowhere:nothing", is_peer=True)
OURS = Case("together", "ours", "nowhere:nothing")
APART = Case("apart", "ours", "nowhere:nothing")
TEXTLESS = Case("apart", "no text", "nowhere:nothing")


@pytest.fixture
def report() -> Report:
    return Report(
        machine={"cores": 2},
        source="documents.parquet",
        documents=Size(10, 4_000_000),
        sample=Size(5, 2_000_000),
        start_up={"kernels in the cache": StartUp(0.01, 1.25)},
        measured=[
            (PEER, Measurement(2_000_000, (8.0, 4.0, 5.0), 200_000_000)),
            (OURS, Measurement(2_000_000, (0.1, 0.02, 0.04), 300_000_000)),
            (APART, Measurement(4_000_000, (0.5,), 400_000_000)),
            (TEXTLESS, Measurement(0, (0.25,), 100_000_000)),
        ],
        failed=[(APART, "it broke")],
    )


def test_rates_are_megabytes_of_text_per_cpu_second(report: Report) -> None:
    _, ours = report.measured[1]
    assert ours.best == pytest.approx(100.0)
    assert ours.median == pytest.approx(50.0)
    assert report.measured[3][1].best is None


def test_only_cases_on_the_same_documents_are_compared_with_a_peer(report: Report) -> None:
    ratios = [report.ratio(case, measurement) for case, measurement in report.measured]
    assert ratios == [None, pytest.approx(200.0), None, None]


def test_json_holds_every_run_and_what_failed(report: Report) -> None:
    written = json.loads(json.dumps(report.to_json()))
    assert [case["cpu_seconds"] for case in written["cases"]] == [[8.0, 4.0, 5.0], [0.1, 0.02, 0.04], [0.5], [0.25]]
    assert [case["times_the_peer"] for case in written["cases"]] == [None, pytest.approx(200.0), None, None]
    assert written["documents"] == {"source": "documents.parquet", "documents": 10, "text_bytes": 4_000_000}
    assert written["failed"] == [{"group": "apart", "name": "ours", "reason": "it broke"}]


def test_the_tables_fit_a_terminal(report: Report) -> None:
    screen = StringIO()
    console = Console(file=screen, width=80)
    for table in tables(report):
        console.print(table)
    assert "…" not in screen.getvalue()
    lines = screen.getvalue().splitlines()
    peer, ours, *_ = [line.split() for line in lines if line.startswith(("the peer", "ours"))]
    assert peer == ["the", "peer", "2.0", "4.000", "0.500", "0.400", "200"]
    assert ours == ["ours", "2.0", "0.020", "100.0", "50.0", "300", "200"]
