"""Language codes: whatever sources call a language, made one form.

That form is FLORES-200's, ISO 639-3 and ISO 15924 (``fra_Latn``): it tells Serbian in Cyrillic from Serbian in Latin
letters, and NLLB, FineWeb-2 and GlotLID use it. Where ISO 639 has a macrolanguage, FLORES names the individual
language that texts under the wide code are written in (``ar`` is ``arb_Arab``, Modern Standard Arabic).
"""

import re
from functools import lru_cache

import langcodes

UNKNOWN = "und_Zyyy"

# What FLORES-200 calls the languages that have a wider or another code in ISO 639 or CLDR.
_FLORES_LANGUAGES = {
    "ara": "arb",  # Arabic: Modern Standard Arabic
    "aym": "ayr",  # Aymara: Central Aymara
    "aze": "azj",  # Azerbaijani: North Azerbaijani
    "bih": "bho",  # Bihari: Bhojpuri
    "cmn": "zho",  # Mandarin: FLORES keeps the wide code
    "din": "dik",  # Dinka: Southwestern Dinka
    "ekk": "est",  # Standard Estonian: FLORES keeps the wide code
    "fas": "pes",  # Persian: Western Persian
    "fil": "tgl",  # Filipino: Tagalog
    "ful": "fuv",  # Fulah: Nigerian Fulfulde
    "gug": "grn",  # Paraguayan Guaraní: FLORES keeps the wide code
    "kau": "knc",  # Kanuri: Central Kanuri
    "kur": "kmr",  # Kurdish: Northern Kurdish
    "lav": "lvs",  # Latvian: Standard Latvian
    "mlg": "plt",  # Malagasy: Plateau Malagasy
    "mon": "khk",  # Mongolian: Halh Mongolian
    "msa": "zsm",  # Malay: Standard Malay
    "nep": "npi",  # Nepali
    "nor": "nob",  # Norwegian: Bokmål
    "ori": "ory",  # Odia
    "orm": "gaz",  # Oromo: West Central Oromo
    "pus": "pbt",  # Pashto: Southern Pashto
    "que": "quy",  # Quechua: Ayacucho Quechua
    "sqi": "als",  # Albanian: Tosk Albanian
    "swa": "swh",  # Swahili
    "uzb": "uzn",  # Uzbek: Northern Uzbek
    "yid": "ydd",  # Yiddish: Eastern Yiddish
    "zgh": "tzm",  # Standard Moroccan Tamazight
}
_WIDE_LANGUAGES = {narrow: wide for wide, narrow in _FLORES_LANGUAGES.items()}

# Scripts where CLDR's likely one is not that of the texts at hand, or is not known to it.
_SCRIPTS = {
    "azb": "Arab",
    "ber": "Tfng",
    "crh": "Latn",
    "glk": "Arab",
    "hbs": "Latn",
    "kor": "Hang",
    "kv": "Cyrl",
    "lrc": "Arab",
    "mhr": "Cyrl",
    "mrj": "Cyrl",
    "mzn": "Arab",
    "pnb": "Arab",
    "rue": "Cyrl",
    "tzm": "Tfng",
    "xal": "Cyrl",
    "xmf": "Geor",
}
_SCRIPT_NAMES = {"Kore": "Hang", "Hanb": "Hant", "Hrkt": "Jpan"}

# Names that are no language codes: Wikipedia's own, and the modifiers of POSIX locales.
_WIKIPEDIA = {
    "bat-smg": "sgs_Latn",
    "eml": "egl_Latn",
    "fiu-vro": "vro_Latn",
    "roa-rup": "rup_Latn",
    "sh": "hbs_Latn",
    "hbs": "hbs_Latn",
    "simple": "eng_Latn",
    "zh-classical": "lzh_Hant",
    "zh-min-nan": "nan_Latn",
    "zh-yue": "yue_Hant",
}
_LOCALE_SCRIPTS = {"latin": "Latn", "cyrillic": "Cyrl", "devanagari": "Deva", "arabic": "Arab"}
_LOCALE = re.compile(r"(?P<tag>[^.@]+)(\.[^@]*)?(@(?P<modifier>.*))?")
_NO_LANGUAGE = frozenset({"und", "mul", "zxx", "mis", "art", "root"})


@lru_cache(maxsize=65_536)
def to_flores(code: str | None) -> str:
    """Return a language code in FLORES-200's form; ``und_Zyyy`` for what is none, never an error.

    Args:
        code: A BCP-47 tag, ISO 639-1, 639-2 or 639-3 code, POSIX locale, Wikipedia's name or FLORES code.

    Examples:
        >>> [to_flores(code) for code in ("fr", "pt_BR", "zh-TW", "ar", "sr@latin", "eng_Latn", "C", None)]
        ['fra_Latn', 'por_Latn', 'zho_Hant', 'arb_Arab', 'srp_Latn', 'eng_Latn', 'und_Zyyy', 'und_Zyyy']
    """
    match = _LOCALE.fullmatch(code.strip()) if code else None
    if not match:
        return UNKNOWN
    tag = match["tag"].replace("_", "-")
    if tag.lower() in _WIKIPEDIA:
        return _WIKIPEDIA[tag.lower()]
    try:
        language = langcodes.Language.get(tag)
        alpha3 = language.to_alpha3()
    except (LookupError, ValueError):  # langcodes' two ways to say that this is no language
        return UNKNOWN
    if alpha3 in _NO_LANGUAGE or not re.fullmatch("[a-z]{3}", alpha3):
        return UNKNOWN
    script = _LOCALE_SCRIPTS.get((match["modifier"] or "").lower()) or language.script
    if not script and not language.territory:
        script = _SCRIPTS.get(alpha3)
    script = script or language.maximize().script or "Zyyy"
    return f"{_FLORES_LANGUAGES.get(alpha3, alpha3)}_{_SCRIPT_NAMES.get(script, script)}"


@lru_cache(maxsize=65_536)
def to_iso639_1(code: str | None) -> str | None:
    """Return the two-letter code of a language, None where it has none.

    Examples:
        >>> [to_iso639_1(code) for code in ("eng_Latn", "deu", "pt-BR", "arb_Arab", "zho_Hant", "ast", "C")]
        ['en', 'de', 'pt', 'ar', 'zh', None, None]
    """
    alpha3 = to_flores(code).split("_")[0]
    if alpha3 == "tgl":
        return "tl"  # which CLDR replaces by fil, Filipino
    for wide_or_narrow in (_WIDE_LANGUAGES.get(alpha3, alpha3), alpha3):
        language = langcodes.Language.get(wide_or_narrow).language
        if language and len(language) == 2:  # noqa: PLR2004  ISO 639-1 has two letters
            return language
    return None
