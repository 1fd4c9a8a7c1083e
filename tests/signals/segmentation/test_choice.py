"""By what words are told apart in scripts without spaces, and where that is asked for."""

import importlib.util

import pyarrow as pa
import pytest

import signals
from signals.segmentation import choice, identify, words

SENTENCES = pa.array(["日本語の文章を分割する。", "ประเทศไทยมีภาษาไทย", "Two words, ไทย."])


def test_icu_finds_the_words_of_dictionaries() -> None:
    pytest.importorskip("icu4py", reason="needs the extra segment")
    assert words(SENTENCES, "icu").to_pylist() == [
        ["日本語", "の", "文章", "を", "分割", "する"],
        ["ประเทศไทย", "มี", "ภาษา", "ไทย"],
        ["Two", "words", "ไทย"],
    ]


def test_what_icu_has_no_dictionary_for_is_cut_into_pieces() -> None:
    pytest.importorskip("icu4py", reason="needs the extra segment")
    new_tai_lue, lao = "ᦅᦳᧄ" * 100, "ກ" * 300
    texts = pa.array([f"ไทย{new_tai_lue}", f"日本語の {lao}\n日本語", new_tai_lue])
    thai, japanese, alone = words(texts, "icu").to_pylist()
    assert max(map(len, [*thai, *japanese, *alone])) <= 5
    assert japanese[:2] == ["日本語", "の"]
    assert japanese[-1] == "日本語"
    assert alone == words(texts).to_pylist()[2]


def test_the_built_in_one_cuts_pieces_of_about_that_length() -> None:
    assert words(SENTENCES).to_pylist() == [
        ["日本", "語", "の", "文章", "を", "分割", "する"],
        ["ประเท", "ศไทย", "มีภา", "ษาไท", "ย"],
        ["Two", "words", "ไทย"],
    ]


def test_signals_follow_the_segmentation() -> None:
    pytest.importorskip("icu4py", reason="needs the extra segment")
    names = ["word_count", "mean_word_length", "stop_word_count", "line_word_count"]
    by_dictionary, by_pieces = (
        signals.compute(SENTENCES, ["ja", "th", "en"], names, segmentation=name).to_pylist()
        for name in ("icu", "builtin")
    )
    assert [row["word_count"] for row in by_dictionary] == [6, 4, 3]
    assert [row["word_count"] for row in by_pieces] == [7, 5, 3]
    assert [row["line_word_count"] for row in by_dictionary] == [[6], [4], [3]]
    assert by_dictionary[1]["mean_word_length"] == 4.5
    assert by_dictionary[1]["stop_word_count"] > by_pieces[1]["stop_word_count"] == 0
    assert by_dictionary[2] == by_pieces[2]


def test_which_groups_depend_on_it() -> None:
    assert [group.name for group in signals.catalogue.GROUPS if group.segments] == ["core", "lines", "toxicity", "own"]


def test_a_version_that_is_not_there_is_refused() -> None:
    pytest.importorskip("icu4py", reason="needs the extra segment")
    found = identify("icu")
    assert identify(found) == found
    with pytest.raises(ValueError, match=r"icu 1\.0 is asked for, but icu .* is installed"):
        signals.compute(SENTENCES, segmentation="icu 1.0")


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="no segmentation is named 'jieba'; there are builtin and icu"):
        signals.compute(SENTENCES, segmentation="jieba")
    monkeypatch.setattr(choice, "find_spec", lambda name: importlib.util.find_spec(f"no_{name}"))
    with pytest.raises(ValueError, match=r"pip install 'loam-curation\[segment\]'"):
        signals.compute(SENTENCES, segmentation="icu")
