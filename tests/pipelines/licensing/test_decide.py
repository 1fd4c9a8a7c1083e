import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.licensing.decide import decide, derive
from pipelines.licensing.obligations import load_terms
from pipelines.licensing.profiles import Operation, load_profile
from pipelines.licensing.spdx import NOASSERTION, NONE
from pipelines.licensing.statuses import REASON_MEANINGS, Reason, Status

OPEN = load_profile("open")
OPERATIONS = list(Operation)
A, W, Q, D = Status.ALLOW, Status.ALLOW_WITH_OBLIGATIONS, Status.QUARANTINE, Status.DENY

# keep_whole, alter, translate, rewrite, merge, redistribute, publish_statistics
MATRIX = {
    "CC0-1.0": [A, A, A, A, A, A, A],
    "LicenseRef-scancode-public-domain": [A, A, A, A, A, A, A],
    "MIT": [W, W, W, W, W, W, A],
    "0BSD": [A, A, A, A, A, A, A],
    "CC-BY-4.0": [W, W, W, W, W, W, A],
    "CC-BY-SA-3.0": [W, W, W, W, W, W, A],
    "GFDL-1.3-or-later": [W, W, W, W, W, W, A],
    "GPL-2.0-or-later": [W, W, W, W, W, W, A],
    "LGPL-2.1-only": [W, W, W, W, W, W, A],
    "AGPL-3.0-only": [W, W, W, W, W, W, A],
    "MPL-2.0": [W, W, W, W, W, W, A],
    "GFDL-1.3-invariants-or-later": [W, D, D, D, D, W, A],
    "CC-BY-NC-4.0": [D, D, D, D, D, D, A],
    "CC-BY-NC-SA-3.0": [D, D, D, D, D, D, A],
    "CC-BY-ND-4.0": [D, D, D, D, D, D, A],
    "CC-BY-NC-ND-4.0": [D, D, D, D, D, D, A],
    "LicenseRef-arxiv-nonexclusive-1.0": [D, D, D, D, D, D, A],
    "LicenseRef-llama3": [D, D, D, D, D, D, A],
    NONE: [D, D, D, D, D, D, A],
    NOASSERTION: [Q, Q, D, D, D, D, A],
    "": [Q, Q, D, D, D, D, A],
    "   ": [Q, Q, D, D, D, D, A],
    "MIT AND": [Q, Q, D, D, D, D, A],
    "LicenseRef-nobody-knows": [Q, Q, D, D, D, D, A],
    "MIT WITH LicenseRef-scancode-commons-clause": [Q, Q, D, D, D, D, A],
}


@pytest.mark.parametrize("expression", MATRIX)
def test_every_cell_of_the_open_profile(expression: str) -> None:
    assert [decide(expression, operation, OPEN).status for operation in OPERATIONS] == MATRIX[expression]


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("CC-BY-NC-4.0", Reason.NONCOMMERCIAL),
        ("CC-BY-ND-4.0", Reason.NO_DERIVATIVES),
        ("LicenseRef-noncommercial", Reason.NONCOMMERCIAL),
        ("LicenseRef-gemma", Reason.USE_RESTRICTED),
        ("LicenseRef-arxiv-nonexclusive-1.0", Reason.RESERVED),
        (NONE, Reason.ALL_RIGHTS_RESERVED),
        (NOASSERTION, Reason.UNKNOWN_LICENSE),
        ("", Reason.NO_LICENSE),
        ("LicenseRef-nobody-knows", Reason.UNLISTED_LICENSE),
        ("MIT", None),
    ],
)
def test_reasons(expression: str, reason: Reason | None) -> None:
    assert decide(expression, Operation.REDISTRIBUTE, OPEN).reason == reason


def test_invariant_sections_are_a_reason_of_their_own() -> None:
    decision = decide("GFDL-1.2-invariants-only", Operation.TRANSLATE, OPEN)
    assert decision.reason is Reason.INVARIANT_SECTIONS


def test_every_reason_is_explained() -> None:
    assert set(REASON_MEANINGS) == set(Reason)


def test_changes_are_stated_only_where_there_are_any() -> None:
    assert "state_changes" not in decide("CC-BY-4.0", Operation.REDISTRIBUTE, OPEN).obligations
    assert "state_changes" in decide("CC-BY-4.0", Operation.TRANSLATE, OPEN).obligations


def test_obligations_are_named_in_one_order() -> None:
    assert decide("CC-BY-SA-4.0", Operation.ALTER, OPEN).obligations == (
        "attribution",
        "state_changes",
        "share_alike",
        "keep_notices",
    )


@pytest.mark.parametrize(
    ("expression", "chosen"),
    [
        ("GPL-2.0-or-later OR CC-BY-SA-3.0", "CC-BY-SA-3.0"),
        ("CC-BY-SA-3.0 OR GPL-2.0-or-later", "CC-BY-SA-3.0"),
        ("CC-BY-NC-4.0 OR GPL-3.0-only", "GPL-3.0-only"),
        ("LicenseRef-nobody-knows OR MIT", "MIT"),
        ("CC-BY-ND-4.0 OR LicenseRef-nobody-knows", "LicenseRef-nobody-knows"),
        ("MIT OR CC0-1.0", "CC0-1.0"),
        ("MIT AND (GPL-2.0-only OR Apache-2.0)", "MIT AND Apache-2.0"),
        ("GPL-2.0-only OR (MIT AND CC-BY-NC-4.0)", "GPL-2.0-only"),
    ],
)
def test_the_best_alternative_is_chosen(expression: str, chosen: str) -> None:
    assert decide(expression, Operation.KEEP_WHOLE, OPEN).chosen == chosen


def test_joint_licences_owe_everything_and_fail_together() -> None:
    both = set(decide("CC-BY-4.0 AND GPL-3.0-only", Operation.ALTER, OPEN).obligations)
    assert both == {
        *decide("CC-BY-4.0", Operation.ALTER, OPEN).obligations,
        *decide("GPL-3.0-only", Operation.ALTER, OPEN).obligations,
    }
    assert decide("MIT AND CC-BY-NC-4.0", Operation.KEEP_WHOLE, OPEN).reason is Reason.NONCOMMERCIAL
    assert decide("MIT AND LicenseRef-x", Operation.KEEP_WHOLE, OPEN).status is Status.QUARANTINE
    assert decide("CC-BY-ND-4.0 AND LicenseRef-x", Operation.KEEP_WHOLE, OPEN).status is Status.DENY


def test_an_exception_adds_a_permission_and_changes_nothing() -> None:
    plain = decide("GPL-2.0-only", Operation.ALTER, OPEN)
    excepted = decide("GPL-2.0-only WITH Classpath-exception-2.0", Operation.ALTER, OPEN)
    assert (excepted.status, excepted.obligations) == (plain.status, plain.obligations)


@pytest.mark.parametrize(
    ("expression", "status"),
    [
        ("CC-BY-SA-3.0 AND CC-BY-SA-4.0", Status.ALLOW_WITH_OBLIGATIONS),
        ("CC-BY-SA-2.0 AND CC-BY-SA-2.5 AND MIT", Status.ALLOW_WITH_OBLIGATIONS),
        ("CC-BY-SA-4.0 AND GPL-3.0-or-later", Status.ALLOW_WITH_OBLIGATIONS),
        ("CC-BY-4.0 AND GFDL-1.3-only", Status.ALLOW_WITH_OBLIGATIONS),
        ("CC-BY-SA-1.0 AND CC-BY-SA-2.0", Status.DENY),
        ("CC-BY-SA-3.0 AND GFDL-1.3-only", Status.DENY),
        ("GPL-2.0-only AND GPL-3.0-only", Status.DENY),
        ("GPL-2.0-only AND CC-BY-SA-4.0", Status.DENY),
    ],
)
def test_share_alike_texts_merge_only_under_a_common_licence(expression: str, status: Status) -> None:
    decision = decide(expression, Operation.MERGE, OPEN)
    assert decision.status is status
    assert decision.reason == (Reason.INCOMPATIBLE_SHARE_ALIKE if status is Status.DENY else None)
    assert decide(expression, Operation.REDISTRIBUTE, OPEN).status is Status.ALLOW_WITH_OBLIGATIONS


@pytest.mark.parametrize(
    ("expression", "derived"),
    [
        ("CC0-1.0", "CC0-1.0"),
        ("CC-BY-SA-3.0", "CC-BY-SA-3.0"),
        ("GPL-2.0-or-later OR CC-BY-SA-3.0", "GPL-2.0-or-later OR CC-BY-SA-3.0"),
        ("CC-BY-ND-4.0 OR GPL-3.0-only", "GPL-3.0-only"),
        ("LicenseRef-x OR GPL-3.0-only", "GPL-3.0-only"),
        ("CC-BY-NC-4.0", "CC-BY-NC-4.0"),
        ("GPL-3.0-or-later AND Linux-man-pages-copyleft", "GPL-3.0-or-later AND Linux-man-pages-copyleft"),
        ("CC-BY-ND-4.0", NONE),
        ("MIT AND CC-BY-NC-ND-4.0", NONE),
        ("GFDL-1.3-invariants-only", NONE),
        ("LicenseRef-arxiv-nonexclusive-1.0", NONE),
        ("LicenseRef-x", NOASSERTION),
        ("MIT AND LicenseRef-x", NOASSERTION),
        (NONE, NONE),
        (NOASSERTION, NOASSERTION),
        ("", NOASSERTION),
        ("MIT OR", NOASSERTION),
    ],
)
def test_the_licence_of_a_translation(expression: str, derived: str) -> None:
    assert derive(expression, Operation.TRANSLATE) == derived


def test_redistribution_keeps_no_derivatives_terms() -> None:
    assert derive("CC-BY-ND-4.0", Operation.REDISTRIBUTE) == "CC-BY-ND-4.0"


LEAVES = st.sampled_from([*sorted(load_terms()), "LicenseRef-x", "LicenseRef-y"])
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda parts: st.tuples(parts, st.sampled_from([" AND ", " OR "]), parts).map(lambda t: f"({t[0]}{t[1]}{t[2]})"),
)


@given(EXPRESSIONS, st.sampled_from(OPERATIONS))
def test_a_joint_licence_is_never_better_and_an_alternative_never_worse(expression: str, operation: Operation) -> None:
    order = list(Status)
    alone = order.index(decide(expression, operation, OPEN).status)
    assert order.index(decide(f"({expression}) AND CC-BY-NC-4.0", operation, OPEN).status) >= alone
    if operation is not Operation.MERGE:
        assert order.index(decide(f"({expression}) OR MIT", operation, OPEN).status) <= max(
            alone, order.index(Status.ALLOW_WITH_OBLIGATIONS)
        )


@given(EXPRESSIONS)
def test_what_forbids_translation_is_never_derived(expression: str) -> None:
    derived = derive(expression, Operation.TRANSLATE)
    if derived not in {NONE, NOASSERTION}:
        assert derive(derived, Operation.TRANSLATE) == derived
        assert "-ND-" not in derived
