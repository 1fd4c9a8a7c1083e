import json
from pathlib import Path

import pytest

from pipelines.errors import RecipeError
from pipelines.licensing.decide import decide
from pipelines.licensing.profiles import (
    Operation,
    Verdict,
    load_profile,
    profile_reference,
    read_profile,
    shipped_profiles,
)
from pipelines.recipe.licensing import PROFILES

ROWS = [
    *("public_domain", "permissive", "attribution", "share_alike", "copyleft", "use_restricted", "reserved"),
    *("noncommercial", "no_derivatives", "invariant_sections", "none", "unknown"),
    *("unasserted", "opted_out", "unasserted_opted_out", "model_output"),
]
A, Q, D = Verdict.ALLOW, Verdict.QUARANTINE, Verdict.DENY
EVERYTHING = [A, A, A, A, A, A, A]
NOTHING = [D, D, D, D, D, D, A]
HELD_BACK = [Q, Q, D, D, D, D, A]

# keep_whole, alter, translate, rewrite, merge, redistribute, publish_statistics
OPEN_MATRIX = {
    **dict.fromkeys(("public_domain", "permissive", "attribution", "share_alike", "copyleft"), EVERYTHING),
    **dict.fromkeys(("use_restricted", "reserved", "noncommercial", "no_derivatives", "none"), NOTHING),
    "invariant_sections": [A, D, D, D, D, A, A],
    "unknown": HELD_BACK,
    "unasserted": HELD_BACK,
    "opted_out": EVERYTHING,
    "unasserted_opted_out": NOTHING,
    "model_output": NOTHING,
}
MATRICES: dict[str, dict[str, list[Verdict]]] = {
    "open": OPEN_MATRIX,
    "permissive": OPEN_MATRIX | {"share_alike": NOTHING, "copyleft": NOTHING},
    "research-nc": OPEN_MATRIX | {"noncommercial": EVERYTHING},
    "nd-verbatim": OPEN_MATRIX | {"no_derivatives": [A, D, D, D, D, A, A]},
    "code-blueoak": OPEN_MATRIX | {"attribution": NOTHING, "share_alike": NOTHING, "copyleft": NOTHING},
    "web-open-access": OPEN_MATRIX | {"unasserted": [A, A, A, D, D, A, A], "model_output": [A, A, A, D, D, A, A]},
}


def _value() -> dict[str, object]:
    cells = dict.fromkeys(Operation, "allow")
    return {"name": "p", "summary": "", "preference": ROWS[:7], "matrix": {row: dict(cells) for row in ROWS}}


def test_every_profile_is_shipped_and_can_be_named_in_a_recipe() -> None:
    assert shipped_profiles() == tuple(sorted(PROFILES)) == tuple(sorted(MATRICES))


@pytest.mark.parametrize("name", MATRICES)
@pytest.mark.parametrize("row", ROWS)
def test_every_cell(name: str, row: str) -> None:
    profile = load_profile(name)
    assert profile.name == name
    assert sorted(profile.matrix) == sorted(ROWS)
    assert [profile.matrix[row][operation] for operation in Operation] == MATRICES[name][row]


@pytest.mark.parametrize("name", MATRICES)
def test_statistics_may_always_be_published(name: str) -> None:
    verdicts = {cells[Operation.PUBLISH_STATISTICS] for cells in load_profile(name).matrix.values()}
    assert verdicts == {Verdict.ALLOW}


def test_code_takes_only_permissive_licences_that_are_rated() -> None:
    code = load_profile("code-blueoak")
    expected = {
        "MIT": "allow_with_obligations",
        "Apache-2.0": "allow_with_obligations",
        "Unlicense": "allow",
        "CC0-1.0": "allow",
        "Beerware": "deny",
        "CC-BY-4.0": "deny",
        "GPL-3.0-only": "deny",
        "NOASSERTION": "quarantine",
    }
    assert {name: decide(name, Operation.KEEP_WHOLE, code).status.value for name in expected} == expected


def test_a_profile_of_ones_own_says_only_what_differs(tmp_path: Path) -> None:
    text = "{name: ours, extends: research-nc, permissive_licenses: [MIT], matrix: {none: {keep_whole: quarantine}}}"
    (tmp_path / "ours.yaml").write_text(text, encoding="utf-8")
    reference = profile_reference("ours.yaml", [tmp_path / "elsewhere", tmp_path])
    profile = load_profile(reference)
    assert profile.matrix["none"][Operation.KEEP_WHOLE] is Verdict.QUARANTINE
    assert profile.matrix["noncommercial"] == load_profile("research-nc").matrix["noncommercial"]
    assert profile.permissive_licenses == {"MIT"}
    assert json.loads(json.dumps(reference)) == reference


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{name: x, extends: open, matrx: {}}", "unknown keys matrx"),
        ("{name: x, extends: open, matrix: {none: {keep_whole: maybe}}}", "'maybe' is none of allow, quarantine, deny"),
        ("{name: x, extends: open, matrix: {none: {sell: allow}}}", "'sell' is none of keep_whole"),
        ("{name: x, extends: open, permissive_licenses: [MIT, MTI]}", "unknown ids MTI"),
        ("{name: x, extends: open, permissive_licenses: red_oak}", "no list 'red_oak'"),
        ("{name: x, extends: nothing}", "no profile 'nothing'"),
        ("[]", "lacks"),
        ("{", "ours.yaml"),
    ],
)
def test_a_profile_of_ones_own_that_is_wrong_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "ours.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RecipeError, match=message):
        profile_reference("ours.yaml", [tmp_path])


def test_a_profile_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"no file theirs\.yml; looked at"):
        profile_reference("theirs.yml", [tmp_path])


def test_an_unknown_profile_is_refused_by_name() -> None:
    with pytest.raises(RecipeError, match=r"no profile 'closed'; expected one of code-blueoak, nd-verbatim, open"):
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
