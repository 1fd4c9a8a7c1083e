"""What one licence statement comes to: its meaning, its terms, and what each profile lets be done under it."""

from collections.abc import Sequence
from typing import Any

from pipelines.licensing import spdx
from pipelines.licensing.conclude import Evidence, conclude
from pipelines.licensing.document_decision import decide_document
from pipelines.licensing.normalise import normalise
from pipelines.licensing.obligations import terms_of
from pipelines.licensing.profiles import Operation, load_profile, shipped_profiles
from pipelines.licensing.reviewed import conclude_reviewed
from pipelines.licensing.reviews import Review
from pipelines.licensing.statuses import REASON_MEANINGS


def explain_statement(statement: str, evidence_class: str = "E2", reviews: Sequence[Review] = ()) -> dict[str, Any]:
    """Return what a licence statement means and what may be done under it, as plain JSON.

    Args:
        statement: As found.
        evidence_class: E1 (strong) to E6 (weak): how surely it is about the text.
        reviews: Reviews that concern the text.
    """
    read = normalise(statement)
    evidence = (Evidence(evidence_class, statement),) if statement.strip() else ()
    conclusion = conclude_reviewed(statement, evidence, (), reviews) if reviews else conclude(statement, evidence)
    profiles = {}
    for name in shipped_profiles():
        profile = load_profile(name)
        rows = {str(op): decide_document(conclusion, op, profile) for op in Operation}
        kept = rows[Operation.KEEP_WHOLE]
        profiles[name] = {
            "status": {operation: str(row.status) for operation, row in rows.items()},
            "license": kept.license,
            "obligations": [str(duty) for duty in kept.obligations or ()],
            "reason": None if kept.reason is None else str(kept.reason),
            "why": None if kept.reason is None else REASON_MEANINGS[kept.reason],
        }
    return {
        "statement": statement,
        "spdx": read.expression,
        "candidates": list(read.candidates),
        "note": read.note,
        "terms": _terms(read.expression),
        "evidence": [{"class": evidence_class, "value": statement}],
        "reviews": [review.as_json() for review in reviews],
        "concluded": conclusion.license,
        "profiles": profiles,
        "spdx_list": spdx.list_version(),
    }


def _terms(expression: str) -> dict[str, dict[str, Any]]:
    if expression in (spdx.NONE, spdx.NOASSERTION):
        return {}
    found = {term.license: terms_of(term.license) for term in spdx.terms(spdx.parse(expression))}
    return {
        name: {
            "kind": str(terms.license_class),
            "restrictions": [str(limit) for limit in terms.restrictions],
            "obligations": [str(duty) for duty in terms.obligations],
        }
        for name, terms in found.items()
        if terms is not None
    }
