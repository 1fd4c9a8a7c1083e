"""The form in which a signal is declared, and the Arrow fields that follow from it."""

from collections.abc import Iterable
from dataclasses import dataclass

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

    @property
    def field(self) -> "pa.Field[pa.DataType]":
        """The Arrow field of the column, with the declaration as metadata."""
        metadata = {
            "description": self.definition,
            "unit": self.unit,
            "range": self.range,
            "source": self.source,
            "version": str(self.version),
        }
        return pa.field(self.name, self.type, metadata=metadata)


def schema_of(signals: Iterable[Signal]) -> pa.Schema:
    """Return the Arrow schema of signals' columns, in their order."""
    return pa.schema([signal.field for signal in signals])
