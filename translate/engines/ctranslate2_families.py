"""Families of models that CTranslate2 runs: how each is told which languages, and what its licence says.

NLLB-200: the source begins with its language as FLORES-200 writes it, the translation with that of the target
(arXiv 2207.04672). M2M-100: the same with `__fr__` (arXiv 2010.11125). MADLAD-400: the source begins with the target,
`<2fr>` (arXiv 2309.04662). OPUS-MT (Marian): nothing, or, of models with several targets, `>>fra<<` before the source
(Tiedemann and Thottingal, EAMT 2020).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from translate.engines.base import OutputLicense
from translate.prompts.languages import languages


@dataclass(frozen=True)
class Family:
    """A family of models.

    Attributes:
        name: Its name.
        mark: Pattern of the tokens that stand for a language; its group is the code.
        names_source: Whether the source is marked with its own language; else it is with the target.
        names_target: Whether the translation begins with its language.
        license: What the licence of the published models says.
    """

    name: str
    mark: re.Pattern[str]
    names_source: bool
    names_target: bool
    license: OutputLicense


FAMILIES: tuple[Family, ...] = (
    Family(
        "nllb",
        re.compile(r"([a-z]{3}_[A-Z][a-z]{3})"),
        names_source=True,
        names_target=True,
        license=OutputLicense(
            "CC-BY-NC-4.0",
            restricts_outputs=True,
            evidence=("https://huggingface.co/facebook/nllb-200-distilled-600M",),
        ),
    ),
    Family(
        "m2m100",
        re.compile(r"__([a-z]{2,3})__"),
        names_source=True,
        names_target=True,
        license=OutputLicense(
            "MIT", restricts_outputs=False, evidence=("https://huggingface.co/facebook/m2m100_418M",)
        ),
    ),
    Family(
        "madlad",
        re.compile(r"<2([a-z]{2,3}(?:_[A-Z][a-z]{3})?)>"),
        names_source=False,
        names_target=False,
        license=OutputLicense(
            "Apache-2.0", restricts_outputs=False, evidence=("https://huggingface.co/google/madlad400-3b-mt",)
        ),
    ),
    Family(
        "opus",
        re.compile(r">>([a-z]{2,3}(?:_[A-Z][a-z]{3})?)<<"),
        names_source=False,
        names_target=False,
        license=OutputLicense(
            "CC-BY-4.0", restricts_outputs=False, evidence=("https://github.com/Helsinki-NLP/Opus-MT",)
        ),
    ),
)
_MIN_LANGUAGES = 2

# Codes that the families use and BCP 47 does not.
_OTHER_CODES: Mapping[str, str] = {"nob_Latn": "no", "tgl_Latn": "tl", "nso_Latn": "ns", "fuv_Latn": "ff"}


def family_of(vocabulary: Iterable[str]) -> tuple[Family, Mapping[str, str]]:
    """Return a model's family and the tokens of its languages, by FLORES-200 code.

    A model without any token of a language is one of OPUS between two languages, which it does not name.
    """
    tokens = list(vocabulary)
    for family in FAMILIES:
        marked = {match[1]: token for token in tokens if (match := family.mark.fullmatch(token))}
        if len(marked) >= _MIN_LANGUAGES:
            return family, _by_language(marked)
    return FAMILIES[-1], {}


def _by_language(tokens: Mapping[str, str]) -> Mapping[str, str]:
    found = {}
    for language, (_, tag) in languages().items():
        alpha3, script = language.split("_")
        codes = (language, tag.replace("-", "_"), _OTHER_CODES.get(language), f"{tag.partition('-')[0]}_{script}")
        bare = (alpha3,) if "-" not in tag else ()  # the script that needs no saying
        token = next((tokens[code] for code in (*codes, *bare) if code in tokens), None)
        if token is not None:
            found[language] = token
    return found
