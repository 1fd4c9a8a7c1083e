"""Supervised fastText models, applied to batches of whole texts."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from signals.batches import Batch
from signals.fasttext.model_file import ModelFile, read_model_file
from signals.kernels import PADDING
from signals.kernels.fasttext_features import (
    Features,
    Floats,
    Integers,
    Keys,
    Remembered,
    add_features,
    fill_table,
    ngram_keys,
)
from signals.kernels.fasttext_labels import HIERARCHICAL_SOFTMAX, find_first_labels
from signals.kernels.utf8 import hash_words

NO_LABEL = -1

_END_OF_LINE = b"</s>"
_REMEMBERED_BYTES = 4 << 20  # of vectors: what stays in a core's cache
_FEWEST_REMEMBERED = 1 << 12


class FirstLabels(NamedTuple):
    """The most probable label of each document, as its place among the labels or NO_LABEL, and its probability."""

    labels: Integers
    scores: Floats


@dataclass(frozen=True)
class FastTextModel:
    """A model with what its kernels look up.

    Attributes:
        labels: The labels, with their prefix.
        features: What it has vectors for.
        output: float32[labels, dim].
        loss: As `ModelFile.loss`.
        children: See `find_first_labels`.
    """

    labels: tuple[str, ...]
    features: Features
    output: Floats
    loss: int
    children: Integers

    def nothing_remembered(self) -> Remembered:
        """Return room for words, to be kept from batch to batch by one thread."""
        dim = self.features.vectors.shape[1]
        words = _FEWEST_REMEMBERED
        while words * dim * np.dtype(np.float32).itemsize < _REMEMBERED_BYTES:
            words *= 2
        words += 1
        return Remembered(np.zeros(words, np.uint64), np.zeros((words, dim), np.float32), np.zeros(words, np.int64))

    def first_labels(self, batch: Batch, remembered: Remembered) -> FirstLabels:
        """Return the most probable label of each document, read as one line.

        It is what fastText's ``predict(text, k=1)`` gives, up to rounding and to 1 as the highest probability; but
        fastText stops at a word `</s>`.
        """
        documents = len(batch.offsets) - 1
        sums = np.empty((documents, self.features.vectors.shape[1]), np.float32)
        counts, labels = np.empty(documents, np.int64), np.empty(documents, np.int64)
        scores = np.empty(documents, np.float32)
        bounded = np.empty(int(np.diff(batch.offsets).max(initial=0)) + 2, np.uint8)
        add_features(batch.data, batch.offsets, self.features, remembered, bounded, sums, counts)
        find_first_labels(sums, counts, self.output, self.loss, self.children, labels, scores)
        return FirstLabels(labels, np.minimum(scores, 1))


def load_model(path: Path) -> FastTextModel:
    """Load a model.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is no supervised fastText model.
    """
    file = read_model_file(path)
    tree = np.empty((0, 2), np.int64)
    if file.loss == HIERARCHICAL_SOFTMAX:
        tree = huffman_tree(list(file.labels.values()))
    return FastTextModel(tuple(file.labels), _features(file), file.output, file.loss, tree)


def huffman_tree(counts: list[int]) -> Integers:
    """Return the nodes below each node of the tree of hierarchical softmax; those of leaves are -1.

    Source: src/loss.cc, `HierarchicalSoftmaxLoss::buildTree`.

    Args:
        counts: How often each label occurred, the commonest first.

    Returns:
        int64[2 * labels - 1, 2], leaves first, the root last.
    """
    leaves = len(counts)
    weights = np.full(2 * leaves - 1, 10**15, np.int64)
    weights[:leaves] = counts
    children = np.full((2 * leaves - 1, 2), -1, np.int64)
    leaf, inner = leaves - 1, leaves
    for node in range(leaves, 2 * leaves - 1):
        for side in range(2):
            if leaf >= 0 and weights[leaf] < weights[inner]:
                children[node, side] = leaf
                leaf -= 1
            else:
                children[node, side] = inner
                inner += 1
        weights[node] = weights[children[node]].sum()
    return children


def _features(file: ModelFile) -> Features:
    rows = np.array([row for row, word in enumerate(file.words) if word != _END_OF_LINE], np.int64)
    kept = np.empty((0, 2), np.int64) if file.kept_ngrams is None else file.kept_ngrams.astype(np.int64)
    seen = np.zeros(file.bucket // 8 + 1, np.uint8)
    np.bitwise_or.at(seen, kept[:, 0] >> 3, (1 << (kept[:, 0] & 7)).astype(np.uint8))
    return Features(
        file.vectors,
        *_table(_word_keys([file.words[row] for row in rows]), rows),
        seen,
        *_table(ngram_keys(kept[:, 0].astype(np.uint64)), len(file.words) + kept[:, 1]),
        file.kept_ngrams is None,
        len(file.words),
        max(file.bucket, 1),
        file.min_n,
        file.max_n,
        file.word_ngrams,
        file.words.index(_END_OF_LINE) if _END_OF_LINE in file.words else -1,
    )


def _word_keys(words: list[bytes]) -> Keys:
    data = np.frombuffer(b" ".join([*words, bytes(PADDING)]), np.uint8).copy()
    starts = np.cumsum([0] + [len(word) + 1 for word in words], dtype=np.int64)
    keys = np.empty(len(words), np.uint64)
    hash_words(data, starts, len(words), keys)
    return keys


def _table(keys: Keys, rows: Integers) -> tuple[Keys, Integers]:
    """Return a hash table, half empty or more, and the row of each key in it."""
    slots = 2
    while slots < 2 * len(keys):
        slots *= 2
    table_keys, table_rows = np.zeros(slots, np.uint64), np.zeros(slots, np.int64)
    fill_table(keys, rows, table_keys, table_rows)
    return table_keys, table_rows
