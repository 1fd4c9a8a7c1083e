"""The signals of group `toxicity`, in the order asked for."""

from collections.abc import Sequence

import pyarrow as pa

from signals.group import Columns, Resources
from signals.signal import schema_of
from signals.toxicity.declared import declare_toxicity
from signals.toxicity.urls import url_columns
from signals.toxicity.words import word_columns


def compute_toxicity(inputs: Columns, names: Sequence[str], resources: Resources) -> pa.Table:
    """Compute the named signals of group `toxicity`; see `signals.compute`.

    Raises:
        ValueError: A list cannot be read.
    """
    columns = word_columns(inputs, names, resources) | url_columns(inputs, names, resources)
    declared = {signal.name: signal for signal in declare_toxicity(resources)}
    return pa.table([columns[name] for name in names], schema=schema_of(declared[name] for name in names))
