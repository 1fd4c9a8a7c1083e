"""A document's story on a terminal."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

LABEL_WIDTH = 38

TITLES = {
    "sequence": "Sequence",
    "document": "Document",
    "license": "Licence, concluded",
    "duplicates": "Copies",
    "rules": "Rules",
    "decision": "Decision",
    "edits": "Edits",
    "translations": "Translations",
    "sequences": "Tokens",
    "signals": "Signals",
}
NOTHING = {
    "license": "not decided yet",
    "duplicates": "no other document has this text",
    "rules": "the recipe has none",
    "decision": "not decided yet",
    "edits": "none",
    "translations": "none",
    "sequences": "in no token shard",
    "signals": "not measured yet",
}


def print_story(story: Mapping[str, Any], console: Console) -> None:
    """Print a story part by part, what decides first."""
    for part, title in TITLES.items():
        if part not in story:
            continue
        console.print(Text(title, style="bold"))
        value = story[part]
        if not value:
            console.print(f"  {NOTHING.get(part, 'none')}")
        elif part == "rules":
            for rule in value:
                _print_rule(rule, console)
        elif isinstance(value, list):
            for row in value:
                _print_fields(row, console)
                console.print()
        else:
            _print_fields(value, console)
        console.print()


def _print_rule(rule: Mapping[str, Any], console: Console) -> None:
    verdict = {True: "passed", False: "FAILED", None: "FAILED (null)"}[rule["passed"]]
    values = ", ".join(f"{name} = {value}" for name, value in rule["values"].items())
    console.print(Text(f"  {rule['rule']:<{LABEL_WIDTH}}{verdict}: {rule['sql']}   ({values})"), soft_wrap=True)


def _print_fields(row: Mapping[str, Any], console: Console) -> None:
    for name, value in row.items():
        if value is None or value in ([], {}):
            continue
        if isinstance(value, list) and value and isinstance(value[0], dict):
            shown = "; ".join(", ".join(f"{key} {item}" for key, item in entry.items()) for entry in value)
        elif isinstance(value, dict):
            shown = ", ".join(f"{key}: {item}" for key, item in value.items())
        elif isinstance(value, list):
            shown = ", ".join(map(str, value))
        else:
            shown = str(value)
        console.print(Text(f"  {name:<{LABEL_WIDTH}}{shown}"), soft_wrap=True)
