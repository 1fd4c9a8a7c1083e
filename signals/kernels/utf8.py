"""Reading UTF-8: code points, and eight bytes at once."""

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload

from signals.kernels import Index, borrowing, inlined, kernel

_FIRST_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SECOND_FACTOR = np.uint64(0xD6E8FEB86659FD93)
_HALF = np.uint64(32)
_FIRST_BYTES = np.array([(1 << 8 * count) - 1 for count in range(9)], np.uint64)  # masks of the first 0 to 8
_EIGHT = np.uint64(8)
_SIXTEEN = np.uint64(16)
_FROM_A = np.uint64(0x0101010101010101 * (0x80 - ord("A")))
_BEYOND_Z = np.uint64(0x0101010101010101 * (0x7F - ord("Z")))
_HIGHEST_BITS = np.uint64(0x8080808080808080)
_LOWEST_BITS = np.uint64(0x0101010101010101)
_TO_CASE_BIT = np.uint64(2)  # from 0x80 to 0x20, by which ASCII's cases differ


@inlined
def decode(data: npt.NDArray[np.uint8], position: Index) -> tuple[Index, int]:
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


def load_eight_bytes(data: npt.NDArray[np.uint8], position: Index) -> np.uint64:
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
    def load(data, position):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  Numba's protocol
        return _load_unaligned(data, position)  # type: ignore[call-arg]  # Numba gives the context

    return load


def store_eight_bytes(data: npt.NDArray[np.uint8], position: Index, value: np.uint64) -> None:
    """Write a number as eight bytes, little-endian; the caller sees to it that there is room."""
    data[position : position + 8] = np.frombuffer(int(value).to_bytes(8, "little"), np.uint8)


@intrinsic
def _store_unaligned(typing_context, array, position, value):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, ARG001  Numba's protocol
    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        base = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        address = builder.gep(base, [arguments[1]])
        builder.store(arguments[2], builder.bitcast(address, ir.IntType(64).as_pointer()), align=1)
        return context.get_dummy_value()

    return types.void(array, types.int64, types.uint64), generate


@overload(store_eight_bytes, inline="always")
def _compiled_store(data, position, value):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, ARG001  Numba's protocol
    def store(data, position, value):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  Numba's protocol
        return _store_unaligned(data, position, value)  # type: ignore[call-arg]  # Numba gives the context

    return store


@inlined
def copy_lower_case(
    data: npt.NDArray[np.uint8], start: np.uint64, end: np.uint64, target: npt.NDArray[np.uint8], place: np.uint64
) -> None:
    """Copy ASCII in lower case, sixteen bytes at once; up to fifteen bytes behind the copy change too."""
    while True:
        store_eight_bytes(target, place, _lower_case(load_eight_bytes(data, start)))
        store_eight_bytes(target, place + _EIGHT, _lower_case(load_eight_bytes(data, start + _EIGHT)))
        start += _SIXTEEN
        place += _SIXTEEN
        if start >= end:
            break


@inlined
def copy_sixteen_bytes(
    data: npt.NDArray[np.uint8], start: np.uint64, target: npt.NDArray[np.uint8], place: np.uint64
) -> None:
    """Copy up to sixteen bytes in two steps, whatever the length of what is wanted; there must be room for all."""
    store_eight_bytes(target, place, load_eight_bytes(data, start))
    store_eight_bytes(target, place + _EIGHT, load_eight_bytes(data, start + _EIGHT))


@inlined
def _lower_case(eight: np.uint64) -> np.uint64:
    # In each byte, the highest bit of the sum tells whether it is "A" or more, and more than "Z".
    upper = (eight + _FROM_A) & ~(eight + _BEYOND_Z) & _HIGHEST_BITS
    return eight + (upper >> _TO_CASE_BIT)


@borrowing
def count_tails(data: npt.NDArray[np.uint8], start: Index, end: Index) -> np.int64:
    """Count the bytes behind a character's first: those whose two highest bits are 10."""
    count = np.uint64(0)
    for position in range(start, end, 8):
        eight = load_eight_bytes(data, position) & _FIRST_BYTES[min(end - position, 8)]
        tails = (eight >> np.uint64(7)) & ~(eight >> np.uint64(6)) & _LOWEST_BITS
        count += (tails * _LOWEST_BITS) >> np.uint64(56)
    return np.int64(count)


@borrowing
def hash_bytes(data: npt.NDArray[np.uint8], start: Index, length: Index) -> np.uint64:
    """Return a 64-bit hash of `length` bytes: multiply and shift, eight bytes a step.

    It tells words apart. MinHash signatures follow from it, which are stored: raise their version when it changes.
    """
    state: np.uint64 = np.uint64(length) * _FIRST_FACTOR
    while length > 16:
        state = _mix(state, load_eight_bytes(data, start))
        start += 8
        length -= 8
    # Most words end here: no branch for their length, which cannot be predicted.
    state = _mix(state, load_eight_bytes(data, start) & _FIRST_BYTES[min(length, 8)])
    state = _mix(state, load_eight_bytes(data, start + 8) & _FIRST_BYTES[max(length - 8, 0)])
    return state * _FIRST_FACTOR


@borrowing
def hash_lower_case(data: npt.NDArray[np.uint8], start: Index, length: Index) -> np.uint64:
    """Return what `hash_bytes` gives for the bytes with ASCII's capital letters in lower case."""
    state: np.uint64 = np.uint64(length) * _FIRST_FACTOR
    while length > 16:
        state = _mix(state, _lower_case_among_others(load_eight_bytes(data, start)))
        start += 8
        length -= 8
    first = _lower_case_among_others(load_eight_bytes(data, start))
    second = _lower_case_among_others(load_eight_bytes(data, start + 8))
    state = _mix(state, first & _FIRST_BYTES[min(length, 8)])
    state = _mix(state, second & _FIRST_BYTES[max(length - 8, 0)])
    return state * _FIRST_FACTOR


@inlined
def _lower_case_among_others(eight: np.uint64) -> np.uint64:
    """Return eight bytes, not all of which need be ASCII, in lower case."""
    low = eight & ~_HIGHEST_BITS
    upper = (low + _FROM_A) & ~(low + _BEYOND_Z) & ~eight & _HIGHEST_BITS
    return eight + (upper >> _TO_CASE_BIT)


@inlined
def _mix(state: np.uint64, eight: np.uint64) -> np.uint64:
    state = (state ^ eight) * _SECOND_FACTOR
    return state ^ (state >> _HALF)


@kernel
def hash_words(
    data: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64], word_count: int, hashes: npt.NDArray[np.uint64]
) -> None:
    """Write the hash of each word; word w is ``data[starts[w]:starts[w + 1] - 1]``, one byte parts two words."""
    for word in range(word_count):
        hashes[word] = hash_bytes(data, starts[word], starts[word + 1] - starts[word] - 1)
