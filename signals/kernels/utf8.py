"""Reading UTF-8: code points, and eight bytes at once."""

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload

from signals.kernels import inlined, kernel

_FIRST_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SECOND_FACTOR = np.uint64(0xD6E8FEB86659FD93)
_HALF = np.uint64(32)
_BYTE_BITS = np.uint64(8)
_EIGHT = np.uint64(8)


@inlined
def decode(data: npt.NDArray[np.uint8], position: int) -> tuple[int, int]:
    """Return the code point whose first byte, 0x80 or above, stands at `position`, and its length in bytes.

    Bytes that are no UTF-8 give some number below 2**21 (the tables have room for all of them), never an error.
    """
    first = np.int64(data[position])
    code = (first & 0x1F) << 6 | np.int64(data[position + 1] & 0x3F)
    if first < 0xE0:
        return code, 2
    code = code << 6 | np.int64(data[position + 2] & 0x3F)
    if first < 0xF0:
        return code & 0xFFFF, 3
    return (code << 6 | np.int64(data[position + 3] & 0x3F)) & 0x1FFFFF, 4


def load_eight_bytes(data: npt.NDArray[np.uint8], position: int) -> np.uint64:
    """Return eight bytes as one little-endian number; the caller sees to it that there are eight."""
    return np.uint64(int.from_bytes(data[position : position + 8].tobytes(), "little"))


@intrinsic
def _load_unaligned(typing_context, array, position):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, ARG001  Numba's protocol
    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        base = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        address = builder.gep(base, [arguments[1]])
        return builder.load(builder.bitcast(address, ir.IntType(64).as_pointer()), align=1)

    return types.uint64(array, types.int64), generate


@overload(load_eight_bytes, inline="always")
def _compiled_load(data, position):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, ARG001  Numba's protocol
    return lambda data, position: _load_unaligned(data, position)


@inlined
def hash_bytes(data: npt.NDArray[np.uint8], start: int, length: int) -> np.uint64:
    """Return a 64-bit hash of `length` bytes: multiply and shift, eight bytes a step.

    It tells words apart within a document and stop words from others; it is not stored.
    """
    state = np.uint64(length) * _FIRST_FACTOR
    while length > 8:
        state = (state ^ load_eight_bytes(data, start)) * _SECOND_FACTOR
        state ^= state >> _HALF
        start += 8
        length -= 8
    unused = (_EIGHT - np.uint64(length)) * _BYTE_BITS
    rest = load_eight_bytes(data, start)
    if length == 0:
        rest = np.uint64(0)
    else:
        rest = (rest << unused) >> unused
    state = (state ^ rest) * _SECOND_FACTOR
    state ^= state >> _HALF
    return state * _FIRST_FACTOR


@kernel
def hash_words(
    data: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64], word_count: int, hashes: npt.NDArray[np.uint64]
) -> None:
    """Write the hash of each word; word w is ``data[starts[w]:starts[w + 1] - 1]``, one byte parts two words."""
    for word in range(word_count):
        hashes[word] = hash_bytes(data, starts[word], starts[word + 1] - starts[word] - 1)
