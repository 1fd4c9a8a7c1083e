"""Settings that one kind of source takes under `options:` in the recipe."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pipelines.errors import RecipeError

OptionValue: TypeAlias = bool | int | float | str | tuple[str, ...] | None
Options: TypeAlias = Mapping[str, OptionValue]

_EXPECTED = {bool: "true or false", int: "a whole number", float: "a number", str: "text", tuple: "a list of words"}


@dataclass(frozen=True)
class Option:
    """One setting, as a reader declares it.

    Attributes:
        type: What its value must be; `tuple` is a list of words, for which a single word may stand.
        default: Its value where the recipe does not set it; only then may it be null.
        choices: The only values, or the only words of a list; empty for any.
        least: The smallest number.
        meaning: One line for documentation.
        files: Whether its words are globs, looked up as those of `path` are: the reader gets the files' paths, and
            what they hold counts as a part of the recipe.
    """

    type: type[bool | int | float | str | tuple[str, ...]]
    default: OptionValue
    meaning: str
    choices: tuple[str, ...] = ()
    least: float | None = None
    files: bool = False


def resolved_options(source: str, kind: str, declared: Mapping[str, Option], given: Options) -> dict[str, OptionValue]:
    """Return the value of each declared option, in the order of their names.

    Args:
        source: The source's name, for messages.
        kind: Its kind.
        declared: The options that the kind takes.
        given: Those that the recipe sets.

    Raises:
        RecipeError: The kind takes no such option, or not this value.
    """
    for name in given:
        if name not in declared:
            raise RecipeError(f"source {source}: options: {_unknown(name, kind, declared)}")
    return {
        name: _checked(f"source {source}: options.{name}", option, given[name]) if name in given else option.default
        for name, option in sorted(declared.items())
    }


def _unknown(name: str, kind: str, declared: Mapping[str, Option]) -> str:
    if not declared:
        return f"kind {kind} takes none; leave `{name}` out"
    near = difflib.get_close_matches(name, declared, n=1)
    hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(sorted(declared))}"
    return f"kind {kind} takes no `{name}`; {hint}"


def _checked(place: str, option: Option, value: OptionValue) -> OptionValue:
    if option.type is tuple and isinstance(value, str):
        value = (value,)
    elif option.type is float and type(value) is int:
        value = float(value)
    if type(value) is not option.type:
        raise RecipeError(f"{place}: expected {_EXPECTED[option.type]}, got {value!r}")
    words = value if isinstance(value, tuple) else (value,)
    for word in words:
        if option.choices and word not in option.choices:
            raise RecipeError(f"{place}: expected {_one_of(option)}, got {word!r}")
        if option.least is not None and isinstance(word, int | float) and word < option.least:
            raise RecipeError(f"{place}: expected at least {option.least:g}, got {word}")
    return value


def _one_of(option: Option) -> str:
    return f"{'some' if option.type is tuple else 'one'} of {', '.join(option.choices)}"
