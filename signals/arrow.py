"""Names for the types that this package takes."""

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    import pyarrow as pa

# Forward references: Arrow's classes take type arguments in its stubs only.
Texts: TypeAlias = "pa.Array[Any] | pa.ChunkedArray[Any]"
Languages: TypeAlias = "pa.Array[Any] | pa.ChunkedArray[Any] | Sequence[str | None] | None"
Column: TypeAlias = "pa.Array[Any]"
