"""A document's story on a terminal."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from pipelines.rules.expressions import NULL_SUFFIX
from pipelines.stages.select import DUPLICATE, LANGUAGE, LICENSE_PREFIX, TRANSFORM_PREFIX
from pipelines.terminal import printable

INDENT = "  "
_LONG = 64  # characters
_DECIDED = {True: "kept", False: None, None: "not decided yet"}
_VERDICTS = {True: "passes", False: "fails", None: "fails (null)"}


def print_story(story: Mapping[str, Any], console: Console) -> None:
    """Print a story part by part, the decision first."""
    _print_line(console, verdict(story), style="bold")
    for part, (title, lines_of) in _PARTS.items():
        if part in story:
            console.print()
            _print_line(console, title, style="bold")
            for line in lines_of(story[part]):
                _print_line(console, INDENT + line)


def verdict(story: Mapping[str, Any]) -> str:
    """Return what became of the document, and why, in a sentence."""
    if "removed" in story:
        removed = story["removed"]
        when = f" on {removed['date']}" if removed["date"] else ""
        return f"{removed['id']} was removed{when}: {removed['reason'] or 'no reason was given'}."
    decision, license_ = story["decision"], story["license"]
    identity = story["document"]["id"]
    if decision is None:
        return f"{identity} is not decided yet."
    if decision["kept"]:
        return f"{identity} is kept, as {decision['lang']}."
    reason = decision["rule"]
    if reason == DUPLICATE:
        copies = story["duplicates"]
        where = f" in {copies['cluster_corpus']}" if copies["cluster_corpus"] else ""
        because = f"a copy of {copies['cluster']}{where}, which speaks for all {copies['cluster_size']} documents"
    elif reason.startswith(LICENSE_PREFIX):
        because = f"its licence, {license_['license']}: {license_['status']} under the profile {license_['profile']}"
    elif reason.startswith(TRANSFORM_PREFIX):
        because = f"the operation {reason.removeprefix(TRANSFORM_PREFIX)} of its source drops it"
    elif reason == LANGUAGE:
        because = f"its language, {decision['lang']}, is none of those that the recipe keeps"
    else:
        because = _failed_rule(reason.removesuffix(NULL_SUFFIX), story["rules"])
    return f"{identity} is dropped ({reason}): {because}."


def _failed_rule(name: str, rules: Sequence[Mapping[str, Any]]) -> str:
    """Return the condition that was not met, with the values that did not meet it."""
    rule = next((rule for rule in rules if rule["rule"] == name), None)
    if rule is None or rule["values"] is None:
        return "a rule that the recipe has no longer"
    return " with ".join(filter(None, [rule["sql"], _values(rule)]))


def _values(rule: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {_value(value)}" for name, value in (rule["values"] or {}).items())


def _print_line(console: Console, line: str, style: str = "") -> None:
    console.print(Text(printable(line), style=style), soft_wrap=True)


def _document_lines(document: Mapping[str, Any]) -> list[str]:
    evidence = [
        f"{found['class']} {found['kind']}: {found['value']}  ({found['locator']})"
        for found in document.get("license_evidence") or []
    ]
    shown = {name: value for name, value in document.items() if name not in ("license_evidence", "excerpt")}
    excerpt = document["excerpt"].splitlines() or ["(empty)"]
    return _fields({**shown, "license_evidence": evidence, "text": excerpt})


def _duplicate_lines(duplicates: Mapping[str, Any] | None) -> list[str]:
    return ["no other document has this text"] if duplicates is None else _fields(duplicates, without=("id",))


def _license_lines(license_: Mapping[str, Any] | None) -> list[str]:
    return ["not decided yet"] if license_ is None else _fields(license_, without=("id",))


def _rule_lines(rules: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a line a rule, in the order in which they are asked: name, verdict, condition, values."""
    rows = []
    for rule in rules:
        measured = rule["values"] is not None
        passed = _VERDICTS[rule["passed"]] if measured else "not measured yet"
        rows.append((rule["rule"], passed, rule["sql"], _values(rule)))
    return _aligned(rows) or ["the recipe has none"]


def _edit_lines(edits: Sequence[Mapping[str, Any]]) -> list[str]:
    rows = [
        (f"{edit['start']}-{edit['end']}", edit["rule"], repr(edit["replacement"]))
        for edit in sorted(edits, key=lambda edit: (edit["start"], edit["end"]))
    ]
    return _aligned(rows) or ["none: the text goes on as it stands"]


def _relative_lines(relatives: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a line for each document that this one was made from, or that was made from it."""
    rows = [
        (
            str(row["lang"]),
            row["id"],
            row["source"],
            str(row["license"]),
            _DECIDED[row["kept"]] or f"dropped ({row['rule']})",
        )
        for row in relatives
    ]
    return _aligned(rows) or ["none"]


def _removed_lines(removed: Mapping[str, Any]) -> list[str]:
    published = [
        f"{row['file']}, sequence {row['sequence']}" if "sequence" in row else row["file"]
        for row in removed["published_before"]
    ]
    return _fields({**removed, "published_before": published}, without=("id",))


def _sequence_lines(sequences: Sequence[Mapping[str, Any]]) -> list[str]:
    return [_sequence(row) for row in sequences] or ["in no token shard"]


def _sequence(row: Mapping[str, Any]) -> str:
    return f"{row['shard']}, sequence {row['sequence']}: {row['length']} tokens from token {row['offset']}"


def _signal_lines(signals: Mapping[str, Any] | None) -> list[str]:
    if signals is None:
        return ["not measured yet"]
    return _fields({name: _short(value) for name, value in signals.items()}, without=("id",))


def _short(value: object) -> object:
    """Return a value, and of a long one, such as a signature of a thousand digits, the beginning."""
    if not isinstance(value, str) or len(value) <= _LONG:
        return value
    return f"{value[:_LONG]}… ({len(value):,} characters; --json has all)"


_PARTS: Mapping[str, tuple[str, Callable[[Any], list[str]]]] = {
    "removed": ("Removed; what is known of it", _removed_lines),
    "sequence": ("Asked for", lambda row: [_sequence(row)]),
    "document": ("Document", _document_lines),
    "license": ("Licence, as concluded from the evidence", _license_lines),
    "duplicates": ("Copies", _duplicate_lines),
    "rules": ("Rules, in the order they are asked", _rule_lines),
    "edits": ("Edits", _edit_lines),
    "made_from": ("Made from", _relative_lines),
    "translations": ("Translations", _relative_lines),
    "sequences": ("Tokens", _sequence_lines),
    "signals": ("Signals", _signal_lines),
}


def _fields(row: Mapping[str, Any], without: Sequence[str] = ()) -> list[str]:
    """Return a line a value, names aligned; what is null or empty is left out, lists take a line an item."""
    rows: list[tuple[str, str]] = []
    for name, value in row.items():
        if name in without or value is None or value in ([], {}):
            continue
        items = value if isinstance(value, list) else [value]
        if isinstance(value, dict):
            items = [f"{key}: {_value(item)}" for key, item in value.items()]
        rows += [(name if not position else "", _value(item)) for position, item in enumerate(items)]
    return _aligned(rows)


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return the rows as lines whose columns, but the last, are as wide as their widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:-1]
    return [
        "  ".join([*(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in rows
    ]


def _value(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
