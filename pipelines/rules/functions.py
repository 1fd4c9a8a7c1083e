"""Which functions a rule may call: those whose value depends on their arguments and on nothing else."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb

# DuckDB declares them to depend on their arguments only. In truth they read the clock, the catalog or a query's plan.
_IMPURE = frozenset({"age", "current_localtime", "current_localtimestamp", "index_key", "json_serialize_plan"})

# DuckDB's macros may hide anything; these are plain expressions of their arguments, as are all that work on a list.
_PURE_MACROS = frozenset({"date_add", "days_in_month", "fdiv", "fmod", "if", "nullif", "split_part"})
_LIST_MACRO_PREFIXES = ("list_", "array_")

# A few letters of SQL, and the value fills the machine's memory.
_GROWING = frozenset(
    {"lpad", "rpad", "format", "printf", "bitstring", "equi_width_bins", "list_resize", "array_resize"}
)

# They take a value through a list: what joins, doubles it with each element. Numbers stay what they are.
_REDUCING = frozenset({"reduce", "list_reduce", "array_reduce"})
_OF_NUMBERS = frozenset({"+", "-", "*", "/", "//", "%", "greatest", "least", "abs"})

# They make a value for each element of a list: of another column, such as the text, as often as there are elements.
_MAPPING = frozenset({"list_transform", "array_transform", "list_apply", "array_apply", "apply"})
_TRUE_OR_FALSE = frozenset({"COMPARISON", "BETWEEN"})  # whatever they hold

# They put a text in place of others, wherever those stand: by another text of the document, its size is squared.
_REPLACING = frozenset({"replace", "regexp_replace"})
_REPLACEMENT = 2  # its place among their arguments

# They apply an aggregate, named by their second argument, to one document's own list.
_LIST_AGGREGATES = frozenset({"aggregate", "array_aggr", "array_aggregate", "list_aggr", "list_aggregate"})
_SAMPLING_AGGREGATE = "reservoir_quantile"


def is_function(name: str) -> bool:
    """Tell whether DuckDB has a function of this name (in lower case)."""
    return name in _kinds()


def is_pure(name: str) -> bool:
    """Tell whether a function's value depends on its arguments only: no aggregate, table, clock, setting or chance."""
    if name in _IMPURE or name.startswith("__internal"):
        return False
    return all(
        name in _PURE_MACROS or name.startswith(_LIST_MACRO_PREFIXES)
        if kind == "macro"
        else kind == "scalar" and stability == "CONSISTENT"
        for kind, stability in _kinds()[name]
    )


def samples_a_list(name: str, arguments: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether a call reduces a list by an aggregate that draws at random, or may be one.

    Args:
        name: The function (in lower case).
        arguments: Its arguments, as DuckDB serialises them.
    """
    if name not in _LIST_AGGREGATES or len(arguments) < 2:  # noqa: PLR2004 -- a list and the aggregate's name
        return False
    aggregate = arguments[1]["expression"]
    return aggregate["class"] != "CONSTANT" or str(_constant(aggregate)).lower() == _SAMPLING_AGGREGATE


def may_grow(name: str, arguments: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether a call can make a value whose size has little to do with that of the document.

    Args:
        name: The function (in lower case).
        arguments: Its arguments, as DuckDB serialises them.
    """
    if name in _REPLACING and len(arguments) > _REPLACEMENT:
        return bool(arguments[_REPLACEMENT]["expression"]["class"] != "CONSTANT")
    if name in _MAPPING:
        return bool(list(_names_from_outside([argument["expression"] for argument in arguments[1:2]])))
    if name in _REDUCING:
        bodies = [argument["expression"].get("expr") for argument in arguments[1:2]]
        return not _OF_NUMBERS.issuperset(_called(bodies))
    return name in _GROWING


def is_lambda(node: Mapping[str, Any]) -> bool:
    """Tell whether an expression is a lambda: a single arrow, which DuckDB serialises as one, reads a field of JSON."""
    return node.get("class") == "LAMBDA" and node["syntax_type"] == "LAMBDA_KEYWORD"


def lambda_names(node: Mapping[str, Any]) -> frozenset[str]:
    """Return the names (in lower case) of a lambda's parameters."""
    return frozenset(_names_from_outside(node["lhs"]))


def _names_from_outside(node: Any, bound: frozenset[str] = frozenset()) -> Iterator[str]:  # noqa: ANN401 -- JSON
    """Yield the names in an expression's value (in lower case) that are no parameters of lambdas around them in it."""
    if isinstance(node, Mapping):
        if node.get("class") in _TRUE_OR_FALSE:
            return
        if node.get("class") == "COLUMN_REF":
            yield from {node["column_names"][0].lower()} - bound
            return
        if is_lambda(node):
            yield from _names_from_outside(node["expr"], bound | lambda_names(node))
            return
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from _names_from_outside(part, bound)


def _called(node: Any) -> Iterator[str]:  # noqa: ANN401 -- JSON
    """Yield the functions that stand anywhere in an expression."""
    if isinstance(node, Mapping):
        if node.get("class") == "FUNCTION":
            yield str(node["function_name"]).lower()
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from _called(part)


def _constant(node: Mapping[str, Any]) -> object:
    literal = node.get("literal")
    return literal.get("text") if isinstance(literal, dict) else node.get("value")


@functools.cache
def _kinds() -> Mapping[str, frozenset[tuple[str, str | None]]]:
    """Return the kinds and stabilities of every DuckDB function, by name."""
    found: dict[str, set[tuple[str, str | None]]] = {}
    with duckdb.connect(config={"enable_external_access": "false", "threads": "1"}) as connection:
        query = "SELECT function_name, function_type, stability FROM duckdb_functions()"
        for function, kind, stability in connection.execute(query).fetchall():
            found.setdefault(function.lower(), set()).add((kind, stability))
    return {function: frozenset(kinds) for function, kinds in found.items()}
