"""Labelled texts: what a classifier learns from, and what it is measured on."""

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_LABEL_PREFIX = "__label__"
_LABEL_LIKE = re.compile(r"(?<!\S)__label__\S*")  # fastText would take such words of a text for labels
_HASH_BITS = 64

HIGH, LOW = "high", "low"


@dataclass(frozen=True)
class Example:
    """A text on one line and its label."""

    text: str
    label: str


@dataclass(frozen=True)
class Examples:
    """Examples, and how many rows gave none, by reason."""

    kept: tuple[Example, ...]
    left_out: dict[str, int]


def read_examples(rows: Iterable[tuple[str | None, str | None]], threshold: float | None = None) -> Examples:
    """Make examples of texts and labels.

    Args:
        rows: The text and the label of each; a text's lines are joined by spaces, as `models` reads documents.
        threshold: Where labels are scores (as FineWeb-Edu's from 0 to 5): `high` from here on, else `low`.

    Returns:
        The examples in the order of the rows. Rows without a text or a label are left out, and where labels are
        scores, those whose label is no number.
    """
    kept: list[Example] = []
    left_out: Counter[str] = Counter()
    for text, label in rows:
        line = " ".join(_LABEL_LIKE.sub("", text or "").splitlines()).strip()
        name = _class_of(label, threshold)
        if not line:
            left_out["no text"] += 1
        elif name is None:
            left_out["no label" if threshold is None else "no number as label"] += 1
        else:
            kept.append(Example(line, name))
    return Examples(tuple(kept), dict(sorted(left_out.items())))


def hold_out(examples: Sequence[Example], share: float, seed: int) -> tuple[list[Example], list[Example]]:
    """Part examples by a hash of their text: equal texts are never on both sides, and order does not matter.

    Args:
        examples: In any order.
        share: Of the texts, about how many to hold out.
        seed: Another seed parts otherwise.

    Returns:
        The examples to learn from and those held out, each in the order of their hashes.
    """
    bound = share * 2**_HASH_BITS
    ordered = in_hash_order(examples, seed)
    return (
        [example for example in ordered if text_hash(example.text, seed) >= bound],
        [example for example in ordered if text_hash(example.text, seed) < bound],
    )


def in_hash_order(examples: Iterable[Example], seed: int) -> list[Example]:
    """Return examples shuffled, the same way whatever their order was."""
    return sorted(examples, key=lambda example: (text_hash(example.text, seed), example.label, example.text))


def text_hash(text: str, seed: int) -> int:
    """Return a 64-bit hash of a text."""
    return int.from_bytes(hashlib.blake2b(f"{seed}\0{text}".encode(), digest_size=_HASH_BITS // 8).digest())


def fasttext_line(example: Example) -> str:
    """Return an example as fastText reads it."""
    return f"{_LABEL_PREFIX}{example.label} {example.text}\n"


def _class_of(label: str | None, threshold: float | None) -> str | None:
    """Return the class that a label names, None if it names none; a label of several words gets underscores."""
    if label is None:
        return None
    if threshold is None:
        return "_".join(label.removeprefix(_LABEL_PREFIX).split()) or None
    try:
        score = float(label)
    except ValueError:
        return None
    return None if math.isnan(score) else HIGH if score >= threshold else LOW
