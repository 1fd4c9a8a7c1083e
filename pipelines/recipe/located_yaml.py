"""YAML with its line numbers, so that a validation error can say where it stands."""

import contextlib
import dataclasses
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import CorpusError, LoamError, RecipeError

KeyPath = tuple[str | int, ...]

_SOURCE = "source "  # begins messages about a source, before its name
_FILES = ("path",)


class _Loader(yaml.SafeLoader):
    """YAML 1.2 booleans: `on`, `no` and `yes` are words (a key and a language code among them). No anchors, no merges.

    A recipe says each thing where it counts, so that every line of a message is a line of the file.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012 -- overrides a class attribute that PyYAML itself leaves unannotated
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose the next node, which is no reference to another."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError(f"line {self.line + 1}: a recipe has no anchors; write the value out again")
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers.pop("<")  # merges
for _first, _words in (("t", "true"), ("T", "True"), ("f", "false"), ("F", "False")):
    _Loader.yaml_implicit_resolvers.setdefault(_first, []).append(
        ("tag:yaml.org,2002:bool", re.compile(rf"^{_words}$"))
    )


@dataclasses.dataclass(frozen=True)
class Located:
    """A YAML document, the line (from 1) on which each of its keys stands, and the keys set on the command line."""

    file: str
    value: Any
    lines: dict[KeyPath, int]
    overridden: frozenset[KeyPath] = frozenset()

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
        steps = key.split(".")
        place: Any = document
        path: list[str | int] = []
        for step in steps[:-1]:
            place, path = _entered(key, place, step), [*path, _key_in(place, step)]
        last = _key_in(place, steps[-1])
        if not isinstance(place, dict) and isinstance(last, str):
            raise RecipeError(f"--set {key}: {last!r} lies below a value that has no such key")
        place[last] = value
        return dataclasses.replace(self, value=document, overridden=self.overridden | {(*path, last)})

    def place(self, path: KeyPath) -> str:
        """Return `file:line` of a key, or of its nearest parent that stands in the file; `--set` when it was set."""
        if any(path[: len(key)] == key or (key[: len(path)] == path not in self.lines) for key in self.overridden):
            return "--set"
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.file}:{self.lines.get(path, 1)}"

    @contextlib.contextmanager
    def faults_placed(self) -> Iterator[None]:
        """Tell errors that begin with a key, or with a source's name, with its place."""
        try:
            yield
        except LoamError as error:
            raise type(error)(self.told(error)) from error

    def told(self, error: LoamError) -> str:
        """Return what an error says, and at which place of the recipe, if it is about one.

        Those of a corpus are left as they are: they begin with a stage, which may be called as a section is.
        """
        return str(error) if isinstance(error, CorpusError) else self.placed(str(error))

    def placed(self, message: str) -> str:
        """Return a message with the place of the dotted key, or of the source, that it begins with, if it does.

        Of a key that is written otherwise in the file (`fr` for `fra_Latn`), the nearest parent is told; what is said
        of a source and none of its keys is about its files.
        """
        first, colon, rest = message.partition(": ")
        if not colon:
            return message
        named = self._sources().get(first.removeprefix(_SOURCE)) if first.startswith(_SOURCE) else None
        if named is None:
            path = _steps(self.value, first)
            return f"{self.place(path)}: {message}" if path[0] in self.value else message
        key = _key_of(self.value["sources"][named], rest.partition(": ")[0])
        return f"{self.place(('sources', named, *key))}: {message}"

    def _sources(self) -> dict[str, int]:
        """Return the places of a recipe's sources in their list, by their names."""
        return {source["name"]: place for place, source in enumerate(self.value["sources"])}


def load_located(path: Path, overrides: Mapping[str, str] | None = None) -> Located:
    """Read a YAML file with its line numbers.

    Args:
        path: The file.
        overrides: Dotted keys with YAML values, such as `{"select.rules.long": "word_count >= 80"}`.

    Raises:
        RecipeError: The file is missing, unreadable, no YAML, has a key twice, or is not a mapping; or an override
            cannot be made.
    """
    located = _read(path)
    for key, value in (overrides or {}).items():
        located = located.with_override(key, value)
    return located


def _read(path: Path) -> Located:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise RecipeError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise RecipeError(f"{path}: no UTF-8 text: {error.reason} at byte {error.start}") from None
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            lines: dict[KeyPath, int] = {}
            _collect_lines(path, node, (), lines)
            value = loader.construct_document(node) if node is not None else None
        finally:
            loader.dispose()
    except RecursionError:
        raise RecipeError(f"{path}: nested too deeply for a recipe") from None
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date that no calendar has, a number too long
        raise RecipeError(f"{path}: no valid YAML: {_first_line(error)}") from None
    if not isinstance(value, dict):
        raise RecipeError(f"{path}:1: a recipe is a mapping of keys: expected `name:` and `sources:`")
    return Located(str(path), value, lines)


def _collect_lines(file: Path, node: yaml.Node | None, path: KeyPath, lines: dict[KeyPath, int]) -> None:
    if node is None:
        return
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if key_node.tag != "tag:yaml.org,2002:str":
                written = key_node.value if isinstance(key_node, yaml.ScalarNode) else "?"
                raise RecipeError(f"{file}:{line}: {written}: a key must be a word; quote it if it is one")
            child = (*path, key_node.value)
            if child in lines:
                raise RecipeError(f"{file}:{line}: {key_node.value}: stands here a second time; remove one")
            lines[child] = line
            _collect_lines(file, value_node, child, lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _collect_lines(file, item, (*path, index), lines)


def _steps(value: Any, key: str) -> KeyPath:  # noqa: ANN401 -- any YAML value
    """Return a dotted key as a path into a value; what stands nowhere stays as it is written."""
    path: KeyPath = ()
    for step in key.split("."):
        path += (_key_in(value, step),)
        value = _below(value, path[-1])
    return path


def _key_of(source: Mapping[str, Any], written: str) -> KeyPath:
    """Return the key of a source that a message begins with; that of its files where it begins with none.

    A file may be called as a key is: `license.txt` is none, because `license` has no keys below it.
    """
    path = _steps(source, written)
    is_key = " " not in written and path[0] in source and (len(path) == 1 or isinstance(source[str(path[0])], dict))
    return path if is_key else _FILES


def _key_in(place: Any, step: str) -> str | int:  # noqa: ANN401 -- any YAML value
    """Return a step of a dotted key as what it is in a mapping or, as a number, in a list."""
    return int(step) if isinstance(place, list) and step.isdecimal() and int(step) < len(place) else step


def _below(place: Any, step: str | int) -> Any:  # noqa: ANN401 -- any YAML value
    """Return what stands at a step of a key; None where nothing does."""
    if isinstance(place, dict):
        return place.get(step)
    return place[step] if isinstance(place, list) and isinstance(step, int) else None


def _entered(key: str, place: Any, step: str) -> Any:  # noqa: ANN401 -- any YAML value
    """Return what stands at a step of a dotted key; an empty mapping, put there, when nothing does."""
    found = _key_in(place, step)
    if isinstance(place, list) and isinstance(found, int):
        return place[found]
    if not isinstance(place, dict):
        raise RecipeError(f"--set {key}: {step!r} lies below a value that has no such key")
    if place.get(found) is None:
        place[found] = {}
    return place[found]


def _copied(value: Any) -> Any:  # noqa: ANN401 -- any YAML value
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())
