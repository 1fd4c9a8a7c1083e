"""The table of cases that `make test-faults` ends with."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

OUTCOMES = ("passed", "failed", "error", "skipped")


def rows(reports: Mapping[str, Sequence[Any]]) -> Iterable[str]:
    """Yield a line for each test: what is done to a corpus or a run, and how many cases of it ended how.

    Args:
        reports: pytest's reports by outcome.
    """
    counted: dict[str, Counter[str]] = {}
    for outcome in OUTCOMES:
        for report in reports.get(outcome, ()):
            if "faults" in report.keywords:  # the mark
                counted.setdefault(_name(report.nodeid), Counter())[outcome] += 1
    width = max(map(len, counted), default=0)
    yield f"{'fault':<{width}}  cases  " + "  ".join(OUTCOMES)
    for name, found in [*sorted(counted.items()), ("all", _sum(counted.values()))]:
        shown = "  ".join(f"{found[outcome] or '':>{len(outcome)}}" for outcome in OUTCOMES)
        yield f"{name:<{width}}  {found.total():>5}  {shown}".rstrip()


def _name(nodeid: str) -> str:
    return nodeid.rsplit("::", maxsplit=1)[-1].split("[", maxsplit=1)[0].removeprefix("test_").replace("_", " ")


def _sum(counters: Iterable[Counter[str]]) -> Counter[str]:
    total = Counter[str]()
    for counter in counters:
        total += counter
    return total
