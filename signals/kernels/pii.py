"""Where personal data may begin: one pass that leaves little to be looked at more closely."""

import numpy as np
import numpy.typing as npt

from signals.kernels import Index, inlined, kernel
from signals.kernels.pii_forms import (
    AT,
    COLON,
    DASH,
    DIGIT,
    KINDS,
    NEWLINE,
    OPENING,
    PLUS,
    THREE,
    TWO,
    UNDERSCORE,
    UPPER,
    WORD,
    ZERO,
    ends_local_part,
    has_phone_behind,
    is_american_phone,
    is_assigned,
    is_card,
    is_iban,
    is_international_phone,
    is_ipv4,
    is_ipv6,
    is_name,
    is_national_phone,
    is_user_in_url,
    is_wide,
    may_stand_before_user,
)
from signals.kernels.utf8 import load_eight_bytes

# What may begin at a place.
(
    EMAIL_SIGN,
    WIDE_EMAIL_SIGN,
    USER_SIGN,
    IPV4_ADDRESS,
    IPV6_ADDRESS,
    PLUS_SIGN,
    AMERICAN_PHONE,
    NATIONAL_PHONE,
    CARD_NUMBER,
    IBAN_NUMBER,
    PRIVATE_KEY,
    URL_SCHEME,
    PHONE_WORD,
    SECRET_WORD,
    TOKEN,
) = range(15)

# Where something may begin: behind anything, or behind anything but letters and digits of ASCII.
ANYWHERE, NOT_IN_WORD = np.uint8(1), np.uint8(2)
WORDS_ALONE = np.uint8(4)  # nothing begins with these two bytes but words that are looked for
TRIPLE_BITS, TRIPLE_FACTOR = 13, 0x9E3779B97F4A7C15  # 2**64 over the golden ratio

_KEY_LINE = np.uint64(int.from_bytes(b"-----BEG", "little"))
_THREE_BYTES, _TRIPLE_FACTOR, _TO_TRIPLE = np.uint64(0xFFFFFF), np.uint64(TRIPLE_FACTOR), np.uint64(64 - TRIPLE_BITS)
_TWO_BYTES, _NEXT, _EIGHT_BITS = np.uint64(0xFFFF), np.uint64(1), np.uint64(8)
_PLACES_BEHIND = np.where(KINDS & WORD, ANYWHERE, ANYWHERE | NOT_IN_WORD)


@kernel
def find_candidates(
    data: npt.NDArray[np.uint8],
    offsets: npt.NDArray[np.int64],
    pairs: npt.NDArray[np.uint8],
    triples: npt.NDArray[np.bool_],
    beginning_rows: npt.NDArray[np.int32],
    beginnings: npt.NDArray[np.uint64],
    beginning_masks: npt.NDArray[np.uint64],
    beginning_anchors: npt.NDArray[np.uint8],
    starts: npt.NDArray[np.int64],
    documents: npt.NDArray[np.int32],
    positions: npt.NDArray[np.int64],
    anchors: npt.NDArray[np.uint8],
) -> Index:
    """Find every place where a rule's pattern may match, and few others.

    Args:
        data: UTF-8 of all documents, PADDING bytes behind.
        offsets: Where each document begins; one more than there are documents.
        pairs: uint8[65536], where something may begin with each two bytes: ANYWHERE, NOT_IN_WORD, or 0 for nowhere; and
            WORDS_ALONE.
        triples: bool[2**TRIPLE_BITS], whether a word may begin with three bytes, read as a little-endian number: at the
            highest bits of its product with TRIPLE_FACTOR.
        beginning_rows: int32[65537], where words with each first two bytes, read as little-endian numbers, stand in the
            next three.
        beginnings: uint64, the first eight bytes of each word that is looked for, as one little-endian number.
        beginning_masks: uint64, which of the eight bytes count.
        beginning_anchors: uint8, PHONE_WORD, SECRET_WORD or TOKEN.
        starts: Space for one number for each byte of the longest document, and one more.
        documents: Receives the document of each place; room for three a byte.
        positions: Receives its first byte in `data`.
        anchors: Receives what may begin there.

    Returns:
        How many places were found.
    """
    count = np.int64(0)
    for document in range(len(offsets) - 1):
        start, end = offsets[document], offsets[document + 1]
        for k in range(_find_starts(data, start, end, pairs, triples, starts)):
            position, found_before = starts[k], count
            byte, behind = data[position], position + 1
            kind = KINDS[byte]
            if kind & DIGIT:
                if position > start and data[position - 1] == UNDERSCORE:
                    continue
                while behind < end and KINDS[data[behind]] & DIGIT:
                    behind += 1
                run = behind - position
                if run <= 3 and is_ipv4(data, behind, end):
                    positions[count], anchors[count] = position, IPV4_ADDRESS
                    count += 1
                if byte in (TWO, THREE) and is_ipv6(data, position, end):
                    positions[count], anchors[count] = position, IPV6_ADDRESS
                    count += 1
                if is_card(data, run, behind, end):
                    positions[count], anchors[count] = position, CARD_NUMBER
                    count += 1
                if byte == ZERO and is_national_phone(data, run, behind, end):
                    positions[count], anchors[count] = position, NATIONAL_PHONE
                    count += 1
                if byte != ZERO and is_american_phone(data, position, end):
                    positions[count], anchors[count] = position, AMERICAN_PHONE
                    count += 1
            elif byte == AT:
                before = data[position - 1] if position > start else NEWLINE
                if not is_name(data, behind, end):
                    continue
                positions[count], anchors[count] = position, EMAIL_SIGN
                count += ends_local_part(before)
                positions[count], anchors[count] = position, WIDE_EMAIL_SIGN
                count += ends_local_part(before) and is_wide(data, start, position, end)
                positions[count], anchors[count] = position, USER_SIGN
                count += may_stand_before_user(before)
            elif byte == PLUS:
                positions[count], anchors[count] = position, PLUS_SIGN
                count += is_international_phone(data, behind, end)
            elif byte == OPENING:
                positions[count], anchors[count] = position, AMERICAN_PHONE
                count += is_american_phone(data, position, end)
            elif byte == DASH:
                positions[count], anchors[count] = position, PRIVATE_KEY
                count += load_eight_bytes(data, position) == _KEY_LINE
            elif byte == COLON:
                positions[count], anchors[count] = position, URL_SCHEME
                count += is_user_in_url(data, behind, end)
            else:
                if kind & UPPER and is_iban(data, position, end):
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
                            or (anchor == PHONE_WORD and has_phone_behind(data, position, end))
                            or (anchor == SECRET_WORD and is_assigned(data, position, end))
                        )
            for found in range(found_before, count):
                documents[found] = document
    return count


@inlined
def _find_starts(
    data: npt.NDArray[np.uint8],
    start: Index,
    end: Index,
    pairs: npt.NDArray[np.uint8],
    triples: npt.NDArray[np.bool_],
    starts: npt.NDArray[np.int64],
) -> np.int64:
    """Write where something may begin, as three bytes and the one before them tell; return how many places there are.

    There are no branches in the loops: where words begin cannot be predicted.
    """
    count, places = np.uint64(0), ANYWHERE | NOT_IN_WORD
    text, following = data[start:end], data[start + 1 : end + 1]
    for k in range(len(text)):
        byte = text[k]
        starts[count] = start + k
        count += np.uint64(pairs[np.uint64(byte) | np.uint64(following[k]) << _EIGHT_BITS] & places != 0)
        places = _PLACES_BEHIND[byte]
    kept = np.uint64(0)
    for k in range(count):
        head = load_eight_bytes(data, starts[k])
        triple = ((head & _THREE_BYTES) * _TRIPLE_FACTOR) >> _TO_TRIPLE
        starts[kept] = starts[k]
        kept += np.uint64((pairs[head & _TWO_BYTES] & WORDS_ALONE == 0) | triples[triple])
    return np.int64(kept)


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
