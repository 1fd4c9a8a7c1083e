"""Cases: rules over signals, on generated numbers."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

import signals
from benchmarks.documents import Material
from pipelines.rules.expressions import Expression, check_expression, first_failing
from pipelines.rules.packs.pack import load_pack

PACKS = ("gopher", "fineweb")
RULES = 20
ROWS = 10_000_000

_ROWS_AT_A_TIME = 1_000_000  # as shards come
_FAILING = 0.02  # of the rows, by each rule: two thirds pass them all, and so are asked all
_COMPARISON = re.compile(r"(\w+) (<=|>=) ([\d.]+)")


def first_failing_rules(_: Material) -> Callable[[], int]:
    """Prepare finding the first of twenty rules, each of another signal, that each of ten million documents fails."""
    schema = signals.schema("core")
    draw = np.random.default_rng(42)
    columns: dict[str, pa.Array[Any]] = {}
    rules: list[Expression] = []
    for name, sql in ((name, str(sql)) for pack in PACKS for name, sql in load_pack(pack).rules.items()):
        match = _COMPARISON.fullmatch(sql)
        if match is None or match[1] in columns or len(rules) == RULES:
            continue
        column, operator, threshold = match.groups()
        passing, failing = (0.8, 1.2) if operator == "<=" else (1.2, 0.8)
        shares = np.where(draw.random(_ROWS_AT_A_TIME) < _FAILING, failing, passing)
        columns[column] = pa.array(shares * float(threshold)).cast(schema.field(column).type, safe=False)
        rules.append(check_expression(name, sql, schema.names))
    table = pa.table(columns)

    def work() -> int:
        for _ in range(ROWS // _ROWS_AT_A_TIME):
            first_failing(table, rules)
        return 0

    return work
