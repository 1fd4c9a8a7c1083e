"""Texts as language models read them."""

import re
import unicodedata

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from signals.perplexity.normalize import Normalize, normalize_texts
from signals.reference.perplexity import _PUNCTUATION, normalize_as_ccnet, normalize_as_roots

AWKWARD = " \t\n\r\x00\x1c\x7f\x84\u0085\u00a0\u2028\u3000\ufffc"
AWKWARD += "１٣09，。、—…．é\u0301\u0323ÅİΣσςΑ한각\u1baa\u302e\u302fßﬁ\U0001f600"
TEXTS = st.lists(st.one_of(st.text(), st.text(alphabet=AWKWARD, max_size=30)), min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("text", "ccnet", "roots"),
    [
        ("Hello world.\nSecond", "hello world.second", "Hello world.Second"),
        ("  Élève №１２, l’été—fin… ", "eleve №00, l'ete - fin...", "Élève №00, l'été - fin..."),
        ("«Да»", '"да"', '"Да"'),
        ("Привет, Йод", "привет, иод", "Привет, Йод"),
        ("a\u00a0b\u2028c\ufffc", "a\u00a0b\u2028c\ufffc", "a b\u2028c "),
        ("\x00 a", " a", "a"),
        ("ΟΔΟΣ ΟΔΟΣ", "οδος οδος", "ΟΔΟΣ ΟΔΟΣ"),
        ("각", "각", "각"),
        ("", "", ""),
        (" \n ", "", ""),
    ],
)
def test_examples(text: str, ccnet: str, roots: str) -> None:
    decomposed = unicodedata.normalize("NFD", ccnet)
    assert (normalize_as_ccnet(text), normalize_as_roots(text)) == (decomposed, roots)


def step_by_step(text: str) -> str:
    lowered = unicodedata.normalize("NFD", text.strip().lower())
    without_accents = "".join(character for character in lowered if unicodedata.category(character) != "Mn")
    with_zeros = re.sub(r"\d", "0", without_accents)
    plain = "".join(_PUNCTUATION.get(character, character) for character in with_zeros)
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", "", plain)


@given(st.one_of(st.text(), st.text(alphabet=AWKWARD, max_size=30)))
def test_ccnet_is_its_five_steps_in_order(text: str) -> None:
    assert normalize_as_ccnet(text) == step_by_step(text)


@pytest.mark.parametrize("normalize", [normalize_as_ccnet, normalize_as_roots])
@given(texts=TEXTS)
@example(texts=["Σ", "ΑΣ Α", "a\u1baa\u0301\u302eb", "\n\x00 \n", "é" * 40, ""])
def test_kernel_equals_the_reference(normalize: Normalize, texts: list[str]) -> None:
    assert list(normalize_texts(pa.array(texts), normalize)) == [normalize(text) for text in texts]


@pytest.mark.parametrize("normalize", [normalize_as_ccnet, normalize_as_roots])
def test_kernel_knows_every_character(normalize: Normalize) -> None:
    texts = [chr(code) + "a" + chr(code) for code in (*range(0xD800), *range(0xE000, 0x110000))]
    assert list(normalize_texts(pa.array(texts), normalize)) == [normalize(text) for text in texts]


def test_null_counts_as_empty() -> None:
    assert list(normalize_texts(pa.array([None, "A"], pa.string()), normalize_as_ccnet)) == ["", "a"]
