"""What stands at a place of a text, as far as bytes tell: the first look of `signals.kernels.pii`."""

import numpy as np
import numpy.typing as npt

from signals.kernels import Index, borrowing

DIGIT, UPPER, _LOWER, WORD = np.uint8(1), np.uint8(2), np.uint8(4), np.uint8(8)  # kinds of bytes
_SPACE, _URL_END, PHONE = np.uint8(16), np.uint8(32), np.uint8(64)

KINDS = np.zeros(256, np.uint8)
for _characters, _kind in (
    ("0123456789", DIGIT | WORD | PHONE),
    ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", UPPER | WORD),
    ("abcdefghijklmnopqrstuvwxyz", _LOWER | WORD),
    (" \t", _SPACE | _URL_END),
    ("\n\r\"'/?#<>", _URL_END),
    (" .-/()", PHONE),
):
    for _character in _characters:
        KINDS[ord(_character)] |= _kind
KINDS[0x80:] |= PHONE  # no-break spaces and hyphens; the pattern knows which

AT, PLUS, OPENING, CLOSING, DASH, COLON = (np.uint8(ord(character)) for character in "@+()-:")
ZERO, _ONE, TWO, THREE, _DOT, _SLASH = (np.uint8(ord(character)) for character in "0123./")
_BLANK, _EQUALS, NEWLINE, UNDERSCORE = (np.uint8(ord(character)) for character in " =\n_")
_IN_AMERICAN_PHONES = (_BLANK, DASH, _DOT)
_IN_LOCAL_PARTS = tuple(np.uint8(ord(character)) for character in "_+-")
_NOT_BEFORE_USERS = tuple(np.uint8(ord(character)) for character in "_./@")
_QUOTES = (np.uint8(ord('"')), np.uint8(ord("'")))

_BEHIND_PHONE_WORD = 64  # bytes up to the first digit
_LONGEST_PHONE = 128
_FEWEST_PHONE_DIGITS = 7
_LONGEST_USER = 800
_LONGEST_SECRET_WORD = 32  # bytes, and more than any has
_LONGEST_ADDRESS = 512


@borrowing
def is_name(data: npt.NDArray[np.uint8], position: Index, end: Index) -> bool:
    """Tell whether a letter, a digit or `_` stands there."""
    if position >= end:
        return False
    return bool(data[position] >= 0x80 or KINDS[data[position]] & WORD or data[position] == UNDERSCORE)


@borrowing
def ends_local_part(byte: np.uint8) -> bool:
    """Tell whether the part of an e-mail address before `@` may end with it."""
    return bool(byte >= 0x80 or KINDS[byte] & WORD or byte in _IN_LOCAL_PARTS)


@borrowing
def is_wide(data: npt.NDArray[np.uint8], start: Index, position: Index, end: Index) -> bool:
    """Tell whether there may be letters beyond ASCII in what stands there between white space."""
    first, last = max(start, position - _LONGEST_ADDRESS), min(end, position + _LONGEST_ADDRESS)
    place = position
    while place > first and _BLANK < data[place - 1] < 0x80:
        place -= 1
    if place > start and (place == first or data[place - 1] >= 0x80):
        return True
    place = position
    while place < last and _BLANK < data[place] < 0x80:
        place += 1
    return bool(place < end and (place == last or data[place] >= 0x80))


@borrowing
def may_stand_before_user(byte: np.uint8) -> bool:
    """Tell whether `@` behind it may begin the name of a user: a letter, a digit and `_./@` may not."""
    return bool(byte >= 0x80 or not (KINDS[byte] & WORD or byte in _NOT_BEFORE_USERS))


@borrowing
def digits_at(data: npt.NDArray[np.uint8], position: Index, end: Index) -> Index:
    """Return how many digits stand there."""
    count = 0
    while position + count < end and KINDS[data[position + count]] & DIGIT:
        count += 1
    return count


@borrowing
def is_ipv4(data: npt.NDArray[np.uint8], behind: Index, end: Index) -> bool:
    """Tell whether three times `.` and up to three digits stand there."""
    for _ in range(3):
        if behind >= end or data[behind] != _DOT:
            return False
        digits = digits_at(data, behind + 1, end)
        if digits == 0 or digits > 3:
            return False
        behind += 1 + digits
    return True


@borrowing
def is_ipv6(data: npt.NDArray[np.uint8], position: Index, end: Index) -> bool:
    """Tell whether four hexadecimal digits and a colon stand there."""
    if position + 5 >= end or data[position + 4] != COLON:
        return False
    for k in range(position + 1, position + 4):
        byte = data[k] | 0x20
        if not (KINDS[data[k]] & DIGIT or 0x61 <= byte <= 0x66):
            return False
    return True


@borrowing
def is_card(data: npt.NDArray[np.uint8], run: Index, behind: Index, end: Index) -> bool:
    """Tell whether the digits up to there are a card number, or the first group of one."""
    if run != 4:
        return bool(14 <= run <= 19)
    if behind >= end or data[behind] not in (_BLANK, DASH):
        return False
    mark, groups, group = data[behind], 0, digits_at(data, behind + 1, end)
    if group == 6:
        behind += 7
        return bool(behind < end and data[behind] == mark and digits_at(data, behind + 1, end) in (4, 5))
    while group == 4 and groups < 3:
        groups += 1
        behind += 5
        group = digits_at(data, behind + 1, end) if behind < end and data[behind] == mark else 0
    return groups == 3


@borrowing
def is_american_phone(data: npt.NDArray[np.uint8], position: Index, end: Index) -> bool:
    """Tell whether a number like 202-555-0143, 1-202-555-0143, 202.555.0143 or (202) 555-0143 stands there."""
    if position + 1 < end and data[position] == _ONE and data[position + 1] in _IN_AMERICAN_PHONES:
        position += 2
    in_brackets = position < end and data[position] == OPENING
    position += in_brackets
    if digits_at(data, position, end) != 3:
        return False
    position += 3
    if in_brackets:
        if position >= end or data[position] != CLOSING:
            return False
        position += 1
    position += position < end and data[position] in _IN_AMERICAN_PHONES
    if digits_at(data, position, end) != 3:
        return False
    position += 3
    return bool(position < end and data[position] in (DASH, _DOT) and digits_at(data, position + 1, end) == 4)


@borrowing
def is_national_phone(data: npt.NDArray[np.uint8], run: Index, behind: Index, end: Index) -> bool:
    """Tell whether groups go on behind digits that begin with 0: 01 23 45 67 89, 03-1234-5678, 0044 20."""
    if run > 5 or run == 1 or behind >= end or not KINDS[data[behind]] & PHONE:
        return False
    mark, width = data[behind], _width_at(data, behind, end)
    group = digits_at(data, behind + width, end)
    if run >= 3 and data[behind - run + 1] == ZERO:
        return bool(group > 0 or data[behind + width] == OPENING)
    if mark == DASH and run <= 4 and group in (3, 4):
        behind += 1 + group
        return bool(behind < end and data[behind] == DASH and digits_at(data, behind + 1, end) == 4)
    groups = 0
    while run == 2 and group == 2 and groups < 4:
        groups += 1
        behind += width + 2
        group = digits_at(data, behind + width, end) if behind < end and data[behind] == mark else 0
    return groups == 4


@borrowing
def _width_at(data: npt.NDArray[np.uint8], position: Index, end: Index) -> Index:
    """Return the bytes of the character there."""
    width = 1
    while position + width < end and data[position] >= 0xC0 and 0x80 <= data[position + width] < 0xC0:
        width += 1
    return width


@borrowing
def is_international_phone(data: npt.NDArray[np.uint8], position: Index, end: Index) -> bool:
    """Tell whether more than seven digits stand there, the first of them above 0."""
    if position >= end or not _ONE <= data[position] <= np.uint8(ord("9")):
        return False
    return bool(_digits_until_other(data, position, end) > _FEWEST_PHONE_DIGITS)


@borrowing
def is_iban(data: npt.NDArray[np.uint8], position: Index, end: Index) -> bool:
    """Tell whether two capital letters and two digits stand there, and more behind."""
    if position + 14 >= end:
        return False
    return bool(
        KINDS[data[position + 1]] & UPPER
        and KINDS[data[position + 2]] & KINDS[data[position + 3]] & DIGIT
        and not KINDS[data[position + 4]] & _LOWER
    )


@borrowing
def is_user_in_url(data: npt.NDArray[np.uint8], position: Index, end: Index) -> bool:
    """Tell whether `//` stands there, and `@` before the host ends."""
    if position + 2 >= end or data[position] != _SLASH or data[position + 1] != _SLASH:
        return False
    limit = min(end, position + _LONGEST_USER)
    position += 2
    while position < limit and not KINDS[data[position]] & _URL_END:
        if data[position] == AT:
            return True
        position += 1
    return False


@borrowing
def has_phone_behind(data: npt.NDArray[np.uint8], position: Index, end: Index) -> bool:
    """Tell whether digits stand on the same line, not far behind, and among them as many as the shortest number has."""
    limit = min(end, position + _BEHIND_PHONE_WORD)
    while position < limit and data[position] != NEWLINE:
        if KINDS[data[position]] & DIGIT:
            return bool(_digits_until_other(data, position, end) >= _FEWEST_PHONE_DIGITS)
        position += 1
    return False


@borrowing
def _digits_until_other(data: npt.NDArray[np.uint8], position: Index, end: Index) -> Index:
    """Return how many digits there are up to a byte that no phone number holds."""
    count = 0
    limit = min(end, position + _LONGEST_PHONE)
    while position < limit and KINDS[data[position]] & PHONE:
        count += KINDS[data[position]] & DIGIT
        position += 1
    return count


@borrowing
def is_assigned(data: npt.NDArray[np.uint8], position: Index, end: Index) -> bool:
    """Tell whether a word ends with `:`, its full-width form or `=`, or with these behind a quote and white space."""
    limit = min(end, position + _LONGEST_SECRET_WORD)
    while position < limit and (KINDS[data[position]] & (UPPER | _LOWER) or data[position] >= 0x80):
        if _is_wide_colon(data, position):
            return True
        position += 1
    if position < end and data[position] in _QUOTES:
        position += 1
    while position < end and KINDS[data[position]] & _SPACE:
        position += 1
    return bool(position < end and (data[position] in (COLON, _EQUALS) or _is_wide_colon(data, position)))


@borrowing
def _is_wide_colon(data: npt.NDArray[np.uint8], position: Index) -> bool:
    return bool(data[position] == 0xEF and data[position + 1] == 0xBC and data[position + 2] == 0x9A)
