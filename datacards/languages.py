"""Languages as readers and the Hugging Face Hub name them.

Labels are ISO 639-3 and ISO 15924 (`fra_Latn`), as in FLORES-200. The table behind this module is the IANA language
subtag registry, less deprecated subtags, collections and special codes.
"""

import functools
from collections.abc import Iterable
from importlib import resources
from typing import NamedTuple

UNDETERMINED = "und"


class Language(NamedTuple):
    """ISO 639-3 code, ISO 639-1 code (empty where there is none), and English name."""

    alpha3: str
    alpha2: str
    name: str


def known_languages(labels: Iterable[str]) -> set[str]:
    """Return those of some labels that name a language.

    >>> sorted(known_languages(["fra_Latn", "und_Zyyy", "fra_Latn"]))
    ['fra_Latn']
    """
    return {label for label in labels if label.partition("_")[0] != UNDETERMINED}


def hub_language(label: str) -> str | None:
    """Return the code that the Hub files a language under: ISO 639-1 where it exists, else ISO 639-3.

    None for labels that name no language, such as `und_Zyyy`.

    >>> hub_language("fra_Latn"), hub_language("ast_Latn"), hub_language("und_Zyyy")
    ('fr', 'ast', None)
    """
    language = _by_alpha3().get(label.partition("_")[0])
    return None if language is None else language.alpha2 or language.alpha3


def language_name(label: str) -> str:
    """Return the English name of a label's language; "Undetermined" for `und`, the code itself when unknown.

    >>> language_name("deu_Latn")
    'German'
    """
    code = label.partition("_")[0]
    if code == UNDETERMINED:
        return "Undetermined"
    language = _by_alpha3().get(code)
    return code if language is None else language.name


@functools.cache
def hub_language_codes() -> frozenset[str]:
    """Return every code that `hub_language` can give."""
    return frozenset(language.alpha2 or language.alpha3 for language in _by_alpha3().values())


@functools.cache
def _by_alpha3() -> dict[str, Language]:
    text = resources.files("datacards").joinpath("data/languages.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {alpha3: Language(alpha3, alpha2, name) for alpha3, alpha2, name in rows}
