"""YAML with its line numbers, so that a validation error can say where it stands."""

import dataclasses
import difflib
import re
import types
import typing
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from pipelines.errors import RecipeError

KeyPath = tuple[str | int, ...]


class _Loader(yaml.SafeLoader):
    """YAML 1.2 booleans: `on`, `no` and `yes` are words (a key and a language code among them)."""

    yaml_implicit_resolvers = {  # noqa: RUF012 -- overrides a class attribute that PyYAML itself leaves unannotated
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


for _first, _words in (("t", "true"), ("T", "True"), ("f", "false"), ("F", "False")):
    _Loader.yaml_implicit_resolvers.setdefault(_first, []).append(
        ("tag:yaml.org,2002:bool", re.compile(rf"^{_words}$"))
    )


@dataclasses.dataclass(frozen=True)
class Located:
    """A YAML document and the line (from 1) on which each of its keys stands."""

    file: str
    value: Any
    lines: dict[KeyPath, int]

    def with_override(self, key: str, text: str) -> "Located":
        """Return the document with one dotted key set to a YAML value.

        Raises:
            RecipeError: The key runs through something that is no mapping, or the value is no YAML.
        """
        try:
            value = yaml.load(text, _Loader)  # noqa: S506 -- _Loader is a SafeLoader
        except yaml.YAMLError as error:
            raise RecipeError(f"--set {key}: {text!r} is no YAML value: {_first_line(error)}") from None
        document = _copied(self.value)
        place = document
        steps = key.split(".")
        for step in steps[:-1]:
            if not isinstance(place, dict):
                raise RecipeError(f"--set {key}: {step!r} lies below a value that has no keys")
            if place.get(step) is None:
                place[step] = {}
            place = place[step]
        if not isinstance(place, dict):
            raise RecipeError(f"--set {key}: {steps[-1]!r} lies below a value that has no keys")
        place[steps[-1]] = value
        return dataclasses.replace(self, value=document)

    def place(self, path: KeyPath) -> str:
        """Return `file:line` of a key, or of its nearest parent that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.file}:{self.lines.get(path, 1)}"


def load_located(path: Path) -> Located:
    """Read a YAML file with its line numbers.

    Raises:
        RecipeError: The file is missing, unreadable, no YAML, has a key twice, or is not a mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path}: cannot be read as UTF-8 text: {error}") from None
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            lines: dict[KeyPath, int] = {}
            _collect_lines(path, node, (), lines)
            value = loader.construct_document(node) if node is not None else None
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise RecipeError(f"{path}: no valid YAML: {_first_line(error)}") from None
    if not isinstance(value, dict):
        raise RecipeError(f"{path}:1: a recipe is a mapping of keys: expected `name:` and `sources:`")
    return Located(str(path), value, lines)


def explain_validation_error(error: ValidationError, located: Located, model: type[BaseModel]) -> str:
    """Return one line a problem: file, line, key, and what was expected."""
    return "\n".join(dict.fromkeys(_explain(problem, located, model) for problem in error.errors()))


def _explain(problem: Any, located: Located, model: type[BaseModel]) -> str:  # noqa: ANN401 -- pydantic's own dict
    path = tuple(step for step in problem["loc"] if _stands_in(located.value, problem["loc"], step))
    key = ".".join(str(step) for step in path) or "recipe"
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        known = _keys_at(model, path[:-1])
        near = difflib.get_close_matches(str(path[-1]), known, n=1)
        message = f"unknown key; did you mean `{near[0]}`?" if near else f"unknown key; known are {', '.join(known)}"
    elif problem["type"] == "missing":
        key = ".".join(str(step) for step in problem["loc"])
        message = "is missing"
    elif not message.startswith(("not built", "expected")) and problem["type"] != "value_error":
        message = f"{message}, got {problem['input']!r:.60}"
    return f"{located.place(path)}: {key}: {message}"


def _stands_in(document: Any, loc: KeyPath, step: str | int) -> bool:  # noqa: ANN401 -- any YAML value
    """Tell whether a step of pydantic's location is a key of the document, and not the name of a union member."""
    place = document
    for part in loc:
        inside = (isinstance(place, dict) and part in place) or (
            isinstance(place, list) and isinstance(part, int) and part < len(place)
        )
        if inside:
            place = place[part]
        if part == step:
            return inside
    return False


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


def _collect_lines(file: Path, node: yaml.Node | None, path: KeyPath, lines: dict[KeyPath, int]) -> None:
    if node is None:
        return
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key_node, value_node in node.value:
            child = (*path, key_node.value)
            if child in lines:
                line = key_node.start_mark.line + 1
                raise RecipeError(f"{file}:{line}: {key_node.value}: stands here a second time; remove one")
            lines[child] = key_node.start_mark.line + 1
            _collect_lines(file, value_node, child, lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _collect_lines(file, item, (*path, index), lines)


def _copied(value: Any) -> Any:  # noqa: ANN401 -- any YAML value
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _first_line(error: yaml.YAMLError) -> str:
    return " ".join(str(error).split())
