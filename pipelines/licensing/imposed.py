"""Terms that a model imposes on what it writes: they add to the licence of a translation, and never grant anything."""

from collections.abc import Sequence
from dataclasses import replace

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.licensing import spdx
from pipelines.licensing.decide import Decision, decide, known_terms, owed_for
from pipelines.licensing.obligations import Obligation, Terms
from pipelines.licensing.permitted import Column
from pipelines.licensing.profiles import MODEL_OUTPUT_ROW, Operation, Profile, Verdict
from pipelines.licensing.relicensing import have_common_license
from pipelines.licensing.spdx import NOASSERTION, NONE, ExpressionSyntaxError, Term
from pipelines.licensing.statuses import ALLOWED, Reason, Status
from pipelines.licensing.translations import MODEL_OUTPUT_LICENSE, PARENT_DOCUMENT


def imposed_licenses(evidence: str | None) -> tuple[str, ...]:
    """Return the licences that the model of a translation imposes on it, beyond what its parent's licence asks.

    Args:
        evidence: A `license_evidence` cell.
    """
    if not evidence or MODEL_OUTPUT_LICENSE not in evidence:
        return ()
    try:
        entries = orjson.loads(evidence)
    except orjson.JSONDecodeError:
        return ()  # then it supports no licence either
    found = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    of_kind = {
        kind: [str(entry.get("value")) for entry in found if entry.get("kind") == kind]
        for kind in (PARENT_DOCUMENT, MODEL_OUTPUT_LICENSE)
    }
    own = {str(term) for value in of_kind[PARENT_DOCUMENT] for term in _terms(value)}
    return tuple(value for value in of_kind[MODEL_OUTPUT_LICENSE] if value not in own)


def without_imposed(expression: str, imposed: Sequence[str]) -> str:
    """Return a licence expression less what a model imposed on the text, as `translation_license` joined it."""
    if not imposed or expression in (NONE, NOASSERTION):
        return expression
    tree = spdx.parse(expression)
    added = {term for value in imposed for term in _terms(value)}
    if isinstance(tree, Term) or tree.operator == "OR":
        return expression
    kept = tuple(part for part in tree.parts if part not in added)
    return str(spdx.combine("AND", kept)) if kept else expression


def decide_imposed(own: Decision, imposed: Sequence[str], operation: Operation, profile: Profile) -> Decision:
    """Decide on a text to which the model that wrote it adds terms.

    Args:
        own: What is decided under the text's own licence.
        imposed: Licences of models that reach what they write.
        operation: What is to be done with the text.
        profile: What the corpus allows; its row `model_output` may let such terms pass that it refuses elsewhere.
    """
    if not imposed or own.status not in ALLOWED or operation is Operation.PUBLISH_STATISTICS:
        return own
    verdict = profile.matrix[MODEL_OUTPUT_ROW][operation]
    refused = any(decide(license_, operation, profile).status not in ALLOWED for license_ in imposed)
    if refused and verdict is not Verdict.ALLOW:
        return Decision(Status(verdict.value), (), Reason.MODEL_OUTPUT, own.chosen)
    added = [_known(term) for license_ in imposed for term in _terms(license_) or (None,)]
    if None in added:
        return Decision(Status.QUARANTINE, (), Reason.UNLISTED_LICENSE, own.chosen)
    if own.chosen in (NONE, NOASSERTION):
        joint = own.chosen
    else:
        tree = spdx.combine("AND", tuple(spdx.parse(license_) for license_ in (own.chosen, *imposed)))
        joint = str(tree)
        if not have_common_license(tree):
            return Decision(Status.DENY, (), Reason.INCOMPATIBLE_SHARE_ALIKE, joint)
    owed = {*own.obligations, *(duty for terms in added if terms is not None for duty in owed_for(terms, operation))}
    obligations = tuple(duty for duty in Obligation if duty in owed)
    status = Status.ALLOW_WITH_OBLIGATIONS if obligations else own.status
    return replace(own, status=status, obligations=obligations, chosen=joint)


def bears(license_: str, imposed: str) -> bool:
    """Tell whether what is made of a text may bear what a model imposes: share-alike terms bear no further limit.

    >>> bears("CC-BY-4.0", "CC-BY-NC-4.0"), bears("CC-BY-SA-4.0", "CC-BY-NC-4.0"), bears("NOASSERTION", "CC-BY-NC-4.0")
    (True, False, True)
    """
    if license_ in (NONE, NOASSERTION):
        return True
    return have_common_license(spdx.combine("AND", (spdx.parse(license_), spdx.parse(imposed))))


def which_bear(licenses: Column, imposed: str) -> Column:
    """Return for each licence whether what is made of a text under it may bear what a model imposes."""
    distinct = map(str, pc.unique(licenses).drop_null().to_pylist())
    bearing = [license_ for license_ in distinct if bears(license_, imposed)]
    return pc.is_in(licenses, value_set=pa.array([*bearing, None], pa.string()))


def refuses_model(license_: str, profile: Profile) -> bool:
    """Tell whether a profile refuses whatever a model writes whose licence reaches its outputs."""
    free = Decision(Status.ALLOW, (), None, "CC0-1.0")
    return decide_imposed(free, (license_,), Operation.TRANSLATE, profile).status not in ALLOWED


def _known(term: Term | None) -> Terms | None:
    return None if term is None else known_terms(term)


def _terms(expression: str) -> tuple[Term, ...]:
    try:
        return spdx.terms(spdx.parse(expression))
    except ExpressionSyntaxError:
        return ()
