"""The comparisons with a threshold inside a rule, so that a threshold can be shown, and moved."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import duckdb

from pipelines.rules.expressions import Expression, expression_tree
from pipelines.rules.packs.pack import load_pack, pack_names

_AT_LEAST = {"COMPARE_GREATERTHAN": ">", "COMPARE_GREATERTHANOREQUALTO": ">="}
_AT_MOST = {"COMPARE_LESSTHAN": "<", "COMPARE_LESSTHANOREQUALTO": "<="}
_MIRRORED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
_NOTHING = {"class": "CONSTANT", "type": "VALUE_CONSTANT", "alias": "", "literal": {"kind": "NULL_LITERAL", "text": ""}}

Node: TypeAlias = Mapping[str, Any]  # a part of an expression, as DuckDB serialises it
Held: TypeAlias = tuple[Node, str, Node]  # a value, the operator, its threshold

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
        threshold: SQL of the threshold: a number, or one for each language, null for one that it is not asked of.
        alone: Whether the rule is this comparison and nothing else, asked of all languages.
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
    found = tuple(held_comparisons(tree))
    alone = len(found) == 1 and all(case["class"] == "COMPARISON" for case in _cases(tree))
    return tuple(Comparison(sql_of(value), operator, sql_of(threshold), alone) for value, operator, threshold in found)


def held_comparisons(node: Node) -> Iterator[Held]:
    """Yield the comparisons of `comparisons` as parts of the syntax tree that is given."""
    kind = node["class"]
    if kind == "CONJUNCTION" and node["type"] == "CONJUNCTION_AND":
        for child in node["children"]:
            yield from held_comparisons(child)
    elif kind == "COMPARISON":
        operator = (_AT_LEAST | _AT_MOST).get(node["type"])
        if operator is not None:
            yield from _held_against(node["left"], operator, node["right"])
    elif kind == "BETWEEN":
        yield from _held_against(node["input"], ">=", node["lower"])
        yield from _held_against(node["input"], "<=", node["upper"])
    elif kind == "CASE":
        yield from _held_in_each_case(node)


def _held_against(left: Node, operator: str, right: Node) -> Iterator[Held]:
    if _is_threshold(right) and not _is_threshold(left):
        yield left, operator, right
    elif _is_threshold(left) and not _is_threshold(right):
        yield right, _MIRRORED[operator], left


def _held_in_each_case(node: Node) -> Iterator[Held]:
    """Yield the comparison that is made in each case of languages, with other thresholds, or in some of them."""
    checks, cases = node["case_checks"], _cases(node)
    asked = [case for case in cases if not _is_true(case)]
    held = [found for case in asked if case["class"] == "COMPARISON" for found in held_comparisons(case)]
    differing = {(sql_of(value), operator) for value, operator, _ in held}
    if len(held) < len(asked) or len(differing) != 1 or not all(_is_threshold(check["when_expr"]) for check in checks):
        return
    found = iter(held)
    *of_languages, otherwise = [_NOTHING if _is_true(case) else next(found)[2] for case in cases]
    thresholds = [{**check, "then_expr": threshold} for check, threshold in zip(checks, of_languages, strict=True)]
    value, operator, _ = held[0]
    yield value, operator, {**node, "case_checks": thresholds, "else_expr": otherwise}


def _cases(node: Node) -> Sequence[Node]:
    """Return what an expression is, case by case."""
    if node["class"] != "CASE":
        return [node]
    return [*(check["then_expr"] for check in node["case_checks"]), node["else_expr"]]


def _is_true(node: Node) -> bool:
    literal = node.get("literal", {})
    return bool(literal.get("kind") == "BOOLEAN" and literal.get("text") == "true")


def _is_threshold(node: Node) -> bool:
    return _columns(node) <= _OF_LANGUAGE


def _columns(node: Any) -> frozenset[str]:  # noqa: ANN401 -- JSON
    if isinstance(node, list):
        return frozenset().union(*map(_columns, node))
    if not isinstance(node, Mapping):
        return frozenset()
    if node.get("class") == "COLUMN_REF":
        return frozenset({node["column_names"][0].lower()})
    return frozenset().union(*map(_columns, node.values()))


def sql_of(node: Node) -> str:
    """Return the SQL of an expression, as DuckDB writes it."""
    with duckdb.connect(config={"enable_external_access": "false", "threads": "1"}) as connection:
        row = connection.execute("SELECT json_serialize_sql('SELECT 1')").fetchone()
        statement = json.loads(row[0]) if row else {}
        statement["statements"][0]["node"]["select_list"] = [node]
        written = connection.execute("SELECT json_deserialize_sql(?)", [json.dumps(statement)]).fetchone()
    return str(written[0]).removeprefix("SELECT ") if written else ""
