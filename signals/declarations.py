"""The form in which signals are declared, and all declared signals."""

from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa


@dataclass(frozen=True)
class Signal:
    """One column computed from each document; its declaration feeds schemas, SQL, documentation and cards.

    Attributes:
        name: Column name; RedPajama-V2's own where the value is theirs bit for bit.
        group: Signals of one group are computed and stored together.
        type: Arrow type of the column; a list has one value a line.
        unit: What the value counts or measures.
        range: The values it can take, and when it is null (it always is where the text is null).
        definition: How it is computed.
        source: Where the definition comes from.
        version: Raised whenever the same text would give another value.
    """

    name: str
    group: str
    type: pa.DataType
    unit: str
    range: str
    definition: str
    source: str
    version: int = 1

    @property
    def by_line(self) -> bool:
        """Whether the value is a list with one element a line."""
        return bool(pa.types.is_list(self.type))


@lru_cache(maxsize=1)
def declared_signals() -> tuple[Signal, ...]:
    """Return all declared signals, in the order of their columns."""
    from signals.declared_core import CORE  # noqa: PLC0415  they are declared with the class above
    from signals.declared_language import LANGUAGE  # noqa: PLC0415  likewise

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
