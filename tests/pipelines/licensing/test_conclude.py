import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.licensing.conclude import Conclusion, Evidence, conclude, read_evidence
from pipelines.licensing.document_decision import decide_document
from pipelines.licensing.obligations import load_terms
from pipelines.licensing.profiles import Operation, load_profile
from pipelines.licensing.spdx import NOASSERTION, NONE
from pipelines.licensing.statuses import Reason, Status

OPEN = load_profile("open")


def _stated(*pairs: tuple[str, str]) -> tuple[Evidence, ...]:
    return tuple(Evidence(evidence_class, value) for evidence_class, value in pairs)


def _status(conclusion: Conclusion) -> tuple[str, Status | None, Reason | None]:
    row = decide_document(conclusion, Operation.KEEP_WHOLE, OPEN)
    return row.license, row.status, row.reason


def test_declared_with_strong_evidence_is_concluded() -> None:
    conclusion = conclude("GPL-2+", _stated(("E2", "GPL-2+")))
    assert conclusion == Conclusion("GPL-2.0-or-later", "GPL-2.0-or-later", strong=True, reason=None)


def test_the_chosen_alternative_is_recorded() -> None:
    conclusion = conclude("GPL-2.0+ or CC-BY-SA-3.0", _stated(("E2", "GPL-2.0+ or CC-BY-SA-3.0")))
    assert conclusion.license == "GPL-2.0-or-later OR CC-BY-SA-3.0"
    assert _status(conclusion) == ("CC-BY-SA-3.0", Status.ALLOW_WITH_OBLIGATIONS, None)


@pytest.mark.parametrize(
    ("declared", "reason"),
    [
        (None, Reason.NO_LICENSE),
        ("", Reason.NO_LICENSE),
        ("None", Reason.NO_LICENSE),
        ("see debian/copyright", Reason.UNKNOWN_LICENSE),
        ("GPL", Reason.AMBIGUOUS_LICENSE),
        ("GPL-2+ or/and LGPL (regex)", Reason.AMBIGUOUS_LICENSE),
    ],
)
def test_what_settles_nothing_is_quarantined(declared: str | None, reason: Reason) -> None:
    evidence = _stated(("E2", declared)) if declared else ()
    assert _status(conclude(declared, evidence)) == (NOASSERTION, Status.QUARANTINE, reason)


@pytest.mark.parametrize("evidence_class", ["E4", "E5", "E6"])
def test_weak_evidence_never_allows(evidence_class: str) -> None:
    conclusion = conclude("MIT", _stated((evidence_class, "MIT")))
    assert _status(conclusion) == ("MIT", Status.QUARANTINE, Reason.WEAK_EVIDENCE)


def test_a_declaration_without_evidence_never_allows() -> None:
    assert _status(conclude("MIT", ())) == ("MIT", Status.QUARANTINE, Reason.WEAK_EVIDENCE)


def test_weak_evidence_suffices_to_deny() -> None:
    conclusion = conclude("CC-BY-NC-4.0", _stated(("E6", "CC-BY-NC-4.0")))
    assert _status(conclusion) == ("CC-BY-NC-4.0", Status.DENY, Reason.NONCOMMERCIAL)


def test_nothing_is_granted_by_reserved_rights() -> None:
    conclusion = conclude("All rights reserved", _stated(("E1", "All rights reserved")))
    assert _status(conclusion) == (NONE, Status.DENY, Reason.ALL_RIGHTS_RESERVED)


@pytest.mark.parametrize(
    ("statements", "concluded"),
    [
        # the exact one of a family
        ([("E2", "BSD-3-Clause"), ("E2", "License :: OSI Approved :: BSD License")], "BSD-3-Clause"),
        ([("E2", "Apache Software License"), ("E2", "Apache 2.0")], "Apache-2.0"),
        (
            [("E2", "CC BY-SA"), ("E1", "https://creativecommons.org/licenses/by-sa/3.0/fr/")],
            "LicenseRef-cc-by-sa-3.0-fr",
        ),
        ([("E2", "GPL-3.0-or-later"), ("E2", "GPLv3")], "GPL-3.0-only"),
        ([("E2", "GPL"), ("E2", "GPL-3+")], "GPL-3.0-or-later"),
        ([("E2", "GPL-2.0+ or CC-BY-SA-3.0"), ("E1", "CC-BY-SA-3.0")], "CC-BY-SA-3.0"),
        # the same demands under two names: both
        ([("E2", "MIT"), ("E2", "ISC")], "ISC AND MIT"),
        # classifiers list the parts of an expression
        (
            [("E2", "Apache Software License"), ("E2", "MPL-2.0 AND (Apache-2.0 OR MIT)"), ("E2", "MIT")],
            "MPL-2.0 AND (Apache-2.0 OR MIT)",
        ),
        ([("E1", "Linux-man-pages-copyleft"), ("E2", "GPL-3+")], "Linux-man-pages-copyleft AND GPL-3.0-or-later"),
        # the stronger statement asks for more
        ([("E1", "GPL-3+"), ("E2", "MIT")], "GPL-3.0-or-later"),
        # what says nothing takes nothing away
        ([("E1", "MIT"), ("E2", "see LICENSE")], "MIT"),
        ([("E2", "see copyright"), ("E1", "GPL-2+")], "GPL-2.0-or-later"),
    ],
)
def test_statements_that_agree(statements: list[tuple[str, str]], concluded: str) -> None:
    conclusion = conclude(statements[0][1], _stated(*statements))
    assert (conclusion.license, conclusion.strong) == (concluded, True)


@pytest.mark.parametrize(
    "statements",
    [
        [("E1", "CC-BY-4.0"), ("E4", "CC-BY-NC-4.0")],
        [("E2", "MIT"), ("E2", "GPL-2.0-only")],
        [("E2", "CC-BY-4.0"), ("E2", "CC-BY-ND-4.0")],
        [("E1", "MIT"), ("E2", "All rights reserved")],
        [("E2", "MIT"), ("E2", "GPL")],
    ],
)
def test_statements_in_conflict(statements: list[tuple[str, str]]) -> None:
    conclusion = conclude(None, _stated(*statements))
    assert _status(conclusion) == (NOASSERTION, Status.QUARANTINE, Reason.CONFLICT)


def test_the_order_of_statements_does_not_matter() -> None:
    evidence = _stated(("E2", "MIT"), ("E2", "ISC"), ("E1", "Apache-2.0"), ("E2", "MIT AND ISC"), ("E4", "GPL"))
    assert conclude(None, evidence) == conclude(None, evidence[::-1])


def test_a_declaration_that_no_evidence_repeats_counts_too() -> None:
    assert conclude("CC-BY-NC-4.0", _stated(("E2", "CC-BY-4.0"))).reason is Reason.CONFLICT


@pytest.mark.parametrize(
    ("copies", "row"),
    [
        (["MIT"], ("MIT", Status.ALLOW_WITH_OBLIGATIONS, None)),
        (["MIT", "see LICENSE", "", "GPL"], ("MIT", Status.ALLOW_WITH_OBLIGATIONS, None)),
        (["MIT", "public domain"], ("MIT", Status.ALLOW_WITH_OBLIGATIONS, None)),
        (["MIT OR Apache-2.0"], ("MIT", Status.ALLOW_WITH_OBLIGATIONS, None)),
        (["MIT", "GPL-3+"], ("GPL-3.0-or-later", Status.ALLOW_WITH_OBLIGATIONS, Reason.STRICTER_DUPLICATE)),
        (["CC-BY-4.0"], ("MIT AND CC-BY-4.0", Status.ALLOW_WITH_OBLIGATIONS, Reason.STRICTER_DUPLICATE)),
        (["MIT", "CC-BY-NC-4.0"], ("MIT AND CC-BY-NC-4.0", Status.DENY, Reason.POSSIBLE_LAUNDERING)),
        (["MIT", "All rights reserved"], (NONE, Status.DENY, Reason.POSSIBLE_LAUNDERING)),
        # an alternative that asks nothing in common with the copy is not yet stricter than it
        (["AAL OR CC-BY-NC-4.0"], ("MIT AND AAL", Status.ALLOW_WITH_OBLIGATIONS, Reason.STRICTER_DUPLICATE)),
        (["LicenseRef-x"], ("MIT AND LicenseRef-x", Status.QUARANTINE, Reason.UNLISTED_LICENSE)),
    ],
)
def test_a_copy_never_makes_a_licence_more_permissive(
    copies: list[str], row: tuple[str, Status, Reason | None]
) -> None:
    assert _status(conclude("MIT", _stated(("E1", "MIT")), copies)) == row


LICENSES = st.lists(st.sampled_from(sorted(load_terms())), min_size=1, max_size=2, unique=True).map(" OR ".join)


@settings(max_examples=300)
@given(LICENSES, st.lists(LICENSES, max_size=3), st.sampled_from(list(Operation)))
def test_copies_never_raise_a_status_or_drop_an_obligation(own: str, copies: list[str], operation: Operation) -> None:
    evidence = _stated(("E1", own))
    alone = decide_document(conclude(own, evidence), operation, OPEN)
    among = decide_document(conclude(own, evidence, copies), operation, OPEN)
    order = list(Status)
    assert alone.status is not None
    assert among.status is not None
    assert order.index(among.status) >= order.index(alone.status)
    if among.status is Status.ALLOW_WITH_OBLIGATIONS and " OR " not in own:
        assert set(among.obligations or ()) >= set(alone.obligations or ())


def test_an_open_copy_does_not_free_a_closed_one() -> None:
    closed = conclude("CC-BY-NC-4.0", _stated(("E2", "CC-BY-NC-4.0")), ["MIT", "CC-BY-NC-4.0"])
    assert _status(closed)[1:] == (Status.DENY, Reason.NONCOMMERCIAL)
    unknown = conclude(None, (), ["MIT"])
    assert _status(unknown) == (NOASSERTION, Status.QUARANTINE, Reason.NO_LICENSE)


def test_the_order_of_copies_does_not_matter() -> None:
    copies = ["GPL-3+", "CC-BY-4.0", "ISC", "MIT"]
    evidence = _stated(("E1", "MIT"))
    assert conclude("MIT", evidence, copies) == conclude("MIT", evidence, copies[::-1])


def test_without_a_profile_nothing_is_decided() -> None:
    row = decide_document(conclude("MIT", _stated(("E2", "MIT"))), Operation.REDISTRIBUTE, None)
    assert (row.license, row.status, row.obligations, row.reason) == ("MIT", None, None, None)


@pytest.mark.parametrize(
    "text",
    [None, "", "null", "[]", "{", "3", "[1]", '[{"class": "E9", "value": "MIT"}]', '[{"class": "E1", "value": null}]'],
)
def test_what_is_no_evidence_supports_nothing(text: str | None) -> None:
    assert read_evidence(text) == ()


def test_evidence_is_read_from_its_column() -> None:
    text = '[{"class":"E1","kind":"spdx_header","locator":"a.py:1","value":"MIT"}]'
    assert read_evidence(text) == (Evidence("E1", "MIT"),)
