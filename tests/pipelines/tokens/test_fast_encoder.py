"""The fast encoder gives the ids of `tokenizers`, or steps back."""

import random
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.tokens.fast_encoder import ODD_TEXTS, FastEncoder
from pipelines.tokens.tokenizer import TextTokenizer, parse_tokenizer
from pipelines.tokens.training import TrainingPlan, train_tokenizer

TEXTS = [f"The soil of number {number} doesn't grow; été 字字 ไทย x={number}" for number in range(200)]


def _trained(pretokenizer: str) -> TextTokenizer:
    return parse_tokenizer(train_tokenizer([TEXTS], TrainingPlan("bpe", 600, 3, pretokenizer)), "trained")


REFERENCE = _trained("gpt4")
FAST = REFERENCE.with_fast_encoder()


def test_it_reads_the_pre_tokenizers_of_published_tokenizers() -> None:
    assert isinstance(FAST.encoder, FastEncoder)
    assert isinstance(_trained("gpt2").with_fast_encoder().encoder, FastEncoder)


def test_a_tokenizer_that_it_does_not_know_stays_as_it_is() -> None:
    bloom = _trained("bloom")
    assert bloom.with_fast_encoder() is bloom
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


@dataclass(frozen=True)
class _Wrong:
    """A fast library that gives other ids."""

    layout: Any = None

    def encode_batch(self, pieces: list[str], *, parallel: bool) -> Any:  # noqa: ANN401, ARG002
        return FAST.encoder.fast.encode_batch(["x" + piece for piece in pieces], parallel=False)  # type: ignore[attr-defined]


def test_where_a_piece_shows_other_ids_those_of_the_reference_are_taken() -> None:
    wrong = FastEncoder(_Wrong(), REFERENCE.encoder)
    assert not wrong.agrees_on(ODD_TEXTS)
    found = wrong.encode(TEXTS[:3])
    assert np.array_equal(found.ids, REFERENCE.encoder.encode(TEXTS[:3]).ids)
