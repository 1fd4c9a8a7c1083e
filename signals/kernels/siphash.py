"""CPython's hash of strings and of pairs of them, over UTF-8.

CPython hashes a string as it keeps it in memory: one, two or four bytes a character, whichever the widest needs. So
characters are gathered to blocks of eight such bytes without a copy of the string in between. The hash is SipHash
(Aumasson and Bernstein 2012, "SipHash: a fast short-input PRF") with one round a block and three at the end since
CPython 3.11, with two and four before; that of a tuple is made of those of its items (Objects/tupleobject.c since
3.8, after xxHash).
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from signals.kernels import Index, inlined
from signals.kernels.utf8 import decode, load_eight_bytes

State: TypeAlias = tuple[np.uint64, np.uint64, np.uint64, np.uint64]

_INITIAL = tuple(
    np.uint64(int.from_bytes(b"somepseudorandomlygeneratedbytes"[k : k + 8], "big")) for k in (0, 8, 16, 24)
)
_END_MARK = np.uint64(0xFF)
_FIRST_BYTES = np.array([(1 << 8 * count) - 1 for count in range(8)], np.uint64)  # masks of the first 0 to 7
_LENGTH_SHIFT = np.uint64(56)
_EIGHT, _BLOCK_BITS = np.uint64(8), np.uint64(64)
_ZERO = np.uint64(0)
_NO_HASH, _INSTEAD = np.uint64(2**64 - 1), np.uint64(2**64 - 2)  # CPython keeps -1 for errors and gives -2

_WIDE, _DOUBLE = np.uint8(0xC4), np.uint8(0xF0)  # first bytes of characters from U+0100 and from U+10000 on
_TAIL_BITS, _TAIL = np.uint8(0xC0), np.uint8(0x80)

_PAIR_START = np.uint64(2870177450012600261)
_PAIR_ITEM = np.uint64(14029467366897019727)
_PAIR_MIX = np.uint64(11400714785074694791)
_PAIR_END = np.uint64(2 ^ (2870177450012600261 ^ 3527539))  # two items
_PAIR_INSTEAD = np.uint64(1546275796)


@inlined
def hash_string(
    data: npt.NDArray[np.uint8], start: Index, end: Index, ascii_only: bool, key: npt.NDArray[np.uint64], double: bool
) -> np.uint64:
    """Return ``hash(text)`` of a string that is not empty, as an unsigned number.

    Args:
        data: UTF-8, with spare bytes behind.
        start: First byte of the string.
        end: The byte behind its last.
        ascii_only: Whether all its bytes are ASCII.
        key: uint64[2], the secret that CPython makes of PYTHONHASHSEED.
        double: Whether to make SipHash-2-4; else it is SipHash-1-3.
    """
    state = (_INITIAL[0] ^ key[0], _INITIAL[1] ^ key[1], _INITIAL[2] ^ key[0], _INITIAL[3] ^ key[1])
    if ascii_only:
        state = _absorb_bytes(state, data, start, end, double)
    else:
        state = _absorb_characters(state, data, start, end, double)
    v0, v1, v2, v3 = _round(state[0], state[1], state[2] ^ _END_MARK, state[3])
    v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    if double:
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    hashed = (v0 ^ v1) ^ (v2 ^ v3)
    return _INSTEAD if hashed == _NO_HASH else hashed


@inlined
def hash_pair(first: np.uint64, second: np.uint64) -> np.uint64:
    """Return ``hash((a, b))`` from the hashes of both, as an unsigned number."""
    state = _mix_item(_mix_item(_PAIR_START, first), second) + _PAIR_END
    return _PAIR_INSTEAD if state == _NO_HASH else state


@inlined
def magnitude(hashed: np.uint64) -> np.uint64:
    """Return ``abs`` of a hash, which CPython takes for a signed number."""
    return _ZERO - hashed if hashed >> np.uint64(63) else hashed


@inlined
def _absorb_bytes(state: State, data: npt.NDArray[np.uint8], start: Index, end: Index, double: bool) -> State:
    length = np.int64(end) - np.int64(start)
    position, whole_until = np.int64(start), np.int64(start) + (length & -8)
    while position < whole_until:
        state = _absorb(state, load_eight_bytes(data, position), double)
        position += 8
    rest = load_eight_bytes(data, position) & _FIRST_BYTES[length & 7]
    return _absorb(state, rest | (np.uint64(length) << _LENGTH_SHIFT), double)


@inlined
def _absorb_characters(state: State, data: npt.NDArray[np.uint8], start: Index, end: Index, double: bool) -> State:
    widest, characters = np.uint8(0), 0
    for place in range(start, end):
        widest = max(widest, data[place])
        characters += (data[place] & _TAIL_BITS) != _TAIL
    width = 4 if widest >= _DOUBLE else 2 if widest >= _WIDE else 1
    block, shift, bits = _ZERO, _ZERO, _EIGHT * np.uint64(width)
    position: Index = np.int64(start)
    while position < end:
        if data[position] < 0x80:
            block |= np.uint64(data[position]) << shift
            position += 1
        else:
            code, length = decode(data, position)
            block |= np.uint64(code) << shift
            position += length
        shift += bits
        if shift == _BLOCK_BITS:
            state = _absorb(state, block, double)
            block, shift = _ZERO, _ZERO
    return _absorb(state, block | (np.uint64(characters * width) << _LENGTH_SHIFT), double)


@inlined
def _absorb(state: State, block: np.uint64, double: bool) -> State:
    v0, v1, v2, v3 = _round(state[0], state[1], state[2], state[3] ^ block)
    if double:
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    return v0 ^ block, v1, v2, v3


@inlined
def _round(v0: np.uint64, v1: np.uint64, v2: np.uint64, v3: np.uint64) -> State:
    v0 += v1
    v2 += v3
    v1 = _rotate(v1, np.uint64(13)) ^ v0
    v3 = _rotate(v3, np.uint64(16)) ^ v2
    v2 += v1
    v0 = _rotate(v0, np.uint64(32)) + v3
    v1 = _rotate(v1, np.uint64(17)) ^ v2
    v3 = _rotate(v3, np.uint64(21)) ^ v0
    return v0, v1, _rotate(v2, np.uint64(32)), v3


@inlined
def _mix_item(state: np.uint64, item: np.uint64) -> np.uint64:
    return _rotate(state + item * _PAIR_ITEM, np.uint64(31)) * _PAIR_MIX


@inlined
def _rotate(value: np.uint64, bits: np.uint64) -> np.uint64:
    return (value << bits) | (value >> (_BLOCK_BITS - bits))
