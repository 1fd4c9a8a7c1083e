"""ROOTS' parameters by language, and its special characters."""

import string

import pytest

from signals.kernels.roots import CHANGED, SPECIAL, SPECIAL_LOWERED
from signals.roots.parameters import ANY_LANGUAGE, all_roots_parameters, roots_parameters
from signals.roots.special_characters import character_flags, special_characters


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("fra_Latn", "fr"),
        ("arb_Arab", "ar"),
        ("pt-BR", "pt"),
        ("zho_Hant", "zh"),
        ("ind_Latn", "id"),
        ("deu_Latn", ANY_LANGUAGE),
        ("und_Zyyy", ANY_LANGUAGE),
        ("junk!", ANY_LANGUAGE),
        (None, ANY_LANGUAGE),
    ],
)
def test_parameters_of_a_language(code: str | None, language: str) -> None:
    assert roots_parameters(code).language == language


def test_figures() -> None:
    table = all_roots_parameters()
    assert len(table) == 14
    assert table["ur"].word_repetition_length == 7
    assert {code for code, found in table.items() if found.word_repetition_length != 5} == {"ur"}
    assert {code for code, found in table.items() if found.character_repetition_length != 10} == {"zh"}
    assert {code: found.pairs for code, found in table.items() if found.pairs is not None} == {"vi": " ", "zh": ""}
    assert {code for code, found in table.items() if found.word_length_max is None} == {ANY_LANGUAGE, "zh"}
    assert {code for code, found in table.items() if not found.words_with_substrings_removed} == {ANY_LANGUAGE, "zh"}
    assert (table["en"].stop_words_min, table["en"].perplexity_max, table["en"].language_id_min) == (0.3, 1500, 0.8)
    assert (table["zh"].words_min, table["zh"].words_max, table["zh"].stop_words_min) == (1, 1_000_000, 0.1691)
    assert sum(found.character_repetition_max for found in table.values()) == pytest.approx(2.436)
    assert sum(found.word_repetition_max for found in table.values()) == pytest.approx(5.53)
    assert sum(found.special_characters_max for found in table.values()) == pytest.approx(4.82)
    assert sum(found.words_min for found in table.values()) == 263


def test_special_characters() -> None:
    special = special_characters()
    ascii_ones = set(string.punctuation + string.digits + string.whitespace)
    assert ascii_ones < special
    assert len(special) == 1_599  # 237 and 1,366 emoji, four of them in both
    assert set("’“”–€«»一士Г一ツ。、\u200b\u00a0😀☺") <= special
    assert not set("aéгΩ漢\u0301") & special
    assert (character_flags() & SPECIAL).sum() == len(special)
    assert not character_flags()[ord("a")]


def test_special_characters_in_lower_case() -> None:
    special, flags = special_characters(), character_flags()
    for code in range(0x80, 0x110000):
        character, found = chr(code), int(flags[code])
        lowered = character.lower()
        assert bool(found & CHANGED) == (lowered != character)
        assert {bool(found & SPECIAL_LOWERED)} == {part in special for part in lowered}  # never a part of it alone
