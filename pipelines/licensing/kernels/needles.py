"""Where some of many words stand in bytes, upper or lower case, faster than the bytes can be decoded."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from signals.kernels import borrowing, inlined, kernel

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint32]

SHORTEST_NEEDLE = (
    7  # bytes: wherever such a needle begins, four of its bytes make a word whose place is a multiple of 4
)
CASE_BIT = 0x20  # bytes are compared with it set: letters of ASCII in lower case, a few other bytes as one
BUCKETS = 1 << 16

_MARKS = 4 * BUCKETS  # bits, so few of which are set that a word which is in no needle seldom meets one

_BLOCK = 512  # words that are looked up at once

_SPACE, _EXCLAMATION, _QUOTATION, _APOSTROPHE, _HYPHEN, _SLASH, _ZERO = 0x20, 0x21, 0x22, 0x27, 0x2D, 0x2F, 0x30
_LESS, _GREATER, _QUESTION, _BIG_C, _SMALL_A, _SMALL_Z = 0x3C, 0x3E, 0x3F, 0x43, 0x61, 0x7A
_SCRIPT, _STYLE = np.frombuffer(b"script", np.uint8), np.frombuffer(b"style", np.uint8)

_Place: TypeAlias = tuple[int, int, bool, bool]  # what `_html_place` returns
_BEGINNING: _Place = (0, -1, False, False)
_FACTOR = np.uint32(0x9E3779B1)
_SHIFT = np.uint32(32 - 18)
_CASE = np.uint8(CASE_BIT)
_CASES = np.uint32(CASE_BIT * 0x01010101)
_ONE, _TWO, _THREE, _SEVEN = np.uint32(1), np.uint32(2), np.uint32(3), np.uint32(7)


@inlined
def _mark(word: np.uint32) -> np.uint32:
    return np.uint32(word * _FACTOR) >> _SHIFT


@inlined
def _bucket(word: np.uint32) -> np.uint32:
    return _mark(word) >> _TWO


@inlined
def _is_marked(marks: Bytes, word: np.uint32) -> np.uint32:
    """Return 1 where a word's bit is set, else 0."""
    mark = _mark(word)
    return np.uint32(marks[mark >> _THREE]) >> (mark & _SEVEN) & _ONE


@kernel
def build_table(
    needles: Bytes, offsets: Integers, most: int
) -> tuple[Words, npt.NDArray[np.int32], npt.NDArray[np.int32], Bytes]:
    """Return where words of four bytes stand in needles.

    Args:
        needles: Bytes of all needles, one after the other, with `CASE_BIT` set; none shorter than `SHORTEST_NEEDLE`.
        offsets: int64[needles + 1], where each begins.
        most: How many words of each needle count, from its beginning. Any four find it wherever it stands; all find
            needles in the order in which they stand.

    Returns:
        uint32[bytes], the word that begins at each place in `needles`; int32[BUCKETS], for each bucket of words one
        more than the last place where such a word begins, 0 for none; int32[bytes], for each place one more than the
        place before it in its bucket, 0 for none; uint8[…], bits that tell most other words from these.
    """
    begun = np.zeros(len(needles), np.uint32)
    last = np.zeros(BUCKETS, np.int32)
    before = np.zeros(len(needles), np.int32)
    marks = np.zeros(_MARKS // 8, np.uint8)
    for needle in range(len(offsets) - 1):
        for place in range(offsets[needle], min(offsets[needle + 1] - 3, offsets[needle] + most)):
            word = np.uint32(0)
            for byte in range(4):
                word |= np.uint32(needles[place + byte]) << np.uint32(8 * byte)
            begun[place] = word
            bucket = _bucket(word)
            before[place] = last[bucket]
            last[bucket] = place + 1
            marks[_mark(word) >> _THREE] |= np.uint8(_ONE << (_mark(word) & _SEVEN))
    return begun, last, before, marks


@kernel
def next_needle(
    data: Bytes,
    words: Words,
    begin: int,
    wanted: int,
    needles: Bytes,
    offsets: Integers,
    needle_at: npt.NDArray[np.int32],
    kinds: Integers,
    begun: Words,
    last: npt.NDArray[np.int32],
    before: npt.NDArray[np.int32],
    marks: Bytes,
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
        begun: This and the next three: what `build_table` returned.
        last: See `begun`.
        before: See `begun`.
        marks: See `begun`.

    Returns:
        The needle found by the first word that is one of its; another may begin up to two bytes before it.
    """
    for index in range(begin // 4, len(words)):
        word = words[index] | _CASES
        place = last[_bucket(word)] if _is_marked(marks, word) else 0
        while place != 0:
            if begun[place - 1] == word:
                needle = needle_at[place - 1]
                start = 4 * index - (place - 1 - offsets[needle])
                if start >= begin and kinds[needle] & wanted and _stands(data, start, needle, needles, offsets):
                    return start, kinds[needle]
            place = before[place - 1]
    return -1, 0


@kernel
def kinds_in_page(
    data: Bytes,
    words: Words,
    every: int,
    within_tags: int,
    needles: Bytes,
    offsets: Integers,
    needle_at: npt.NDArray[np.int32],
    kinds: Integers,
    begun: Words,
    last: npt.NDArray[np.int32],
    before: npt.NDArray[np.int32],
    marks: Bytes,
) -> int:
    """Return the kinds of the needles that stand in HTML where they count.

    Args:
        data: See `next_needle`, as for all that is not named here.
        words: See `next_needle`.
        every: Kinds that count in text; nothing counts within scripts and style sheets.
        within_tags: Kinds that count within a tag or a comment, too.
        needles: See `next_needle`.
        offsets: See `next_needle`.
        needle_at: See `next_needle`.
        kinds: See `next_needle`.
        begun: See `next_needle`.
        last: See `next_needle`.
        before: See `next_needle`.
        marks: See `next_needle`.
    """
    found = np.int64(0)
    reached = _BEGINNING
    flags = np.zeros(_BLOCK, np.uint8)
    eights = flags.view(np.uint64)
    for begin in range(0, len(words), _BLOCK):
        block = words[begin : begin + _BLOCK]
        flags[len(block) :] = 0
        for index in range(len(block)):  # without a way out, so that the compiler takes many words at a time
            flags[index] = _is_marked(marks, block[index] | _CASES)
        for eight in range(len(eights)):
            if eights[eight] == 0:
                continue
            for index in range(8 * eight, 8 * eight + 8):
                if flags[index] == 0:
                    continue
                word = block[index] | _CASES
                place = last[_bucket(word)]
                while place != 0:
                    needle = needle_at[place - 1]
                    if begun[place - 1] == word and kinds[needle] & every & ~found:
                        start = 4 * (begin + index) - (place - 1 - offsets[needle])
                        if start >= 0 and _stands(data, start, needle, needles, offsets):
                            reached = _html_place(data, start + offsets[needle + 1] - offsets[needle] - 1, reached)
                            found |= kinds[needle] & _counting(data, reached, every, within_tags)
                            if found == every:
                                return int(found)
                    place = before[place - 1]
    return int(found)


@kernel
def names_creative_commons(data: Bytes) -> bool:
    """Tell whether `CC` stands in the text of HTML, as `holds_creative_commons` knows it."""
    reached = _BEGINNING
    for place in range(len(data) - 2):
        if data[place] == _BIG_C and data[place + 1] == _BIG_C and _is_behind_name(data[place + 2]):
            reached = _html_place(data, place, reached)
            if _counting(data, reached, 1, 0):
                return True
    return False


@borrowing
def _stands(data: Bytes, start: int, needle: int, needles: Bytes, offsets: Integers) -> bool:
    """Tell whether a needle stands at a place."""
    size = offsets[needle + 1] - offsets[needle]
    if start + size > len(data):
        return False
    same = 0
    while same < size and (data[start + same] | _CASE) == needles[offsets[needle] + same]:
        same += 1
    return bool(same == size)


@borrowing
def _html_place(data: Bytes, end: int, earlier: _Place) -> _Place:
    """Return which tag or comment was the last to begin before a place in HTML, found from an earlier place on.

    Returns:
        The place; where that tag begins, -1 for none; whether a `>` stands behind its beginning, and an end of a
        comment.
    """
    known, opener, closed, commented = earlier
    if end <= known:
        return earlier
    is_closed = is_commented = False
    for place in range(end - 1, max(known, 0) - 1, -1):
        if data[place] == _GREATER:
            is_closed = True
            is_commented |= place >= 2 and data[place - 1] == _HYPHEN and data[place - 2] == _HYPHEN
        elif data[place] == _LESS and _opens(data[place + 1]):
            return end, place, is_closed, is_commented
    return end, opener, closed or is_closed, commented or is_commented


@inlined
def _opens(byte: int) -> bool:
    """Tell whether `<` before a byte begins a tag or a comment: text goes on otherwise (HTML, 13.2.5.6)."""
    letter = byte | CASE_BIT
    return (_SMALL_A <= letter <= _SMALL_Z) or byte in (_SLASH, _EXCLAMATION, _QUESTION)


@borrowing
def _counting(data: Bytes, place: _Place, every: int, within_tags: int) -> int:
    """Return which kinds count at a place: what may be text is taken for text."""
    _, opener, closed, commented = place
    if opener < 0:
        return every
    if not closed:
        return within_tags
    is_quoted = opener > 0 and data[opener - 1] in (_QUOTATION, _APOSTROPHE)
    is_raw = _begins(data, opener + 1, _SCRIPT) or _begins(data, opener + 1, _STYLE)
    return 0 if is_raw and not is_quoted and not commented else every


@borrowing
def _begins(data: Bytes, start: int, name: Bytes) -> bool:
    """Tell whether a name stands at a place, in any case."""
    if start + len(name) > len(data):
        return False
    same = 0
    while same < len(name) and data[start + same] | _CASE == name[same]:
        same += 1
    return same == len(name)


@inlined
def _is_behind_name(mark: int) -> bool:
    return mark in (_ZERO, _HYPHEN, _LESS) or mark <= _SPACE


@kernel
def holds_creative_commons(data: Bytes) -> bool:
    """Tell whether `CC` stands in a text before a zero, a hyphen, white space or a tag."""
    count = len(data) - 2
    if count <= 0:
        return False
    first, second, third = data[:count], data[1 : count + 1], data[2 : count + 2]
    found = np.uint8(0)
    for place in range(count):  # without a way out, so that the compiler takes many bytes at a time
        found |= np.uint8((first[place] == _BIG_C) & (second[place] == _BIG_C))
    if not found:
        return False
    found = np.uint8(0)
    for place in range(count):
        mark = third[place]
        is_name = (first[place] == _BIG_C) & (second[place] == _BIG_C)
        is_next = (mark == _ZERO) | (mark == _HYPHEN) | (mark <= _SPACE) | (mark == _LESS)
        found |= np.uint8(is_name & is_next)
    return bool(found)
