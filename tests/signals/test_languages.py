"""Whatever sources call a language becomes one form."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.languages import UNKNOWN, to_flores, to_iso639_1

FLORES = {
    "ar": "arb_Arab",
    "zh": "zho_Hans",
    "zh-TW": "zho_Hant",
    "zh_HK": "zho_Hant",
    "zh-Hant": "zho_Hant",
    "cmn": "zho_Hans",
    "yue": "yue_Hant",
    "no": "nob_Latn",
    "nb": "nob_Latn",
    "fa": "pes_Arab",
    "lv": "lvs_Latn",
    "et": "est_Latn",
    "ms": "zsm_Latn",
    "sw": "swh_Latn",
    "sq": "als_Latn",
    "mn": "khk_Cyrl",
    "uz": "uzn_Latn",
    "uz@cyrillic": "uzn_Cyrl",
    "az": "azj_Latn",
    "ne": "npi_Deva",
    "or": "ory_Orya",
    "mg": "plt_Latn",
    "ku": "kmr_Latn",
    "ps": "pbt_Arab",
    "yi": "ydd_Hebr",
    "ko": "kor_Hang",
    "ja": "jpn_Jpan",
    "tl": "tgl_Latn",
    "sr": "srp_Cyrl",
    "sr-Latn": "srp_Latn",
    "sr@latin": "srp_Latn",
    "pt_BR": "por_Latn",
    "en@quot": "eng_Latn",
    "en_US.UTF-8": "eng_Latn",
    "crh": "crh_Latn",
    "nds": "nds_Latn",
    "fre": "fra_Latn",
    "fra": "fra_Latn",
    "simple": "eng_Latn",
}


@pytest.mark.parametrize(("code", "flores"), FLORES.items())
def test_known_codes(code: str, flores: str) -> None:
    assert to_flores(code) == flores
    assert to_flores(flores) == flores  # the form is its own


@pytest.mark.parametrize(
    "code", [None, "", "C", "POSIX", "und", "zxx", "mul", "xx", "zz-ZZ", "123", "und_Zyyy", "@", "en!"]
)
def test_what_is_no_language_is_unknown(code: str | None) -> None:
    assert to_flores(code) == UNKNOWN
    assert to_iso639_1(code) is None


@given(st.text(max_size=12))
def test_nothing_raises(code: str) -> None:
    assert re.fullmatch("[a-z]{3}_[A-Z][a-z]{3}", to_flores(code))


@pytest.mark.parametrize(
    ("code", "two_letters"),
    [
        ("eng_Latn", "en"),
        ("deu", "de"),
        ("fr-CA", "fr"),
        ("arb_Arab", "ar"),
        ("zsm_Latn", "ms"),
        ("tgl_Latn", "tl"),
        ("ast", None),
    ],
)
def test_two_letter_codes(code: str, two_letters: str | None) -> None:
    assert to_iso639_1(code) == two_letters
