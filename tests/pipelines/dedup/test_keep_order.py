import json

import duckdb
import pytest

import signals
from pipelines.dedup.keep_order import EVIDENCE_RANK_SQL, keep_order_sql
from pipelines.rules.columns import columns_beside
from pipelines.rules.expressions import RuleError

COLUMNS = columns_beside({group: signals.schema(group) for group in ("core", "language")})


def test_the_default_order_reads_three_columns() -> None:
    clause, columns = keep_order_sql(["evidence_rank", "created", "word_count desc"], COLUMNS)
    assert columns == {"license_evidence", "created", "word_count"}
    assert clause.endswith("(created\n) asc NULLS LAST, (word_count\n) desc NULLS LAST, id")


def test_without_a_preference_the_id_decides() -> None:
    assert keep_order_sql([], COLUMNS) == ("id", frozenset())


@pytest.mark.parametrize(
    "item",
    [
        *("license_declared", "upper(license_declared) desc", "license_evidence", "license", "status = 'allow'"),
        *("reason", "profile", "list_contains(obligations, 'attribution')"),
    ],
)
def test_a_licence_may_not_decide(item: str) -> None:
    with pytest.raises(RuleError, match="a licence may not decide which copy stands for the others"):
        keep_order_sql([item], COLUMNS)


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("creatd", "dedup.keep: creatd: no column creatd; did you mean created"),
        ("cluster_size desc", "no column cluster_size"),
        ("word_count + url", "dedup.keep: word_count . url: Binder Error: No function matches"),
        ("random()", "may not stand in a rule"),
        ("(SELECT 1)", "subqueries may not stand in a rule"),
        ("word_count desc nulls first", "syntax error|expected one condition"),
        ("created, word_count", "expected one condition"),
        ("created desc; DROP TABLE shards", "syntax error|expected one condition"),
        ("", "expected one condition"),
    ],
)
def test_what_cannot_order_is_refused(item: str, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        keep_order_sql([item], COLUMNS)


@pytest.mark.parametrize(
    ("evidence", "rank"),
    [
        (None, 7),
        ("[]", 7),
        (json.dumps([{"class": "E1"}]), 1),
        (json.dumps([{"class": "E6"}, {"class": "E3", "value": "E1"}]), 3),
        (json.dumps([{"class": "E4"}], separators=(",", ":")), 4),
    ],
)
def test_the_strongest_evidence_ranks(evidence: str | None, rank: int) -> None:
    with duckdb.connect() as connection:
        query = f"SELECT {EVIDENCE_RANK_SQL} FROM (SELECT ?::VARCHAR AS license_evidence)"  # noqa: S608 -- a constant
        assert connection.execute(query, [evidence]).fetchone() == (rank,)
