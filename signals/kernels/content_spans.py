"""Parts of a text that are no prose: URLs, markup, and UTF-8 that was read as windows-1252."""

import numpy as np
import numpy.typing as npt

from signals.characters import UNSPACED, WORD
from signals.kernels import Index, inlined, kernel
from signals.kernels.utf8 import decode

LONGEST_TAG = 1_000  # characters behind the name

# What follows the first character of a misread sequence: in windows-1252 (WHATWG), the bytes 0x80 to 0x9F.
WINDOWS_1252 = np.array(
    [
        *(0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0x8D),
        *(0x17D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A),
        *(0x153, 0x9D, 0x17E, 0x178),
    ],
    np.int64,
)
# What a misread sequence must stand for: the characters of written languages that are met most, and punctuation.
MISREAD_RANGES = np.array(
    [
        *((0xA0, 0x17F), (0x218, 0x21B), (0x384, 0x3CE), (0x400, 0x4FF), (0x5D0, 0x5EA), (0x600, 0x6FF)),
        *((0x900, 0x10FF), (0x1200, 0x137F), (0x1780, 0x17FF), (0x1E00, 0x1FFF), (0x2000, 0x27BF), (0x3000, 0x30FF)),
        *((0x3400, 0x9FFF), (0xAC00, 0xD7A3), (0xFEFF, 0xFEFF), (0xFF00, 0xFFEF), (0x1F300, 0x1FAFF)),
    ],
    np.int64,
)
# Good text has these behind letters ("été…\u00a0»"), so something else must follow the first character too; unless
# that is one of the second row, which hardly end a word: Â Ã Î Ï Ð Ñ.
AMBIGUOUS = np.array([0xA0, 0xAB, 0xB7, 0xBB, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x201E, 0x2026], np.int64)
UNAMBIGUOUS_FIRST = np.array([0xC2, 0xC3, 0xCE, 0xCF, 0xD0, 0xD1], np.int64)

_URL, _LAST_OF_URL, _SCHEME, _LETTER, _NAME, _DIGIT, _HEXADECIMAL, _GAP, _HIT = (np.uint16(1 << k) for k in range(9))


def _byte_table() -> npt.NDArray[np.uint16]:
    letters, digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "0123456789"
    sets = {
        int(_URL): letters + digits + "!#$%&'()*+,-./:;=?@_~",
        int(_LAST_OF_URL): letters + digits + "#$%&+-/=@_~",
        int(_SCHEME): letters + digits + "+.-",
        int(_LETTER): letters,
        int(_NAME): letters + digits + ":._-",
        int(_DIGIT): digits,
        int(_HEXADECIMAL): digits + "abcdefABCDEF",
        int(_GAP): " \t\n\r\f",
        int(_HIT): ":wW<&\u00c3",  # in UTF-8, 0xC3 begins U+00C0 to U+00FF
    }
    table = np.zeros(256, np.uint16)
    for flag, characters in sets.items():
        table[list(characters.encode("latin-1"))] |= np.uint16(flag)
    return table


_BYTES = _byte_table()
_BLOCK = 64  # bytes whose counts fit a byte
_MISREAD, _LEAD, _CASE = np.uint8(0xC3), np.uint8(0xC2), np.uint8(0x20)
_TAG, _ENTITY, _COLON, _SLASH, _W = (np.uint8(ord(mark)) for mark in "<&:/w")


@kernel
def measure_spans(
    data: npt.NDArray[np.uint8], classes: npt.NDArray[np.uint16], offsets: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Count URLs, and characters in URLs, in markup and in misread sequences; `signals.reference.content` defines them.

    Args:
        data: UTF-8 of all documents.
        classes: What `classify` wrote.
        offsets: Where each document begins; one more than there are documents.

    Returns:
        For each document: URLs; their characters; characters of tags, comments and entities; of misread sequences.
    """
    documents = len(offsets) - 1
    urls = np.zeros(documents, np.int64)
    url_characters = np.zeros(documents, np.int64)
    markup = np.zeros(documents, np.int64)
    misread = np.zeros(documents, np.int64)
    for document in range(documents):
        begin, end = offsets[document], offsets[document + 1]
        url_end: Index = begin
        markup_end: Index = begin
        comments_end = True  # once no "-->" follows, none does later
        text = data[:end]
        for block in range(begin, end, _BLOCK):
            behind = min(block + _BLOCK, end)
            if not _may_hold(data[block:behind], data[block + 1 : behind + 1], data[block + 2 : behind + 2]):
                continue
            for position in range(block, behind):
                byte = data[position]
                if not _BYTES[byte] & _HIT:
                    continue
                if byte == 0xC3:
                    if data[position + 2] >= 0xC2:
                        misread[document] += _misread(data, position, end)
                elif byte == ord("<"):
                    if position >= markup_end:
                        if not _is_comment(text, position):
                            markup_end = _tag_end(text, position)
                        elif comments_end:
                            markup_end = _comment_end(text, position)
                            comments_end = bool(markup_end > position)
                        markup[document] += _characters(data, position, markup_end)
                elif byte == ord("&"):
                    if position >= markup_end:
                        markup_end = _entity_end(text, position)
                        markup[document] += max(markup_end - position, 0)
                elif position >= url_end:
                    start, after = _url_prefix(text, url_end, position)
                    last = _url_end(text, classes, after)
                    if last > after:
                        url_end = last
                        urls[document] += 1
                        url_characters[document] += _characters(data, start, url_end)
    return urls, url_characters, markup, misread


@inlined
def _may_hold(first: npt.NDArray[np.uint8], second: npt.NDArray[np.uint8], third: npt.NDArray[np.uint8]) -> bool:
    """Tell whether something may begin at one of these bytes; without a branch, many at once."""
    found = np.uint8(0)
    for k in range(len(first)):
        misread = (first[k] == _MISREAD) & (third[k] >= _LEAD)
        markup = (first[k] == _TAG) | (first[k] == _ENTITY)
        scheme = (first[k] == _COLON) & (second[k] == _SLASH) & (third[k] == _SLASH)
        www = ((first[k] | _CASE) == _W) & ((second[k] | _CASE) == _W) & ((third[k] | _CASE) == _W)
        found = np.uint8(found + (misread | markup | scheme | www))
    return bool(found > 0)


@inlined
def _characters(data: npt.NDArray[np.uint8], start: Index, end: Index) -> int:
    """Return the characters between two bytes."""
    count = 0
    for position in range(start, end):
        count += (data[position] & 0xC0) != 0x80
    return count


@inlined
def _url_prefix(text: npt.NDArray[np.uint8], begin: Index, position: Index) -> tuple[Index, Index]:
    """Return where a URL begins that has "www." or the colon of its scheme at a place, and where its rest does.

    Both are the end of the text where none begins.
    """
    end = len(text)
    if text[position] == ord(":"):
        if position + 2 >= end or text[position + 1] != ord("/") or text[position + 2] != ord("/"):
            return end, end
        start: Index = end
        before = position
        while before > begin and _BYTES[text[before - 1]] & _SCHEME:
            before -= 1
            if _BYTES[text[before]] & _LETTER:
                start = before
        return (start, position + 3) if start < end else (end, end)
    if position + 3 >= end or text[position + 3] != ord("."):
        return end, end
    if (text[position + 1] | 0x20) != ord("w") or (text[position + 2] | 0x20) != ord("w"):
        return end, end
    if position > begin and _BYTES[text[position - 1]] & _SCHEME:
        return end, end
    return position, position + 4


@inlined
def _url_end(text: npt.NDArray[np.uint8], classes: npt.NDArray[np.uint16], position: Index) -> Index:
    """Return the end of a URL whose rest begins at a place: behind the last character that may end it."""
    last = position
    while position < len(text):
        if text[position] < 0x80:
            found = _BYTES[text[position]]
            if not found & _URL:
                break
            position += 1
            if found & _LAST_OF_URL:
                last = position
        else:
            if classes[position] & (WORD | UNSPACED) != WORD:
                break
            position += 1  # the other bytes of a character are of its class
            last = position
    return last


@inlined
def _tag_end(text: npt.NDArray[np.uint8], start: Index) -> Index:
    """Return the end of the tag or declaration that begins at a place, the place itself if none does."""
    end = len(text)
    position = start + 1
    if position < end and text[position] in (ord("!"), ord("?")):
        if position + 1 < end and _BYTES[text[position + 1]] & _LETTER:
            return _closing_bracket(text, start, position + 2)
        return start
    if position < end and text[position] == ord("/"):
        position += 1
    if position >= end or not _BYTES[text[position]] & _LETTER:
        return start
    while position < end and _BYTES[text[position]] & _NAME:
        position += 1
    if position < end and _BYTES[text[position]] & _GAP:
        return _closing_bracket(text, start, position + 1)
    if position < end and text[position] == ord("/"):
        position += 1
    return position + 1 if position < end and text[position] == ord(">") else start


@inlined
def _is_comment(text: npt.NDArray[np.uint8], start: Index) -> bool:
    """Tell whether "<!--" stands at a place that begins with "<"."""
    marks = text[start + 1 : start + 4]
    return len(marks) == 3 and bool(marks[0] == ord("!") and marks[1] == marks[2] == ord("-"))


@inlined
def _comment_end(text: npt.NDArray[np.uint8], start: Index) -> Index:
    """Return the end of the comment that begins at a place, the place itself where it does not end."""
    for position in range(start + 4, len(text) - 2):
        if text[position] == ord("-") and text[position + 1] == ord("-") and text[position + 2] == ord(">"):
            return position + 3
    return start


@inlined
def _closing_bracket(text: npt.NDArray[np.uint8], start: Index, position: Index) -> Index:
    """Return the end of a tag with something behind its name, `start` where it does not end."""
    characters = 0
    while position < len(text) and text[position] != ord("<"):
        if text[position] == ord(">"):
            return position + 1
        characters += (text[position] & 0xC0) != 0x80
        if characters > LONGEST_TAG:
            break
        position += 1
    return start


@inlined
def _entity_end(text: npt.NDArray[np.uint8], start: Index) -> Index:
    """Return the end of the entity or character reference that begins at a place, the place itself if none does."""
    wanted, most, first = _LETTER | _DIGIT, 32, start + 1
    if first < len(text) and text[first] == ord("#"):
        wanted, most, first = _DIGIT, 7, start + 2
        if first < len(text) and (text[first] | 0x20) == ord("x"):
            wanted, most, first = _HEXADECIMAL, 6, start + 3
    elif first < len(text) and not _BYTES[text[first]] & _LETTER:
        return start
    position = first
    while position < len(text) and position - first < most and _BYTES[text[position]] & wanted:
        position += 1
    shortest = 2 if most == 32 else 1
    if position < len(text) and text[position] == ord(";") and position - first >= shortest:
        return position + 1
    return start


@inlined
def _misread(data: npt.NDArray[np.uint8], start: Index, end: Index) -> int:
    """Return the characters of the misread sequence that begins at a place, 0 where none does."""
    first = np.int64(0xC0 | (data[start + 1] & 0x3F))
    length = 4 if first >= 0xF0 else 3 if first >= 0xE0 else 2
    code, least = first & (0xFF >> (length + 1)), 0x80 if length == 2 else 0x800 if length == 3 else 0x10000
    certain = _is_in(first, UNAMBIGUOUS_FIRST)
    position = start + 2
    for _ in range(length - 1):
        if position >= end or data[position] < 0xC2:
            return 0
        following, size = decode(data, position)
        byte = _windows_1252_byte(following)
        if byte < 0:
            return 0
        certain |= not _is_in(following, AMBIGUOUS)
        code = code << 6 | (byte & 0x3F)
        position += size
    if not certain or code < least or position > end:
        return 0
    for k in range(len(MISREAD_RANGES)):
        if MISREAD_RANGES[k, 0] <= code <= MISREAD_RANGES[k, 1]:
            return length
    return 0


@inlined
def _is_in(code: Index, codes: npt.NDArray[np.int64]) -> bool:
    found = False
    for k in range(len(codes)):
        found |= bool(codes[k] == code)
    return found


@inlined
def _windows_1252_byte(code: Index) -> Index:
    """Return the byte from 0x80 to 0xBF that windows-1252 or Latin-1 reads as a character, -1 if there is none."""
    if 0x80 <= code < 0xC0:
        return code
    for k in range(len(WINDOWS_1252)):
        if WINDOWS_1252[k] == code:
            return 0x80 + k
    return -1
