"""What lines hold, for rules that remove lines: words, letters, how they end, and phrases of web pages."""

import numpy as np
import numpy.typing as npt

from signals.characters import CONTINUATION, NUMERIC, SPACE, UPPER, WORD
from signals.kernels import Index, inlined, kernel
from signals.kernels.layout import ends_sentence

# Columns of what is measured.
CHARACTERS, SPACED_WORDS, LONGEST_WORD, LETTERS, CAPITALS, DIGITS, TERMINAL, C4_TERMINAL = range(8)
JAVASCRIPT, POLICY, LOREM_IPSUM, CURLY_BRACKET = range(8, 12)
MEASURES = 12

# C4's phrases, in lower case, in the order of the letter by which each is sought: its rarest.
PHRASES = (
    ("{", "{", CURLY_BRACKET),
    ("javascript", "j", JAVASCRIPT),
    ("terms of use", "f", POLICY),
    ("cookie policy", "k", POLICY),
    ("uses cookies", "k", POLICY),
    ("use of cookies", "k", POLICY),
    ("use cookies", "k", POLICY),
    ("lorem ipsum", "m", LOREM_IPSUM),
    ("privacy policy", "v", POLICY),
)

_BYTES = np.frombuffer("".join(phrase for phrase, _, _ in PHRASES).encode(), np.uint8)
_STARTS = np.cumsum([0] + [len(phrase) for phrase, _, _ in PHRASES])
_SOUGHT = np.array([ord(letter) for _, letter, _ in PHRASES], np.uint8)
_PLACES = np.array([phrase.index(letter) for phrase, letter, _ in PHRASES])
_COLUMNS = np.array([column for _, _, column in PHRASES])
_FIRST = np.full(256, -1, np.int8)  # the first phrase that is sought by a byte
for _number, _letter in reversed(list(enumerate(_SOUGHT.tolist()))):
    _FIRST[[_letter, ord(chr(_letter).upper())]] = _number

_LOWER = np.arange(256, dtype=np.uint8)
_LOWER[ord("A") : ord("Z") + 1] += 32
_STOP, _OPENING, _CLOSING = (np.uint8(ord(mark)) for mark in ".[]")
_ZERO, _NINE = np.uint8(ord("0")), np.uint8(ord("9"))
_CITATIONS = (np.frombuffer(b"[edit]", np.uint8), np.frombuffer(b"[citation needed]", np.uint8))


@kernel
def measure_line_content(
    data: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint16],
    offsets: npt.NDArray[np.int64],
    lines_until: npt.NDArray[np.int64],
    line_ends: npt.NDArray[np.int64],
    marks: npt.NDArray[np.uint8],
) -> npt.NDArray[np.int32]:
    """Measure each line of each document.

    Args:
        data: UTF-8 of all documents.
        classes: What `classify` wrote.
        offsets: Where each document begins; one more than there are documents.
        lines_until: This and the next: what `normalize` returned and wrote about lines.
        line_ends: See `lines_until`.
        marks: What each code point tells of a line; see `signals.core.line_marks`.

    Returns:
        int32[MEASURES, lines]: code points, the line feed too; words parted by white space; code points of the
        longest; letters, marks and connectors; capital letters; digits and other numbers; whether the line ends a
        sentence; whether it ends with one of . ? ! " ' but not with "...", as C4 has it, white space behind and then
        citations apart; C4's phrases, in capitals or not: javascript, those of policies, lorem ipsum, opening curly
        brackets.
    """
    count = lines_until[-1]
    measured = np.zeros((MEASURES, count), np.int32)
    for document in range(len(offsets) - 1):
        start = offsets[document]
        for line in range(lines_until[document], lines_until[document + 1]):
            end = line_ends[line]
            characters, words, longest, length, letters, capitals, digits = 0, 0, 0, 0, 0, 0, 0
            last = start
            for position in range(start, end):  # without a branch: where words end cannot be predicted
                found = classes[position]
                head = (found & CONTINUATION) == 0
                inside = ((found & SPACE) == 0) & (head | (length > 0))
                characters += head
                words += head & inside & (length == 0)
                length = (length + head) * inside
                longest = max(longest, length)
                number = (found & NUMERIC) != 0
                digits += head & number
                capitals += head & ((found & UPPER) != 0)
                letters += head & (not number) & ((found & WORD) != 0)
                last = position if inside else last
            last += 1
            while last < end and data[last] & 0xC0 == 0x80:
                last += 1
            column = measured[:, line]
            column[CHARACTERS], column[SPACED_WORDS], column[LONGEST_WORD] = characters, words, longest
            column[LETTERS], column[CAPITALS], column[DIGITS] = letters, capitals, digits
            if words > 0:
                column[TERMINAL] = ends_sentence(data, marks, start, last)
                column[C4_TERMINAL] = _ends_as_in_c4(data, start, last)
                _count_phrases(data, start, end, column)
            start = end
    return measured


@inlined
def _ends_as_in_c4(data: npt.NDArray[np.uint8], start: Index, end: Index) -> bool:
    """Tell whether what stands before citations ends with one of C4's marks, and not with three full stops."""
    while end > start and data[end - 1] == _CLOSING:
        before = _before_citation(data, start, end)
        if before == end:
            break
        end = before
    if end <= start:
        return False
    last = data[end - 1]
    if last == _STOP:
        return not (end - start >= 3 and data[end - 2] == _STOP and data[end - 3] == _STOP)
    return last in (np.uint8(ord("?")), np.uint8(ord("!")), np.uint8(ord('"')), np.uint8(ord("'")))


@inlined
def _before_citation(data: npt.NDArray[np.uint8], start: Index, end: Index) -> Index:
    """Return where a citation that ends here begins: [12], [], [edit] or [citation needed]; else the end."""
    place = end - 2
    while place > start and _ZERO <= data[place] <= _NINE:
        place -= 1
    if place >= start and data[place] == _OPENING:
        return place
    for citation in _CITATIONS:
        place = end - len(citation)
        if place >= start and np.array_equal(data[place:end], citation):
            return place
    return end


@inlined
def _count_phrases(data: npt.NDArray[np.uint8], start: Index, end: Index, counts: npt.NDArray[np.int32]) -> None:
    for position in range(start, end):
        phrase = np.int64(_FIRST[data[position]])
        if phrase < 0:
            continue
        letter = _SOUGHT[phrase]
        while phrase < len(_SOUGHT) and _SOUGHT[phrase] == letter:
            first, length = position - _PLACES[phrase], _STARTS[phrase + 1] - _STARTS[phrase]
            if first >= start and first + length <= end:
                same = 0
                while same < length and _LOWER[data[first + same]] == _BYTES[_STARTS[phrase] + same]:
                    same += 1
                counts[_COLUMNS[phrase]] += same == length
            phrase += 1
