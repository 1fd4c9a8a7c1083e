"""The comparisons with a threshold inside a rule, so that a threshold can be shown, and moved."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from pipelines.rules.expressions import Expression, expression_tree
from pipelines.rules.packs.pack import load_pack, pack_names

_AT_LEAST = {"COMPARE_GREATERTHAN": ">", "COMPARE_GREATERTHANOREQUALTO": ">="}
_AT_MOST = {"COMPARE_LESSTHAN": "<", "COMPARE_LESSTHANOREQUALTO": "<="}
_MIRRORED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}

# Columns by which a threshold may differ: it stays one number for all documents of a language.
_OF_LANGUAGE = frozenset({"language", "detected", "script"}).union(
    *(load_pack(pack).thresholds for pack in pack_names())
)


@dataclass(frozen=True)
class Comparison:
    """A value held against a threshold.

    Attributes:
        value: SQL of the value, which depends on the document.
        operator: One of ``>``, ``>=``, ``<``, ``<=``, with the value on the left.
        threshold: SQL of the threshold: a number, or one for each language.
        alone: Whether the rule is this comparison and nothing else.
    """

    value: str
    operator: str
    threshold: str
    alone: bool

    @property
    def is_minimum(self) -> bool:
        """Whether values below the threshold fail."""
        return self.operator.startswith(">")


def comparisons(rule: Expression) -> tuple[Comparison, ...]:
    """Return the comparisons with a threshold in a rule, from left to right; BETWEEN is two.

    Only those that must hold for the rule to hold: below OR and NOT a threshold alone removes nothing.
    """
    tree = expression_tree(rule)
    found = tuple(_comparisons(tree))
    return tuple(
        Comparison(value, operator, threshold, len(found) == 1 and tree["class"] == "COMPARISON")
        for value, operator, threshold in found
    )


def _comparisons(node: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    kind = node["class"]
    if kind == "CONJUNCTION" and node["type"] == "CONJUNCTION_AND":
        for child in node["children"]:
            yield from _comparisons(child)
    elif kind == "COMPARISON":
        operator = (_AT_LEAST | _AT_MOST).get(node["type"])
        if operator is not None:
            yield from _held_against(node["left"], operator, node["right"])
    elif kind == "BETWEEN":
        yield from _held_against(node["input"], ">=", node["lower"])
        yield from _held_against(node["input"], "<=", node["upper"])


def _held_against(left: Mapping[str, Any], operator: str, right: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    if _is_threshold(right) and not _is_threshold(left):
        yield _sql(left), operator, _sql(right)
    elif _is_threshold(left) and not _is_threshold(right):
        yield _sql(right), _MIRRORED[operator], _sql(left)


def _is_threshold(node: Mapping[str, Any]) -> bool:
    return _columns(node) <= _OF_LANGUAGE


def _columns(node: Any) -> frozenset[str]:  # noqa: ANN401 -- JSON
    if isinstance(node, list):
        return frozenset().union(*map(_columns, node))
    if not isinstance(node, Mapping):
        return frozenset()
    if node.get("class") == "COLUMN_REF":
        return frozenset({node["column_names"][0].lower()})
    return frozenset().union(*map(_columns, node.values()))


def _sql(node: Mapping[str, Any]) -> str:
    """Return the SQL of an expression, as DuckDB writes it."""
    with duckdb.connect(config={"enable_external_access": "false", "threads": "1"}) as connection:
        row = connection.execute("SELECT json_serialize_sql('SELECT 1')").fetchone()
        statement = json.loads(row[0]) if row else {}
        statement["statements"][0]["node"]["select_list"] = [node]
        written = connection.execute("SELECT json_deserialize_sql(?)", [json.dumps(statement)]).fetchone()
    return str(written[0]).removeprefix("SELECT ") if written else ""
