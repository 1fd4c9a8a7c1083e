"""The most probable label of each document for a supervised fastText model, from the sum of its features' vectors.

Source: facebookresearch/fastText, src/model.cc and src/loss.cc; Joulin et al. 2016 (arXiv 1607.01759).
"""

import math

import numpy as np
import numpy.typing as npt

from signals.kernels import inlined, kernel
from signals.kernels.fasttext_features import Floats, Integers

Doubles = npt.NDArray[np.float64]

HIERARCHICAL_SOFTMAX, SOFTMAX = 1, 3  # other losses ask for each label by itself

_LITTLE = 1e-5  # what fastText adds before it takes a logarithm


@kernel
def find_first_labels(
    sums: Floats, counts: Integers, output: Floats, loss: int, children: Integers, labels: Integers, scores: Floats
) -> None:
    """Find the most probable label of each document.

    Args:
        sums: What `add_features` wrote; their means afterwards.
        counts: Likewise.
        output: float32[labels, dim]; of hierarchical softmax, of the inner nodes of its tree.
        loss: HIERARCHICAL_SOFTMAX, SOFTMAX or another.
        children: int64[2 * labels - 1, 2], the nodes below each node of the tree: labels first, the root last.
        labels: Receives the place of each document's label, -1 where no feature has a vector.
        scores: Receives its probability, a little too high, as fastText has it.
    """
    values = np.empty(len(children) if loss == HIERARCHICAL_SOFTMAX else len(output), np.float64)
    for document in range(len(counts)):
        labels[document] = -1
        scores[document] = 0
        if counts[document] == 0:
            continue
        for k in range(sums.shape[1]):
            sums[document, k] /= counts[document]
        if loss == HIERARCHICAL_SOFTMAX:
            label = _best_leaf(sums, document, output, children, values)
            score = values[label]
        else:
            for place in range(len(output)):
                values[place] = _product(output, place, sums, document)
            label = int(np.argmax(values))
            highest = values[label]
            score = _LITTLE + (1 / np.sum(np.exp(values - highest)) if loss == SOFTMAX else _sigmoid(highest))
        labels[document] = label
        scores[document] = score


@inlined
def _best_leaf(sums: Floats, document: int, output: Floats, children: Integers, values: Doubles) -> int:
    """Return the most probable leaf of the tree, its probability in `values`.

    One leaf's probability bounds which branches are looked at for the others.
    """
    leaves, root = (len(children) + 1) // 2, len(children) - 1
    values[:] = 0
    values[root] = 1
    node = root
    while node >= leaves:
        _part(sums, document, output, children, values, node, leaves)
        left, right = children[node]
        node = left if values[left] > values[right] else right
    best = node
    for node in range(root, leaves - 1, -1):  # a node stands behind those below it
        if values[node] > values[best]:
            _part(sums, document, output, children, values, node, leaves)
            for below in children[node]:
                if below < leaves and values[below] > values[best]:
                    best = below
    return best


@inlined
def _part(
    sums: Floats, document: int, output: Floats, children: Integers, values: Doubles, node: int, leaves: int
) -> None:
    """Part the probability of an inner node between the two below it."""
    right = _sigmoid(_product(output, node - leaves, sums, document))
    values[children[node, 0]] = values[node] * (1 - right + _LITTLE)
    values[children[node, 1]] = values[node] * (right + _LITTLE)


@inlined
def _product(output: Floats, place: int, sums: Floats, document: int) -> float:
    total = 0.0
    for k in range(output.shape[1]):
        total += output[place, k] * sums[document, k]
    return total


@inlined
def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))
