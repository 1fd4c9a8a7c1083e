"""Where personal data may begin: one pass that leaves little to be looked at more closely."""

import numpy as np
import numpy.typing as npt

from signals.kernels import Index, inlined, kernel
from signals.kernels.utf8 import load_eight_bytes

# What may begin at a place.
(
    AT_SIGN,
    IPV4_ADDRESS,
    IPV6_ADDRESS,
    PLUS_SIGN,
    NATIONAL_PHONE,
    CARD_NUMBER,
    IBAN_NUMBER,
    PRIVATE_KEY,
    URL_SCHEME,
    PHONE_WORD,
    SECRET_WORD,
    TOKEN,
) = range(12)

_DIGIT, _UPPER, _LOWER, _WORD = np.uint8(1), np.uint8(2), np.uint8(4), np.uint8(8)  # kinds of bytes
_SPACE, _URL_END, _PHONE = np.uint8(16), np.uint8(32), np.uint8(64)
_SEEN = np.uint8(128)  # something may begin with it

_KINDS = np.zeros(256, np.uint8)
for _characters, _kind in (
    ("0123456789", _DIGIT | _WORD | _PHONE | _SEEN),
    ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", _UPPER | _WORD | _SEEN),
    ("abcdefghijklmnopqrstuvwxyz", _LOWER | _WORD | _SEEN),
    (" \t", _SPACE | _URL_END),
    ("\n\r\"'/?#<>", _URL_END),
    (" .-/()", _PHONE),
    ("@+(-:", _SEEN),
):
    for _character in _characters:
        _KINDS[ord(_character)] |= _kind
_KINDS[0x80:] |= _PHONE  # no-break spaces and hyphens; the pattern knows which
_KINDS[0xC0:] |= _SEEN

_AT, _PLUS, _OPENING, _CLOSING, _DASH, _COLON = (np.uint8(ord(character)) for character in "@+()-:")
_ZERO, _ONE, _TWO, _THREE, _DOT, _SLASH = (np.uint8(ord(character)) for character in "0123./")
_BLANK, _EQUALS, _NEWLINE, _UNDERSCORE = (np.uint8(ord(character)) for character in " =\n_")
_QUOTES = (np.uint8(ord('"')), np.uint8(ord("'")))
_KEY_LINE = np.uint64(int.from_bytes(b"-----BEG", "little"))

_TWO_BYTES, _NEXT = np.uint64(0xFFFF), np.uint64(1)

_BEHIND_PHONE_WORD = 64  # bytes up to the first digit
_LONGEST_PHONE = 64
_LONGEST_USER = 800


@kernel
def find_candidates(
    data: npt.NDArray[np.uint8],
    offsets: npt.NDArray[np.int64],
    beginning_rows: npt.NDArray[np.int32],
    beginnings: npt.NDArray[np.uint64],
    beginning_masks: npt.NDArray[np.uint64],
    beginning_anchors: npt.NDArray[np.uint8],
    documents: npt.NDArray[np.int32],
    positions: npt.NDArray[np.int64],
    anchors: npt.NDArray[np.uint8],
) -> Index:
    """Find every place where a rule's pattern may match, and few others.

    Args:
        data: UTF-8 of all documents, PADDING bytes behind.
        offsets: Where each document begins; one more than there are documents.
        beginning_rows: int32[65537], where words with each first two bytes, read as little-endian numbers, stand in the
            next three.
        beginnings: uint64, the first eight bytes of each word that is looked for, as one little-endian number.
        beginning_masks: uint64, which of the eight bytes count.
        beginning_anchors: uint8, PHONE_WORD, SECRET_WORD or TOKEN.
        documents: Receives the document of each place; room for three a byte.
        positions: Receives its first byte in `data`.
        anchors: Receives what may begin there.

    Returns:
        How many places were found.
    """
    count = np.int64(0)
    for document in range(len(offsets) - 1):
        start, end = offsets[document], offsets[document + 1]
        position = start
        before = np.uint8(0)  # the kind of the byte before
        while position < end:
            byte = data[position]
            kind = _KINDS[byte]
            if not kind & _SEEN or (kind & before & _WORD and not kind & _DIGIT):
                before = kind
                position += 1
                continue
            found_before = count
            behind = position + 1
            if kind & _DIGIT:
                while behind < end and _KINDS[data[behind]] & _DIGIT:
                    behind += 1
                in_word = position > start and (before & _WORD or data[position - 1] == _UNDERSCORE)
                if not in_word:
                    run = behind - position
                    if run <= 3 and _is_ipv4(data, behind, end):
                        positions[count], anchors[count] = position, IPV4_ADDRESS
                        count += 1
                    if byte in (_TWO, _THREE) and _is_ipv6(data, position, end):
                        positions[count], anchors[count] = position, IPV6_ADDRESS
                        count += 1
                    if _is_card(data, run, behind, end):
                        positions[count], anchors[count] = position, CARD_NUMBER
                        count += 1
                    if _is_national_phone(data, byte, run, behind, end):
                        positions[count], anchors[count] = position, NATIONAL_PHONE
                        count += 1
            elif byte == _AT:
                positions[count], anchors[count] = position, AT_SIGN
                count += _is_name(data, behind, end)
            elif byte == _PLUS:
                positions[count], anchors[count] = position, PLUS_SIGN
                count += _phone_digits(data, behind, end) > 7
            elif byte == _OPENING:
                positions[count], anchors[count] = position, NATIONAL_PHONE
                count += behind + 4 < end and data[behind + 3] == _CLOSING and _digits_at(data, behind, end) == 3
            elif byte == _DASH:
                positions[count], anchors[count] = position, PRIVATE_KEY
                count += load_eight_bytes(data, position) == _KEY_LINE
            elif byte == _COLON:
                positions[count], anchors[count] = position, URL_SCHEME
                count += _is_user_in_url(data, behind, end)
            else:
                if kind & _UPPER and _is_iban(data, position, end):
                    positions[count], anchors[count] = position, IBAN_NUMBER
                    count += 1
                head = load_eight_bytes(data, position)
                pair = head & _TWO_BYTES
                for row in range(beginning_rows[pair], beginning_rows[pair + _NEXT]):
                    if head & beginning_masks[row] == beginnings[row]:
                        anchor = beginning_anchors[row]
                        positions[count], anchors[count] = position, anchor
                        count += (
                            anchor == TOKEN
                            or (anchor == PHONE_WORD and _has_digit_behind(data, position, end))
                            or (anchor == SECRET_WORD and _is_assigned(data, position, end))
                        )
            for k in range(found_before, count):
                documents[k] = document
            before = kind
            position = behind
    return count


@kernel
def to_characters(
    data: npt.NDArray[np.uint8],
    offsets: npt.NDArray[np.int64],
    documents: npt.NDArray[np.int32],
    positions: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    """Return how many characters of its document stand before each position; positions are sorted."""
    places = np.empty(len(positions), np.int64)
    document, position, characters = np.int64(-1), np.int64(0), np.int64(0)
    for k in range(len(positions)):
        if documents[k] != document:
            document, position, characters = np.int64(documents[k]), offsets[documents[k]], np.int64(0)
        while position < positions[k]:
            characters += (data[position] & 0xC0) != 0x80
            position += 1
        places[k] = characters
    return places


@inlined
def _is_name(data: npt.NDArray[np.uint8], position: Index, end: Index) -> bool:
    if position >= end:
        return False
    return bool(data[position] >= 0x80 or _KINDS[data[position]] & _WORD or data[position] == _UNDERSCORE)


@inlined
def _digits_at(data: npt.NDArray[np.uint8], position: Index, end: Index) -> Index:
    count = 0
    while position + count < end and _KINDS[data[position + count]] & _DIGIT:
        count += 1
    return count


@inlined
def _is_ipv4(data: npt.NDArray[np.uint8], behind: Index, end: Index) -> bool:
    for _ in range(3):
        if behind >= end or data[behind] != _DOT:
            return False
        digits = _digits_at(data, behind + 1, end)
        if digits == 0 or digits > 3:
            return False
        behind += 1 + digits
    return True


@inlined
def _is_ipv6(data: npt.NDArray[np.uint8], position: Index, end: Index) -> bool:
    """Tell whether four hexadecimal digits and a colon stand there."""
    if position + 5 >= end or data[position + 4] != _COLON:
        return False
    for k in range(position + 1, position + 4):
        byte = data[k] | 0x20
        if not (_KINDS[data[k]] & _DIGIT or 0x61 <= byte <= 0x66):
            return False
    return True


@inlined
def _is_card(data: npt.NDArray[np.uint8], run: Index, behind: Index, end: Index) -> bool:
    if run == 4 and behind < end and (data[behind] == _BLANK or data[behind] == _DASH):
        group = _digits_at(data, behind + 1, end)
        return group in (4, 6)
    return bool(14 <= run <= 19)


@inlined
def _is_national_phone(data: npt.NDArray[np.uint8], first: np.uint8, run: Index, behind: Index, end: Index) -> bool:
    """Tell whether groups begin like 202-555-0143, 1-202-555-0143, 01 23 45 67 89, 03-1234-5678 or 0044 20."""
    if run > 5 or behind >= end or not _KINDS[data[behind]] & _PHONE:
        return False
    if run == 1:
        if first != _ONE or behind + 2 >= end:
            return False
        return bool(data[behind + 1] == _OPENING or _digits_at(data, behind + 1, end) == 3)
    mark_end = behind + 1
    while mark_end < end and data[behind] >= 0xC0 and 0x80 <= data[mark_end] < 0xC0:
        mark_end += 1
    group = _digits_at(data, mark_end, end)
    if first != _ZERO:
        return bool(run == 3 and group == 3)
    if run >= 3 and data[behind - run + 1] == _ZERO:
        return bool(group > 0 or data[behind + 1] == _OPENING)
    return bool((run == 2 and group == 2) or (run <= 4 and group in (3, 4) and data[behind] == _DASH))


@inlined
def _phone_digits(data: npt.NDArray[np.uint8], position: Index, end: Index) -> Index:
    """Return how many digits there are from a digit above 0 on, up to a byte that no phone number holds."""
    if position >= end or not _ONE <= data[position] <= np.uint8(ord("9")):
        return 0
    count = 0
    limit = min(end, position + _LONGEST_PHONE)
    while position < limit and _KINDS[data[position]] & _PHONE:
        count += _KINDS[data[position]] & _DIGIT
        position += 1
    return count


@inlined
def _is_iban(data: npt.NDArray[np.uint8], position: Index, end: Index) -> bool:
    """Tell whether two capital letters and two digits stand there, and more behind."""
    if position + 14 >= end:
        return False
    return bool(
        _KINDS[data[position + 1]] & _UPPER
        and _KINDS[data[position + 2]] & _KINDS[data[position + 3]] & _DIGIT
        and not _KINDS[data[position + 4]] & _LOWER
    )


@inlined
def _is_user_in_url(data: npt.NDArray[np.uint8], position: Index, end: Index) -> bool:
    """Tell whether `//` stands there, and `@` before the host ends."""
    if position + 2 >= end or data[position] != _SLASH or data[position + 1] != _SLASH:
        return False
    limit = min(end, position + _LONGEST_USER)
    position += 2
    while position < limit and not _KINDS[data[position]] & _URL_END:
        if data[position] == _AT:
            return True
        position += 1
    return False


@inlined
def _has_digit_behind(data: npt.NDArray[np.uint8], position: Index, end: Index) -> bool:
    limit = min(end, position + _BEHIND_PHONE_WORD)
    while position < limit and data[position] != _NEWLINE:
        if _KINDS[data[position]] & _DIGIT:
            return True
        position += 1
    return False


@inlined
def _is_assigned(data: npt.NDArray[np.uint8], position: Index, end: Index) -> bool:
    """Tell whether a word ends with `:` or `=`, or with these behind a quote and white space."""
    while position < end and _KINDS[data[position]] & (_UPPER | _LOWER):
        position += 1
    if position < end and data[position] in _QUOTES:
        position += 1
    while position < end and _KINDS[data[position]] & _SPACE:
        position += 1
    return bool(position < end and data[position] in (_COLON, _EQUALS))
