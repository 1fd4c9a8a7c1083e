"""Values that JSON cannot hold, in a form that it can: nothing that a record brings may fail to be written."""

from typing import Any

from pipelines.sources.plain_text import escaped

MAX_DEPTH = 200  # what is written deeper, orjson does not write
TOO_DEEP = "nested more deeply than is kept"
_LEAST, _MOST = -(2**63), 2**64 - 1


def writable(value: object, depth: int = 0) -> Any:  # noqa: ANN401 -- whatever JSON can hold
    r"""Return a value as JSON can hold it.

    Numbers beyond 64 bits become text, and so does what has no form in JSON; half a pair of surrogates becomes its
    escape; what is nested too deeply is told to be so in its place.

    >>> writable({1: 2**70, "half": "\ud800", "bytes": b"\xff"})
    {'1': '1180591620717411303424', 'half': '\\ud800', 'bytes': '\\xff'}
    """
    if isinstance(value, dict):
        return (
            {writable(str(key)): writable(inner, depth + 1) for key, inner in value.items()}
            if depth < MAX_DEPTH
            else TOO_DEEP
        )
    if isinstance(value, list | tuple):
        return [writable(inner, depth + 1) for inner in value] if depth < MAX_DEPTH else TOO_DEEP
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int) and _LEAST <= value <= _MOST:
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return escaped(str(value))
