"""Declarations of group `language`."""

import pyarrow as pa

from signals.signal import Signal

_LID = "fastText (Joulin et al. 2016, arXiv 1607.01759 and 1612.03651), its model lid.176.ftz unless another is given"


def _language(
    name: str, kind: pa.DataType, *, unit: str, bounds: str, definition: str, source: str, version: int = 1
) -> Signal:
    return Signal(name, "language", kind, unit, bounds, definition, source, version)


LANGUAGE: tuple[Signal, ...] = (
    _language(
        "lid_label",
        pa.string(),
        unit="language",
        bounds="one of the model's labels, without __label__; null without letters",
        definition="The model's first label for the text, read as one line.",
        source=_LID,
        version=3,
    ),
    _language(
        "lid_score",
        pa.float32(),
        unit="probability",
        bounds="0 to 1; null without letters",
        definition="The model's probability of lid_label.",
        source=_LID,
        version=3,
    ),
    _language(
        "script",
        pa.string(),
        unit="script",
        bounds="ISO 15924; Zyyy without letters",
        definition="The script of most characters, those that scripts share apart. Han with at least a tenth as "
        "many kana is "
        "Jpan, Han otherwise Hani; Hangul, with or without Han, is Hang.",
        source="Loam; Unicode property Script",
    ),
    _language(
        "detected",
        pa.string(),
        unit="language and script",
        bounds="FLORES-200 form, as fra_Latn; und_Zyyy where unknown",
        definition="The language of lid_label in the script of the text.",
        source="Loam",
        version=3,
    ),
    _language(
        "language_agrees",
        pa.bool_(),
        unit="truth",
        bounds="true or false; null where no language is declared or none is detected",
        definition="Whether the declared language and `detected` are the same language, in whatever script.",
        source="Loam",
    ),
    _language(
        "language",
        pa.string(),
        unit="language and script",
        bounds="FLORES-200 form, as fra_Latn; und_Zyyy where unknown",
        definition="The declared language, in FLORES-200's form; unless lid_score is 0.8 or more on at least 60 "
        "letters (Han, kana "
        "and Hangul count thrice) for another language or script: then `detected`. A model that does not know the "
        "declared "
        "language, or is known to take the two for one another (bos hrv srp; nob nno dan; ind zsm; ces slk; …), does "
        "not overrule it within one script. Without a declared language: `detected` from 0.5 on, else und_Zyyy.",
        source="Loam",
        version=3,
    ),
)
