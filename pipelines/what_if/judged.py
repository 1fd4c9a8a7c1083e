"""Every document that the rules are asked about, judged by each of them; in DuckDB, from the tables that stand."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import duckdb

from pipelines.corpus.receipts import Receipt, read_receipts
from pipelines.errors import CorpusError, UsageError
from pipelines.queries import open_corpus
from pipelines.rules.columns import LONE_DOCUMENT
from pipelines.rules.comparisons import Comparison, comparisons
from pipelines.rules.expressions import NULL_SUFFIX, Expression, check_expression

JUDGED = "judged"
_NUMBER = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$|FLOAT$|DOUBLE$|DECIMAL")
_VIEWS = ("documents", "signals", "duplicates", "contaminated", "licences")


@dataclass(frozen=True)
class Judged:
    """A table `judged` with one row for each document that reached the rules.

    Its columns: `id`, `concluded` (language), `bytes`, `kept_now`, every column that a rule reads, and for rule n
    `fails_n` and `null_n`; `failures` counts the rules that fail.

    Attributes:
        connection: Where it lies, together with the views of the corpus.
        rules: The rules, in the order in which they are asked.
        held: For each rule the numbers that it holds against thresholds.
        changed: Whether they differ from those that the corpus was selected by.
    """

    connection: duckdb.DuckDBPyConnection
    rules: tuple[Expression, ...]
    held: tuple[tuple[Comparison, ...], ...]
    changed: bool


def judge(root: Path, changes: Mapping[str, str | None]) -> Judged:
    """Judge the documents of a corpus by its rules, some of them changed.

    Args:
        root: The corpus, selected.
        changes: SQL by name for rules to change or add; None for rules to leave out.

    Raises:
        CorpusError: The corpus is not selected yet, or damaged.
        RuleError: A changed rule is none.
        UsageError: A rule to leave out is not there.
    """
    connection = open_corpus(root)
    recorded = _recorded_rules(root)
    known = _known_columns(connection)
    names = [name for name in recorded if changes.get(name, "") is not None]
    for name, sql in changes.items():
        if sql is None and name not in recorded:
            raise UsageError(f"no rule {name!r} to leave out: there are {', '.join(recorded) or 'none'}")
        if sql is not None and name not in recorded:
            names.append(name)
    rules = tuple(check_expression(name, changes.get(name) or recorded[name], known) for name in names)
    if not rules:
        raise UsageError("the corpus has no rules; give one with --set NAME='word_count >= 50'")
    connection.execute(_query(rules, recorded))
    held = tuple(tuple(_of_numbers(connection, comparisons(rule))) for rule in rules)
    return Judged(connection, rules, held, {rule.name: rule.sql for rule in rules} != recorded)


def _of_numbers(connection: duckdb.DuckDBPyConnection, found: Sequence[Comparison]) -> Iterator[Comparison]:
    for comparison in found:
        types = connection.sql(f"SELECT {comparison.value}, {comparison.threshold} FROM {JUDGED} LIMIT 0").types  # noqa: S608 -- parts of checked expressions
        if all(_NUMBER.match(str(kind)) for kind in types):
            yield comparison


def _recorded_rules(root: Path) -> dict[str, str]:
    """Return the rules by which a corpus was selected, as its receipts record them."""
    receipt = next(_selections(root), None)
    if receipt is None:
        raise CorpusError(f"{root}: not selected yet; `loam run RECIPE --corpus {root} --until select` does that")
    rules = cast("Sequence[Mapping[str, str]]", receipt.parameters["rules"])
    return {rule["name"]: rule["sql"] for rule in rules}


def _selections(root: Path) -> Iterator[Receipt]:
    return (receipt for receipt in read_receipts(root) if receipt.stage == "select")


def _known_columns(connection: duckdb.DuckDBPyConnection) -> set[str]:
    query = f"SELECT column_name FROM duckdb_columns() WHERE table_name IN {_VIEWS}"  # noqa: S608 -- names of views
    return {name for (name,) in connection.execute(query).fetchall()}


def _query(rules: Sequence[Expression], recorded: Mapping[str, str]) -> str:
    """Return the statement that makes the table: documents kept, or dropped by one of the recorded rules."""
    columns = sorted(set().union(*(rule.columns for rule in rules)) - {"id"})
    selected = ", ".join(_of_lone_document(column) for column in columns)
    verdicts = ", ".join(
        f"(({rule.sql}\n) IS NOT TRUE) AS fails_{number}, (({rule.sql}\n) IS NULL) AS null_{number}"
        for number, rule in enumerate(rules)
    )
    failures = " + ".join(f"fails_{number}::INTEGER" for number in range(len(rules)))
    reasons = ", ".join(_quoted(reason) for name in recorded for reason in (name, f"{name}{NULL_SUFFIX}"))
    reached = f"decisions.rule IS NULL OR decisions.rule IN ({reasons})" if reasons else "decisions.rule IS NULL"
    return f"""
        CREATE TEMP TABLE {JUDGED} AS
        SELECT *, {failures} AS failures FROM (
            SELECT *, {verdicts} FROM (
                SELECT documents.id, decisions.lang AS concluded, decisions.kept AS kept_now,
                       signals.byte_count AS bytes{", " if selected else ""}{selected}
                FROM documents JOIN signals USING (id) JOIN decisions USING (id)
                LEFT JOIN duplicates USING (id) LEFT JOIN contaminated USING (id) LEFT JOIN licences USING (id)
                WHERE {reached}
            )
        )
    """  # noqa: S608 -- checked expressions and names of columns


def _of_lone_document(column: str) -> str:
    """Return how a column is selected, where a document without copies has no row in `duplicates`."""
    if column == "lang":
        return "documents.lang"
    if column not in LONE_DOCUMENT:
        return f'"{column}"'
    return f'coalesce("{column}", {LONE_DOCUMENT[column]!r}) AS "{column}"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
