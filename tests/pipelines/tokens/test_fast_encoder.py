"""The fast encoder gives the ids of `tokenizers`, or steps back."""

import json
import random
from collections.abc import Sequence
from itertools import count, repeat
from unittest.mock import Mock

import gigatoken
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.tokens.encoders import EncodedPieces
from pipelines.tokens.fast_encoder import ODD_TEXTS, FastEncoder
from pipelines.tokens.tokenizer import TextTokenizer, parse_tokenizer
from pipelines.tokens.training import TrainingPlan, train_tokenizer
from pipelines.tokens.word_cache import WordCacheEncoder, token_bytes_of

TEXTS = [f"The soil of number {number} doesn't grow; été 字字 ไทย x={number}" for number in range(200)]


def _trained(pretokenizer: str) -> TextTokenizer:
    return parse_tokenizer(train_tokenizer([TEXTS], TrainingPlan("bpe", 600, 3, pretokenizer)), "trained")


REFERENCE = _trained("gpt4")
FAST = REFERENCE.with_fast_encoder()


def test_it_reads_the_pre_tokenizers_of_published_tokenizers() -> None:
    assert isinstance(FAST.encoder, FastEncoder)
    assert isinstance(_trained("gpt2").with_fast_encoder().encoder, FastEncoder)


def test_a_tokenizer_that_it_does_not_know_stays_as_it_is() -> None:
    described = json.loads(_trained("bloom").content)
    described["pre_tokenizer"]["pretokenizers"][0]["pattern"] = {"Regex": "[a-c]+"}
    other = parse_tokenizer(json.dumps(described).encode(), "other")
    assert other.with_fast_encoder() is other
    model = parse_tokenizer(train_tokenizer([TEXTS], TrainingPlan("sentencepiece_bpe", 400)), "trained")
    assert model.with_fast_encoder() is model


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.text(), st.sampled_from([*ODD_TEXTS, *TEXTS, "</s>", "<reserved_1>"])), max_size=6))
@example(list(ODD_TEXTS))
@example(["</s> <reserved_0><pad>"])
def test_ids_are_those_of_tokenizers(texts: list[str]) -> None:
    fast, reference = FAST.encode(texts), REFERENCE.encode(texts)
    assert np.array_equal(fast.ids, reference.ids)
    assert np.array_equal(fast.lengths, reference.lengths)
    assert fast.failures == reference.failures


def test_long_texts_in_pieces_too() -> None:
    draw = random.Random(3)  # noqa: S311 -- test data
    texts = ["".join(draw.choice(TEXTS) + draw.choice(["\n", " ", "\n\n", "."]) for _ in range(300)) for _ in range(3)]
    whole, cut = REFERENCE.encode(texts), FAST.encode(texts, 1000)
    assert np.array_equal(whole.ids, cut.ids)


class _Wrong:
    """A fast library that gives other ids."""

    def encode(self, pieces: Sequence[str]) -> EncodedPieces:
        return REFERENCE.encoder.encode(["x" + piece for piece in pieces])

    def decode(self, ids: Sequence[int]) -> str:
        return REFERENCE.encoder.decode(ids)


def test_where_a_piece_shows_other_ids_those_of_the_reference_are_taken() -> None:
    wrong = FastEncoder(_Wrong(), REFERENCE.encoder)
    assert not wrong.agrees_on(ODD_TEXTS)
    found = wrong.encode(TEXTS[:3])
    assert np.array_equal(found.ids, REFERENCE.encoder.encode(TEXTS[:3]).ids)


@pytest.mark.parametrize("told", [True, False])
def test_it_is_loaded_anew_as_it_grows(monkeypatch: pytest.MonkeyPatch, told: bool) -> None:
    load = Mock(side_effect=gigatoken.Tokenizer.from_json)
    monkeypatch.setattr("pipelines.tokens.fast_encoder.gigatoken.Tokenizer.from_json", load)
    resident = count(0, 30_000_000) if told else repeat(None)
    monkeypatch.setattr("pipelines.tokens.fast_encoder.resident_bytes", lambda: next(resident))
    monkeypatch.setattr("pipelines.tokens.fast_encoder._CHARACTERS_REMEMBERED", 200)
    fast = REFERENCE.with_fast_encoder()
    for text in TEXTS[:20]:
        assert np.array_equal(fast.encode([text]).ids, REFERENCE.encode([text]).ids)
    assert 5 < load.call_count < 30


BLOOM = _trained("bloom")


@settings(max_examples=500, deadline=None)
@given(
    st.lists(
        st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from(" \n\t().,|!?…。，、।۔،\x1c\x85\u2028ab"))),
        max_size=5,
    )
)
@example(list(ODD_TEXTS))
@example(["a  b", " (  b", "( b)", "\n b", "  ", "a.  b .c", "[x] y]"])
def test_words_that_are_remembered_give_the_same_ids(texts: list[str]) -> None:
    cached = WordCacheEncoder(BLOOM.encoder, token_bytes_of(BLOOM.content))
    for _ in range(2):
        ours, theirs = cached.encode(texts), BLOOM.encoder.encode(texts)
        assert np.array_equal(ours.ids, theirs.ids)
        assert np.array_equal(ours.lengths, theirs.lengths)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.tokens.word_cache.MOST_WORDS", 5)
    cached = WordCacheEncoder(BLOOM.encoder, token_bytes_of(BLOOM.content))
    for start in range(0, 40, 2):
        cached.encode([f"{start} {start + 1} a b c"])
        assert len(cached.ids) <= 10
