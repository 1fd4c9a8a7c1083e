"""Cases: the libraries alone, on text that is in memory already."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow.parquet as pq

import signals
from benchmarks.documents import Material, read_texts
from pipelines.sources.text_column import total_bytes
from pipelines.stages.train_tokenizer import TOKENIZER_FILES
from pipelines.tokens.tokenizer import load_tokenizer

REDPAJAMA_PREFIX = "rps_"
WITHOUT_MODELS = ("core", "lines", "ccnet", "toxicity", "roots", "pii")  # groups that read no model and no list
_TEXTS_AT_A_TIME = 1024
_WARMING_TEXTS = 50


def redpajama_signals(material: Material, part: str) -> Callable[[], int]:
    """Prepare RedPajama-V2's 27 signals of the texts of a part: `documents` or `sample`."""
    return _signals(_path(material, part), [name for name in _names("core") if name.startswith(REDPAJAMA_PREFIX)])


def core_signals(material: Material, part: str) -> Callable[[], int]:
    """Prepare every signal of group `core`."""
    return _signals(_path(material, part), _names("core"))


def signals_without_models(material: Material, part: str) -> Callable[[], int]:
    """Prepare every signal that needs no model, with the built-in segmentation; those of MinHash apart."""
    return _signals(_path(material, part), _names(*WITHOUT_MODELS))


def text_hash(material: Material, part: str) -> Callable[[], int]:
    """Prepare what exact deduplication compares."""
    return _signals(_path(material, part), ["text_hash"])


def language(material: Material, part: str) -> Callable[[], int]:
    """Prepare language identification, with the script and the conclusion that follow from it."""
    return _signals(_path(material, part), _names("language"))


def tokens(material: Material, part: str) -> Callable[[], int]:
    """Prepare encoding with the corpus's own tokenizer."""
    tokenizer = load_tokenizer(material.corpus / TOKENIZER_FILES["tokenizer.json"])
    texts, _ = read_texts(_path(material, part))
    batches = [
        [str(text) for text in texts.slice(start, _TEXTS_AT_A_TIME).to_pylist()]
        for start in range(0, len(texts), _TEXTS_AT_A_TIME)
    ]
    size = total_bytes(texts)

    def work() -> int:
        for batch in batches:
            tokenizer.encode(batch)
        return size

    return work


def parquet_text(material: Material, part: str) -> Callable[[], int]:
    """Prepare reading ids and text from Parquet: the least that a stage which looks at text can cost."""
    path = _path(material, part)

    def work() -> int:
        with pq.ParquetFile(path) as file:
            batches = file.iter_batches(_TEXTS_AT_A_TIME, columns=["text"], use_threads=False)
            return sum(total_bytes(batch["text"]) for batch in batches)

    return work


def _names(*groups: str) -> list[str]:
    return [signal.name for signal in signals.declared_signals() if signal.group in groups]


def _path(material: Material, part: str) -> Path:
    return {"documents": material.documents, "sample": material.sample}[part]


def _signals(path: Path, names: Sequence[str]) -> Callable[[], int]:
    texts, languages = read_texts(path)
    size = total_bytes(texts)
    signals.compute(texts.slice(0, _WARMING_TEXTS), languages[:_WARMING_TEXTS], names)  # loads kernels and tables

    def work() -> int:
        signals.compute(texts, languages, names)
        return size

    return work
