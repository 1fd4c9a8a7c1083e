"""Texts as CCNet's and ROOTS' language models read them, of one text.

Sources: facebookresearch/cc_net, cc_net/text_normalizer.py (`normalize`, with its defaults);
bigscience-workshop/data-preparation, 01b_oscar_cleaning_and_filtering/filtering.py (`compute_perplexity_score`).
"""

# ruff: noqa: RUF001  characters that look like ASCII ones are what is replaced

import sys
import unicodedata

_CONTROL = "".join(map(chr, (*range(32), *range(127, 160))))  # line feeds too: a document is one sentence

# Both pipelines share this table. Its entry for the full-width digit one (a double quote) never applies: digits have
# become zeros by then.
_PUNCTUATION = {
    **dict.fromkeys("，、", ","),
    **dict.fromkeys("„”“«»」「《》", '"'),
    **dict.fromkeys("´’", "'"),
    **dict.fromkeys("∶：", ":"),
    **dict.fromkeys("–━►", "-"),
    **dict(zip("。？！（）；～〈〉【】％", ".?!();~<>[]%", strict=True)),
    "—": " - ",
    "．": ". ",
    "…": "...",
}
_ROOTS_SPACES = "\u2009\u200a\u202f\u2005\u3000\u2002\u00a0\u2008\u2003\ufffc"
_EVERY_CHARACTER = list(map(chr, range(sys.maxunicode + 1)))
_DIGITS = [character for character in _EVERY_CHARACTER if unicodedata.category(character) == "Nd"]
_ACCENTS = [character for character in _EVERY_CHARACTER if unicodedata.category(character) == "Mn"]

_ROOTS = str.maketrans(
    _PUNCTUATION | dict.fromkeys(_ROOTS_SPACES, " ") | dict.fromkeys(_DIGITS, "0") | dict.fromkeys(_CONTROL, "")
)
_CCNET = str.maketrans(
    _PUNCTUATION | dict.fromkeys(_DIGITS, "0") | dict.fromkeys(_CONTROL, "") | dict.fromkeys(_ACCENTS, "")
)
_WITHOUT_CONTROL = str.maketrans(dict.fromkeys(_CONTROL, ""))


def normalize_as_ccnet(text: str) -> str:
    """Return a text trimmed, lower-cased, without accents and control characters, digits as 0, plain punctuation."""
    return unicodedata.normalize("NFD", text.strip().lower()).translate(_CCNET)


def normalize_as_roots(text: str) -> str:
    """Return a text without control characters, trimmed, spaces as U+0020, digits as 0, plain punctuation."""
    return text.translate(_WITHOUT_CONTROL).strip().translate(_ROOTS)
