"""The declared order in which documents of a cluster are preferred as its representative."""

import re
from collections.abc import Sequence

from pipelines.corpus.schemas import LICENCES
from pipelines.rules.columns import TRANSFORM_DROPPED, Columns
from pipelines.rules.expressions import RuleError, check_expression, value_types

EVIDENCE_RANK = "evidence_rank"

# Strongest class of evidence for the declared licence: 1 for E1 to 6 for E6, 7 where there is none.
EVIDENCE_RANK_SQL = (
    'coalesce(list_min(list_transform(regexp_extract_all(license_evidence, \'"class": ?"E([1-6])"\', 1), '
    "lambda found: found::INTEGER)), 7)"
)

# What must not decide: a permissive copy may have been stripped of its terms (licensing may never be laundered).
_TERMS = frozenset({"license_declared", "license_evidence", *LICENCES.names}) - {"id"}

_ITEM = re.compile(r"(?P<sql>.*?)(?:\s+(?P<direction>asc|desc))?", re.IGNORECASE | re.DOTALL)


def keep_order_sql(keep: Sequence[str], columns: Columns) -> tuple[str, frozenset[str]]:
    """Return an ORDER BY clause, and the columns of `documents` and `signals` that it reads.

    Args:
        keep: SQL expressions, each with an optional `asc` or `desc`; nulls come last.
        columns: Every column that the recipe gives.

    Raises:
        RuleError: An expression is none, reads an unknown column, or orders by licence.
    """
    known = columns.without("duplicates", "contaminated", "decisions").known
    clauses, read = [], set[str]()
    if TRANSFORM_DROPPED in known:  # what its source's operations drop speaks for no other document
        clauses.append(f"({TRANSFORM_DROPPED} IS NOT NULL)")
        read.add(TRANSFORM_DROPPED)
    for item in keep:
        sql, direction = _parts(item)
        if sql == EVIDENCE_RANK:
            sql = EVIDENCE_RANK_SQL
            read.add("license_evidence")
        else:
            expression = check_expression(f"dedup.keep: {item}", sql, known)
            if expression.columns & _TERMS:
                raise RuleError(f"dedup.keep: {item}: a licence may not decide which copy stands for the others")
            value_types([expression], columns.schema(expression.columns or {"id"}))
            read |= expression.columns
        clauses.append(f"({sql}\n) {direction} NULLS LAST")
    return ", ".join([*clauses, "id"]), frozenset(read)


def _parts(item: str) -> tuple[str, str]:
    """Return the expression and the direction of one item."""
    found = _ITEM.fullmatch(item.strip())
    return (found["sql"], found["direction"] or "asc") if found else (item, "asc")
