import pkgutil
from collections import Counter

import pytest

from benchmarks.cases import LIBRARY_CASES, PEER_CASES, SOURCE_CASES, Case, stage_case

CASES = (*LIBRARY_CASES, *SOURCE_CASES, *PEER_CASES)


@pytest.mark.parametrize("case", [*CASES, stage_case("ingest", 0)], ids=lambda case: case.name)
def test_what_prepares_a_case_is_there(case: Case) -> None:
    assert callable(pkgutil.resolve_name(case.prepare))


def test_each_group_has_names_that_tell_its_cases_apart_and_one_peer_at_most() -> None:
    assert len({(case.group, case.name) for case in CASES}) == len(CASES)
    assert set(Counter(case.group for case in CASES if case.is_peer).values()) == {1}
