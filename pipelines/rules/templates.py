"""Rules with their thresholds taken out, so that others can be put in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import duckdb

from pipelines.rules.comparisons import Node, comparisons, held_comparisons, sql_of
from pipelines.rules.expressions import Expression, expression_tree


@dataclass(frozen=True)
class Slot:
    """A place in a rule where a threshold stands.

    Attributes:
        comparison: Which of the rule's comparisons holds a value against it, from 0.
        sql: What stands there.
    """

    comparison: int
    sql: str


@dataclass(frozen=True)
class Threshold:
    """A value that a rule holds against a threshold.

    Attributes:
        value: SQL of the value.
        operator: One of ``>``, ``>=``, ``<``, ``<=``, with the value on the left.
        sql: SQL of the threshold.
        number: The threshold, where it is one number for all documents; None where it depends on the language.
    """

    value: str
    operator: str
    sql: str
    number: float | None


Part: TypeAlias = "str | Slot"


@dataclass(frozen=True)
class Template:
    """A rule in parts: the parts, each slot's own SQL in its place, are the rule's SQL."""

    thresholds: tuple[Threshold, ...]
    parts: tuple[Part, ...]


def template(rule: Expression) -> Template:
    """Return a rule with its thresholds taken out; without any, the rule is one part."""
    tree = expression_tree(rule)
    places = [tuple(_places(tree, threshold)) for _, _, threshold in held_comparisons(tree)]
    mark = _absent_from(rule.sql)
    marks = {
        id(place): _text(f"{mark}{number}:{sql_of(place)}{mark}")
        for number, found in enumerate(places)
        for place in found
    }
    thresholds = tuple(
        Threshold(held.value, held.operator, held.threshold, _number(held.threshold) if len(found) == 1 else None)
        for held, found in zip(comparisons(rule), places, strict=True)
    )
    return Template(thresholds, tuple(_parts(sql_of(_replaced(tree, marks)), mark)))


def _places(tree: Node, threshold: Node) -> Iterator[Node]:
    """Yield the nodes of a tree that make up a threshold: itself, or those of all cases of languages."""
    if _stands_in(tree, threshold):
        yield threshold
        return
    cases = [*(check["then_expr"] for check in threshold["case_checks"]), threshold["else_expr"]]
    yield from (case for case in cases if _stands_in(tree, case))


def _stands_in(tree: Any, node: Node) -> bool:  # noqa: ANN401 -- JSON
    if tree is node:
        return True
    children = tree.values() if isinstance(tree, Mapping) else tree if isinstance(tree, list) else ()
    return any(_stands_in(child, node) for child in children)


def _replaced(tree: Any, marks: Mapping[int, Node]) -> Any:  # noqa: ANN401 -- JSON
    if id(tree) in marks:
        return marks[id(tree)]
    if isinstance(tree, Mapping):
        return {key: _replaced(child, marks) for key, child in tree.items()}
    return [_replaced(child, marks) for child in tree] if isinstance(tree, list) else tree


def _text(text: str) -> Node:
    literal = {"kind": "STRING", "text": text}
    return {"class": "CONSTANT", "type": "VALUE_CONSTANT", "alias": "", "literal": literal}


def _absent_from(sql: str) -> str:
    """Return a mark that does not occur in some SQL."""
    number = 0
    while f"|{number}|" in sql:
        number += 1
    return f"|{number}|"


def _parts(sql: str, mark: str) -> Iterator[Part]:
    """Yield the parts of SQL in which each threshold is a marked text, `'<mark>0:50<mark>'`."""
    before, *marked = sql.split(f"'{mark}")
    yield before
    for text in marked:
        slot, rest = text.split(f"{mark}'", 1)
        comparison, _, threshold = slot.partition(":")
        yield Slot(int(comparison), threshold.replace("''", "'"))
        yield rest


def _number(sql: str) -> float | None:
    """Return the number that SQL without columns is; None for anything else."""
    with duckdb.connect(config={"enable_external_access": "false", "threads": "1"}) as connection:
        try:
            row = connection.execute(f"SELECT TRY_CAST(({sql}) AS DOUBLE)").fetchone()
        except duckdb.Error:  # it reads a column of the document's language
            return None
    return None if row is None else row[0]
