"""Objects written as JSON or as Python writes them, read without running anything."""

import ast
import datetime as dt
import warnings
from typing import Any

import orjson

from pipelines.sources.plain_text import escaped

MAX_BYTES = 2**20
MAX_DEPTH = 60  # what holds what; Python's own parser gives up at 100 brackets

_NAMES = {"nan": None, "inf": None, "null": None, "true": True, "false": False}
_TIMES = {
    ("datetime", "datetime"): dt.datetime,
    ("datetime",): dt.datetime,
    ("datetime", "date"): dt.date,
    ("date",): dt.date,
}


class LiteralTextError(ValueError):
    """The text is no such object; the message says why."""


def read_object(text: str) -> dict[str, Any]:
    """Return an object that is written as JSON, or as `str` of a Python dictionary.

    Dictionaries, lists, tuples, sets (as lists), strings, bytes, numbers, the three names of each language, and dates
    (as ISO 8601) are read; nothing is evaluated. What is no number in JSON (`nan`, `inf`) becomes null.

    Raises:
        LiteralTextError: It is neither, larger than `MAX_BYTES`, or nested deeper than `MAX_DEPTH`.

    Examples:
        >>> read_object("{'url': 'http://a', 'n': (1, None), 'at': datetime.datetime(2021, 4, 3, 12, 5)}")
        {'url': 'http://a', 'n': [1, None], 'at': '2021-04-03T12:05:00'}
        >>> read_object("{'a': __import__('os').getcwd()}")
        Traceback (most recent call last):
        pipelines.sources.literals.LiteralTextError: Call at character 6 is no value
    """
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise LiteralTextError(f"{len(text):,} characters; at most {MAX_BYTES:,} bytes are read")
    try:
        found = orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        found = _python_value(text.strip())
    if not isinstance(found, dict):
        raise LiteralTextError(f"a {type(found).__name__}, not an object")
    return found


def _python_value(text: str) -> Any:  # noqa: ANN401 -- any value that JSON can hold
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes that Python may give up one day
            tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else str(error) or type(error).__name__
        raise LiteralTextError(f"neither JSON nor a Python value: {reason}") from None
    return _value(tree.body, MAX_DEPTH)


def _value(node: ast.expr, depth: int) -> Any:  # noqa: ANN401 -- any value that JSON can hold
    if depth == 0:
        raise LiteralTextError(f"nested deeper than {MAX_DEPTH}")
    match node:
        case ast.Constant():
            return _constant(node.value)
        case ast.Dict(keys=keys, values=values) if None not in keys:
            return {
                _key(_value(key, depth - 1)): _value(value, depth - 1)
                for key, value in zip(keys, values, strict=True)
                if key is not None
            }
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return [_value(item, depth - 1) for item in items]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return _constant(-number)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Name(id=name)) | ast.Name(id=name) if name in _NAMES:
            return _NAMES[name]
        case ast.Call(func=function, args=arguments, keywords=[]) if _path(function) in _TIMES:
            return _time(node, _path(function), arguments)
    raise LiteralTextError(f"{type(node).__name__} at character {node.col_offset} is no value")


def _constant(value: object) -> Any:  # noqa: ANN401 -- any value that JSON can hold
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, bool | None):
        return value
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**64 else str(value)
    if isinstance(value, float):
        return value if value - value == 0 else None
    raise LiteralTextError(f"{value!r} is no value of JSON")


def _key(value: object) -> str:
    return value if isinstance(value, str) else str(value)


def _path(function: ast.expr) -> tuple[str, ...]:
    match function:
        case ast.Name(id=name):
            return (name,)
        case ast.Attribute(value=ast.Name(id=module), attr=name):
            return (module, name)
    return ()


def _time(node: ast.expr, path: tuple[str, ...], arguments: list[ast.expr]) -> str:
    numbers = [argument.value for argument in arguments if isinstance(argument, ast.Constant)]
    whole = [number for number in numbers if isinstance(number, int)]
    if len(whole) < len(arguments):
        raise LiteralTextError(f"no date at character {node.col_offset}: expected numbers")
    try:
        made: dt.date = _TIMES[path](*whole)
    except (TypeError, ValueError, OverflowError) as error:
        raise LiteralTextError(f"no date at character {node.col_offset}: {error}") from None
    return made.isoformat()
