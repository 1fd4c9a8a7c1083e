import pytest

from pipelines.errors import RecipeError
from pipelines.licensing.profiles import Operation, Verdict, load_profile, read_profile

ROWS = [
    *("public_domain", "permissive", "attribution", "share_alike", "copyleft", "use_restricted", "reserved"),
    *("noncommercial", "no_derivatives", "invariant_sections", "none", "unknown"),
]


def _value() -> dict[str, object]:
    cells = dict.fromkeys(Operation, "allow")
    return {"name": "p", "summary": "", "preference": ROWS[:7], "matrix": {row: dict(cells) for row in ROWS}}


def test_the_open_profile_fills_every_cell() -> None:
    matrix = load_profile("open").matrix
    assert sorted(matrix) == sorted(ROWS)
    assert all(set(cells) == set(Operation) for cells in matrix.values())


def test_statistics_may_always_be_published() -> None:
    verdicts = {cells[Operation.PUBLISH_STATISTICS] for cells in load_profile("open").matrix.values()}
    assert verdicts == {Verdict.ALLOW}


def test_an_unknown_profile_is_refused_by_name() -> None:
    with pytest.raises(RecipeError, match="no profile 'closed'; expected one of open"):
        load_profile("closed")


def test_a_hole_in_the_matrix_is_refused() -> None:
    value = _value()
    assert read_profile(value).name == "p"
    matrix = value["matrix"]
    assert isinstance(matrix, dict)
    del matrix["copyleft"][Operation.MERGE]
    with pytest.raises(ValueError, match="row copyleft lacks merge"):
        read_profile(value)


def test_an_unknown_row_is_refused() -> None:
    value = _value()
    assert isinstance(value["matrix"], dict)
    value["matrix"]["freeware"] = dict.fromkeys(Operation, "allow")
    with pytest.raises(ValueError, match="unknown rows freeware"):
        read_profile(value)


def test_a_preference_names_every_kind() -> None:
    with pytest.raises(ValueError, match="preference must name every kind"):
        read_profile({**_value(), "preference": ROWS[:3]})
