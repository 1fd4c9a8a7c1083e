"""A supervised fastText model of a few words, written by hand in fastText's binary format."""

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

MAGIC, VERSION = 793712314, 12
END_OF_LINE = "</s>"
SUPERVISED, SOFTMAX = 3, 3


def write_model(path: Path, words: Mapping[str, Sequence[float]], labels: Sequence[str]) -> Path:
    """Write a model that adds up, for each label, what the words of a line say for it.

    Args:
        path: The file.
        words: For each word, a number a label: the label's logit is the mean of the line's.
        labels: With `__label__`.
    """
    entries = [*((word, 0) for word in words), *((label, 1) for label in labels)]
    size = len(labels)
    identity = [float(row == column) for row in range(size) for column in range(size)]
    with path.open("wb") as file:
        file.write(struct.pack("<2i", MAGIC, VERSION))
        file.write(struct.pack("<12i", size, 5, 5, 1, 5, 1, SOFTMAX, SUPERVISED, 0, 0, 0, 100))
        file.write(struct.pack("<d", 1e-4))
        file.write(struct.pack("<3i2q", len(entries), len(words), size, 100, -1))
        for text, kind in entries:
            file.write(text.encode() + b"\0" + struct.pack("<qb", 10, kind))
        rows = [value for vector in words.values() for value in vector]
        for count, matrix in ((len(words), rows), (size, identity)):
            file.write(struct.pack("<?2q", False, count, size))
            file.write(struct.pack(f"<{len(matrix)}f", *matrix))
    return path
