"""Declarations of group `cld2`."""

import pyarrow as pa

from signals.signal import Signal

_SOURCE = "Compact Language Detector 2 (Sites 2013, github.com/CLD2Owners/cld2), as the package pycld2 builds it"

CLD2: tuple[Signal, ...] = (
    Signal(
        "cld2_label",
        "cld2",
        pa.string(),
        "language and script",
        "FLORES-200 form, as yor_Latn; und_Zyyy where CLD2 knows none",
        "The first language that CLD2 finds in the text, in the script of the text. Characters that CLD2 refuses "
        "(control characters and noncharacters) are read as spaces.",
        _SOURCE,
    ),
    Signal(
        "cld2_reliable",
        "cld2",
        pa.bool_(),
        "truth",
        "true or false",
        "Whether CLD2 calls its answer reliable.",
        _SOURCE,
    ),
    Signal(
        "cld2_fraction",
        "cld2",
        pa.float32(),
        "share of the text's bytes",
        "0 to 1; null where CLD2 knows no language",
        "The share of the text, in percent, that is in the first language.",
        _SOURCE,
    ),
    Signal(
        "cld2_agrees",
        "cld2",
        pa.bool_(),
        "truth",
        "true or false; null where no language is concluded or CLD2 knows none",
        "Whether the concluded language and cld2_label are the same language, in whatever script.",
        "Loam",
    ),
)
