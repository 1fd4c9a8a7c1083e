import pytest

from pipelines.licensing.conclude import Evidence
from pipelines.licensing.unalterable import is_unalterable


@pytest.mark.parametrize(
    ("statement", "unalterable"),
    [
        ("CC BY-ND 4.0", True),
        ("https://creativecommons.org/licenses/by-nd-nc/1.0/", True),
        ("CC-BY-ND", True),  # of no stated version
        ("GFDL-1.3-invariants-or-later", True),
        ("CC-BY-ND-4.0 AND MIT", True),
        ("CC-BY-ND-4.0 AND LicenseRef-x", True),
        ("CC-BY-ND-4.0 OR CC-BY-NC-ND-4.0", True),
        ("CC-BY-ND-4.0 OR CC-BY-4.0", False),
        ("CC-BY-SA-4.0", False),
        ("GFDL-1.3-no-invariants-or-later", False),
        ("All rights reserved", False),
        ("see LICENSE", False),
        (None, False),
        ("", False),
    ],
)
def test_what_a_statement_says_of_changes(statement: str | None, unalterable: bool) -> None:
    assert is_unalterable(statement, ()) is unalterable


def test_a_doubtful_statement_counts() -> None:
    assert is_unalterable("CC-BY-ND-4.0 (guess)", ())


@pytest.mark.parametrize("evidence_class", ["E1", "E5", "E6"])
def test_any_evidence_counts_beside_an_open_declaration(evidence_class: str) -> None:
    assert is_unalterable("CC-BY-4.0", (Evidence("E1", "CC-BY-4.0"), Evidence(evidence_class, "CC-BY-ND-4.0")))
    assert not is_unalterable("CC-BY-4.0", (Evidence(evidence_class, "CC-BY-NC-4.0"),))


def test_what_copies_declare_counts() -> None:
    assert is_unalterable(None, (), ["MIT", "CC-BY-ND-3.0"])
