"""What edits do to a document's standing: whether its licence lets it be changed, and whether anything is left."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.edits.edited import edited_texts
from pipelines.licensing.permitted import permits
from pipelines.licensing.profiles import Operation

NEEDS_EDIT = "nd_needs_edit"
EMPTIED = "emptied_by_edits"

Column: TypeAlias = "pa.Array[Any] | pa.ChunkedArray[Any]"


def refused_edits(documents: pa.Table, edits: pa.Table) -> "pa.Array[Any]":
    """Return for each document why it cannot be kept with its edits, or null.

    Args:
        documents: Columns `id`, `text` and `operations`, what may be done with them; null where nobody asked and no
            licence forbids changes.
        edits: All edits proposed for them.

    Returns:
        `nd_needs_edit` where the licence forbids to change a text that would be changed, `emptied_by_edits` where the
        edits leave nothing but white space of a text that had more.
    """
    rows = np.flatnonzero(pc.is_in(documents["id"], value_set=edits["id"]).to_numpy())
    edited = documents.take(rows)
    left = edited_texts(edited["text"], edited["id"], edits)
    emptied = _is_blank(left) & ~_is_blank(edited["text"])
    found = np.full(len(rows), None, object)
    found[emptied] = EMPTIED
    altered = permits(edited["operations"], Operation.ALTER).fill_null(pa.scalar(value=True))
    found[~np.asarray(altered)] = NEEDS_EDIT
    reasons = np.full(documents.num_rows, None, object)
    reasons[rows] = found
    return pa.array(reasons, pa.string())


def _is_blank(texts: Column) -> npt.NDArray[np.bool_]:
    left: Any = pc.utf8_ltrim_whitespace(texts)
    blank: npt.NDArray[np.bool_] = np.asarray(pc.binary_length(left)) == 0
    return blank
