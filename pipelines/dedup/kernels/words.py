"""Words and sentences as they are compared: lower-cased, decomposed, without punctuation."""

import numpy as np
import numpy.typing as npt

from signals.characters import CONTINUATION, REPLACED, UNSPACED, WORD
from signals.kernels import Index, inlined, kernel
from signals.kernels.classify import place_in_table
from signals.kernels.utf8 import copy_lower_case, copy_sixteen_bytes, decode, hash_bytes

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]

_SPACE = np.uint8(ord(" "))
_NEWLINE = np.uint8(ord("\n"))
_NOT_COPIED = np.uint16(REPLACED | UNSPACED | CONTINUATION)  # a run without any of them is ASCII
_SIGMA_FIRST, _FINAL_SIGMA_LAST, _SIGMA_LAST = np.uint8(0xCF), np.uint8(0x82), np.uint8(0x83)
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)
_ONE = np.uint64(1)

# Marks that end a sentence where white space follows, and those that do so by themselves.
_ENDS_BEFORE_SPACE = (ord("."), ord("!"), ord("?"), 0x2026, 0x061F, 0x06D4, 0x1362, 0x0589)
_ENDS = (0x3002, 0xFF01, 0xFF1F, 0xFF61, 0x0964, 0x0965, 0x104B, 0x17D4)


@kernel
def fold_words(
    data: Bytes,
    classes: npt.NDArray[np.uint16],
    runs_until: Integers,
    run_starts: npt.NDArray[np.int32],
    run_seen: npt.NDArray[np.uint16],
    pages: npt.NDArray[np.uint16],
    replacement: npt.NDArray[np.uint16],
    replacement_start: npt.NDArray[np.int32],
    replacement_bytes: Bytes,
    starts: Integers,
    ends: Integers,
    folded: Bytes,
    folded_starts: Integers,
    hashes: npt.NDArray[np.uint64],
) -> Integers:
    """Write each word as it is compared, one space behind each.

    A word is a run of word characters; in scripts without spaces, each character is one. A letter is lower-cased and
    decomposed (NFD) by itself, and a final sigma is a sigma.

    Args:
        data: UTF-8 of all documents, PADDING behind.
        classes: What `classify` wrote.
        runs_until: This and the next two: what `find_runs` returned and wrote.
        run_starts: See `runs_until`.
        run_seen: See `runs_until`.
        pages: This and the next three: fields of `CharacterTables`.
        replacement: See `pages`.
        replacement_start: See `pages`.
        replacement_bytes: See `pages`.
        starts: Receives the first byte of each word in `data`; one for each byte suffices.
        ends: Receives the first byte behind it.
        folded: Receives the words; four bytes for each of `data` and PADDING suffice.
        folded_starts: Receives where each word begins in `folded`, and the end of the last behind.
        hashes: Receives a hash of each word.

    Returns:
        int64[documents + 1], the words up to the end of each document, a zero first.
    """
    documents = len(runs_until) - 1
    until = np.zeros(documents + 1, np.int64)
    word: Index = np.int64(0)
    out, begun = np.uint64(0), np.uint64(0)
    for document in range(documents):
        for run in range(runs_until[document], runs_until[document + 1]):
            seen = run_seen[run]
            if not seen & WORD:
                continue
            first, behind = np.uint64(run_starts[run]), np.uint64(run_starts[run + 1])
            if not seen & _NOT_COPIED:
                copy_lower_case(data, first, behind, folded, out)
                begun, out = out, out + (behind - first)
                starts[word], ends[word] = first, behind
                folded[out] = _SPACE
                out += _ONE
                folded_starts[word] = begun
                hashes[word] = hash_bytes(folded, begun, np.int64(behind - first))
                word += 1
                continue
            begun, inside, start = out, False, first
            position = first
            while position < behind:
                found = classes[position]
                alone = (found & UNSPACED) != 0
                if inside and alone:
                    word, out = _end_word(
                        folded, starts, ends, folded_starts, hashes, word, begun, out, start, position
                    )
                    begun, inside = out, False
                if not inside:
                    start, begun = position, out
                if found & REPLACED:
                    code, _ = decode(data, position)
                    row = replacement[place_in_table(pages, code)]
                    copied = np.uint64(replacement_start[row])
                    copy_sixteen_bytes(replacement_bytes, copied, folded, out)
                    out += np.uint64(replacement_start[row + 1]) - copied
                    position += _ONE
                    while position < behind and classes[position] & CONTINUATION:
                        position += _ONE
                else:
                    folded[out] = data[position]
                    if 65 <= data[position] <= 90:
                        folded[out] = data[position] + 32
                    out += _ONE
                    position += _ONE
                    while position < behind and classes[position] & CONTINUATION:
                        folded[out] = data[position]
                        out += _ONE
                        position += _ONE
                    if out - begun >= 2 and _is_final_sigma(folded, out):
                        folded[out - _ONE] = _SIGMA_LAST
                inside = True
                if alone:
                    word, out = _end_word(
                        folded, starts, ends, folded_starts, hashes, word, begun, out, start, position
                    )
                    begun, inside = out, False
            if inside:
                word, out = _end_word(folded, starts, ends, folded_starts, hashes, word, begun, out, start, position)
        until[document + 1] = word
    folded_starts[word] = out
    return until


@inlined
def _is_final_sigma(folded: Bytes, end: np.uint64) -> bool:
    return bool((folded[end - np.uint64(2)] == _SIGMA_FIRST) & (folded[end - _ONE] == _FINAL_SIGMA_LAST))


@inlined
def _end_word(
    folded: Bytes,
    starts: Integers,
    ends: Integers,
    folded_starts: Integers,
    hashes: npt.NDArray[np.uint64],
    word: Index,
    begun: np.uint64,
    out: np.uint64,
    start: np.uint64,
    end: np.uint64,
) -> tuple[Index, np.uint64]:
    """Write where a word stands, its hash and the space behind it; return the next word and where it begins."""
    folded[out] = _SPACE
    starts[word], ends[word], folded_starts[word] = start, end, begun
    hashes[word] = hash_bytes(folded, begun, np.int64(out - begun))
    return word + 1, out + _ONE


@kernel
def join_sentences(
    data: Bytes,
    offsets: Integers,
    classes: npt.NDArray[np.uint16],
    space: np.uint16,
    until: Integers,
    starts: Integers,
    ends: Integers,
    folded: Bytes,
    folded_starts: Integers,
    hashes: npt.NDArray[np.uint64],
) -> Integers:
    """Join words to sentences, in place: the arrays then tell of sentences, a newline behind each in `folded`.

    A sentence ends at a line's end, at a full stop, exclamation or question mark (of any script) that white space
    follows, closing marks between them aside, and at one of the marks that need no white space.

    Args:
        data: UTF-8 of all documents.
        offsets: int64[documents + 1] into `data`.
        classes: What `classify` wrote.
        space: The flag of white space in `classes`.
        until: What `fold_words` returned.
        starts: This and the next four: what `fold_words` wrote.
        ends: See `starts`.
        folded: See `starts`.
        folded_starts: See `starts`.
        hashes: See `starts`.

    Returns:
        int64[documents + 1], the sentences up to the end of each document, a zero first.
    """
    documents = len(until) - 1
    sentences_until = np.zeros(documents + 1, np.int64)
    sentence = 0
    for document in range(documents):
        begun = True
        for word in range(until[document], until[document + 1]):
            if begun:
                starts[sentence], folded_starts[sentence] = starts[word], folded_starts[word]
                state = np.uint64(0)
            state = (state ^ hashes[word]) * _FACTOR
            state ^= state >> _SHIFT
            last = word + 1 == until[document + 1]
            behind = offsets[document + 1] if last else starts[word + 1]
            begun = last or _sentence_ends(data, classes, space, ends[word], behind)
            if begun:
                ends[sentence], hashes[sentence] = ends[word], state
                folded[folded_starts[word + 1] - 1] = _NEWLINE
                sentence += 1
        sentences_until[document + 1] = sentence
    folded_starts[sentence] = folded_starts[until[documents]]
    return sentences_until


@inlined
def _sentence_ends(data: Bytes, classes: npt.NDArray[np.uint16], space: np.uint16, start: Index, end: Index) -> bool:
    """Tell whether a sentence ends in what stands between two words."""
    marked = False
    position = start
    while position < end:
        if data[position] == _NEWLINE:
            return True
        if classes[position] & space:
            if marked:
                return True
        elif not classes[position] & CONTINUATION:
            code: Index = np.int64(data[position])
            if code >= 0x80:
                code, _ = decode(data, position)
            if code in _ENDS:
                return True
            marked = marked or code in _ENDS_BEFORE_SPACE
        position += 1
    return False
