"""SQL expressions over one document's columns: checked before they run, then evaluated on Arrow tables.

An expression sees one row and nothing else: no subquery, aggregate or window, nothing random, no clock, no file. So a
decision is a pure function of a document's columns, and changing a threshold recomputes no signal.
"""

import difflib
import functools
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

import signals
from pipelines.errors import RecipeError
from pipelines.rules.functions import is_function, is_lambda, is_pure, lambda_names, may_grow, samples_a_list

ALLOWED_NODES = frozenset(
    {"CONJUNCTION", "COMPARISON", "COLUMN_REF", "CONSTANT", "FUNCTION", "OPERATOR", "CAST", "TYPE", "CASE", "BETWEEN"}
    | {"LAMBDA", "LAMBDA_REF"}
)
REFUSED_NODES = {
    "SUBQUERY": "subqueries",
    "WINDOW": "window functions",
    "STAR": "`*`",
    "PARAMETER": "parameters",
    "DEFAULT": "DEFAULT",
    "COLLATE": "collations",
    "POSITIONAL_REFERENCE": "`#`",
    "GROUPING_FUNCTION": "GROUPING",
}


# A rule whose value is NULL is failed under a reason of its own: the rule's name and this.
NULL_SUFFIX = ":null"

_ALWAYS_COMPUTED = ("core", "language")  # no recipe can leave them out


class RuleError(RecipeError):
    """An expression that cannot be a rule; the message says which and why."""


@dataclass(frozen=True)
class Expression:
    """A checked expression: its SQL, and the columns that it reads."""

    name: str
    sql: str
    columns: frozenset[str]


def check_expression(name: str, sql: str, known_columns: Collection[str]) -> Expression:
    """Check that an expression reads one document's columns and nothing else.

    Args:
        name: What the expression is called in messages, such as `select.rules.enough_words`.
        sql: The expression.
        known_columns: Every column that a document has.

    Raises:
        RuleError: It is no expression, reads an unknown column, or could see more than one document.
    """
    columns = set[str]()
    _walk(name, _expression_node(name, sql), frozenset(known_columns), frozenset(), columns)
    return Expression(name, sql, frozenset(columns))


def expression_tree(expression: Expression) -> Mapping[str, Any]:
    """Return the syntax tree of a checked expression, as DuckDB serialises it."""
    return _expression_node(expression.name, expression.sql)


def value_types(expressions: Sequence[Expression], schema: pa.Schema) -> list[str]:
    """Return the SQL type of each expression's value on columns of these types.

    Raises:
        RuleError: An expression does not fit the types.
    """
    types = []
    with _connection() as connection:
        connection.register("document", schema.empty_table())
        for expression in expressions:
            try:
                types.append(str(connection.sql(_selecting(expression)).types[0]))
            except duckdb.Error as error:
                raise RuleError(f"{expression.name}: {_first_line(error)}") from None
    return types


def check_types(expressions: Sequence[Expression], schema: pa.Schema) -> None:
    """Check that each expression is a condition on columns of these types.

    Raises:
        RuleError: The expression does not fit the types, or gives something else than true or false.
    """
    for expression, kind in zip(expressions, value_types(expressions, schema), strict=True):
        if kind != "BOOLEAN":
            raise RuleError(f"{expression.name}: gives {kind}, expected true or false, as in `word_count >= 50`")


def first_failing(document_columns: pa.Table, rules: Sequence[Expression]) -> "pa.Array[Any]":
    """Return for each row the name of the first rule that it fails, or null when it passes all.

    A rule whose value is NULL is failed as `<rule>:null`.

    Args:
        document_columns: One row a document, with every column that the rules read.
        rules: Checked rules in the order in which they are asked.
    """
    if not rules:
        return pa.nulls(document_columns.num_rows, pa.string())
    values = ", ".join(f"({rule.sql}\n) AS rule_{index}" for index, rule in enumerate(rules))
    cases = " ".join(
        f"WHEN rule_{index} IS NULL THEN '{rule.name}{NULL_SUFFIX}' WHEN NOT rule_{index} THEN '{rule.name}'"
        for index, rule in enumerate(rules)
    )
    query = f"SELECT CASE {cases} END FROM (SELECT {values} FROM document)"  # noqa: S608 -- checked expressions
    return _column(document_columns, query, rules).cast(pa.string())


def evaluate(document_columns: pa.Table, expression: Expression) -> "pa.Array[Any]":
    """Return the value of an expression for each row."""
    return _column(document_columns, _selecting(expression), [expression])


def _selecting(expression: Expression) -> str:
    return f"SELECT ({expression.sql}\n) FROM document"  # noqa: S608 -- a checked expression


def _column(document_columns: pa.Table, query: str, expressions: Sequence[Expression]) -> "pa.Array[Any]":
    """Return the one column of a query over some expressions.

    Raises:
        RuleError: An expression cannot be computed for some document; the message names it.
    """
    with _connection() as connection:
        connection.register("document", document_columns)
        try:
            table = connection.sql(query).to_arrow_table()
        except duckdb.Error as error:
            name = next((e.name for e in expressions if _fails(connection, e)), expressions[0].name)
            raise RuleError(
                f"rule {name}: {_first_line(error)}; TRY(…) or TRY_CAST(…) makes the value null instead"
            ) from None
    values: pa.Array[Any] = table.column(0).combine_chunks()
    return values


def _fails(connection: duckdb.DuckDBPyConnection, expression: Expression) -> bool:
    try:
        connection.sql(_selecting(expression)).fetchall()
    except duckdb.Error:
        return True
    return False


def _expression_node(name: str, sql: str) -> Mapping[str, Any]:
    """Return the syntax tree of a lone expression, as DuckDB serialises it.

    It must stand both bare and in parentheses: bare, `a) OR (b` is none; in parentheses, `a GROUP BY ALL` is none.
    """
    _lone_expression(name, sql, f"SELECT {sql}\n")
    return _lone_expression(name, sql, f"SELECT ({sql}\n)")


def _lone_expression(name: str, sql: str, statement: str) -> Mapping[str, Any]:
    row = _database().execute("SELECT json_serialize_sql(?)", [statement]).fetchone()
    tree: dict[str, Any] = json.loads(row[0]) if row else {"error": True}
    if tree.get("error"):
        message = tree.get("error_message", "not understood").splitlines()[0]
        raise RuleError(f"{name}: {sql!r}: {message}; expected one condition, as in `word_count >= 50`")
    node: Mapping[str, Any] = tree["statements"][0]["node"]
    lone = (
        len(tree["statements"]) == 1
        and node.get("type") == "SELECT_NODE"
        and len(node["select_list"]) == 1
        and not node["select_list"][0].get("alias")
        and node["from_table"]["type"] == "EMPTY"
        and not any(node.get(part) for part in ("where_clause", "group_expressions", "having", "qualify", "modifiers"))
    )
    if not lone:
        raise RuleError(f"{name}: {sql!r}: expected one condition, as in `word_count >= 50`")
    expression: Mapping[str, Any] = node["select_list"][0]
    return expression


def _walk(name: str, node: Any, known: frozenset[str], lambdas: frozenset[str], columns: set[str]) -> None:  # noqa: ANN401 -- JSON
    if isinstance(node, list):
        for item in node:
            _walk(name, item, known, lambdas, columns)
        return
    if not isinstance(node, dict):
        return
    kind = node.get("class")
    if node.get("type") == "GROUPING_FUNCTION":
        kind = "GROUPING_FUNCTION"
    if kind is not None and kind not in ALLOWED_NODES:
        raise RuleError(
            f"{name}: {REFUSED_NODES.get(kind, kind)} may not stand in a rule: it sees one document's columns only"
        )
    if kind == "FUNCTION":
        _check_function(name, node)
    if is_lambda(node):
        lambdas = lambdas | lambda_names(node)
    if kind == "COLUMN_REF":
        _check_column(name, node["column_names"], known, lambdas, columns)
        return
    for child in node.values():
        _walk(name, child, known, lambdas, columns)


def _check_column(
    name: str, path: list[str], known: frozenset[str], lambdas: frozenset[str], columns: set[str]
) -> None:
    column = path[0].lower()
    if len(path) == 1 and column in lambdas:
        return
    if len(path) != 1 or column not in known:
        raise RuleError(f"{name}: no column {'.'.join(path)}; {_hint(column, known)}")
    columns.add(column)


def _hint(column: str, known: frozenset[str]) -> str:
    """Return what a user may do about a column that is not there."""
    for signal in signals.declared_signals():
        if signal.name == column and signal.group not in _ALWAYS_COMPUTED:
            return f"it is a signal of documents, of group {signal.group}: add it to annotate.groups"
    near = difflib.get_close_matches(column, known, n=1)
    return f"did you mean {near[0]}?" if near else "`loam signals` lists them"


def _check_function(name: str, node: Mapping[str, Any]) -> None:
    function = node["function_name"].lower()
    if not is_function(function):
        raise RuleError(f"{name}: no function {function}")
    if not is_pure(function) or samples_a_list(function, node.get("arguments", [])):
        raise RuleError(
            f"{name}: {function}() may not stand in a rule: its value is not a function of one document alone"
        )
    if may_grow(function, node.get("arguments", [])):
        raise RuleError(f"{name}: {function}() may not stand in a rule so: its value may be of any size")
    if node.get("schema") or node.get("catalog"):
        written = ".".join(node["qualified_name"]["path"])
        raise RuleError(f"{name}: {written}(): a function stands without a prefix, as in `length(text)`")


@functools.cache
def _database() -> duckdb.DuckDBPyConnection:
    """Return an empty database that stays open: to open one takes longer than a hundred expressions."""
    return duckdb.connect(
        config={"enable_external_access": "false", "threads": "1", "autoload_known_extensions": "false"}
    )


def _connection() -> duckdb.DuckDBPyConnection:
    """Return a connection of its own, to be closed: what is registered with it no other sees."""
    connection = _database().cursor()
    connection.execute("SET python_enable_replacements = false")
    connection.execute("SET TimeZone = 'UTC'")  # a decision must not depend on where the machine stands
    connection.execute("SET enable_progress_bar = false")  # nothing but results on standard output
    return connection


def _first_line(error: duckdb.Error) -> str:
    return str(error).splitlines()[0]
