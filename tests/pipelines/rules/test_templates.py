import duckdb
import pytest

from pipelines.rules.expressions import check_expression
from pipelines.rules.templates import Slot, template

KNOWN = {"word_count", "ratio", "language", "title"}


@pytest.mark.parametrize(
    ("sql", "held"),
    [
        ("word_count >= 50", [("word_count", ">=", 50.0, ["50"])]),
        ("50 <= word_count", [("word_count", ">=", 50.0, ["50"])]),
        ("ratio < -0.5 AND title <> '|0|'", [("ratio", "<", -0.5, ["-0.5"])]),
        ("ratio BETWEEN 0.1 AND 1 + 1", [("ratio", ">=", 0.1, ["0.1"]), ("ratio", "<=", 2.0, ["(1 + 1)"])]),
        (
            "CASE language WHEN 'fra_Latn' THEN word_count >= 3 WHEN 'deu_Latn' THEN TRUE ELSE word_count >= 50 END",
            [("word_count", ">=", None, ["3", "50"])],
        ),
        ("word_count >= 5 OR ratio > 1", []),
        ("word_count = 5", []),
    ],
)
def test_thresholds_are_taken_out(sql: str, held: list[tuple[str, str, float | None, list[str]]]) -> None:
    found = template(check_expression("rule", sql, KNOWN))
    slots = [part for part in found.parts if isinstance(part, Slot)]
    assert [
        (one.value, one.operator, one.number, [slot.sql for slot in slots if slot.comparison == number])
        for number, one in enumerate(found.thresholds)
    ] == held


@pytest.mark.parametrize("sql", ["word_count >= 50 AND title <> '|0|1:2|0|'", "ratio > 1e-7 AND NOT word_count > 3"])
def test_the_parts_are_the_rule(sql: str) -> None:
    found = template(check_expression("rule", sql, KNOWN))
    written = "".join(part if isinstance(part, str) else part.sql for part in found.parts)
    rows = (
        "(VALUES (49, 1e-8, 'a'), (50, 0.1, '|0|1:2|0|'), (3, 2, 'b'), (NULL, 1, NULL)) AS t(word_count, ratio, title)"
    )
    with duckdb.connect() as connection:
        query = f"SELECT bool_and(({written}) IS NOT DISTINCT FROM ({sql})) FROM {rows}"  # noqa: S608
        assert connection.execute(query).fetchone() == (True,)
