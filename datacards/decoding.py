"""Plain JSON, as it was read, as the frozen dataclasses that it was written from."""

import types
import typing
from dataclasses import MISSING, fields, is_dataclass


def decoded(expected: typing.Any, value: typing.Any, where: str) -> object:  # noqa: ANN401 -- types are its data
    """Return plain JSON as an annotated type: dataclasses, tuples, mappings, unions with None, and scalars.

    Args:
        expected: The type.
        value: What was read.
        where: What it is, for messages.

    Raises:
        ValueError: It is none of that type; the message names the key.
    """
    origin, arguments = typing.get_origin(expected), typing.get_args(expected)
    if origin is types.UnionType:
        return None if value is None else decoded(arguments[0], value, where)
    if origin is tuple:
        items = _checked(value, list, where)
        return tuple(decoded(arguments[0], item, f"{where}[{number}]") for number, item in enumerate(items))
    if origin is not None:
        return {
            key: decoded(arguments[1], item, f"{where}.{key}") for key, item in _checked(value, dict, where).items()
        }
    if is_dataclass(expected):
        return _decoded_dataclass(expected, _checked(value, dict, where), where)
    if expected is float and isinstance(value, int):
        return float(value)
    return _checked(value, expected, where)


def _decoded_dataclass(expected: typing.Any, value: dict[str, object], where: str) -> object:  # noqa: ANN401 -- as above
    has_default = {of.name: of.default is not MISSING or of.default_factory is not MISSING for of in fields(expected)}
    for name in [*has_default, *value]:
        if name not in has_default or (name not in value and not has_default[name]):
            raise ValueError(f"{where}.{name}: {'missing' if name in has_default else 'unknown key'}")
    hints = typing.get_type_hints(expected)
    return expected(**{name: decoded(hints[name], item, f"{where}.{name}") for name, item in value.items()})


def _checked(value: typing.Any, expected: type, where: str) -> typing.Any:  # noqa: ANN401 -- as above
    if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool):
        raise ValueError(f"{where}: expected {expected.__name__}, found {type(value).__name__}")
    return value
