"""Declarations: signals of words and sentences that are right in every script."""

import pyarrow as pa

from signals.signal import Signal

_UAX29 = "Unicode Standard Annex 29, Word Boundaries"

WORDS: tuple[Signal, ...] = (
    Signal(
        "word_count",
        "core",
        pa.int64(),
        "words",
        "0 or more",
        "Words in any script (see `signals.segmentation`).",
        f"Loam, after {_UAX29}",
        version=2,
    ),
)
