import pytest

from pipelines.licensing.conclude import Evidence, conclude
from pipelines.licensing.decide import derive
from pipelines.licensing.document_decision import DocumentLicense, decide_document
from pipelines.licensing.preferences import is_reserved
from pipelines.licensing.profiles import Operation, load_profile

STATISTICS = ("publish_statistics",)
OPEN_ACCESS = ("keep_whole", "alter", "translate", "redistribute", "publish_statistics")


def _decided(
    profile: str, declared: str | None, evidence_class: str = "E2", *, opted_out: bool = False
) -> DocumentLicense:
    evidence = (Evidence(evidence_class, declared),) if declared else ()
    conclusion = conclude(declared, evidence)
    return decide_document(conclusion, Operation.KEEP_WHOLE, load_profile(profile), opted_out=opted_out)


@pytest.mark.parametrize(
    ("declared", "evidence_class", "opted_out", "status", "reason", "operations"),
    [
        (None, "E2", False, "allow", "no_license", OPEN_ACCESS),
        ("None", "E2", False, "allow", "no_license", OPEN_ACCESS),
        ("NOASSERTION", "E2", False, "allow", "no_license", OPEN_ACCESS),  # a translation of such a document
        (None, "E2", True, "deny", "opted_out", STATISTICS),
        # weak evidence of an open licence is as good as none
        ("CC-BY-4.0", "E5", False, "allow_with_obligations", "weak_evidence", OPEN_ACCESS),
        ("CC-BY-4.0", "E5", True, "deny", "opted_out", STATISTICS),
        # what a licence grants it grants whatever signals say
        ("CC-BY-4.0", "E1", True, "allow_with_obligations", None, tuple(Operation)),
        # what is said of a licence counts: what is not understood, and what refuses
        ("see LICENSE", "E2", False, "quarantine", "unknown_license", STATISTICS),
        ("GPL", "E2", False, "quarantine", "ambiguous_license", STATISTICS),
        ("CC-BY-NC-4.0", "E5", False, "deny", "noncommercial", STATISTICS),
        ("CC-BY-ND-4.0", "E1", False, "deny", "no_derivatives", STATISTICS),
        ("All rights reserved", "E5", False, "deny", "all_rights_reserved", STATISTICS),
    ],
)
def test_open_access(
    declared: str | None,
    evidence_class: str,
    opted_out: bool,
    status: str,
    reason: str | None,
    operations: tuple[str, ...],
) -> None:
    row = _decided("web-open-access", declared, evidence_class, opted_out=opted_out)
    assert (row.status, row.reason, row.operations) == (status, reason, operations)


@pytest.mark.parametrize(
    ("profile", "declared", "operations"),
    [
        ("open", "CC-BY-4.0", tuple(Operation)),
        ("open", None, STATISTICS),
        ("open", "GFDL-1.3-invariants-only", ("keep_whole", "redistribute", "publish_statistics")),
        ("nd-verbatim", "CC-BY-ND-4.0", ("keep_whole", "redistribute", "publish_statistics")),
        ("nd-verbatim", "CC-BY-NC-ND-4.0", STATISTICS),
        ("research-nc", "CC-BY-NC-4.0", tuple(Operation)),
        ("research-nc", "CC-BY-NC-ND-4.0", STATISTICS),
        ("permissive", "CC-BY-SA-4.0", STATISTICS),
        ("code-blueoak", "MIT", tuple(Operation)),
    ],
)
def test_the_operations_that_a_profile_lets_be_done(
    profile: str, declared: str | None, operations: tuple[str, ...]
) -> None:
    assert _decided(profile, declared).operations == operations


def test_the_alternative_that_lets_most_be_done_is_chosen() -> None:
    row = _decided("nd-verbatim", "CC-BY-ND-4.0 OR GPL-3.0-only")
    assert (row.license, row.operations) == ("GPL-3.0-only", tuple(Operation))


def test_the_translation_of_a_text_without_a_licence_has_none() -> None:
    assert derive("NOASSERTION", Operation.TRANSLATE) == "NOASSERTION"


@pytest.mark.parametrize(
    ("preferences", "reserved"),
    [
        (None, False),
        ("", False),
        ("{", False),
        ("[]", False),
        ('{"train_ai": "n"}', True),
        ('{"train_ai": "y", "tdm_reserved": "0"}', False),
        ('{"tdm_reserved": "1"}', True),
        ('{"tdm_reserved": 1}', True),
        ('{"access_terms": [{"kind": "dump", "restricts": ["train"]}]}', True),
        ('{"access_terms": [{"kind": "paywall"}]}', False),
        ('{"raw": ["noai"]}', False),
    ],
)
def test_what_reserves_a_document(preferences: str | None, reserved: bool) -> None:
    assert is_reserved(preferences) is reserved
