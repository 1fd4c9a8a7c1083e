"""Similarity across languages: the cosine of a sentence encoder's embeddings of a source and its answer.

The encoder is ONNX, as `optimum-cli export onnx --library sentence_transformers` gives it (LaBSE, multilingual E5):
data alone, it runs no code. Where it has no output `sentence_embedding`, the embedding is the mean of the first output
over the tokens, as E5 takes it (Wang et al. 2024). A copy of the source has 1.0: other checks see those.
"""

import importlib.metadata
import importlib.util
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from translate.engines.base import EngineIdentity, Reply, Request
from translate.engines.model_files import files_sha256
from translate.engines.spec import EngineKind, EngineSpec, read_options
from translate.judges.pairs import JudgeVocabulary, judge_identity, judged

_MODELS = ("model.onnx", "onnx/model.onnx")
_TOKENIZER, _WEIGHTS_BESIDE = "tokenizer.json", "_data"
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_EMBEDDING = "sentence_embedding"
_MOST_TOKENS = 512
_SHORTEST = 1e-12
_ADAPTER_VERSION = 1


@dataclass(frozen=True)
class Options:
    """Arguments of the judge.

    Attributes:
        prefix: What stands before every text, where the encoder wants it: `"query: "` for E5.
    """

    prefix: str = ""


class SimilarityJudge(JudgeVocabulary):
    """A sentence encoder, on the CPU."""

    def __init__(self, spec: EngineSpec) -> None:
        import onnxruntime  # noqa: PLC0415 -- an extra

        self.identity = identity(spec)
        directory = _directory(spec)
        self._prefix = read_options(spec, Options).prefix
        model = directory / _model(directory)
        try:
            self._tokenizer = Tokenizer.from_file(str(directory / _TOKENIZER))
            self._session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
        except Exception as error:  # what native code raises here has no class of its own
            raise OSError(f"{model}: it or its {_TOKENIZER} cannot be read: {error}") from error
        self._tokenizer.enable_truncation(_MOST_TOKENS)
        self._inputs = [one.name for one in self._session.get_inputs()]
        if not set(self._inputs) <= set(_INPUTS):
            raise OSError(f"{model}: takes {', '.join(self._inputs)}; an encoder takes {', '.join(_INPUTS)}")
        names = [one.name for one in self._session.get_outputs()]
        self._output = _EMBEDDING if _EMBEDDING in names else names[0]

    def translate(self, requests: Iterable[Request], source: str, target: str) -> Iterator[tuple[int, Reply]]:
        """Judge pairs."""
        del source, target
        return judged(requests, self._scores)

    def close(self) -> None:
        """Free the model."""
        del self._session

    def _scores(self, pairs: Sequence[tuple[str, str]]) -> Iterator[float]:
        for source, answer in pairs:  # one by one: padding to the longest of a batch changes the last digits
            yield float(np.dot(self._embedding(source), self._embedding(answer)))

    def _embedding(self, text: str) -> NDArray[np.float64]:
        """Return the embedding of a text, of length 1."""
        encoded = self._tokenizer.encode(self._prefix + text)
        known: Mapping[str, Sequence[int]] = dict(
            zip(_INPUTS, (encoded.ids, encoded.attention_mask, encoded.type_ids), strict=True)
        )
        feed = {name: np.array([known[name]], np.int64) for name in self._inputs}
        (output,) = self._session.run([self._output], feed)
        vector: NDArray[np.float64] = np.asarray(output, np.float64)[0]
        if vector.ndim > 1:
            vector = vector.mean(axis=0)
        return vector / max(float(np.linalg.norm(vector)), _SHORTEST)


def identity(spec: EngineSpec) -> EngineIdentity:
    """Return the judge's identity; hashes the model's files.

    Raises:
        ModuleNotFoundError: `onnxruntime` (extra `similarity`) is not installed.
        OSError: A file is missing.
    """
    if importlib.util.find_spec("onnxruntime") is None:
        raise ModuleNotFoundError(
            "similarity needs the package onnxruntime: install loam-curation[similarity]", name="onnxruntime"
        )
    directory = _directory(spec)
    model = _model(directory)
    beside = [model + _WEIGHTS_BESIDE] if (directory / (model + _WEIGHTS_BESIDE)).is_file() else []
    version = f"{importlib.metadata.version('onnxruntime')}+{_ADAPTER_VERSION}"
    hashes = files_sha256(directory, (model, _TOKENIZER, *beside))
    return judge_identity("similarity", version, directory.name, hashes, prefix=read_options(spec, Options).prefix)


def _directory(spec: EngineSpec) -> Path:
    directory = Path(spec.model or "")
    if not directory.is_dir():
        raise NotADirectoryError(f"no directory {spec.model!r}; `model` is that of a sentence encoder in ONNX")
    return directory


def _model(directory: Path) -> str:
    for name in _MODELS:
        if (directory / name).is_file():
            return name
    raise FileNotFoundError(f"{directory}: no {' or '.join(_MODELS)} in it; export the encoder to ONNX")


def _memory(spec: EngineSpec) -> int:
    directory = _directory(spec)
    model = directory / _model(directory)
    return sum(path.stat().st_size for path in model.parent.glob(f"{model.name}*"))


KIND = EngineKind(
    Options,
    needs_model=True,
    identity=identity,
    vocabulary=lambda _: JudgeVocabulary(),
    open=SimilarityJudge,
    memory=_memory,
)
