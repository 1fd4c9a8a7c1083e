"""Declarations of group `language`."""

import pyarrow as pa

from signals.declarations import Signal

_LID = "fastText lid.176.ftz (Joulin et al. 2016, arXiv 1607.01759 and 1612.03651), read through slices"


def _language(name: str, kind: pa.DataType, unit: str, bounds: str, definition: str, source: str) -> Signal:
    return Signal(name, "language", kind, unit, bounds, definition, source)


LANGUAGE: tuple[Signal, ...] = (
    _language(
        "lid_label",
        pa.string(),
        "language",
        "one of the model's 176 labels; null without letters",
        "The model's first label for the text: for five slices of 200 bytes spread over a longer text, and for all of it "
        "where the probability for the slices is below 0.5.",
        _LID,
    ),
    _language(
        "lid_score",
        pa.float32(),
        "probability",
        "0 to 1; null without letters",
        "The model's probability of lid_label.",
        _LID,
    ),
    _language(
        "script",
        pa.string(),
        "script",
        "ISO 15924; Zyyy without letters",
        "The script of most characters, those that scripts share apart. Han with at least a tenth as many kana is "
        "Jpan, Han otherwise Hani; Hangul, with or without Han, is Hang.",
        "Loam; Unicode property Script",
    ),
    _language(
        "detected",
        pa.string(),
        "language and script",
        "FLORES-200 form, as fra_Latn; und_Zyyy where unknown",
        "lid_label together with the script.",
        "Loam",
    ),
    _language(
        "language",
        pa.string(),
        "language and script",
        "FLORES-200 form, as fra_Latn; und_Zyyy where unknown",
        "",
        "Loam",
    ),
)
