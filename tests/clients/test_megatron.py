"""Token shards and blends as megatron-core reads them: its reader, its samples, its order of shards."""

import json
import math
import random
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from pipelines.stages import encode, mix, tokenize, train_tokenizer
from tests.pipelines.stages.kept_documents import Corpus, Document

pytestmark = pytest.mark.clients

CLIENT = Path(__file__).with_name("megatron_client.py")
LENGTH, SAMPLES, SEED = 32, 700, 1234

Array = npt.NDArray[Any]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Three languages of different size flattened so that the small ones are seen several times."""
    chosen = random.Random(5)  # noqa: S311 -- test data
    words = ["soil", "bloom", "</s>", "terre", "et", "udongo", "grows", "<pad>", "worm", "\n", "1234."]
    documents = [
        Document(" ".join(chosen.choice(words) for _ in range(chosen.randrange(1, 120))) + f" {number}", lang)
        for lang, count in (("eng_Latn", 300), ("fra_Latn", 60), ("swh_Latn", 7))
        for number in range(count)
    ]
    corpus = Corpus(tmp_path_factory.mktemp("corpus"), {"validation": {"fraction": 0.05}}, mix={"temperature": 3.0})
    corpus.add_shard("a", documents[::2])
    corpus.add_shard("b", documents[1::2])
    for stage in (train_tokenizer.STAGE, encode.STAGE, tokenize.STAGE, mix.STAGE):
        corpus.run(stage)
    mix.write_launch_file(corpus.root)
    return corpus


@pytest.fixture(scope="module")
def seen(corpus: Corpus, megatron_python: str, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Array]:
    """What megatron-core sees, run in the corpus directory: prefixes in blends are relative to it."""
    result = tmp_path_factory.mktemp("seen") / "seen.npz"
    facts = json.loads((corpus.root / train_tokenizer.VOCABULARY_FILE).read_text())
    numbers = map(str, (facts["vocab_size"], facts["eod"], LENGTH, SAMPLES, SEED))
    command = [megatron_python, str(CLIENT), ".", str(result), *numbers]
    done = subprocess.run(command, cwd=corpus.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with np.load(result) as saved:
        return dict(saved)


def _blend(corpus: Corpus) -> tuple[list[float], list[str]]:
    words = json.loads((corpus.root / mix.BLEND_FILE).read_text())["train"]
    return [float(word) for word in words[::2]], words[1::2]


def _sequences(corpus: Corpus, prefix: str) -> list[Array]:
    """Read a shard with nothing but its documented layout."""
    index = (corpus.root / f"{prefix}.idx").read_bytes()
    count = int.from_bytes(index[18:26], "little")
    lengths = np.frombuffer(index, "<i4", count, 34)
    data = np.fromfile(corpus.root / f"{prefix}.bin", {8: "<u2", 4: "<i4"}[index[17]])
    return np.split(data, lengths.cumsum()[:-1])


def _packed(sequences: list[Array], samples: int) -> Array:
    """Return the samples that training draws from one shard, in their order, `[samples, LENGTH + 1]`.

    Sequences are shuffled over all epochs together, the last one apart when it is needed by less than 80 %; laid end
    to end; cut every `LENGTH` tokens with one token of overlap; and the cuts are shuffled the same way.
    """
    epoch = sum(map(len, sequences))
    epochs = max(1, math.ceil((samples * LENGTH + 1) / epoch))
    without_last = ((epochs - 1) * epoch - 1) // LENGTH
    apart = epochs > 1 and samples - without_last < int(0.8 * ((epoch - 1) // LENGTH))
    state = np.random.RandomState(SEED)
    orders = []
    for repeats in (epochs - 1, 1) if apart else (epochs,):
        order = np.tile(np.arange(len(sequences), dtype=np.int32), repeats)
        state.shuffle(order)
        orders.append(order)
    stream = np.concatenate([sequences[number] for number in np.concatenate(orders)])
    total = (len(stream) - 1) // LENGTH
    head = without_last if apart else total
    cuts = []
    for first, last in ((0, head), (head, total)):
        part = np.arange(first, last, dtype=np.uint32)
        state.shuffle(part)
        cuts.append(part)
    starts = np.concatenate(cuts).astype(np.int64) * LENGTH
    samples_drawn: Array = stream[starts[:, None] + np.arange(LENGTH + 1)]
    return samples_drawn


def _draws(weights: list[float], size: int) -> list[int]:
    """Return which shard each sample comes from: always the one that is furthest behind its share."""
    drawn = np.zeros(len(weights))
    order = []
    for sample in range(size):
        shard = int(np.argmax(np.array(weights) * max(sample, 1) - drawn))
        drawn[shard] += 1
        order.append(shard)
    return order


@pytest.mark.parametrize("mmap", [True, False])
def test_its_reader_returns_every_sequence(corpus: Corpus, seen: Mapping[str, Array], mmap: bool) -> None:
    _, prefixes = _blend(corpus)
    for number, prefix in enumerate(prefixes):
        sequences = _sequences(corpus, prefix)
        assert seen[f"lengths_{number}_{mmap}"].tolist() == [len(sequence) for sequence in sequences]
        assert np.array_equal(seen[f"tokens_{number}_{mmap}"], np.concatenate(sequences))


@pytest.mark.parametrize("form", ["data_path", "per_split"])
def test_it_draws_shards_by_our_weights(corpus: Corpus, seen: Mapping[str, Array], form: str) -> None:
    weights, _ = _blend(corpus)
    normalized = (np.array(weights) / np.sum(weights)).tolist()
    size = sum(math.ceil(SAMPLES * weight) for weight in normalized)
    assert seen[f"{form}_shard"].tolist() == _draws(normalized, size)
    shares = np.bincount(seen[f"{form}_shard"], minlength=len(weights)) / size
    assert shares == pytest.approx(np.array(weights), abs=1.5 / size)


@pytest.mark.parametrize("form", ["data_path", "per_split"])
def test_every_sample_is_what_the_shards_hold(corpus: Corpus, seen: Mapping[str, Array], form: str) -> None:
    weights, prefixes = _blend(corpus)
    surplus = 1.005
    drawn = seen[f"{form}_shard"]
    for number, (weight, prefix) in enumerate(zip(weights, prefixes, strict=True)):
        here = drawn == number
        assert here.sum() > 0
        built = math.ceil(math.ceil(SAMPLES * weight) * surplus)
        expected = _packed(_sequences(corpus, prefix), built)[: here.sum()]
        assert np.array_equal(seen[f"{form}_tokens"][here], expected[:, :-1])
        assert np.array_equal(seen[f"{form}_labels"][here], expected[:, 1:])
