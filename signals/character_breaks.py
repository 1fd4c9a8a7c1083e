"""How Unicode breaks text into words and sentences: what is known of each character for that.

Classes are those of Unicode Standard Annex 29, "Word Boundaries", as `regex` knows them. Three differ: Extend, Format
and ZWJ are one class, EXTENDING, for the rules treat them alike; letters of scripts written without spaces (Han,
Hiragana, Thai, Lao, Khmer, Burmese and others), which the annex leaves among Other, are UNSPACED; and white space is
OTHER, U+202F NARROW NO-BREAK SPACE too.
"""

import numpy as np
import numpy.typing as npt
import regex

# Classes, in the lowest four bits of `word_break`.
OTHER, LETTER, HEBREW_LETTER, NUMERIC, KATAKANA, CONNECTOR = range(6)
MID_LETTER, MID_NUMBER, MID_BOTH, SINGLE_QUOTE, DOUBLE_QUOTE, EXTENDING, UNSPACED_LETTER = range(6, 13)
CLASS = np.uint8(0x0F)
IS_LETTER = np.uint8(0x10)  # general category L, as `str.isalpha`
MAKES_WORD = np.uint8(0x20)  # a letter or number: what a word has at least one of

# Of a letter of a script written without spaces, in `unspaced`: its script, and where a piece of text cannot be cut.
UNSPACED_SCRIPTS = ("other", "Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Burmese")
SCRIPT = np.uint8(0x07)
HOLDS_NEXT = np.uint8(0x08)  # a vowel written before its consonant; what stacks the next consonant below
HOLDS_PREVIOUS = np.uint8(0x10)  # a vowel behind its consonant; a repetition or prolonged sound mark
SILENCES = np.uint8(0x20)  # its consonant ends the syllable before

# Of a mark that ends sentences, in `sentence_end`.
FULL_STOP, SPACED_MARK, UNSPACED_MARK = 1, 2, 3

_CLASSES = {
    LETTER: r"\p{WB=ALetter}",
    HEBREW_LETTER: r"\p{WB=Hebrew_Letter}",
    NUMERIC: r"\p{WB=Numeric}",
    KATAKANA: r"\p{WB=Katakana}",
    CONNECTOR: r"[\p{WB=ExtendNumLet}--\s]",
    MID_LETTER: r"\p{WB=MidLetter}",
    MID_NUMBER: r"\p{WB=MidNum}",
    MID_BOTH: r"\p{WB=MidNumLet}",
    SINGLE_QUOTE: r"\p{WB=Single_Quote}",
    DOUBLE_QUOTE: r"\p{WB=Double_Quote}",
    EXTENDING: r"[\p{WB=Extend}\p{WB=Format}\p{WB=ZWJ}]",
    UNSPACED_LETTER: r"[\p{WB=Other}&&\w]",
}
_WORD_CLASSES = (LETTER, HEBREW_LETTER, NUMERIC, KATAKANA, UNSPACED_LETTER)
# All characters of scripts written without spaces, their marks and punctuation too.
UNSPACED_PATTERN = (
    r"[\p{LB=SA}\p{Ideographic}\p{WB=Katakana}[\p{WB=Other}&&\w]"
    r"\p{Script=Hani}\p{Script=Hira}\p{Script=Kana}\p{Script=Bopo}\p{Script=Khmr}\p{Script=Mymr}\p{Script=Thai}]"
)
MIDDLE_PATTERN = (
    r"[[\p{WB=ALetter}\p{WB=Hebrew_Letter}\p{WB=Numeric}\p{WB=Katakana}\p{WB=ExtendNumLet}\p{WB=MidLetter}"
    r"\p{WB=MidNum}\p{WB=MidNumLet}\p{WB=Single_Quote}\p{WB=Double_Quote}\p{WB=Extend}\p{WB=Format}]--[\w\s]]"
)
_SCRIPT_PATTERNS = {
    "Han": r"\p{Ideographic}",
    "Hiragana": r"\p{Script=Hira}",
    "Katakana": r"\p{WB=Katakana}",
    "Thai": r"\p{Script=Thai}",
    "Lao": r"\p{Script=Laoo}",
    "Khmer": r"\p{Script=Khmr}",
    "Burmese": r"\p{Script=Mymr}",
}
_HOLDS = {
    HOLDS_NEXT: r"[\p{Logical_Order_Exception}\p{InSC=Invisible_Stacker}]",
    HOLDS_PREVIOUS: r"[[\p{InSC=Vowel_Dependent}\p{Lm}]--\p{Logical_Order_Exception}]",
    SILENCES: r"[\p{InSC=Pure_Killer}\p{InSC=Consonant_Killer}]",
}
_SENTENCE_ENDS = {
    # U+037E is the Greek question mark; Tibetan shads end clauses and verses as well as sentences.
    UNSPACED_MARK: r"[\p{Sentence_Terminal}\u037e\u0f0d-\u0f11]",
    SPACED_MARK: "[!?]",
    FULL_STOP: r"[.\u2024\u2026\ufe52]",
}


def word_breaks_of(characters: str, size: int) -> npt.NDArray[np.uint16]:
    """Return the class of code points for word boundaries, with IS_LETTER and MAKES_WORD; uint16[size].

    Args:
        characters: All that are looked at, each once; the others are OTHER.
        size: How many code points the table has.
    """
    found = np.zeros(size, np.uint16)
    for number, pattern in _CLASSES.items():
        found[_code_points(pattern, characters)] = number
    making = np.isin(found, _WORD_CLASSES)
    found[_code_points(r"\p{L}", characters)] |= IS_LETTER
    alphanumeric = np.zeros(size, np.bool_)
    alphanumeric[_code_points(r"[\p{Alphabetic}\p{N}]", characters)] = True
    found[making & alphanumeric] |= MAKES_WORD
    return found


def unspaced_of(characters: str, size: int) -> npt.NDArray[np.uint16]:
    """Return what is known of letters of scripts written without spaces, and of the marks on them; uint16[size]."""
    found = np.zeros(size, np.uint16)
    for script, pattern in _SCRIPT_PATTERNS.items():
        found[_code_points(pattern, characters)] = UNSPACED_SCRIPTS.index(script)
    for flag, pattern in _HOLDS.items():
        found[_code_points(pattern, characters)] |= flag
    return found


def sentence_ends_of(characters: str, size: int) -> npt.NDArray[np.uint16]:
    """Return which characters end sentences: FULL_STOP, SPACED_MARK, UNSPACED_MARK, 0 for all others; uint16[size]."""
    found = np.zeros(size, np.uint16)
    for number, pattern in _SENTENCE_ENDS.items():
        found[_code_points(pattern, characters)] = number
    return found


def _code_points(pattern: str, characters: str) -> npt.NDArray[np.uint32]:
    found = "".join(regex.findall(f"{pattern}+", characters, regex.V1))
    return np.frombuffer(found.encode("utf-32-le"), np.uint32)
