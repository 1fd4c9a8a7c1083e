"""What licence is concluded for a document: from what it declares, on which evidence, and what its copies declare.

Declared and concluded are kept apart. A conclusion never grants more than any statement behind it, and a statement
that is not understood neither grants nor takes away.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from pipelines.licensing import spdx
from pipelines.licensing.normalise import NOTHING_DECLARED, NormalisedLicense, normalise
from pipelines.licensing.obligations import LicenseClass, Obligation, Restriction, terms_of
from pipelines.licensing.relicensing import is_within
from pipelines.licensing.spdx import NOASSERTION, NONE, Expression, Term
from pipelines.licensing.statuses import Reason

EVIDENCE_CLASSES = ("E1", "E2", "E3", "E4", "E5", "E6")
"""From strong to weak: in the document by its rights-holder, item metadata, site policy, a link in the page's frame,
a link in its text, a third party's label."""

STRONG_EVIDENCE = frozenset({"E1", "E2", "E3"})
"""Only these may allow; E4 needs a review of the site, E5 and E6 are hearsay."""

_NO_EVIDENCE = "E7"
_COMPARED = frozenset(
    {Obligation.ATTRIBUTION, Obligation.SHARE_ALIKE, Restriction.NONCOMMERCIAL, Restriction.NO_DERIVATIVES}
)


@dataclass(frozen=True)
class Evidence:
    """One licence statement: how strong it is (E1 to E6) and its words."""

    evidence_class: str
    value: str


@dataclass(frozen=True)
class Conclusion:
    """What is concluded, before any profile is asked.

    Attributes:
        license: SPDX expression, NONE or NOASSERTION, after the licences of exact copies were taken into account.
        own: The same from this document alone.
        strong: Whether evidence of class E1, E2 or E3 supports `own`.
        reason: Why it is NOASSERTION; None when it is not.
    """

    license: str
    own: str
    strong: bool
    reason: Reason | None


def read_evidence(text: str | None) -> tuple[Evidence, ...]:
    """Return the statements of a `license_evidence` cell that speak of the whole document.

    Entries without a known class or a value are no evidence, and those about a part alone, such as a picture,
    decide nothing.
    """
    try:
        entries = orjson.loads(text or "[]")
    except orjson.JSONDecodeError:
        return ()  # what cannot be read supports nothing: the document ends in quarantine for weak evidence
    found = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    return tuple(
        Evidence(entry["class"], entry["value"])
        for entry in found
        if entry.get("class") in EVIDENCE_CLASSES and isinstance(entry.get("value"), str) and "about" not in entry
    )


def conclude(declared: str | None, evidence: Sequence[Evidence], cluster_licenses: Sequence[str] = ()) -> Conclusion:
    """Conclude the licence of a document.

    Statements of the strongest class are taken together. A weaker one is passed over when it asks for no more,
    joined (AND) when it asks for the same under another name, and makes a conflict when it asks for more. Of
    statements that differ only in exactness the most exact counts; one that lists parts of a joint licence adds
    nothing to it. Licences of exact copies never make the conclusion
    more permissive: the stricter one counts, or both where neither is stricter.

    Args:
        declared: As found; None when nothing is declared.
        evidence: Every statement found, in any order.
        cluster_licenses: What the document's exact copies declare, itself included or not.
    """
    own, support, reason = _conclude_own(_statements(declared, evidence))
    if own is None:
        return Conclusion(NOASSERTION, NOASSERTION, strong=False, reason=reason)
    joint = own
    for copy in sorted(set(cluster_licenses)):
        stated = normalise(copy).expression
        if stated != NOASSERTION:
            joint = _strictest(joint, stated)
    return Conclusion(joint, own, strong=support in STRONG_EVIDENCE, reason=None)


def _statements(declared: str | None, evidence: Sequence[Evidence]) -> list[tuple[str, list[NormalisedLicense]]]:
    """Return the statements by class of evidence, the strongest class first; a bare declaration has no evidence."""
    entries = list(evidence)
    if declared is not None and declared.strip() and all(entry.value != declared for entry in entries):
        strongest = min((entry.evidence_class for entry in entries), default=_NO_EVIDENCE)
        entries.append(Evidence(strongest, declared))
    classes = sorted({entry.evidence_class for entry in entries})
    return [(name, [normalise(entry.value) for entry in entries if entry.evidence_class == name]) for name in classes]


def _conclude_own(
    statements: list[tuple[str, list[NormalisedLicense]]],
) -> tuple[str | None, str, Reason | None]:
    """Return the conclusion from a document alone, the class of evidence behind it, and why there is none."""
    concluded: str | None = None
    support = _NO_EVIDENCE
    for evidence_class, stated in statements:
        settled = {found.expression for found in stated} - {NOASSERTION}
        for expression in sorted(settled, key=lambda text: (-len(spdx.terms(spdx.parse(text))), text)):
            if concluded is None:
                concluded, support = expression, evidence_class
                continue
            joined = _reconciled(concluded, expression, same_class=support == evidence_class)
            if joined is None:
                return None, support, Reason.CONFLICT
            concluded = joined
    unclear = [found for _, stated in statements for found in stated if found.expression == NOASSERTION]
    if concluded is None:
        if any(found.candidates for found in unclear):
            return None, support, Reason.AMBIGUOUS_LICENSE
        return None, support, Reason.UNKNOWN_LICENSE if _says_something(unclear) else Reason.NO_LICENSE
    if any(_rules_out(found, concluded) for found in unclear):
        return None, support, Reason.CONFLICT
    return concluded, support, None


def _says_something(unclear: Sequence[NormalisedLicense]) -> bool:
    return any(found.note != NOTHING_DECLARED for found in unclear)


def _reconciled(stronger: str, weaker: str, *, same_class: bool) -> str | None:
    """Return what two statements about one document come to; None when they are in conflict."""
    if NONE in (stronger, weaker):
        return NONE if stronger == weaker else None
    one, other = spdx.parse(stronger), spdx.parse(weaker)
    if is_within(one, other) or _names_parts_of(other, one):
        return stronger
    if is_within(other, one):
        return weaker
    if _least_demands(one) & _COMPARED == _least_demands(other) & _COMPARED:
        return str(spdx.combine("AND", (one, other)))
    asks_less = _most_demands(other) & _COMPARED < _least_demands(one) & _COMPARED
    return stronger if asks_less and not same_class else None


def _names_parts_of(expression: Expression, whole: Expression) -> bool:
    """Tell whether a statement only lists licences that apply jointly, as classifiers beside an expression do."""
    if isinstance(whole, Term) or whole.operator == "OR":
        return False
    parts = spdx.terms(whole)
    return all(any(is_within(part, term) for part in parts) for term in spdx.terms(expression))


def _rules_out(unclear: NormalisedLicense, concluded: str) -> bool:
    """Tell whether a statement that may mean several licences can mean none of those concluded."""
    if not unclear.candidates or concluded == NONE:
        return bool(unclear.candidates)
    candidates = [spdx.parse(candidate) for candidate in unclear.candidates]
    terms = spdx.terms(spdx.parse(concluded))
    return not any(
        is_within(term, candidate) or is_within(candidate, term) for term in terms for candidate in candidates
    )


def _strictest(one: str, other: str) -> str:
    """Return the stricter of two licences of one text, or both together where neither is."""
    if NONE in (one, other):
        return NONE
    first, second = spdx.parse(one), spdx.parse(other)
    if is_within(first, second):
        return one
    if is_within(second, first):
        return other
    if _most_demands(second) < _least_demands(first):
        return one
    if _most_demands(first) < _least_demands(second):
        return other
    return str(spdx.combine("AND", (first, second)))


def _least_demands(expression: Expression) -> frozenset[str]:
    """Return what an expression asks whichever alternative is chosen."""
    if isinstance(expression, Term):
        return _demands(expression)
    parts = [_least_demands(part) for part in expression.parts]
    return frozenset.union(*parts) if expression.operator == "AND" else frozenset.intersection(*parts)


def _most_demands(expression: Expression) -> frozenset[str]:
    """Return everything that some alternative of an expression asks."""
    return frozenset().union(*(_demands(term) for term in spdx.terms(expression)))


def _demands(term: Term) -> frozenset[str]:
    known = terms_of(term.license)
    if known is None:
        return frozenset({f"terms of {term.license}"})
    limits = {known.license_class} & {LicenseClass.USE_RESTRICTED, LicenseClass.RESERVED}
    return frozenset({*known.obligations, *known.restrictions, *limits})
