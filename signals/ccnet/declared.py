"""Declarations of group `ccnet`: values that CCNet wrote beside a text, as RedPajama-V2 passes them on."""

import pyarrow as pa

from signals.signal import Signal

_SOURCE = (
    "CCNet (arXiv 1911.00359; facebookresearch/cc_net at bda555b), field `{field}` of its records, under the name of "
    "RedPajama-V2 (togethercomputer/RedPajama-Data at 6d2cee9, app/src/core/worker.py)"
)
_ABSENT = "null where the source brings none, or no number"


def _ccnet(field: str, *, unit: str, bounds: str, definition: str) -> Signal:
    return Signal(
        f"ccnet_{field}", "ccnet", pa.float64(), unit, f"{bounds}; {_ABSENT}", definition, _SOURCE.format(field=field)
    )


CCNET: tuple[Signal, ...] = (
    _ccnet(
        "length",
        unit="code points",
        bounds="0 or more",
        definition="Length of the text after CCNet's removal of duplicate paragraphs.",
    ),
    _ccnet(
        "original_length",
        unit="bytes",
        bounds="0 or more",
        definition="Length of the page's text before duplicate paragraphs were removed: the Content-Length of its WET "
        "record, in bytes where ccnet_length counts code points.",
    ),
    _ccnet(
        "nlines",
        unit="lines",
        bounds="0 or more",
        definition="Lines of the text after CCNet's removal of duplicate paragraphs.",
    ),
    _ccnet(
        "original_nlines",
        unit="lines",
        bounds="0 or more",
        definition="Lines of the page's text before duplicate paragraphs were removed.",
    ),
    _ccnet(
        "language_score",
        unit="probability",
        bounds="0 to 1",
        definition="Probability of lid.176's first label, which CCNet rounds to two decimals.",
    ),
    _ccnet(
        "perplexity",
        unit="perplexity",
        bounds="0 or more",
        definition="Perplexity of the text under CCNet's 5-gram model of Wikipedia in its language, rounded to one "
        "decimal.",
    ),
    _ccnet(
        "bucket",
        unit="bucket",
        bounds="0, 1 or 2",
        definition="Third of Wikipedia's perplexities that the text falls in: head is 0, middle 1, tail 2; null for "
        "any other, as `all` where CCNet has no model of the language.",
    ),
)
