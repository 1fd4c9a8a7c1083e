"""Masks: the spans of personal data in texts, and what takes their place."""

import pyarrow as pa

from signals.arrow import Texts
from signals.batches import as_large_strings, batches
from signals.pii.find import found_in_batch
from signals.workspace import Workspace

_COLUMNS = ("row", "start", "end", "replacement", "rule")


def find_masks(texts: Texts) -> pa.Table:
    """Find the spans; see `signals.pii.masks`."""
    columns: dict[str, list[object]] = {name: [] for name in _COLUMNS}
    workspace = Workspace()
    for batch in batches(as_large_strings(texts)):
        for document, spans in found_in_batch(batch, workspace):
            for span in spans:
                values = (batch.first + document, span.start, span.end, span.rule.kind.placeholder)
                for column, value in zip(columns.values(), (*values, f"pii_{span.rule.name}"), strict=True):
                    column.append(value)
    types = {"replacement": pa.string(), "rule": pa.string()}
    return pa.table({name: pa.array(values, types.get(name, pa.int64())) for name, values in columns.items()})
