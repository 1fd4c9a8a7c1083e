"""What a profile lets be done with one document: a row of `licences` from its conclusion."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipelines.licensing.conclude import Conclusion
from pipelines.licensing.decide import Decision, decide, decide_unasserted
from pipelines.licensing.imposed import decide_imposed, without_imposed
from pipelines.licensing.obligations import Obligation
from pipelines.licensing.profiles import Operation, Profile
from pipelines.licensing.spdx import NOASSERTION
from pipelines.licensing.statuses import ALLOWED, Reason, Status


@dataclass(frozen=True)
class DocumentLicense:
    """One row of the `licences` table, less its id and profile; `review` is filled by whoever knows of some."""

    license: str
    status: Status | None
    obligations: tuple[Obligation, ...] | None
    reason: Reason | None
    operations: tuple[Operation, ...] | None
    review: str | None = None


def decide_document(
    conclusion: Conclusion,
    operation: Operation,
    profile: Profile | None,
    *,
    opted_out: bool = False,
    imposed: Sequence[str] = (),
) -> DocumentLicense:
    """Decide what a profile lets be done with a document whose licence is concluded.

    Args:
        conclusion: From `conclude`.
        operation: What is to be done with the document: the status is about it.
        profile: None when the recipe names none: the licence is recorded and nothing is decided.
        opted_out: Whether a machine-readable signal reserves the document.
        imposed: Licences of models that reach what they write, this document among it.
    """
    if profile is None:
        return DocumentLicense(conclusion.license, None, None, conclusion.reason, None)
    text = replace(
        conclusion,
        license=without_imposed(conclusion.license, imposed),
        own=without_imposed(conclusion.own, imposed),
    )
    under_own = _decide_conclusion(text, operation, profile, opted_out=opted_out)
    decision = decide_imposed(under_own, imposed, operation, profile)
    # Of alternatives one is chosen for good: what else may be done is asked of that one.
    chosen = replace(text, license=under_own.chosen)
    operations = tuple(
        other
        for other in Operation
        if decide_imposed(
            _decide_conclusion(chosen, other, profile, opted_out=opted_out), imposed, other, profile
        ).status
        in ALLOWED
    )
    if decision.status not in ALLOWED:
        return DocumentLicense(conclusion.license, decision.status, (), decision.reason, operations)
    reason = decision.reason
    if reason is None and conclusion.license != conclusion.own:
        reason = Reason.STRICTER_DUPLICATE
    return DocumentLicense(decision.chosen, decision.status, decision.obligations, reason, operations)


def _decide_conclusion(conclusion: Conclusion, operation: Operation, profile: Profile, *, opted_out: bool) -> Decision:
    """Decide one operation; a decision that allows may carry a reason too, for the report."""
    if conclusion.reason is Reason.NO_LICENSE:
        return _marked(decide_unasserted(NOASSERTION, operation, profile, opted_out=opted_out), Reason.NO_LICENSE)
    decision = decide(conclusion.license, operation, profile, opted_out=opted_out)
    if decision.status is Status.DENY and decision.reason is not Reason.OPTED_OUT:
        own = decide(conclusion.own, operation, profile)
        return decision if own.status is Status.DENY else replace(decision, reason=Reason.POSSIBLE_LAUNDERING)
    if decision.status not in ALLOWED:
        return replace(decision, reason=conclusion.reason or decision.reason)
    if conclusion.strong or operation is Operation.PUBLISH_STATISTICS:
        return decision
    unasserted = decide_unasserted(decision.chosen, operation, profile, opted_out=opted_out)
    owed = decision.obligations if unasserted.status in ALLOWED else ()
    status = Status.ALLOW_WITH_OBLIGATIONS if owed else unasserted.status
    return _marked(replace(unasserted, status=status, obligations=owed), Reason.WEAK_EVIDENCE)


def _marked(decision: Decision, reason: Reason) -> Decision:
    return replace(decision, reason=decision.reason or reason)
