"""Cases: from texts to token shards, and the parts of that way."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from benchmarks.documents import Material, read_texts, size_of
from pipelines.memory import release_memory
from pipelines.tokens.megatron import index_bytes, write_shard
from pipelines.tokens.tokenizer import TextTokenizer, load_tokenizer
from pipelines.tokens.training import TrainingPlan, train_tokenizer

VOCABULARY = 32_000

_TRAINING_TEXTS = 2000
_TEXTS_AT_A_TIME = 1024
_SEQUENCES = 5_000_000
_WRITTEN = 100_000_000


def trained_tokenizer(material: Material, pretokenizer: str) -> Path:
    """Return a tokenizer of 32,000 entries with a pre-tokenizer, trained on the sample once for all cases."""
    path = material.folder / f"{pretokenizer}.tokenizer.json"
    if not path.is_file():
        texts, _ = read_texts(material.sample)
        batch = [str(text) for text in texts.slice(0, _TRAINING_TEXTS).to_pylist()]
        path.write_bytes(train_tokenizer([batch], TrainingPlan("bpe", VOCABULARY, pretokenizer=pretokenizer)))
    return path


def shards(material: Material, pretokenizer: str) -> Callable[[], int]:
    """Prepare encoding all documents, read from their file, and writing them as one shard.

    Reading, and loading the tokenizer, counts in each run.
    """
    size = size_of([material.documents]).text_bytes
    path = trained_tokenizer(material, pretokenizer)

    def work() -> int:
        release_memory()  # as every unit of a run does first
        tokenizer = load_tokenizer(path).with_fast_encoder()
        with tempfile.TemporaryDirectory() as folder:
            write_shard(
                Path(folder, "s.bin"), Path(folder, "s.idx"), _encoded(tokenizer, material.documents), np.dtype("<u2")
            )
        return size

    return work


def _encoded(
    tokenizer: TextTokenizer, documents: Path
) -> Iterator[tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]]:
    with pq.ParquetFile(documents, pre_buffer=False) as file:  # as a corpus reads its shards
        for batch in file.iter_batches(_TEXTS_AT_A_TIME, columns=["text"], use_threads=False):
            encoded = tokenizer.encode([str(text) for text in batch["text"].to_pylist()])
            ends = encoded.lengths.cumsum()
            yield np.insert(encoded.ids, ends, tokenizer.vocabulary.eod), encoded.lengths + 1


def index_of_many(_material: Material) -> Callable[[], int]:
    """Prepare the index of five million sequences."""
    lengths = np.full(_SEQUENCES, 300, np.int32)

    def work() -> int:
        hashlib.sha256(index_bytes(lengths, np.dtype("<u2")))
        return 0

    return work


def writer(_material: Material) -> Callable[[], int]:
    """Prepare writing a shard of ids that are there already; what is counted is bytes of the shard."""
    tokens = np.zeros(_WRITTEN // 2, np.uint16)
    lengths = np.full(len(tokens) // 500, 500)

    def work() -> int:
        with tempfile.TemporaryDirectory() as folder:
            write_shard(Path(folder, "s.bin"), Path(folder, "s.idx"), [(tokens, lengths)], np.dtype("<u2"))
        return _WRITTEN

    return work
