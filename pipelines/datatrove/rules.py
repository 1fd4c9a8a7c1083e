"""Rules over single documents, with no corpus: the signals that they read are those that can be computed at once."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

import signals
from pipelines.errors import RecipeError
from pipelines.recipe.select import SelectSection
from pipelines.rules.chosen import chosen_rules
from pipelines.rules.expressions import Expression, check_types
from pipelines.rules.packs.pack import load_pack

_GROUPS = ("core", "language", "pii", "roots", "cld2")  # those that need no file of one's own
_OF_DOCUMENTS = pa.schema([("text", pa.large_string()), ("url", pa.string()), ("lang", pa.string())])


def check_rules(rules: Mapping[str, str], use: Sequence[str]) -> list[Expression]:
    """Return rules in the order in which they are asked, those of packs first.

    Raises:
        RecipeError: A rule is no condition on one document's columns, there is no such pack, or it needs a corpus.
    """
    for pack in map(load_pack, use):
        if pack.lines or pack.thresholds:
            raise RecipeError(f"pack {pack.name}: edits lines, or has figures by language: `loam run` applies it")
    schema = _known()
    section = SelectSection(use=tuple(use), rules=dict(rules))
    checked = []
    for rule in chosen_rules(section, _GROUPS):
        found = rule.check(schema.names)
        checked.append(Expression(rule.name, found.sql, found.columns))
    check_types(checked, schema)
    return checked


def columns_read(rules: Sequence[Expression], texts: Any, languages: Any, urls: Any) -> pa.Table:  # noqa: ANN401 -- arrays
    """Return the columns that rules read of some documents.

    Args:
        rules: From `check_rules`.
        texts: The texts.
        languages: Their declared languages.
        urls: Where they stand.
    """
    own = {"text": texts, "url": urls, "lang": languages}
    read = frozenset[str]().union(*(rule.columns for rule in rules))
    columns = {name: column for name, column in own.items() if name in read}
    names = sorted(read - columns.keys())
    concluded = signals.compute(texts, languages, ["language"])["language"]
    if names:
        computed = signals.compute(texts, concluded, names, urls=urls)
        columns |= dict(zip(names, computed.columns, strict=True))
    if "language" in read:
        columns["language"] = concluded
    return pa.table(columns) if columns else pa.table({"text": texts})


def _known() -> pa.Schema:
    fields = {field.name: field for field in _OF_DOCUMENTS}
    for group in _GROUPS:
        for field in signals.schema(group):
            fields.setdefault(field.name, field)
    return pa.schema(list(fields.values()))
