"""One sequence of a token shard, read as its index says."""

from pathlib import Path

import numpy as np

from pipelines.tokens.megatron import data_path, index_path, read_index


def read_sequence(prefix: Path, sequence: int) -> list[int]:
    """Return the ids of a sequence of a shard."""
    index = read_index(index_path(prefix))
    with data_path(prefix).open("rb") as file:
        file.seek(int(index.pointers[sequence]))
        content = file.read(int(index.lengths[sequence]) * index.dtype.itemsize)
    return list(map(int, np.frombuffer(content, index.dtype)))
