"""Rules about lines: which lines they remove from documents, and what stays."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

import signals
from pipelines.corpus.schemas import EDITS
from pipelines.errors import RecipeError
from pipelines.rules.expressions import Expression, check_expression, check_types, evaluate, first_failing
from pipelines.rules.packs.pack import Phrase, used_packs
from signals.own import OWN
from signals.segmentation import BUILTIN

if TYPE_CHECKING:
    from pipelines.recipe.annotate import LinesSection

LINE_RULES = "line_rules"  # the folder of what they propose among `edits`, and of what they leave among `signals`
LANGUAGE = "language"

_KEY = "annotate.edits.lines"
_MEASURED = ("line_length", "line_word_count", "line_sentence_count", "line_lorem_ipsum", "line_curly_bracket")
_LEFT = {
    "left_sentence_count": "line_sentence_count",
    "left_lorem_ipsum": "line_lorem_ipsum",
    "left_curly_brackets": "line_curly_bracket",
}

Integers = npt.NDArray[np.int64]
Spans: TypeAlias = "tuple[Integers, Integers, Integers, pa.Array[Any]]"  # documents, places, the rule of each


@dataclass(frozen=True)
class LineRules:
    """The rules of a pack about lines, or one's own.

    Attributes:
        name: The pack, or `own`.
        rules: Conditions on a line, which is removed where one does not hold.
        phrases: What is cut out of lines that stay, by name.
        conditions: Where each phrase is cut out, by its name.
    """

    name: str
    rules: tuple[Expression, ...]
    phrases: Mapping[str, Phrase]
    conditions: Mapping[str, Expression]

    @property
    def columns(self) -> frozenset[str]:
        """Every column of a line that is read."""
        return frozenset[str]().union(*(found.columns for found in (*self.rules, *self.conditions.values())))


@dataclass(frozen=True)
class Judged:
    """What rules about lines do to some documents.

    Attributes:
        edits: Rows of the table `edits`, by document and place.
        documents: `id` and, for each set of rules, the columns of `left_schema`.
        removed: The first rule that removes each line, null for those that stay.
    """

    edits: pa.Table
    documents: pa.Table
    removed: "pa.Array[Any]"


def line_schema() -> pa.Schema:
    """Return the columns that a rule about lines may read: signals with a value for each line, and the language."""
    types: list[tuple[str, Any]] = [
        (signal.name, signal.type) for signal in signals.declared_signals() if signal.by_line
    ]
    columns: dict[str, pa.DataType] = {name: of.value_type for name, of in types}
    return pa.schema(columns | {LANGUAGE: pa.string()})


def left_schema(names: Sequence[str]) -> pa.Schema:
    """Return the columns that tell of each document what sets of rules about lines leave of it."""
    columns: dict[str, pa.DataType] = {}
    for name in names:
        columns[f"{name}_removed_line_count"] = pa.int64()
        columns[f"{name}_removed_word_fraction"] = pa.float64()
        columns |= {f"{name}_{left}": pa.int64() for left in _LEFT}
    return pa.schema(columns)


def set_names(section: "LinesSection") -> tuple[str, ...]:
    """Return the names of a recipe's sets of rules about lines: its packs, and `own` if it has other rules."""
    named = {name for pack in used_packs(section.use, _KEY) for name in (*pack.lines, *pack.phrases)}
    return (*section.use, OWN) if section.rules.keys() - named else section.use


def chosen_line_rules(section: "LinesSection") -> list[LineRules]:
    """Return a recipe's rules about lines, by pack and in order, its own last.

    Raises:
        RecipeError: There is no such pack or it has no such rules, or nothing for a rule to turn off.
        RuleError: A rule is no condition on one line's columns.
    """
    schema, own = line_schema(), dict(section.rules)
    found = []
    for pack in used_packs(section.use, _KEY):
        if not pack.lines:
            raise RecipeError(f"{_KEY}: pack {pack.name} has no rules about lines")
        conditions = {name: own.pop(name, sql) for name, sql in pack.lines.items()}
        phrases = {name: phrase for name, phrase in pack.phrases.items() if own.pop(name, "") is not None}
        found.append(_checked(pack.name, conditions, phrases, schema))
    for name, sql in own.items():
        if sql is None:
            raise RecipeError(f"{_KEY}.rules.{name}: there is no rule of that name to turn off")
    return [*found, _checked(OWN, own, {}, schema)] if own else found


def _checked(
    name: str, conditions: Mapping[str, str | None], phrases: Mapping[str, Phrase], schema: pa.Schema
) -> LineRules:
    rules = tuple(_check(rule, sql, schema) for rule, sql in conditions.items() if sql is not None)
    return LineRules(name, rules, phrases, {key: _check(key, phrase.where, schema) for key, phrase in phrases.items()})


def _check(name: str, sql: str, schema: pa.Schema) -> Expression:
    place = f"{_KEY}.rules.{name}"
    checked = check_expression(place, sql, schema.names)
    read = pa.schema([schema.field(column) for column in sorted(checked.columns | {LANGUAGE})])
    check_types([checked], read)
    return Expression(name, sql, checked.columns)


def judge_lines(
    ids: "pa.Array[Any]",
    texts: "pa.Array[Any]",
    languages: "pa.Array[Any]",
    sets: Sequence[LineRules],
    segmentation: str = BUILTIN,
) -> Judged:
    """Judge each line of some documents by each set of rules.

    A line that two sets remove is removed by the first. What a set leaves is told as if it stood alone.

    Args:
        ids: The documents.
        texts: Their texts.
        languages: Their concluded languages.
        sets: What `chosen_line_rules` returned.
        segmentation: How words are told apart in scripts without spaces; see `signals.segmentation`.
    """
    names = sorted(frozenset(_MEASURED).union(*(rules.columns for rules in sets)) - {LANGUAGE})
    found = signals.compute(texts, languages, names, segmentation=segmentation)
    by_line: dict[str, Any] = {name: found[name].combine_chunks() for name in names}
    rows = np.repeat(np.arange(len(texts)), by_line["line_length"].value_lengths().to_numpy())
    lines = pa.table({name: column.flatten() for name, column in by_line.items()} | {LANGUAGE: languages.take(rows)})
    starts, ends = _places(lines["line_length"].to_numpy(), rows, len(texts))
    failing = [first_failing(lines, rules.rules) for rules in sets]
    removed = pc.coalesce(*failing) if failing else pa.nulls(lines.num_rows, pa.string())
    gone = np.flatnonzero(pc.is_valid(removed).to_numpy(zero_copy_only=False))
    edits: list[Spans] = [(rows[gone], starts[gone], ends[gone], removed.take(gone))]
    for rules in sets:
        edits += _cut_phrases(rules, texts, lines, rows, starts, pc.is_null(removed))
    documents = {"id": ids}
    for rules, failed in zip(sets, failing, strict=True):
        documents |= _left(rules.name, lines, rows, pc.is_valid(failed).to_numpy(zero_copy_only=False), len(texts))
    return Judged(_edits(ids, edits), pa.table(documents), removed)


def _places(lengths: Integers, rows: Integers, documents: int) -> tuple[Integers, Integers]:
    """Return where each line begins and ends in the text of its document, in characters."""
    ends = np.cumsum(lengths, dtype=np.int64)
    first = np.searchsorted(rows, np.arange(documents))
    before = np.concatenate([[0], ends])[first]
    return ends - lengths - before[rows], ends - before[rows]


def _left(
    name: str, lines: pa.Table, rows: Integers, gone: npt.NDArray[np.bool_], documents: int
) -> dict[str, "pa.Array[Any]"]:
    """Return the columns that tell what a set of rules leaves of each document."""

    def sums(column: str, where: npt.NDArray[np.bool_]) -> Integers:
        return np.bincount(rows[where], lines[column].to_numpy()[where], documents).astype(np.int64)

    every = np.ones(len(rows), np.bool_)
    words = sums("line_word_count", every)
    share = sums("line_word_count", gone) / np.maximum(words, 1)
    return {
        f"{name}_removed_line_count": pa.array(np.bincount(rows[gone], minlength=documents)),
        f"{name}_removed_word_fraction": pa.array(share, mask=words == 0),
        **{f"{name}_{left}": pa.array(sums(column, ~gone)) for left, column in _LEFT.items()},
    }


def _cut_phrases(
    rules: LineRules,
    texts: "pa.Array[Any]",
    lines: pa.Table,
    rows: Integers,
    starts: Integers,
    stays: "pa.Array[Any]",
) -> list[Spans]:
    """Return the spans of phrases in lines that stay; Python's `re` looks only at texts in which RE2 finds one."""
    found: list[Spans] = []
    for name, phrase in rules.phrases.items():
        pattern = re.compile(phrase.pattern, re.IGNORECASE | re.MULTILINE | re.ASCII)
        hits = pc.match_substring_regex(texts, f"(?m){phrase.pattern}", ignore_case=True)
        spans: list[tuple[int, int, int]] = []
        allowed = pc.and_(stays, evaluate(lines, rules.conditions[name])).to_numpy(zero_copy_only=False)
        for row in np.flatnonzero(hits.to_numpy(zero_copy_only=False)).tolist():
            first, behind = np.searchsorted(rows, [row, row + 1])
            for match in pattern.finditer(texts[row].as_py()):
                line = first + int(np.searchsorted(starts[first:behind], match.start(), side="right")) - 1
                if allowed[line] and match.end() > match.start():
                    spans.append((row, *match.span()))
        cut = np.array(spans, np.int64).reshape(-1, 3)
        found.append((cut[:, 0], cut[:, 1], cut[:, 2], pa.array([name] * len(cut), pa.string())))
    return found


def _edits(ids: "pa.Array[Any]", parts: Sequence[Spans]) -> pa.Table:
    rows, starts, ends = (np.concatenate([part[k] for part in parts]) for k in range(3))
    rules = pa.chunked_array([part[3] for part in parts], pa.string())
    order = np.lexsort((ends, starts, rows))
    table = pa.table(
        {
            "id": ids.take(rows),
            "start": starts,
            "end": ends,
            "replacement": pa.array([""] * len(rows), pa.string()),
            "rule": rules,
        }
    )
    return table.take(order).cast(EDITS.remove_metadata())
