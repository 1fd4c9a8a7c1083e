"""Training tokenizers."""

import hashlib
import json
import os
import subprocess
import sys

import pytest

from pipelines.errors import LoamError
from pipelines.tokens.pretokenizers import pre_tokenizer
from pipelines.tokens.tokenizer import parse_tokenizer
from pipelines.tokens.training import SPECIAL_TOKENS, TrainingPlan, train_tokenizer

TEXTS = [f"The {noun} of number {number}, the {noun}s." for number in range(60) for noun in ("soil", "worm", "лес")]


def _trained(texts: list[list[str]], vocab_size: int) -> bytes:
    return train_tokenizer(texts, TrainingPlan("bpe", vocab_size))


def test_the_first_ids_are_reserved() -> None:
    tokenizer = parse_tokenizer(_trained([TEXTS], 400), "trained")
    assert [tokenizer.encoder.decode([number]) for number in range(4)] == list(SPECIAL_TOKENS)
    assert (tokenizer.vocabulary.eod, tokenizer.vocabulary.eod_token) == (2, "</s>")
    assert tokenizer.vocabulary.control_ids.tolist() == [0, 1, 2, 3]


def test_every_byte_has_a_token_even_unseen() -> None:
    tokenizer = parse_tokenizer(_trained([], 8000), "trained")
    assert tokenizer.vocabulary.size == 4 + 256
    assert tokenizer.encoder.decode(tokenizer.encode(["\x00é字🙂"]).ids.tolist()) == "\x00é字🙂"


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("one two", ["one", "Ġtwo"]),
        ("x=1; 12345", ["x=1;", "Ġ12345"]),
        ("a  b\n\n  c", ["a", "Ġ", "Ġb", "ĊĊĠ", "Ġc"]),
        ("don't (stop)... now", ["don't", "Ġ(", "stop", ")...", "Ġnow"]),
        ("是。不", ["æĺ¯", "ãĢĤ", "ä¸į"]),
    ],
)
def test_words_are_cut_as_by_bloom(text: str, pieces: list[str]) -> None:
    assert [piece for piece, _ in pre_tokenizer("bloom").pre_tokenize_str(text)] == pieces


def test_there_is_no_normalizer() -> None:
    assert json.loads(_trained([TEXTS], 300))["normalizer"] is None


def test_neither_order_nor_batches_matter() -> None:
    expected = _trained([TEXTS], 500)
    assert _trained([[text] for text in reversed(TEXTS)], 500) == expected


@pytest.mark.parametrize("parallelism", ["true", "false"])
def test_another_process_with_or_without_threads_trains_the_same(parallelism: str) -> None:
    code = (
        "import hashlib; from tests.pipelines.tokens.test_training import TEXTS, _trained;"
        "print(hashlib.sha256(_trained([TEXTS], 500)).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "TOKENIZERS_PARALLELISM": parallelism},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == hashlib.sha256(_trained([TEXTS], 500)).hexdigest()


@pytest.mark.parametrize(
    ("name", "text", "pieces"),
    [
        ("gpt4", "I'll pay 12345", ["I", "'ll", "Ġpay", "Ġ", "123", "45"]),
        ("gpt4", "a\n\n  b", ["a", "ĊĊ", "Ġ", "Ġb"]),
        ("gpt2", "I'll pay 12345!", ["I", "'ll", "Ġpay", "Ġ12345", "!"]),
    ],
)
def test_words_are_cut_as_by_published_tokenizers(name: str, text: str, pieces: list[str]) -> None:
    assert [piece for piece, _ in pre_tokenizer(name).pre_tokenize_str(text)] == pieces


def test_reserved_tokens_follow_the_special_ones() -> None:
    loaded = parse_tokenizer(train_tokenizer([TEXTS], TrainingPlan("bpe", 320, reserved=3)), "trained")
    assert loaded.vocabulary.size == 320
    assert loaded.vocabulary.control_ids.tolist() == list(range(7))
    assert loaded.encoder.decode([4, 6]) == "<reserved_0><reserved_2>"
    assert loaded.encode(["<reserved_0>"]).ids.min() > 6


@pytest.mark.parametrize("model", ["sentencepiece_bpe", "sentencepiece_unigram"])
class TestSentencePiece:
    def test_a_text_comes_back_as_it_was(self, model: str) -> None:
        loaded = parse_tokenizer(train_tokenizer([TEXTS], TrainingPlan(model, 340)), "trained")
        for text in ("The soil  of\n\nnumber 7", "\x00é字🙂 e\u0301 ﬁ ½\t x ", " </s><s> <unk>"):
            assert loaded.encoder.decode(loaded.encode([text]).ids.tolist()) == text

    def test_it_ends_documents_and_reserves_tokens(self, model: str) -> None:
        loaded = parse_tokenizer(train_tokenizer([TEXTS], TrainingPlan(model, 340, reserved=2)), "trained")
        assert (loaded.vocabulary.kind, loaded.vocabulary.eod) == ("sentencepiece", 2)
        assert loaded.vocabulary.control_ids.tolist() == [1, 2, 3, 4, 5]
        assert not set(loaded.encode(["<reserved_0> </s>"]).ids.tolist()) & {2, 4}

    def test_it_is_trained_the_same_again(self, model: str) -> None:
        first, again = (train_tokenizer([TEXTS], TrainingPlan(model, 340)) for _ in range(2))
        assert first == again


def test_sentencepiece_says_what_it_cannot_train_on() -> None:
    with pytest.raises(LoamError, match="SentencePiece cannot train on these texts"):
        train_tokenizer([], TrainingPlan("sentencepiece_bpe", 300))
