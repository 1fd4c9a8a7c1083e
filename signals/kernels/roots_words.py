"""Words as ROOTS' filters take them: what white space parts, in lower case, without special characters at both ends."""

import numpy as np
import numpy.typing as npt

from signals.kernels import Index, inlined, kernel
from signals.kernels.roots import CHANGED, SPECIAL, SPECIAL_LOWERED
from signals.kernels.utf8 import decode, hash_lower_case

Counts = npt.NDArray[np.int64]

SEPARATORS = " \n\t"

_SEPARATES = np.zeros(256, np.uint8)
_SEPARATES[list(SEPARATORS.encode())] = 1
_BEYOND_ASCII, _ONE = np.uint8(0x80), np.uint64(1)


@kernel
def find_tokens(
    data: npt.NDArray[np.uint8], offsets: Counts, ends: npt.NDArray[np.int32], seen: npt.NDArray[np.uint8]
) -> Counts:
    """Write where each token ends: what two separators part, or an end of the text, be it nothing.

    As in `find_runs`, there is no branch in the loop.

    Args:
        data: UTF-8 of all documents.
        offsets: Where each document begins; one more than there are documents.
        ends: Receives the first byte behind each token. One for each byte and each document suffices.
        seen: Receives the bits that any byte of the token has, its separator's too. As many suffice.

    Returns:
        The number of tokens up to the end of each document, a zero first.
    """
    documents = len(offsets) - 1
    tokens_until = np.zeros(documents + 1, np.int64)
    token = np.uint64(0)
    for document in range(documents):
        begin = offsets[document]
        text = data[begin : offsets[document + 1]]
        bits = np.uint8(0)
        for position in range(len(text)):
            byte = text[position]
            bits |= byte
            ends[token], seen[token] = begin + position, bits
            separates = _SEPARATES[byte]
            token += np.uint64(separates)
            bits = np.uint8(0) if separates else bits
        ends[token], seen[token] = begin + len(text), bits
        token += np.uint64(1)
        tokens_until[document + 1] = token
    return tokens_until


@kernel
def hash_tokens(
    data: npt.NDArray[np.uint8],
    offsets: Counts,
    tokens_until: Counts,
    ends: npt.NDArray[np.int32],
    seen: npt.NDArray[np.uint8],
    flags: npt.NDArray[np.uint8],
    hashes: npt.NDArray[np.uint64],
    changed: Counts,
    changed_starts: npt.NDArray[np.int32],
    changed_ends: npt.NDArray[np.int32],
) -> tuple[Counts, Counts, Index]:
    """Write the hash of each word in lower case: of each token of whose lower case stripping leaves something.

    Args:
        data: UTF-8 of all documents, PADDING bytes behind.
        offsets: Where each document begins; one more than there are documents.
        tokens_until: What `find_tokens` returned.
        ends: What `find_tokens` wrote.
        seen: What `find_tokens` wrote.
        flags: What is known of each code point: SPECIAL, SPECIAL_LOWERED, CHANGED.
        hashes: Receives the hash of each word. One for each token suffices, here and below.
        changed: Receives the words whose hash is not right, because lower case makes other characters of some beyond
            ASCII.
        changed_starts: Receives the first byte of each of them.
        changed_ends: Receives the first byte behind each of them, special characters included.

    Returns:
        The number of words up to the end of each document, a zero first; the words of each document if it is not
        put in lower case; and the number of words in `changed`.
    """
    documents = len(offsets) - 1
    words_until = np.zeros(documents + 1, np.int64)
    as_they_are = np.zeros(documents, np.int64)
    word, changes = np.uint64(0), np.uint64(0)
    for document in range(documents):
        start, other = np.uint64(offsets[document]), np.int64(0)
        first_token, behind = tokens_until[document], tokens_until[document + 1]
        token_ends, all_bits = ends[first_token:behind], seen[first_token:behind]
        for token in range(len(token_ends)):
            end = np.uint64(token_ends[token])
            if all_bits[token] < _BEYOND_ASCII:
                first, last = start, end
                while first < last and flags[data[first]] & SPECIAL:
                    first += _ONE
                while first < last and flags[data[last - _ONE]] & SPECIAL:
                    last -= _ONE
            else:
                first, last, found = _strip(data, start, end, flags)
                # Its case may decide whether anything is left.
                other += np.int64(found & SPECIAL == 0) - np.int64(first < last)
                changed[changes], changed_starts[changes], changed_ends[changes] = word, start, end
                changes += np.uint64(found & CHANGED != 0 and first < last)
            hashes[word] = hash_lower_case(data, np.int64(first), np.int64(last - first))
            word += np.uint64(first < last)
            start = end + _ONE
        words_until[document + 1] = word
        as_they_are[document] = words_until[document + 1] - words_until[document] + other
    return words_until, as_they_are, changes


@inlined
def _strip(
    data: npt.NDArray[np.uint8], start: np.uint64, end: np.uint64, flags: npt.NDArray[np.uint8]
) -> tuple[np.uint64, np.uint64, np.uint8]:
    """Return where a token begins and ends without what is special in lower case, and flags.

    They are SPECIAL if all its characters are, CHANGED if one of them is.
    """
    first, last, position = end, start, start
    all_flags, any_flags = SPECIAL, np.uint8(0)
    while position < end:
        code: Index = np.uint64(data[position])
        size = 1
        if code >= 0x80:
            code, size = decode(data, position)
        found = flags[np.uint64(code)]
        all_flags &= found
        any_flags |= found
        behind = position + np.uint64(size)
        if not found & SPECIAL_LOWERED:
            first, last = min(first, position), min(behind, end)
        position = behind
    return min(first, last), last, all_flags | (any_flags & CHANGED)
