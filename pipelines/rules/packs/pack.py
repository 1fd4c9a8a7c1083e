"""A rule pack: what stands in its file, read and looked up by name."""

import difflib
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

from pipelines.errors import RecipeError

_SUFFIX = ".yaml"
_KEYS = frozenset({"summary", "source", "groups", "models", "rules", "lines", "phrases", "figures", "thresholds"})


@dataclass(frozen=True)
class Phrase:
    """What is cut out of lines that stay.

    Attributes:
        pattern: A regular expression in what RE2 and Python's `re` both understand, without regard to case; ``^`` and
            ``$`` are the ends of a line.
        where: SQL over the columns of a line: only of lines for which it holds.
    """

    pattern: str
    where: str


@dataclass(frozen=True)
class Figures:
    """Where a pack's figures by language stand: a CSV file with a column `language`.

    Attributes:
        package: The package that holds the file.
        file: Its place in there.
        prefix: What stands before the names of its columns where rules read them.
    """

    package: str
    file: str
    prefix: str


@dataclass(frozen=True)
class Derivation:
    """How a figure follows from the documents of a language.

    Attributes:
        of: The column whose values it follows from.
        sql: An aggregate of `value`.
    """

    of: str
    sql: str


@dataclass(frozen=True)
class Pack:
    """A published set of rules.

    Attributes:
        name: As a recipe names it.
        summary: What it keeps, in a sentence or two.
        source: Where its rules and figures come from.
        groups: Groups of signals that its rules read.
        models: Keys of `annotate.models` without which these groups lack columns that its rules read.
        figures: Where its figures by language stand, None where it has none.
        thresholds: Columns of figures by language that its rules read, and how each follows from a corpus's own
            documents where a recipe has them derived; None where that is not told.
        rules: By name, in order: SQL over the columns of a document; or SQL by group of signals, of which the first
            counts that the recipe has.
        lines: By name, in order: SQL over the columns of a line, which is removed where one does not hold.
        phrases: What is cut out of lines that stay, by name.
    """

    name: str
    summary: str
    source: str
    groups: tuple[str, ...]
    models: tuple[str, ...]
    figures: Figures | None
    thresholds: Mapping[str, Derivation | None]
    rules: Mapping[str, str | Mapping[str, str]]
    lines: Mapping[str, str]
    phrases: Mapping[str, Phrase]


@functools.cache
def pack_names() -> tuple[str, ...]:
    """Return the names of all packs, sorted."""
    names = (entry.name for entry in files(__package__ or "").iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)))


def used_packs(names: Iterable[str], key: str) -> list[Pack]:
    """Return the packs that a key of a recipe names.

    Raises:
        RecipeError: There is no pack of a name.
    """
    try:
        return [load_pack(name) for name in names]
    except RecipeError as error:
        raise RecipeError(f"{key}: {error}") from None


@functools.cache
def load_pack(name: str) -> Pack:
    """Return a pack.

    Raises:
        RecipeError: There is no pack of that name.
    """
    if name not in pack_names():
        near = difflib.get_close_matches(name, pack_names(), n=1)
        raise RecipeError(f"no rule pack {name!r}; " + (f"did you mean {near[0]}?" if near else _known()))
    content: dict[str, Any] = yaml.safe_load((files(__package__ or "") / f"{name}{_SUFFIX}").read_text("utf-8"))
    unknown = content.keys() - _KEYS
    if unknown:
        raise ValueError(f"rule pack {name}: unknown key {min(unknown)}")
    phrases = {key: Phrase(value["pattern"], value.get("where", "true")) for key, value in _mapping(content, "phrases")}
    return Pack(
        name,
        content["summary"],
        content["source"],
        tuple(content.get("groups", ())),
        tuple(content.get("models", ())),
        Figures(**content["figures"]) if "figures" in content else None,
        {key: value and Derivation(value["of"], value["is"]) for key, value in _mapping(content, "thresholds")},
        dict(_mapping(content, "rules")),
        dict(_mapping(content, "lines")),
        phrases,
    )


def _mapping(content: Mapping[str, Any], key: str) -> Any:  # noqa: ANN401 -- YAML
    return content.get(key, {}).items()


def _known() -> str:
    return f"there are {', '.join(pack_names())}"
