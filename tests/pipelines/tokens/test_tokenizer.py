"""Loading any tokenizer.json, and encoding plain text with it."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
from tokenizers import AddedToken, Tokenizer
from tokenizers.models import BPE, Unigram, WordLevel
from tokenizers.pre_tokenizers import ByteLevel, Metaspace, WhitespaceSplit
from tokenizers.processors import TemplateProcessing

from pipelines.errors import LoamError
from pipelines.tokens.pieces import Pieces
from pipelines.tokens.tokenizer import TextTokenizer, load_tokenizer, parse_tokenizer
from pipelines.tokens.training import TrainingPlan, train_tokenizer
from pipelines.tokens.vocabulary import transformers_config

PARTS = [
    "word",
    "Wörter",
    "字字",
    "ไทย",
    "12",
    "x=1;",
    "  ",
    "\n",
    "\n\n",
    "\t",
    ". ",
    ", ",
    "。",
    "(",
    ")",
    "…",
    "é",
    "e\u0301",
    "🙂",
    " ",
]


def _text(seed: int, length: int) -> str:
    chosen = random.Random(seed)  # noqa: S311 -- test data
    return "".join(chosen.choice(PARTS) for _ in range(length))


@pytest.fixture(scope="module")
def trained() -> TextTokenizer:
    return parse_tokenizer(
        train_tokenizer([[_text(seed, 500) for seed in range(20)]], TrainingPlan("bpe", 500)), "trained"
    )


def _byte_level(special: list[str], tokens: list[str] | None = None) -> Tokenizer:
    alphabet = sorted(ByteLevel.alphabet())
    vocabulary = {token: number for number, token in enumerate(alphabet + (tokens or []))}
    tokenizer = Tokenizer(BPE(vocabulary, []))
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    tokenizer.add_special_tokens(special)
    return tokenizer


def _loaded(tokenizer: Tokenizer) -> TextTokenizer:
    return parse_tokenizer(tokenizer.to_str().encode(), "given")


def _decoded(tokenizer: TextTokenizer, ids: np.ndarray) -> str:
    return tokenizer.encoder.decode(ids.tolist())


def test_encoding_loses_nothing(trained: TextTokenizer) -> None:
    text = _text(99, 400)
    assert _decoded(trained, trained.encode([text]).ids) == text


def test_texts_are_told_apart_by_their_lengths(trained: TextTokenizer) -> None:
    texts = [_text(seed, 30) for seed in range(9)]
    encoded = trained.encode(texts)
    parts = np.split(encoded.ids, encoded.lengths.cumsum()[:-1])
    assert [_decoded(trained, part) for part in parts] == texts
    assert encoded.failures == [None] * 9


@pytest.mark.parametrize("piece_bytes", [1, 7, 64, 1000])
def test_cutting_a_long_text_leaves_its_ids_as_they_are(trained: TextTokenizer, piece_bytes: int) -> None:
    texts = [_text(seed, 700) for seed in range(5)]
    whole, cut = trained.encode(texts), trained.encode(texts, piece_bytes)
    assert np.array_equal(whole.ids, cut.ids)
    assert np.array_equal(whole.lengths, cut.lengths)
    pieces = Pieces(texts, trained.encoder, piece_bytes)
    assert len(list(pieces.of_text(texts[0], len(texts[0].encode())))) > 1


def test_text_that_can_be_cut_nowhere_fails_beyond_a_size(
    trained: TextTokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.tokens.pieces.UNCUT_BYTES", 1000)
    encoded = trained.encode(["a" * 900, "a" * 3000, "b" * 10], piece_bytes=100)
    assert encoded.failures == [None, "uncuttable_text", None]
    assert encoded.lengths[1] == 0


def test_no_cut_where_a_tokenizer_marks_the_beginning_of_a_text() -> None:
    tokenizer = Tokenizer(WordLevel({"▁a": 0, "a": 1, "?": 2}, unk_token="?"))  # noqa: S106 -- no password
    tokenizer.pre_tokenizer = Metaspace(prepend_scheme="always")
    tokenizer.add_special_tokens(["</s>"])
    loaded = _loaded(tokenizer)
    text = "a " * 50
    assert np.array_equal(loaded.encode([text], 10).ids, loaded.encode([text]).ids)


@pytest.mark.parametrize("text", ["</s>", "a</s>b", "<pad> <s><unk>", "x <|endoftext|>"])
def test_text_that_spells_a_special_token_is_text(trained: TextTokenizer, text: str) -> None:
    encoded = trained.encode([text])
    assert encoded.ids.min() > max(trained.vocabulary.control_ids)
    assert encoded.failures == [None]
    assert _decoded(trained, encoded.ids) == text


def test_a_model_that_makes_control_tokens_of_letters_fails_the_text() -> None:
    pieces = [("<unk>", 0.0), ("</s>", 0.0), ("a", -1.0), ("<", -9.0), ("/", -9.0), ("s", -9.0), (">", -9.0)]
    tokenizer = Tokenizer(Unigram(pieces, unk_id=0, byte_fallback=False))
    tokenizer.add_special_tokens(["<unk>", "</s>"])
    encoded = _loaded(tokenizer).encode(["aa", "a</s>a", "", "aza"])
    assert encoded.failures == [None, "control_token_in_text", "empty_after_encoding", None]


def test_nothing_is_added_cut_off_or_padded() -> None:
    tokenizer = _byte_level(["<|endoftext|>"])
    tokenizer.enable_truncation(3)
    tokenizer.enable_padding(length=8)
    tokenizer.post_processor = TemplateProcessing(
        single="<|endoftext|> $A", special_tokens=[("<|endoftext|>", tokenizer.token_to_id("<|endoftext|>"))]
    )
    assert _loaded(tokenizer).encode(["abcdef", "a"]).lengths.tolist() == [6, 1]


@pytest.mark.parametrize("token", ["</s>", "<|endoftext|>", "<eos>"])
def test_the_token_that_ends_a_document_is_found(token: str) -> None:
    vocabulary = _loaded(_byte_level(["<|other|>", token])).vocabulary
    assert (vocabulary.eod_token, vocabulary.eod, vocabulary.size) == (token, 257, 258)


def test_an_ordinary_token_ends_no_document() -> None:
    assert _loaded(_byte_level(["<|endoftext|>"], ["</s>"])).vocabulary.eod == 257


def test_a_tokenizer_without_end_of_document_is_refused() -> None:
    with pytest.raises(LoamError, match=r"given: no special token ends a document \(looked for </s>"):
        _loaded(_byte_level(["<|other|>"]))


def test_ids_with_gaps_are_refused() -> None:
    tokenizer = Tokenizer(WordLevel({"a": 0, "b": 7}))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    tokenizer.add_special_tokens([AddedToken("</s>")])
    with pytest.raises(LoamError, match="ids have gaps"):
        _loaded(tokenizer)


def test_what_is_no_tokenizer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoamError, match=r"missing\.json: No such file"):
        load_tokenizer(tmp_path / "missing.json")
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(LoamError, match=r"broken\.json: neither a tokenizer\.json nor a SentencePiece model"):
        load_tokenizer(tmp_path / "broken.json")


def test_its_configuration_names_its_special_tokens(trained: TextTokenizer) -> None:
    assert json.loads(transformers_config(trained.vocabulary)) == {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "clean_up_tokenization_spaces": False,
        "bos_token": "<s>",
        "eos_token": "</s>",
        "unk_token": "<unk>",
        "pad_token": "<pad>",
    }
    assert json.loads(transformers_config(_loaded(_byte_level(["<|endoftext|>"])).vocabulary)) == {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "clean_up_tokenization_spaces": False,
        "eos_token": "<|endoftext|>",
    }
