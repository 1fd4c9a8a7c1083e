"""Where some of many words stand in bytes, upper or lower case, faster than the bytes can be decoded."""

import numpy as np
import numpy.typing as npt

from signals.kernels import Index, inlined, kernel

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]

SHORTEST_NEEDLE = (
    7  # bytes: wherever such a needle begins, four of its bytes make a word whose place is a multiple of 4
)
CASE_BIT = 0x20  # bytes are compared with it set: letters of ASCII in lower case, a few other bytes as one
BUCKETS = 1 << 16

_FACTOR = np.uint64(0x9E3779B1)
_SHIFT = np.uint64(16)
_BUCKET = np.uint64(BUCKETS - 1)
_CASE = np.uint8(CASE_BIT)
_CASES = np.uint64(CASE_BIT * 0x01010101)


@inlined
def _bucket(word: Index) -> np.uint64:
    return (np.uint64(word) * _FACTOR >> _SHIFT) & _BUCKET


@kernel
def build_table(
    needles: Bytes, offsets: Integers
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return where words of four bytes stand in needles.

    Args:
        needles: Bytes of all needles, one after the other, with `CASE_BIT` set; none shorter than `SHORTEST_NEEDLE`.
        offsets: int64[needles + 1], where each begins.

    Returns:
        uint64[bytes], the word that begins at each place in `needles`; int32[BUCKETS], for each bucket of words one
        more than the last place where such a word begins, 0 for none; int32[bytes], for each place one more than the
        place before it in its bucket, 0 for none.
    """
    begun = np.zeros(len(needles), np.uint64)
    last = np.zeros(BUCKETS, np.int32)
    before = np.zeros(len(needles), np.int32)
    for needle in range(len(offsets) - 1):
        for place in range(offsets[needle], offsets[needle + 1] - 3):
            word = np.uint64(0)
            for byte in range(4):
                word |= np.uint64(needles[place + byte]) << np.uint64(8 * byte)
            begun[place] = word
            bucket = _bucket(word)
            before[place] = last[bucket]
            last[bucket] = place + 1
    return begun, last, before


@kernel
def next_needle(
    data: Bytes,
    words: npt.NDArray[np.uint32],
    begin: int,
    wanted: int,
    needles: Bytes,
    offsets: Integers,
    needle_at: npt.NDArray[np.int32],
    kinds: Integers,
    begun: npt.NDArray[np.uint64],
    last: npt.NDArray[np.int32],
    before: npt.NDArray[np.int32],
) -> tuple[int, int]:
    """Return a place behind another at which a needle begins, and its kind; (-1, 0) where there is none.

    Args:
        data: Bytes of a text.
        words: The same bytes, four at a time, the least significant first; up to three at the end are left out.
        begin: Where to begin; a needle counts that begins here or behind.
        wanted: Kinds that count, bits of a mask.
        needles: Bytes of all needles, one after the other, with `CASE_BIT` set.
        offsets: int64[needles + 1], where each begins.
        needle_at: int32[bytes], of which needle each byte is.
        kinds: int64[needles], the kind of each, one bit.
        begun: This and the next two: what `build_table` returned.
        last: See `begun`.
        before: See `begun`.

    Returns:
        The needle found by the first word that is one of its; another may begin up to two bytes before it.
    """
    for index in range(begin // 4, len(words)):
        word = np.uint64(words[index]) | _CASES
        place = last[_bucket(word)]
        while place != 0:
            if begun[place - 1] != word:
                place = before[place - 1]
                continue
            needle = needle_at[place - 1]
            start = 4 * index - (place - 1 - offsets[needle])
            size = offsets[needle + 1] - offsets[needle]
            if start >= begin and start + size <= len(data) and kinds[needle] & wanted:
                same = 0
                while same < size and (data[start + same] | _CASE) == needles[offsets[needle] + same]:
                    same += 1
                if same == size:
                    return start, kinds[needle]
            place = before[place - 1]
    return -1, 0


@kernel
def holds_creative_commons(data: Bytes) -> bool:
    """Tell whether `CC` stands in a text before a zero, a hyphen, white space or a tag."""
    count = len(data) - 2
    if count <= 0:
        return False
    first, second, third = data[:count], data[1 : count + 1], data[2 : count + 2]
    found = np.uint8(0)
    for place in range(count):  # without a way out, so that the compiler takes many bytes at a time
        mark = third[place]
        is_name = (first[place] == 0x43) & (second[place] == 0x43)
        is_next = (mark == 0x30) | (mark == 0x2D) | (mark <= 0x20) | (mark == 0x3C)
        found |= np.uint8(is_name & is_next)
    return bool(found)
