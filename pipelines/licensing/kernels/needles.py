"""Where some of many words stand in bytes, upper or lower case, faster than the bytes can be decoded."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from signals.kernels import borrowing, inlined, kernel

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint32]
Table = npt.NDArray[np.uint32]

SHORTEST_NEEDLE = (
    7  # bytes: wherever such a needle begins, four of its bytes make a word whose place is a multiple of 4
)
CASE_BIT = 0x20  # bytes are compared with it set: letters of ASCII in lower case, a few other bytes as one
BUCKETS = 1 << 12

_MARKS = 1 << 18  # bits, so few of which are set that a word which is in no needle seldom meets one
_WORD, _NEEDLE, _PLACE, _NEXT = range(4)  # columns of the table of words

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
_LOWEST, _HIGHEST = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)
_BIG_CS, _EIGHT, _FIFTY_SIX = np.uint64(0x43 * 0x0101010101010101), np.uint64(8), np.uint64(56)
_ONE, _THREE, _SIX, _SEVEN = np.uint32(1), np.uint32(3), np.uint32(6), np.uint32(7)


@inlined
def _mark(word: np.uint32) -> np.uint32:
    return np.uint32(word * _FACTOR) >> _SHIFT


@inlined
def _bucket(word: np.uint32) -> np.uint32:
    return _mark(word) >> _SIX


@inlined
def _is_marked(marks: Bytes, word: np.uint32) -> np.uint32:
    """Return 1 where a word's bit is set, else 0."""
    mark = _mark(word)
    return np.uint32(marks[mark >> _THREE]) >> (mark & _SEVEN) & _ONE


@kernel
def build_table(needles: Bytes, offsets: Integers, most: int) -> tuple[Table, npt.NDArray[np.int32], Bytes]:
    """Return where words of four bytes stand in needles.

    Args:
        needles: Bytes of all needles, one after the other, with `CASE_BIT` set; none shorter than `SHORTEST_NEEDLE`.
        offsets: int64[needles + 1], where each begins.
        most: How many words of each needle count, from its beginning. Any four find it wherever it stands; all find
            needles in the order in which they stand.

    Returns:
        uint32[words, 4]: each word, its needle, its place there, and one more than the row of the next word of its
        bucket, 0 for none; int32[BUCKETS], one more than the row of the first word of each bucket, 0 for none;
        uint8[…], bits that tell most other words from these.
    """
    begun = np.zeros((len(needles), 4), np.uint32)
    last = np.zeros(BUCKETS, np.int32)
    marks = np.zeros(_MARKS // 8, np.uint8)
    row = 0
    for needle in range(len(offsets) - 1):
        for place in range(offsets[needle], min(offsets[needle + 1] - 3, offsets[needle] + most)):
            word = np.uint32(0)
            for byte in range(4):
                word |= np.uint32(needles[place + byte]) << np.uint32(8 * byte)
            bucket = _bucket(word)
            begun[row, _WORD], begun[row, _NEEDLE] = word, needle
            begun[row, _PLACE], begun[row, _NEXT] = place - offsets[needle], last[bucket]
            row += 1
            last[bucket] = row
            marks[_mark(word) >> _THREE] |= np.uint8(_ONE << (_mark(word) & _SEVEN))
    return begun[:row].copy(), last, marks


@kernel
def next_needle(
    data: Bytes,
    words: Words,
    begin: int,
    wanted: int,
    needles: Bytes,
    offsets: Integers,
    kinds: Integers,
    begun: Table,
    last: npt.NDArray[np.int32],
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
        kinds: int64[needles], the kind of each, one bit.
        begun: This and the next two: what `build_table` returned.
        last: See `begun`.
        marks: See `begun`.

    Returns:
        The needle found by the first word that is one of its; another may begin up to two bytes before it.
    """
    for index in range(begin // 4, len(words)):
        word = words[index] | _CASES
        row = last[_bucket(word)] if _is_marked(marks, word) else 0
        while row != 0:
            if begun[row - 1, _WORD] == word:
                needle = begun[row - 1, _NEEDLE]
                start = 4 * index - int(begun[row - 1, _PLACE])
                if start >= begin and kinds[needle] & wanted and _stands(data, start, needle, needles, offsets):
                    return start, kinds[needle]
            row = begun[row - 1, _NEXT]
    return -1, 0


@kernel
def kinds_in_page(
    data: Bytes,
    words: Words,
    within_tags: int,
    in_text: int,
    names: int,
    places: Integers,
    kinds_there: Integers,
    needles: Bytes,
    offsets: Integers,
    kinds: Integers,
    begun: Table,
    last: npt.NDArray[np.int32],
    marks: Bytes,
) -> tuple[int, int]:
    """Return what needles stand in HTML where they count; nothing counts in scripts and style sheets.

    Args:
        data: See `next_needle`, as for all that is not named here.
        words: See `next_needle`.
        within_tags: Kinds that count in text, within a tag and within a comment; the first of each is enough.
        in_text: Kinds that count in text alone; the place of each is told.
        names: The kind, one of those, of `CC` before a zero, a hyphen, white space or a tag.
        places: int64[places], filled with those places, in no order.
        kinds_there: int64[places], filled with the kind of each.
        needles: See `next_needle`.
        offsets: See `next_needle`.
        kinds: See `next_needle`.
        begun: See `next_needle`.
        last: See `next_needle`.
        marks: See `next_needle`.

    Returns:
        The kinds; how many places there are, which may be more than there is room for.
    """
    found, count = np.int64(0), 0
    reached = named = _BEGINNING
    flags = np.zeros(_BLOCK, np.uint8)
    eights = flags.view(np.uint64)
    longs = words[: len(words) // 2 * 2].view(np.uint64)
    for begin in range(0, len(words) + 1, _BLOCK):  # the last one for the bytes that make no word
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
                row = last[_bucket(word)]
                while row != 0:
                    needle = begun[row - 1, _NEEDLE]
                    wanted = kinds[needle] & (in_text | (within_tags & ~found)) if begun[row - 1, _WORD] == word else 0
                    if wanted:
                        start = 4 * (begin + index) - int(begun[row - 1, _PLACE])
                        if start >= 0 and _stands(data, start, needle, needles, offsets):
                            reached = _html_place(data, start + offsets[needle + 1] - offsets[needle] - 1, reached)
                            counting = wanted & _counting(data, reached, within_tags | in_text, within_tags)
                            found |= counting
                            if counting & in_text:
                                if count < len(places):
                                    places[count], kinds_there[count] = start, counting & in_text
                                count += 1
                    row = begun[row - 1, _NEXT]
        first, stop = 4 * begin, min(4 * (begin + _BLOCK), len(data) - 2)
        if begin + _BLOCK >= len(words) or _may_hold_pair(longs[begin // 2 : (begin + _BLOCK) // 2 + 1]):
            for at in range(first, stop):
                if data[at] == _BIG_C and data[at + 1] == _BIG_C and _is_behind_name(data[at + 2]):
                    named = _html_place(data, at, named)
                    if _counting(data, named, names, 0):
                        found |= names
                        if count < len(places):
                            places[count], kinds_there[count] = at, names
                        count += 1
    return int(found), count


@borrowing
def _may_hold_pair(longs: npt.NDArray[np.uint64]) -> bool:
    """Tell whether `CC` begins in eight bytes, the least significant first, that others follow; seldom if not.

    A byte of `different` is zero where a `C` stands before another; what finds zeros finds some in front of them, too
    (Hacker's Delight, 6-1).
    """
    found = np.uint64(0)
    one, other = longs[:-1], longs[1:]
    for place in range(len(one)):  # without a way out, so that the compiler takes many at a time
        following = (one[place] >> _EIGHT) | (other[place] << _FIFTY_SIX)
        different = (one[place] ^ _BIG_CS) | (following ^ _BIG_CS)
        found |= (different - _LOWEST) & ~different & _HIGHEST
    return bool(found)


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
