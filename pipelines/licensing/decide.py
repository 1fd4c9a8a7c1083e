"""May this be done with a text under this licence, and what is then owed? Closed to everything that is not known."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.licensing import spdx
from pipelines.licensing.obligations import LicenseClass, Obligation, Restriction, Terms, terms_of
from pipelines.licensing.profiles import (
    ADAPTATIONS,
    NO_LICENSE_ROW,
    OPTED_OUT_ROW,
    UNASSERTED_OPTED_OUT_ROW,
    UNASSERTED_ROW,
    UNKNOWN_ROW,
    Operation,
    Profile,
    Verdict,
)
from pipelines.licensing.relicensing import have_common_license, upgraded
from pipelines.licensing.spdx import NOASSERTION, NONE, Expression, Term
from pipelines.licensing.statuses import ALLOWED, Reason, Status

_VERDICT_ORDER = tuple(Verdict)
_REFUSALS: Mapping[str, Reason] = {
    Restriction.NONCOMMERCIAL: Reason.NONCOMMERCIAL,
    Restriction.NO_DERIVATIVES: Reason.NO_DERIVATIVES,
    Restriction.INVARIANT_SECTIONS: Reason.INVARIANT_SECTIONS,
    LicenseClass.USE_RESTRICTED: Reason.USE_RESTRICTED,
    LicenseClass.RESERVED: Reason.RESERVED,
    NO_LICENSE_ROW: Reason.ALL_RIGHTS_RESERVED,
}


@dataclass(frozen=True)
class Decision:
    """What a profile decides about one operation under one licence expression.

    Attributes:
        status: What may be done.
        obligations: What is owed if it is done, sorted as `Obligation` is; empty unless the status allows it.
        reason: Why it is not allowed; None when it is.
        chosen: The expression with the chosen alternative in place of each OR.
    """

    status: Status
    obligations: tuple[Obligation, ...]
    reason: Reason | None
    chosen: str


@dataclass(frozen=True)
class _Judgement:
    verdict: Verdict
    reason: Reason | None
    obligations: frozenset[Obligation]
    classes: frozenset[LicenseClass]
    chosen: Expression


def decide(expression: str, operation: Operation, profile: Profile, *, opted_out: bool = False) -> Decision:
    """Decide whether a profile allows an operation under a licence expression.

    Of alternatives (OR) the one with the best verdict is chosen, then the one under which the profile allows most
    operations, then the one whose kinds the profile prefers, then the one that asks least, then the alphabetically
    first. Of joint licences (AND) all obligations are owed and the strictest verdict counts. An exception (WITH) adds
    a permission, which changes nothing here.

    Args:
        expression: An SPDX expression, NONE or NOASSERTION; anything else counts as NOASSERTION.
        operation: What is to be done with the text.
        profile: What the corpus allows.
        opted_out: Whether a machine-readable signal reserves the text.
    """
    decided = _decide(expression, operation, profile)
    if not opted_out:
        return decided
    signalled = profile.matrix[OPTED_OUT_ROW][operation]
    if _VERDICT_ORDER.index(signalled) <= _VERDICT_ORDER.index(_verdict(decided)):
        return decided
    return Decision(Status(signalled.value), (), Reason.OPTED_OUT, decided.chosen)


def decide_unasserted(expression: str, operation: Operation, profile: Profile, *, opted_out: bool = False) -> Decision:
    """Decide whether a profile allows an operation on a text for which nobody reliable states a licence.

    Args:
        expression: What is stated unreliably: an SPDX expression, or NOASSERTION.
        operation: What is to be done with the text.
        profile: What the corpus allows.
        opted_out: Whether a machine-readable signal reserves the text.
    """
    row = UNASSERTED_OPTED_OUT_ROW if opted_out else UNASSERTED_ROW
    verdict = profile.matrix[row][operation]
    if verdict is Verdict.ALLOW:
        return Decision(Status.ALLOW, (), None, expression)
    unstated = Reason.NO_LICENSE if expression == NOASSERTION else Reason.WEAK_EVIDENCE
    outweighs = opted_out and verdict is not profile.matrix[UNASSERTED_ROW][operation]
    return Decision(Status(verdict.value), (), Reason.OPTED_OUT if outweighs else unstated, expression)


def _decide(expression: str, operation: Operation, profile: Profile) -> Decision:
    if expression == NONE:
        return _without_license(NONE, NO_LICENSE_ROW, Reason.ALL_RIGHTS_RESERVED, operation, profile)
    try:
        tree = spdx.parse(expression)
    except spdx.ExpressionSyntaxError:
        reason = Reason.UNKNOWN_LICENSE if expression.strip() else Reason.NO_LICENSE
        return _without_license(NOASSERTION, UNKNOWN_ROW, reason, operation, profile)
    if expression == NOASSERTION:
        return _without_license(NOASSERTION, UNKNOWN_ROW, Reason.UNKNOWN_LICENSE, operation, profile)
    judged = _judge(tree, operation, profile)
    if operation is Operation.MERGE and judged.verdict is Verdict.ALLOW and not have_common_license(judged.chosen):
        return Decision(Status.DENY, (), Reason.INCOMPATIBLE_SHARE_ALIKE, str(judged.chosen))
    return _decision(judged)


def _verdict(decision: Decision) -> Verdict:
    return Verdict.ALLOW if decision.status in ALLOWED else Verdict(decision.status.value)


def derive(expression: str, operation: Operation) -> str:
    """Return the licence expression of what an operation makes of a text under a licence expression.

    Alternatives that do not permit the operation, or are not known, fall away, whatever the profile: a translation of
    `CC-BY-ND-4.0 OR GPL-3.0-only` is under `GPL-3.0-only`. Where nothing permits it the result is NONE; where that is
    not known, NOASSERTION. What is made of texts under several licences is under all of them, less those whose texts
    may go on under another one: of what is CC BY-SA 3.0 in one part and 4.0 in another, a translation is under 4.0. A
    licence that stands alone is never moved to a later version.
    """
    if expression == NONE:
        return NONE
    try:
        tree = spdx.parse(expression)
    except spdx.ExpressionSyntaxError:
        return NOASSERTION
    permitted = _permitted(tree, operation)
    if permitted is not None:
        return str(upgraded(permitted) if operation in ADAPTATIONS else permitted)
    return NONE if all(known_terms(term) is not None for term in spdx.terms(tree)) else NOASSERTION


def _judge(tree: Expression, operation: Operation, profile: Profile) -> _Judgement:
    if isinstance(tree, Term):
        return _judge_term(tree, operation, profile)
    parts = [_judge(part, operation, profile) for part in tree.parts]
    if tree.operator == "OR":
        return min(parts, key=lambda part: _order_of_choice(part, profile))
    worst = max(parts, key=lambda part: _VERDICT_ORDER.index(part.verdict))
    return _Judgement(
        verdict=worst.verdict,
        reason=worst.reason,
        obligations=frozenset().union(*(part.obligations for part in parts)),
        classes=frozenset().union(*(part.classes for part in parts)),
        chosen=spdx.combine("AND", tuple(part.chosen for part in parts)),
    )


def _judge_term(term: Term, operation: Operation, profile: Profile) -> _Judgement:
    known = known_terms(term)
    if known is None:
        verdict = profile.matrix[UNKNOWN_ROW][operation]
        reason = None if verdict is Verdict.ALLOW else Reason.UNLISTED_LICENSE
        return _Judgement(verdict, reason, frozenset(), frozenset(), term)
    if _is_outside(known, operation, profile):
        return _Judgement(Verdict.DENY, Reason.OUTSIDE_PROFILE, frozenset(), frozenset({known.license_class}), term)
    rows = (*known.restrictions, known.license_class)
    worst = max(rows, key=lambda row: _VERDICT_ORDER.index(profile.matrix[row][operation]))
    verdict = profile.matrix[worst][operation]
    reason = None if verdict is Verdict.ALLOW else _REFUSALS.get(worst, Reason.OUTSIDE_PROFILE)
    return _Judgement(verdict, reason, owed_for(known, operation), frozenset({known.license_class}), term)


def _is_outside(known: Terms, operation: Operation, profile: Profile) -> bool:
    """Tell whether a licence is a permissive one that the profile's list of those lacks."""
    listed = profile.permissive_licenses
    limited = listed is not None and known.license_class is LicenseClass.PERMISSIVE
    return limited and operation is not Operation.PUBLISH_STATISTICS and known.license not in (listed or ())


def known_terms(term: Term) -> Terms | None:
    """Return the terms of a licence with its exception; None where either is not known."""
    if term.exception is not None and term.exception not in spdx.exception_ids():
        return None
    return terms_of(term.license)


def owed_for(known: Terms, operation: Operation) -> frozenset[Obligation]:
    """Return what a licence asks of an operation that it permits."""
    if operation is Operation.PUBLISH_STATISTICS:
        return frozenset()
    if operation in ADAPTATIONS:
        return frozenset(known.obligations)
    return frozenset(known.obligations) - {Obligation.STATE_CHANGES}


def _order_of_choice(part: _Judgement, profile: Profile) -> tuple[int, int, int, int, str]:
    rank = max((profile.preference.index(kind) for kind in part.classes), default=len(profile.preference))
    refused = sum(_refuses(part.chosen, operation, profile) for operation in Operation)
    return (_VERDICT_ORDER.index(part.verdict), refused, rank, len(part.obligations), str(part.chosen))


def _refuses(chosen: Expression, operation: Operation, profile: Profile) -> bool:
    """Tell whether one of joint licences refuses an operation."""
    judged = (_judge_term(term, operation, profile) for term in spdx.terms(chosen))
    return any(part.verdict is not Verdict.ALLOW for part in judged)


def _decision(judged: _Judgement) -> Decision:
    if judged.verdict is not Verdict.ALLOW:
        return Decision(Status(judged.verdict.value), (), judged.reason, str(judged.chosen))
    owed = tuple(obligation for obligation in Obligation if obligation in judged.obligations)
    status = Status.ALLOW_WITH_OBLIGATIONS if owed else Status.ALLOW
    return Decision(status, owed, None, str(judged.chosen))


def _without_license(expression: str, row: str, reason: Reason, operation: Operation, profile: Profile) -> Decision:
    verdict = profile.matrix[row][operation]
    return Decision(Status(verdict.value), (), None if verdict is Verdict.ALLOW else reason, expression)


def _permitted(tree: Expression, operation: Operation) -> Expression | None:
    """Return what is left of an expression without the alternatives that forbid an operation, or are not known."""
    if isinstance(tree, Term):
        known = known_terms(tree)
        return None if known is None or _forbids(known, operation) else tree
    parts = [_permitted(part, operation) for part in tree.parts]
    kept = tuple(part for part in parts if part is not None)
    if not kept or (tree.operator == "AND" and len(kept) < len(parts)):
        return None
    return spdx.combine(tree.operator, kept)


def _forbids(known: Terms, operation: Operation) -> bool:
    if operation is Operation.PUBLISH_STATISTICS:
        return False
    if known.license_class is LicenseClass.RESERVED:
        return True
    unalterable = {Restriction.NO_DERIVATIVES, Restriction.INVARIANT_SECTIONS}
    return operation in ADAPTATIONS and not unalterable.isdisjoint(known.restrictions)
