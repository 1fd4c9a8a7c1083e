"""All declared signals, and the Arrow schemas that follow from them."""

import pyarrow as pa

from signals.declared_core import CORE
from signals.declared_language import LANGUAGE
from signals.signal import Signal


def declared_signals() -> tuple[Signal, ...]:
    """Return all declared signals, in the order of their columns."""
    return (*CORE, *LANGUAGE)


def groups() -> tuple[str, ...]:
    """Return the names of all groups, in declared order."""
    return tuple(dict.fromkeys(signal.group for signal in declared_signals()))


def signals_of(group: str) -> tuple[Signal, ...]:
    """Return the signals of a group, in the order of their columns.

    Raises:
        ValueError: There is no such group.
    """
    found = tuple(signal for signal in declared_signals() if signal.group == group)
    if not found:
        raise ValueError(f"no group of signals is named {group!r}; there are {', '.join(groups())}")
    return found


def schema(group: str) -> pa.Schema:
    """Return the Arrow schema of a group's columns; each field's metadata holds its declaration.

    Raises:
        ValueError: There is no such group.
    """
    return pa.schema([field(signal) for signal in signals_of(group)])


def field(signal: Signal) -> "pa.Field[pa.DataType]":
    """Return the Arrow field of a signal."""
    metadata = {
        "description": signal.definition,
        "unit": signal.unit,
        "range": signal.range,
        "source": signal.source,
        "version": str(signal.version),
    }
    return pa.field(signal.name, signal.type, metadata=metadata)
