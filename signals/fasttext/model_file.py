"""The file of a fastText model (.bin, .ftz), as facebookresearch/fastText writes it (src/*.cc, `save`)."""

import math
import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_MAGIC, _SUPERVISED = 793712314, 3
_VERSION, _VERSION_BEFORE = 12, 11  # the one before had no n-grams of characters in supervised models
_ALL_KEPT = -1
_LABEL = 1
_LOSSES = (1, 2, 3, 4)
_MOST_WORDS = 1024  # of one feature
_NEVER_SO_OFTEN = 10**15  # more than what occurs, as the tree of hierarchical softmax has it
_CENTROIDS = 256  # of each part of a quantised vector


@dataclass(frozen=True)
class ModelFile:
    """What a model's file holds.

    Attributes:
        loss: 1 hierarchical softmax, 2 negative sampling, 3 softmax, 4 one against all.
        word_ngrams: The most words that make one feature.
        bucket: By how many numbers n-grams are known.
        min_n: The fewest characters of a word that make one feature.
        max_n: The most; 0 for none.
        words: The words that have a vector, the end of a line among them.
        labels: The labels with their prefix, the commonest first, and how often each occurred.
        kept_ngrams: int32[kept, 2], number of an n-gram and its row behind the words; None where each has its own.
        vectors: float32[rows, dim], of words, then of n-grams.
        output: float32[labels, dim]; of hierarchical softmax, of the inner nodes of its tree.
    """

    loss: int
    word_ngrams: int
    bucket: int
    min_n: int
    max_n: int
    words: list[bytes]
    labels: dict[str, int]
    kept_ngrams: "npt.NDArray[np.int32] | None"
    vectors: Floats
    output: Floats


def read_model_file(path: Path) -> ModelFile:
    """Read a model.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is no supervised fastText model, or a damaged one.
    """
    return _read_file(path, keeps_vectors=True)


def check_model_file(path: Path) -> None:
    """See that fastText itself may read a file: what is missing at its end it takes for zeros, or crashes over it.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is no supervised fastText model, or a damaged one.
    """
    _read_file(path, keeps_vectors=False)


def _read_file(path: Path, *, keeps_vectors: bool) -> ModelFile:
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            model = _read(_Reader(content, keeps_vectors=keeps_vectors))
            _check(model)
            return model
    except (FloatingPointError, IsADirectoryError, MemoryError, ValueError) as error:
        raise ValueError(f"{path}: no supervised fastText model can be read from it ({error})") from None


class _Reader:
    """Reads one value after the other.

    Attributes:
        keeps_vectors: Whether matrices are read; else they are zeros that take no memory.
    """

    def __init__(self, content: mmap.mmap, *, keeps_vectors: bool) -> None:
        self._content = content
        self._place = 0
        self.keeps_vectors = keeps_vectors

    def values(self, form: str) -> tuple[Any, ...]:
        """Return little-endian values of a form of `struct`."""
        start = self._place
        self._place += struct.calcsize("<" + form)
        if self._place > len(self._content):
            raise ValueError("it ends too early")
        return struct.unpack_from("<" + form, self._content, start)

    def value(self, form: str) -> Any:  # noqa: ANN401  as the form says
        """Return one value."""
        return self.values(form)[0]

    def text(self) -> bytes:
        """Return bytes up to a zero."""
        end = self._content.find(b"\0", self._place)
        if end < 0:
            raise ValueError("it ends within a word")
        found = self._content[self._place : end]
        self._place = end + 1
        return found

    def array(self, kind: type[np.generic], *shape: int) -> npt.NDArray[Any]:
        """Return a copy of an array."""
        size = math.prod(shape) * np.dtype(kind).itemsize
        if min(shape) < 0 or self._place + size > len(self._content):
            raise ValueError("it ends within a matrix")
        start = self._place
        self._place += size
        if kind in (np.float32, np.uint8) and not self.keeps_vectors:
            return np.broadcast_to(np.zeros((), kind), shape)
        return np.frombuffer(bytearray(self._content[start : self._place]), kind).reshape(shape)


def _read(reader: _Reader) -> ModelFile:
    magic, version = reader.values("ii")
    if magic != _MAGIC or version not in (_VERSION, _VERSION_BEFORE):
        raise ValueError(f"expected version {_VERSION} of the format")
    dim, _, _, _, _, word_ngrams, loss, kind, bucket, min_n, max_n, _ = reader.values("12i")
    reader.value("d")
    if kind != _SUPERVISED:
        raise ValueError("it has no labels")
    entries, words_counted, labels_counted = reader.values("iii")
    _, kept = reader.values("qq")
    words: list[bytes] = []
    labels: dict[str, int] = {}
    for _ in range(entries):
        entry = reader.text()
        count, entry_kind = reader.values("qb")
        if entry_kind == _LABEL:
            labels[entry.decode()] = count
        else:
            words.append(entry)
    if (len(words), len(labels)) != (words_counted, labels_counted):
        raise ValueError(
            f"it counts {words_counted} words and {labels_counted} labels, and has {len(words)} and {len(labels)}"
        )
    kept_ngrams = None if kept == _ALL_KEPT else reader.array(np.int32, kept, 2)
    vectors = _quantised(reader) if reader.value("?") else _dense(reader)
    output = _quantised(reader) if reader.value("?") else _dense(reader)
    if vectors.shape[1] != dim:
        raise ValueError(f"its vectors are of {vectors.shape[1]} numbers, and said to be of {dim}")
    if version == _VERSION_BEFORE:
        max_n = 0
    return ModelFile(loss, word_ngrams, bucket, min_n, max_n, words, labels, kept_ngrams, vectors, output)


def _dense(reader: _Reader) -> Floats:
    return reader.array(np.float32, *reader.values("qq"))


def _quantised(reader: _Reader) -> Floats:
    """Return the vectors that product quantisation stands for (Jégou et al. 2011; arXiv 1612.03651)."""
    has_norms = reader.value("?")
    rows, dim = reader.values("qq")
    codes = reader.array(np.uint8, reader.value("i"))
    parts, part_dim, last_dim, centroids = _quantiser(reader, dim)
    if len(codes) != rows * parts:
        raise ValueError(f"it has {len(codes)} codes for {rows} vectors of {parts} parts")
    norm_codes = reader.array(np.uint8, rows if has_norms else 0)
    norms = _quantiser(reader, 1)[-1] if has_norms else None
    if not reader.keeps_vectors:
        return np.broadcast_to(np.zeros((), np.float32), (rows, dim))
    vectors = np.empty((rows, dim), np.float32)
    by_part = codes.reshape(rows, parts)
    for part in range(parts):
        width = part_dim if part < parts - 1 else last_dim
        places = part * _CENTROIDS * part_dim + by_part[:, part].astype(np.int64) * width
        for k in range(width):
            vectors[:, part * part_dim + k] = centroids[places + k]
    if norms is not None:
        with np.errstate(invalid="raise", over="raise"):
            vectors *= norms[norm_codes][:, None]
    return vectors


def _quantiser(reader: _Reader, dim: int) -> tuple[int, int, int, Floats]:
    """Return how many parts a vector has, the dimension of all and of the last, and their centroids."""
    found, parts, part_dim, last_dim = reader.values("4i")
    whole = (parts - 1) * part_dim + last_dim
    if min(parts, last_dim) < 1 or last_dim > part_dim or not found == dim == whole:
        raise ValueError(f"its vectors of {dim} numbers are quantised as {parts} parts of {part_dim} and {last_dim}")
    return parts, part_dim, last_dim, reader.array(np.float32, dim * _CENTROIDS)


def _check(model: ModelFile) -> None:
    """Hold the parts of a model to each other: kernels look vectors up without asking whether there is one.

    Raises:
        ValueError: They disagree.
    """
    rows, dim = model.vectors.shape
    if not model.labels or model.output.shape != (len(model.labels), dim):
        raise ValueError(f"its output is {model.output.shape} for {len(model.labels)} labels of {dim} numbers")
    if model.loss not in _LOSSES or not 0 <= model.word_ngrams <= _MOST_WORDS or model.bucket < 0:
        raise ValueError(f"loss {model.loss}, {model.word_ngrams} words a feature, {model.bucket} buckets are none")
    if min(model.labels.values()) < 0 or sum(model.labels.values()) >= _NEVER_SO_OFTEN:
        raise ValueError("its labels cannot have occurred so often")
    has_ngrams = model.max_n > 0 or model.word_ngrams > 1
    if has_ngrams and model.bucket == 0:
        raise ValueError("it has n-grams, and no bucket for them")
    kept = model.kept_ngrams
    if kept is None:
        by_number = model.bucket if has_ngrams else 0
        enough = rows >= len(model.words) + by_number
    else:
        enough = rows >= len(model.words) and _all_below(kept[:, 0], model.bucket)
        enough = enough and _all_below(kept[:, 1], rows - len(model.words))
    if not enough:
        raise ValueError(f"its {rows} vectors are not those of its {len(model.words)} words and n-grams")


def _all_below(numbers: "npt.NDArray[np.int32]", limit: int) -> bool:
    return bool(((numbers >= 0) & (numbers < limit)).all())
