"""How an engine is named in a recipe, and how a kind of engine reads its arguments."""

import dataclasses
import difflib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from translate.engines.base import Engine, EngineIdentity, Json, Vocabulary

_Options = TypeVar("_Options")


@dataclass(frozen=True)
class EngineSpec:
    """Which engine, which model, which arguments.

    Attributes:
        kind: The engine's name.
        model: A model directory, or the name of a model; None where the engine has its own.
        arguments: Arguments of the engine by name.
    """

    kind: str
    model: str | None = None
    arguments: Mapping[str, Json] = field(default_factory=dict)

    def key(self) -> str:
        """Return the one JSON text of the spec: equal for equal specs."""
        return json.dumps([self.kind, self.model, self.arguments], sort_keys=True)

    @classmethod
    def of_key(cls, key: str) -> "EngineSpec":
        """Return the spec that a key was made from."""
        return cls(*json.loads(key))


@dataclass(frozen=True)
class EngineKind:
    """A kind of engine, as `open_engine` knows it.

    Attributes:
        options: A frozen dataclass of its arguments: their names, types (of JSON, and tuples for lists) and
            defaults.
        needs_model: Whether a model must be named.
        identity: Looks its identity up, without loading a model.
        vocabulary: Reads what spells texts and counts their tokens, without loading a model.
        open: Loads it.
        gpus: How many GPUs one engine of a spec uses.
        memory: The bytes that one engine of a spec holds in this process's memory.
    """

    options: type
    needs_model: bool
    identity: Callable[[EngineSpec], EngineIdentity]
    vocabulary: Callable[[EngineSpec], Vocabulary]
    open: Callable[[EngineSpec], Engine]
    gpus: Callable[[EngineSpec], int] = lambda _: 0
    memory: Callable[[EngineSpec], int] = lambda _: 0


def read_options(spec: EngineSpec, options: type[_Options]) -> _Options:
    """Return the arguments of a spec as an engine's options.

    Raises:
        ValueError: An argument is not known, or not of its type.
    """
    names = [option.name for option in dataclasses.fields(options)]  # type: ignore[arg-type]  # a dataclass
    for name in spec.arguments:
        if name not in names:
            close = difflib.get_close_matches(name, names, 1)
            known = f"did you mean {close[0]}?" if close else f"expected one of {', '.join(names) or 'none'}"
            raise ValueError(f"engine {spec.kind} takes no argument {name!r}: {known}")
    try:
        # By way of JSON a list may be given for a tuple, and yet no text for a number.
        return TypeAdapter(options).validate_json(json.dumps(spec.arguments), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ValueError(f"argument {where} of engine {spec.kind}: {first['msg']}, got {first['input']!r}") from None
