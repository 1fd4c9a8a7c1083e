"""The counts of group `pii`."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from signals.batches import as_large_strings, batches
from signals.group import Inputs, Resources
from signals.pii.declared import PII, TOTAL
from signals.pii.find import found_in_batch
from signals.pii.kinds import KINDS
from signals.workspace import Workspace


def compute_pii(inputs: Inputs, names: Sequence[str], _: Resources) -> pa.Table:
    """Compute the named signals of group `pii`; see `signals.compute`."""
    chunks = as_large_strings(inputs.texts)
    absent = np.concatenate([np.empty(0, np.bool_), *(chunk.is_null().to_numpy(False) for chunk in chunks)])
    columns = {kind: column for column, kind in enumerate(KINDS)}
    counts = np.zeros((len(absent), len(KINDS)), np.int32)
    workspace = Workspace()
    for batch in batches(chunks):
        for document, spans in found_in_batch(batch, workspace):
            for span in spans:
                counts[batch.first + document, columns[span.rule.kind]] += 1
    by_name = {f"{kind.name}_count": counts[:, column] for kind, column in columns.items()}
    by_name[TOTAL] = counts.sum(axis=1, dtype=np.int32)
    types = {signal.name: signal.type for signal in PII}
    return pa.table({name: pa.array(by_name[name], types[name], mask=absent) for name in names})
