"""What stands at a place of a text, as far as bytes tell: the first look of `signals.kernels.pii`."""

import numpy as np
import numpy.typing as npt

from signals.kernels import Index, inlined

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
_IN_LOCAL_PARTS = tuple(np.uint8(ord(character)) for character in "_+-")
_NOT_BEFORE_USERS = tuple(np.uint8(ord(character)) for character in "_./@")
_QUOTES = (np.uint8(ord('"')), np.uint8(ord("'")))

_BEHIND_PHONE_WORD = 64  # bytes up to the first digit
_LONGEST_PHONE = 64
_LONGEST_USER = 800


@inlined
def is_name(data: npt.NDArray[np.uint8], position: Index, end: Index) -> bool:
    """Tell whether a letter, a digit or `_` stands there."""
    if position >= end:
        return False
    return bool(data[position] >= 0x80 or KINDS[data[position]] & WORD or data[position] == UNDERSCORE)


@inlined
def ends_local_part(byte: np.uint8) -> bool:
    """Tell whether the part of an e-mail address before `@` may end with it."""
    return bool(byte >= 0x80 or KINDS[byte] & WORD or byte in _IN_LOCAL_PARTS)


@inlined
def may_stand_before_user(byte: np.uint8) -> bool:
    """Tell whether `@` behind it may begin the name of a user: a letter, a digit and `_./@` may not."""
    return bool(byte >= 0x80 or not (KINDS[byte] & WORD or byte in _NOT_BEFORE_USERS))


@inlined
def digits_at(data: npt.NDArray[np.uint8], position: Index, end: Index) -> Index:
    """Return how many digits stand there."""
    count = 0
    while position + count < end and KINDS[data[position + count]] & DIGIT:
        count += 1
    return count


@inlined
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


@inlined
def is_ipv6(data: npt.NDArray[np.uint8], position: Index, end: Index) -> bool:
    """Tell whether four hexadecimal digits and a colon stand there."""
    if position + 5 >= end or data[position + 4] != COLON:
        return False
    for k in range(position + 1, position + 4):
        byte = data[k] | 0x20
        if not (KINDS[data[k]] & DIGIT or 0x61 <= byte <= 0x66):
            return False
    return True


@inlined
def is_card(data: npt.NDArray[np.uint8], run: Index, behind: Index, end: Index) -> bool:
    """Tell whether the digits up to there are a card number, or the first group of one."""
    if run == 4 and behind < end and (data[behind] == _BLANK or data[behind] == DASH):
        group = digits_at(data, behind + 1, end)
        return group in (4, 6)
    return bool(14 <= run <= 19)


@inlined
def is_national_phone(data: npt.NDArray[np.uint8], first: np.uint8, run: Index, behind: Index, end: Index) -> bool:
    """Tell whether groups begin like 202-555-0143, 1-202-555-0143, 01 23 45 67 89, 03-1234-5678 or 0044 20."""
    if run > 5 or behind >= end or not KINDS[data[behind]] & PHONE:
        return False
    if run == 1:
        if first != _ONE or behind + 2 >= end:
            return False
        return bool(data[behind + 1] == OPENING or digits_at(data, behind + 1, end) == 3)
    mark_end = behind + 1
    while mark_end < end and data[behind] >= 0xC0 and 0x80 <= data[mark_end] < 0xC0:
        mark_end += 1
    group = digits_at(data, mark_end, end)
    if first != ZERO:
        return bool(run == 3 and group == 3)
    if run >= 3 and data[behind - run + 1] == ZERO:
        return bool(group > 0 or data[behind + 1] == OPENING)
    return bool((run == 2 and group == 2) or (run <= 4 and group in (3, 4) and data[behind] == DASH))


@inlined
def phone_digits(data: npt.NDArray[np.uint8], position: Index, end: Index) -> Index:
    """Return how many digits there are from a digit above 0 on, up to a byte that no phone number holds."""
    if position >= end or not _ONE <= data[position] <= np.uint8(ord("9")):
        return 0
    count = 0
    limit = min(end, position + _LONGEST_PHONE)
    while position < limit and KINDS[data[position]] & PHONE:
        count += KINDS[data[position]] & DIGIT
        position += 1
    return count


@inlined
def is_iban(data: npt.NDArray[np.uint8], position: Index, end: Index) -> bool:
    """Tell whether two capital letters and two digits stand there, and more behind."""
    if position + 14 >= end:
        return False
    return bool(
        KINDS[data[position + 1]] & UPPER
        and KINDS[data[position + 2]] & KINDS[data[position + 3]] & DIGIT
        and not KINDS[data[position + 4]] & _LOWER
    )


@inlined
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


@inlined
def has_digit_behind(data: npt.NDArray[np.uint8], position: Index, end: Index) -> bool:
    """Tell whether a digit stands on the same line, not far behind."""
    limit = min(end, position + _BEHIND_PHONE_WORD)
    while position < limit and data[position] != NEWLINE:
        if KINDS[data[position]] & DIGIT:
            return True
        position += 1
    return False


@inlined
def is_assigned(data: npt.NDArray[np.uint8], position: Index, end: Index) -> bool:
    """Tell whether a word ends with `:` or `=`, or with these behind a quote and white space."""
    while position < end and KINDS[data[position]] & (UPPER | _LOWER):
        position += 1
    if position < end and data[position] in _QUOTES:
        position += 1
    while position < end and KINDS[data[position]] & _SPACE:
        position += 1
    return bool(position < end and data[position] in (COLON, _EQUALS))
