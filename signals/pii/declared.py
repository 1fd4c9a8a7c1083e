"""Declarations of group `pii`."""

import pyarrow as pa

from signals.pii import MASKS_VERSION
from signals.pii.kinds import KINDS
from signals.signal import Signal

TOTAL = "pii_count"

PII: tuple[Signal, ...] = (
    *(
        Signal(
            name=f"{kind.name}_count",
            group="pii",
            type=pa.int32(),
            unit="spans",
            range="0 and up",
            definition=f"{kind.definition} Spans that overlap count once, as the leftmost.",
            source="Loam",
            version=MASKS_VERSION,
        )
        for kind in KINDS
    ),
    Signal(
        name=TOTAL,
        group="pii",
        type=pa.int32(),
        unit="spans",
        range="0 and up",
        definition="All spans of personal data: the sum of the other counts of the group, and what masking replaces.",
        source="Loam",
        version=MASKS_VERSION,
    ),
)
