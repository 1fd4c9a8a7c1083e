"""Training a tokenizer, and the sample it is trained on."""

import hashlib
import json
import os
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest

from pipelines.tokens.tokenizer import parse_tokenizer
from pipelines.tokens.training import RESERVED_TOKENS, TrainingSample, train_tokenizer

TEXTS = [f"The {noun} of number {number}, the {noun}s." for number in range(60) for noun in ("soil", "worm", "лес")]


def test_the_first_ids_are_reserved() -> None:
    tokenizer = parse_tokenizer(train_tokenizer([TEXTS], 400), "trained")
    assert [tokenizer.tokenizer.id_to_token(number) for number in range(4)] == list(RESERVED_TOKENS)
    assert (tokenizer.eod, tokenizer.eod_token) == (2, "</s>")
    assert tokenizer.control_ids.tolist() == [0, 1, 2, 3]


def test_every_byte_has_a_token_even_unseen() -> None:
    tokenizer = parse_tokenizer(train_tokenizer([], 8000), "trained")
    assert tokenizer.vocab_size == 4 + 256
    assert tokenizer.tokenizer.decode(tokenizer.encode(["\x00é字🙂"]).ids.tolist()) == "\x00é字🙂"


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
    pre_tokenizer = parse_tokenizer(train_tokenizer([], 300), "trained").tokenizer.pre_tokenizer
    assert [piece for piece, _ in pre_tokenizer.pre_tokenize_str(text)] == pieces


def test_there_is_no_normalizer() -> None:
    assert json.loads(train_tokenizer([TEXTS], 300))["normalizer"] is None


def test_neither_order_nor_batches_matter() -> None:
    expected = train_tokenizer([TEXTS], 500)
    assert train_tokenizer([[text] for text in reversed(TEXTS)], 500) == expected


@pytest.mark.parametrize("parallelism", ["true", "false"])
def test_another_process_with_or_without_threads_trains_the_same(parallelism: str) -> None:
    code = (
        "import hashlib; from pipelines.tokens.training import train_tokenizer;"
        "from tests.pipelines.tokens.test_training import TEXTS;"
        "print(hashlib.sha256(train_tokenizer([TEXTS], 500)).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "TOKENIZERS_PARALLELISM": parallelism},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == hashlib.sha256(train_tokenizer([TEXTS], 500)).hexdigest()


def _documents(lang: str, count: int) -> pa.Table:
    ids = [hashlib.sha256(f"{lang}{number}".encode()).hexdigest()[:32] for number in range(count)]
    return pa.table({"id": ids, "lang": [lang] * count, "byte_count": [100] * count})


@pytest.fixture(scope="module")
def corpus() -> pa.Table:
    return pa.concat_tables([_documents("big", 20_000), _documents("mid", 2_000), _documents("tiny", 5)])


def _counted(corpus: pa.Table, salt: str) -> TrainingSample:
    sample = TrainingSample(salt)
    for part in (corpus.slice(0, 7_000), corpus.slice(7_000)):
        sample.count(part["id"], part["lang"], part["byte_count"])
    return sample


def _chosen(corpus: pa.Table, budget: int, alpha: Fraction, salt: str = "0") -> pa.Table:
    sample = _counted(corpus, salt)
    taken = sample.taken_buckets(budget, alpha)
    return corpus.filter(pa.array(sample.chosen(corpus["id"], corpus["lang"], taken)))


def _share(chosen: pa.Table, lang: str) -> int:
    return int(np.sum(np.array(chosen["lang"].to_pylist()) == lang)) * 100


def test_a_budget_above_the_corpus_takes_everything(corpus: pa.Table) -> None:
    assert _chosen(corpus, 10**9, Fraction(3, 10)).num_rows == corpus.num_rows


def test_alpha_flattens_languages(corpus: pa.Table) -> None:
    natural = _chosen(corpus, 200_000, Fraction(1))
    flat = _chosen(corpus, 200_000, Fraction(0))
    assert _share(natural, "big") / _share(natural, "mid") == pytest.approx(10, rel=0.2)
    assert _share(flat, "big") / _share(flat, "mid") == pytest.approx(1, rel=0.1)
    assert _share(flat, "tiny") == 500


def test_the_sample_holds_to_its_budget(corpus: pa.Table) -> None:
    size = _chosen(corpus, 200_000, Fraction(3, 10)).num_rows * 100
    assert 200_000 <= size <= 206_000  # each language may go beyond by one bucket


def test_another_seed_takes_other_documents(corpus: pa.Table) -> None:
    one, other = (set(_chosen(corpus, 200_000, Fraction(1), salt)["id"].to_pylist()) for salt in ("1", "2"))
    assert len(one & other) < len(one) / 2


def test_a_greater_budget_keeps_what_a_smaller_took(corpus: pa.Table) -> None:
    small, large = (set(_chosen(corpus, size, Fraction(1))["id"].to_pylist()) for size in (100_000, 150_000))
    assert small < large
