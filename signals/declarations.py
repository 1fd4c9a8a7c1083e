"""All declared signals, and the Arrow schemas of their groups."""

import pyarrow as pa

from signals.catalogue import GROUPS, group_named
from signals.group import Resources
from signals.signal import Signal, schema_of

_NONE: Resources = {}


def declared_signals(resources: Resources = _NONE) -> tuple[Signal, ...]:
    """Return all declared signals, in the order of their columns.

    Args:
        resources: Model files by name; some groups declare a signal for each of a kind.
    """
    return tuple(signal for group in GROUPS for signal in group.declare(resources))


def groups() -> tuple[str, ...]:
    """Return the names of all groups, in declared order."""
    return tuple(group.name for group in GROUPS)


def signals_of(group: str, resources: Resources = _NONE) -> tuple[Signal, ...]:
    """Return the signals of a group, in the order of their columns.

    Raises:
        ValueError: There is no such group.
    """
    return group_named(group).declare(resources)


def schema(group: str, resources: Resources = _NONE) -> pa.Schema:
    """Return the Arrow schema of a group's columns; each field's metadata holds its declaration.

    Raises:
        ValueError: There is no such group.
    """
    return schema_of(signals_of(group, resources))
