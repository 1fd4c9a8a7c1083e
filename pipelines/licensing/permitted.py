"""Which documents of a shard the profile lets an operation be done with, by the column `operations` of `licences`."""

from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.licensing.profiles import Operation

Column: TypeAlias = "pa.Array[Any] | pa.ChunkedArray[Any]"


def permits(operations: Column, operation: Operation) -> Column:
    """Return for each document whether an operation is among those that are permitted.

    Args:
        operations: Lists of names; null where no profile was asked.
        operation: What is to be done with the documents.

    Returns:
        Booleans; null where the list is.
    """
    joined: Any = pc.binary_join(operations, " ")
    permitted: Column = pc.match_substring_regex(joined, rf"\b{operation}\b")
    return permitted
