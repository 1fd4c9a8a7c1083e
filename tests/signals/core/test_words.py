"""Signals of words and sentences."""

import re

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import signals
from signals.core.stop_words import abbreviations, stop_words_iso
from signals.core.words import DOCUMENT_FORMULAS
from signals.reference import word_signals

NAMES = tuple(DOCUMENT_FORMULAS)
# What words and sentences begin with, hold, and end with.
PIECES: list[str] = re.findall(
    "[^ ]+",
    "the The and Dr Prof. e.g z.B U.S. p.ex 1 12 123 3.5 a I A. NASA Été été e\u0301 E\u0301 a\u0323\u0301 "
    "a\u0301\u0323 q\u0301 don't DON\u2019T ΟΔΟΣ οδος ΟΔΟΣ' Σ ǅ ŉ İ ſ ß 漢字 かな が か\u3099 ไทย हिन्दी क़ ো "
    "\u09c7\u09be 각 \u1100\u1161\u11a8 السلام ЧТО Й и\u0306 ² ½ Ⅷ Ⓐ 😀 \u0345 _ __ \n \n\n \n\t\n \u2029 \u00a0 "
    "\u3000 . , ! ? ... … 。 ！ । ؟ ։ ། \u037e # ## \" ' ) –",
)
TEXTS = st.one_of(
    st.lists(st.sampled_from((*PIECES, " ", " ", " ")), max_size=30).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join),
    st.text(max_size=30),
)


def rows(texts: list[str], languages: list[str | None] | None = None) -> list[dict[str, object]]:
    return signals.compute(pa.array(texts, pa.string()), languages, NAMES).to_pylist()


def value(name: str, text: str, language: str | None = None) -> object:
    return signals.compute(pa.array([text]), [language], [name]).column(0)[0].as_py()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(TEXTS, st.sampled_from((None, "en", "el", "zho_Hant", "yo", "qaa"))), min_size=1, max_size=4))
@example([("\u0345DON\u2019T \u0345UP", None)])
@example([("The the THE don't DON\u2019T", "en"), ("ΟΔΟΣ ΟΔΟΣ' οδος Σ ΣΑΣ", "el")])
def test_signals_of_words_equal_the_reference(documents: list[tuple[str, str | None]]) -> None:
    texts, languages = [text for text, _ in documents], [language for _, language in documents]
    for text, language, row in zip(texts, languages, rows(texts, languages), strict=True):
        listed = stop_words_iso().get({"zho_Hant": "zh"}.get(language or "", language or ""))
        assert row == word_signals.document_signals(text, listed, abbreviations())


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three? Four", 4),
        ("It costs 3.50 at www.example.com/?a=b, e.g. here. Then", 2),
        ("Dr. Smith met J. R. Doe of the U.S. Army. They spoke.", 2),
        ("1. Install it.\n2. Run it.", 2),
        ("Am 3. Oktober war es so. Danach z.B. nicht, bzw. nie.", 2),
        ('Wait... what? "No!" he said. (Yes.) Well… Then', 6),
        ("我们今天学习。你好！是吗？", 3),
        ("यह एक वाक्य है। यह दूसरा है।", 2),
        ("هل هذا سؤال؟ نعم.", 2),
        ("Սա նախադասություն է։ Սա ևս։", 2),
        ("ནམ་མཁའ། ས་གཞི།", 2),
        ("A heading\n\nwrapped over\ntwo lines", 2),
        ("A heading\r\n\r\nand text", 2),
        ("... 1, 2. 3! * * *", 0),
        ("", 0),
    ],
)
def test_sentences(text: str, sentences: int) -> None:
    assert value("sentence_count", text) == sentences


def test_a_word_is_as_long_as_it_is_when_composed() -> None:
    assert value("mean_word_length", "Élève déjà été naïve") == 4.25
    assert value("mean_word_length", "E\u0301le\u0300ve de\u0301ja\u0300 e\u0301te\u0301 nai\u0308ve") == 4.25
    assert value("mean_word_length", "각 \u1100\u1161\u11a8") == 1.0
    assert value("mean_word_length", "\u09af\u09bc \u09df") == 2.0  # a letter that NFC takes apart
    assert value("mean_word_length", "ŝ\u0323 s\u0323\u0302 s\u0302\u0323") == 2.0  # ṣ and a circumflex, in any order


def test_words_differ_neither_by_case_nor_by_form() -> None:
    assert value("unique_word_fraction", "ÉTÉ été e\u0301te\u0301") == pytest.approx(1 / 3)
    assert value("unique_word_fraction", "don't DON\u2019T") == 0.5
    assert value("unique_word_fraction", "ΟΔΟΣ οδος") == 0.5  # a final sigma, which lower case makes of Σ
    assert value("unique_word_fraction", "οδος οδοσ") == 1.0


def test_all_capitals_are_of_cased_words_of_two_letters() -> None:
    assert value("all_caps_word_fraction", "I SAW A NASA film, 2024: 漢字") == pytest.approx(2 / 5)
    assert value("all_caps_word_fraction", "漢字 123") == 0.0
    assert value("all_caps_word_fraction", "...") is None


def test_either_symbol_counts_not_both() -> None:
    assert value("symbol_to_word_ratio", "# one ## two... three… four") == 0.75
    assert value("symbol_to_word_ratio", "a.... b…… c") == 1.0


def test_alphabetic_words_are_of_any_script() -> None:
    assert value("alphabetic_word_fraction", "слово 词 12 3.5 x1 كلمة") == pytest.approx(4 / 6)


def test_stop_words_are_of_the_language_and_match_in_capitals() -> None:
    assert value("stop_word_count", "The cat AND the dog, don\u2019t!", "eng_Latn") == 4
    assert value("stop_word_count", "Le chat ET le chien", "fr") == 3
    assert value("stop_word_fraction", "и вот я тут", "rus_Cyrl") == pytest.approx(1.0, abs=0.3)
    assert value("stop_word_count", "words", "qaa") is None
    assert value("stop_word_fraction", "", "en") is None
    assert value("stop_word_count", "", "en") == 0


def test_gophers_stop_words_are_counted_once_each() -> None:
    assert value("gopher_stop_words", "the the of thee beto The withe") == 2
    assert value("gopher_stop_words", "the be to of and that have with", "de") == 8
