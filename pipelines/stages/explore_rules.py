"""The rules as the explorer's page asks them: with the thresholds taken out that can be moved there."""

import re
from collections.abc import Sequence

import pyarrow as pa

from datacards.explorer.index import ExplorerRule, HeldValue, ThresholdSlot
from pipelines.rules.expressions import Expression, value_types
from pipelines.rules.templates import Slot, Template, Threshold, template
from pipelines.stages.explore_rows import VERDICT_PREFIX

_NUMBER = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$|FLOAT$|DOUBLE$|DECIMAL")


def explorer_rules(rules: Sequence[Expression], table: pa.Schema) -> tuple[ExplorerRule, ...]:
    """Return the rules, in their order.

    Args:
        rules: The rules.
        table: The columns of the page. The thresholds of a rule that reads others cannot be moved there.
    """
    return tuple(_explorer_rule(rule, table) for rule in rules)


def _explorer_rule(rule: Expression, table: pa.Schema) -> ExplorerRule:
    found = template(rule) if rule.columns.issubset(table.names) else Template((), (rule.sql,))
    numeric = [number for number, threshold in enumerate(found.thresholds) if _is_numeric(threshold, table)]
    return ExplorerRule(
        name=rule.name,
        sql=rule.sql,
        verdict=f"{VERDICT_PREFIX}{rule.name}",
        columns=tuple(sorted(rule.columns)),
        thresholds=tuple(
            HeldValue(held.value, held.operator, held.sql, held.number)
            for held in (found.thresholds[number] for number in numeric)
        ),
        parts=tuple(_part(part, numeric) for part in found.parts),
    )


def _is_numeric(threshold: Threshold, table: pa.Schema) -> bool:
    sides = [Expression("threshold", sql, frozenset()) for sql in (threshold.value, threshold.sql)]
    return all(_NUMBER.match(kind) for kind in value_types(sides, table))


def _part(part: "str | Slot", numeric: Sequence[int]) -> "str | ThresholdSlot":
    if isinstance(part, str):
        return part
    return ThresholdSlot(numeric.index(part.comparison), part.sql) if part.comparison in numeric else part.sql
