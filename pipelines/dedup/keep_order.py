"""The declared order in which documents of a cluster are preferred as its representative."""

import re
from collections.abc import Sequence

from pipelines.rules.columns import known_columns
from pipelines.rules.expressions import check_expression

EVIDENCE_RANK = "evidence_rank"

# Strongest class of evidence for the declared licence: 1 for E1 to 6 for E6, 7 where there is none.
EVIDENCE_RANK_SQL = (
    'coalesce(list_min(list_transform(regexp_extract_all(license_evidence, \'"class": ?"E([1-6])"\', 1), '
    "lambda found: found::INTEGER)), 7)"
)

# What must not decide: a permissive copy may have been stripped of its terms (licensing may never be laundered).
_FORBIDDEN = frozenset({"license_declared", "license", "status", "obligations", "reason", "profile"})


def keep_order_sql(keep: Sequence[str], groups: Sequence[str]) -> tuple[str, frozenset[str]]:
    """Return an ORDER BY clause, and the columns of `documents` and `signals` that it reads.

    Args:
        keep: SQL expressions, each with an optional `asc` or `desc`; nulls come last.
        groups: The groups of signals that the corpus has.

    Raises:
        RuleError: An expression is none, reads an unknown column, or orders by licence.
    """
    known = {
        name
        for name, (table, _) in known_columns(groups).items()
        if table not in ("duplicates", "licences") and name not in _FORBIDDEN
    }
    clauses, columns = [], set[str]()
    for item in keep:
        match = re.fullmatch(r"(.*?)(?:\s+(asc|desc))?", item.strip(), re.IGNORECASE | re.DOTALL)
        sql, direction = (match[1], match[2] or "asc") if match else (item, "asc")
        if sql == EVIDENCE_RANK:
            sql = EVIDENCE_RANK_SQL
            columns.add("license_evidence")
        else:
            columns |= check_expression(f"dedup.keep: {item}", sql, known).columns
        clauses.append(f"({sql}\n) {direction} NULLS LAST")
    return ", ".join([*clauses, "id"]), frozenset(columns)
