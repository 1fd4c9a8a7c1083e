"""What is wrong with a recipe, one line a problem: file, line, key, and what was expected."""

import datetime as dt
import difflib
import types
import typing
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from pipelines.recipe.located_yaml import KeyPath, Located

# Pydantic's kinds of problems in the words of a recipe; `{…}` are the values that pydantic gives with them.
_EXPECTED: Mapping[str, str] = {
    "string_type": "expected text",
    "bool_type": "expected true or false",
    "int_type": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_type": "expected a number",
    "tuple_type": "expected a list",
    "dict_type": "expected a mapping of names to values",
    "model_type": "expected a section with keys of its own",
    "date_type": "expected a date such as 2026-11-24",
    "date_from_datetime_inexact": "expected a date such as 2026-11-24",
    "too_short": "expected at least one",
    "literal_error": "expected {expected}",
    "greater_than": "expected more than {gt}",
    "greater_than_equal": "expected at least {ge}",
    "less_than_equal": "expected at most {le}",
}


def explain_validation_error(error: ValidationError, located: Located, model: type[BaseModel]) -> str:
    """Return one line a problem: file, line, key, and what was expected."""
    # Pydantic calls a list too short when its items are wrong; then the items' own problems say it all.
    problems = [p for p in error.errors() if p["type"] != "too_short" or not p["input"]]
    return "\n".join(dict.fromkeys(_explain(problem, located, model) for problem in problems))


def _explain(problem: Any, located: Located, model: type[BaseModel]) -> str:  # noqa: ANN401 -- pydantic's own dict
    kind, context = problem["type"], problem.get("ctx", {})
    found: KeyPath = context["key"] if kind == "recipe" else problem["loc"]
    path = tuple(step for position, step in enumerate(found) if _stands_in(located.value, found[: position + 1]))
    key = ".".join(str(step) for step in path) or "recipe"
    message = problem["msg"].removeprefix("Value error, ")
    if kind == "extra_forbidden":
        known = _keys_at(model, path[:-1])
        near = difflib.get_close_matches(str(path[-1]), known, n=1)
        message = f"unknown key; did you mean `{near[0]}`?" if near else f"unknown key; known are {', '.join(known)}"
    elif kind == "missing":
        key = ".".join(str(step) for step in found)
        message = "is missing"
    elif kind in _EXPECTED:
        message = f"{_EXPECTED[kind].format(**context)}, got {_shown(problem['input'])}"
    return f"{located.place(path)}: {key}: {message}"


def _shown(value: object) -> str:
    """Return a value as a recipe would write it, cut short."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    written = str(value) if isinstance(value, dt.date) else repr(list(value) if isinstance(value, tuple) else value)
    return f"{written:.60}"


def _stands_in(document: Any, loc: KeyPath) -> bool:  # noqa: ANN401 -- any YAML value
    """Tell whether pydantic's location ends in a key of the document, and not in the name of a union's member."""
    place, inside = document, False
    for step in loc:
        inside = (isinstance(place, dict) and step in place) or (
            isinstance(place, list) and isinstance(step, int) and step < len(place)
        )
        if inside:
            place = place[step]
    return inside


def _keys_at(model: type[BaseModel], path: KeyPath) -> list[str]:
    """Return the keys that the schema knows below a path."""
    for step in path:
        if isinstance(step, int):
            continue
        field = next((f for name, f in model.model_fields.items() if step in (name, f.alias)), None)
        nested = _nested_model(field.annotation) if field is not None else None
        if nested is None:
            return []
        model = nested
    return sorted(field.alias or name for name, field in model.model_fields.items())


def _nested_model(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 -- any type annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is not None:
        return next(filter(None, map(_nested_model, typing.get_args(annotation))), None)
    return None
