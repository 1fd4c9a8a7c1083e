"""A less certain statement never lets more be done than the certain one, whatever the profile."""

from hypothesis import given
from hypothesis import strategies as st

from pipelines.licensing import names
from pipelines.licensing.conclude import EVIDENCE_CLASSES, Evidence, conclude
from pipelines.licensing.document_decision import decide_document
from pipelines.licensing.normalise import normalise
from pipelines.licensing.obligations import load_terms
from pipelines.licensing.profiles import Operation, load_profile, shipped_profiles

NAMES = st.sampled_from(
    sorted({*load_terms(), *(name for name, meaning in names.read_aliases() if meaning.expression is not None)})
)
DOUBTS = st.sampled_from(
    ["{} (regex)", "{} (guess)", "{}?", "{} or/and GPL-2+", "{} and/or MIT", "see {}", "{} style", "{}, except images"]
)


def _allowed(statement: str, evidence_class: str, profile: str, *, opted_out: bool = False) -> set[str]:
    conclusion = conclude(statement, (Evidence(evidence_class, statement),))
    row = decide_document(conclusion, Operation.KEEP_WHOLE, load_profile(profile), opted_out=opted_out)
    return set(row.operations or ())


@given(NAMES, DOUBTS, st.sampled_from(shipped_profiles()))
def test_doubt_never_adds_a_permission(name: str, doubt: str, profile: str) -> None:
    statement = doubt.format(name)
    if normalise(statement).expression != normalise(name).expression:  # some names are no less certain for it
        assert _allowed(statement, "E2", profile) <= _allowed(name, "E2", profile)


@given(NAMES, st.sampled_from(EVIDENCE_CLASSES), st.sampled_from(EVIDENCE_CLASSES), st.sampled_from(shipped_profiles()))
def test_weaker_evidence_never_adds_a_permission(name: str, one: str, other: str, profile: str) -> None:
    strong, weak = sorted((one, other))
    assert _allowed(name, weak, profile) <= _allowed(name, strong, profile)


@given(NAMES, st.sampled_from(EVIDENCE_CLASSES), st.sampled_from(shipped_profiles()))
def test_a_reservation_never_adds_a_permission(name: str, evidence_class: str, profile: str) -> None:
    assert _allowed(name, evidence_class, profile, opted_out=True) <= _allowed(name, evidence_class, profile)
