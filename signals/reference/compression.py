"""A text as an LZ4 block; `signals.kernels.compression` describes the coder."""

from signals.kernels.compression import FARTHEST, HASH_BITS, HASH_FACTOR, LAST_COPY, LAST_LITERALS, PATIENCE_BITS


def compress(data: bytes) -> bytes:
    """Return the LZ4 block of a text."""
    block, written, position, misses = b"", 0, 0, 0
    places: dict[int, int] = {}
    while position < len(data) - LAST_COPY:
        eight = data[position : position + 8]
        hashed = int.from_bytes(eight, "little") * HASH_FACTOR % 2**64 >> 64 - HASH_BITS
        candidate = places.get(hashed, -1)
        places[hashed] = position
        if candidate < max(0, position - FARTHEST) or data[candidate : candidate + 8] != eight:
            position += 1 + (misses >> PATIENCE_BITS)
            misses += 1
            continue
        length = 0
        while position + length < len(data) - LAST_LITERALS and data[candidate + length] == data[position + length]:
            length += 1
        block += _sequence(data[written:position], length, position - candidate)
        position = written = position + length
        misses = 0
    return block + _sequence(data[written:])


def _sequence(literals: bytes, length: int = 4, distance: int = 0) -> bytes:
    """Return some literals and a copy, none without a distance."""
    sequence = bytes([min(len(literals), 15) << 4 | min(length - 4, 15)]) + _further_bytes(len(literals)) + literals
    return sequence + distance.to_bytes(2, "little") + _further_bytes(length - 4) if distance else sequence


def _further_bytes(length: int) -> bytes:
    count, rest = divmod(length - 15, 255)
    return b"\xff" * count + bytes([rest]) if length >= 15 else b""  # noqa: PLR2004  what half a byte holds at most
