from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.faults.table import rows


@dataclass
class Report:
    nodeid: str
    keywords: Mapping[str, int] = field(default_factory=lambda: {"faults": 1})


def test_cases_are_counted_by_what_is_done() -> None:
    reports = {
        "passed": [Report(f"tests/faults/test_x.py::test_a_full_disk[{share}]") for share in (1, 2)],
        "skipped": [Report("tests/faults/test_x.py::test_a_lost_node"), Report("tests/test_y.py::test_z", {})],
    }
    assert list(rows(reports)) == [
        "fault        cases  passed  failed  error  skipped",
        "a full disk      2       2",
        "a lost node      1                               1",
        "all              3       2                       1",
    ]
