"""No-derivatives terms bind in a corpus without a profile too: whoever asks for no decision still may not edit them."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.licensing import spdx
from pipelines.licensing.conclude import Evidence
from pipelines.licensing.normalise import normalise
from pipelines.licensing.obligations import Restriction, terms_of
from pipelines.licensing.permitted import Column, permits
from pipelines.licensing.profiles import ADAPTATIONS, Operation
from pipelines.licensing.spdx import NOASSERTION, NONE, Expression, Term
from pipelines.licensing.statuses import Reason

_UNALTERABLE = frozenset({Restriction.NO_DERIVATIVES, Restriction.INVARIANT_SECTIONS})

KEPT_AS_THEY_ARE = tuple(operation for operation in Operation if operation not in ADAPTATIONS)
"""What may be done with texts under such terms, as far as these terms go."""


def is_unalterable(declared: str | None, evidence: Sequence[Evidence], cluster_licenses: Sequence[str] = ()) -> bool:
    """Tell whether any statement about a document lets it be copied, but not changed.

    Every statement counts, weak ones, doubtful ones and those about exact copies too, for none can give leave that
    another withholds. Texts with all rights reserved, or without a statement, are none of these: they may no more be
    kept than changed, and a corpus without a profile asks about neither.

    Args:
        declared: As found; None when nothing is declared.
        evidence: Every statement found.
        cluster_licenses: What the document's exact copies declare.
    """
    statements = {declared, *(entry.value for entry in evidence), *cluster_licenses}
    return any(_may_forbid_changes(statement) for statement in statements)


def kept_verbatim(operations: Column) -> Column:
    """Return which documents may be kept as they are, and not changed.

    Args:
        operations: What may be done with each.
    """
    return pc.and_not(permits(operations, Operation.KEEP_WHOLE), permits(operations, Operation.ALTER))


def cut_off(verbatim: Column, meta: Column) -> "pa.Array[Any]":
    """Return for each document why it is held back, or null: a part of a text that may be kept only whole is a change.

    Args:
        verbatim: Which documents may be kept only as they are; null where nobody asked.
        meta: Of each, what the source says: crawlers note under `truncated` that they cut a page off.
    """
    partial: Any = pc.match_substring_regex(meta, r'"truncated":\s*"')
    found: Any = pc.fill_null(pc.and_(verbatim, partial), pa.scalar(value=False))
    held: pa.Array[Any] = pc.if_else(found, str(Reason.INCOMPLETE), pa.scalar(None, pa.string()))
    return held


def _may_forbid_changes(statement: str | None) -> bool:
    read = normalise(statement)
    meanings = read.candidates if read.expression == NOASSERTION else (read.expression,)
    return any(_forbids_changes(spdx.parse(meaning)) for meaning in meanings if meaning not in (NONE, NOASSERTION))


def _forbids_changes(expression: Expression) -> bool:
    """Tell whether no alternative of an expression lets a text be changed."""
    if isinstance(expression, Term):
        known = terms_of(expression.license)
        return known is not None and not _UNALTERABLE.isdisjoint(known.restrictions)
    found = (_forbids_changes(part) for part in expression.parts)
    return any(found) if expression.operator == "AND" else all(found)
