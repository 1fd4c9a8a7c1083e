"""Marks: what of a text's punctuation, ends and names a complete translation of it usually has too."""

import re
from typing import NamedTuple

import regex

from translate.checks.latin import is_latin, of_latin

_CLOSER = r"[\p{Pf}\p{Pe}\"'»“\s]"
_CLOSERS = f"{_CLOSER}*"
_STOP = regex.compile(rf"[\p{{Sentence_Terminal}}:;\u17d6\u0f0d](?={_CLOSERS}(?:\s|$))|[。\uff01\uff1f\uff1b\uff1a]")
_ENDS = regex.compile(rf"[\p{{Sentence_Terminal}}…:\uff1a\u17d6\u0f0d]{_CLOSERS}$")
_DANGLES = regex.compile(rf"[,;:،、\uff0c\uff1b\uff1a\u2013—(\uff08\[]{_CLOSERS}$")
_INNER_MARK = r"[,;،、\uff0c\uff1b፣၊\u2013—()\uff08\uff09]"
_INNER = regex.compile(rf"{_INNER_MARK}|\s-\s")
# Names that no translation changes: acronyms, words with capitals or digits inside, surrogates.
_NAME = regex.compile(
    r"(?<![\p{L}\p{N}])(?:\p{Lu}[\p{L}\p{N}]*[\p{Lu}\p{N}][\p{L}\p{N}]*|\p{L}+\d[\p{L}\d]*)(?![\p{L}\p{N}])"
)
_LATIN_SPACE = of_latin(r"\s")
_LETTER, _CAPITAL, _LETTER_OR_NUMBER = of_latin(r"\p{L}"), of_latin(r"\p{Lu}"), of_latin(r"[\p{L}\p{N}]")
_CAPITAL_OR_NUMBER = of_latin(r"[\p{Lu}\p{N}]")
_LATIN_STOP = re.compile(of_latin(r"[\p{Sentence_Terminal}:;]") + f"(?={of_latin(_CLOSER)}*(?:{_LATIN_SPACE}|$))")
_LATIN_INNER = re.compile(f"{of_latin(_INNER_MARK)}|{_LATIN_SPACE}-{_LATIN_SPACE}")
# In every name, a letter stands before a capital or a digit.
_IN_LATIN_NAME = re.compile(_LETTER + _CAPITAL_OR_NUMBER)
_LATIN_NAME = re.compile(
    f"(?<!{_LETTER_OR_NUMBER})(?:{_CAPITAL}{_LETTER_OR_NUMBER}*{_CAPITAL_OR_NUMBER}{_LETTER_OR_NUMBER}*"
    f"|{_LETTER}+[0-9](?:[0-9]|{_LETTER})*)(?!{_LETTER_OR_NUMBER})"
)
_SHORT_LAST_WORD = regex.compile(r"(?<![\p{L}\p{M}\p{N}'\u2019-])\p{Ll}{1,3}$")
_BRACKETS = ("()", "[]", "«»", "\uff08\uff09", "「」", "“”")
_ANY_BRACKET = re.compile("[" + "".join(map(re.escape, "".join(_BRACKETS))) + "]")
_PLAIN_END = (".", "!", "?")
# Marks at an end stand within so many characters.
_END_LENGTH = 12


class Marks(NamedTuple):
    """The marks of a text.

    Attributes:
        stops: How many full stops, colons and semicolons end something in it.
        inner: How many commas, brackets and dashes it has.
        ends: Whether it ends in a full stop, a colon or the like.
        dangles: Whether it ends in a comma, a dash or an opening bracket.
        ends_short: Whether it ends in a small word of at most three letters, such as "of" or "the".
        first_letter: Its first letter; "" for none.
        unbalanced: How many brackets lack their counterpart.
    """

    stops: int
    inner: int
    ends: bool
    dangles: bool
    ends_short: bool
    first_letter: str
    unbalanced: int


def marks_of(text: str) -> Marks:
    """Return the marks of a text that neither begins nor ends in white space."""
    latin = is_latin(text)
    tail, last = max(0, len(text) - _END_LENGTH), text[-1:]
    in_word = last.isalnum()  # no mark ends it
    return Marks(
        stops=len((_LATIN_STOP if latin else _STOP).findall(text)),
        inner=len((_LATIN_INNER if latin else _INNER).findall(text)),
        ends=last in _PLAIN_END or (not in_word and _ENDS.search(text, tail) is not None),
        dangles=not in_word and last not in _PLAIN_END and _DANGLES.search(text, tail) is not None,
        ends_short=in_word and _SHORT_LAST_WORD.search(text, tail) is not None,
        first_letter=next(filter(str.isalpha, text), ""),
        unbalanced=_unbalanced(text) if _ANY_BRACKET.search(text) else 0,
    )


def names_in(text: str) -> frozenset[str]:
    """Return the words of a text that no translation changes."""
    if not is_latin(text):
        return frozenset(_NAME.findall(text))
    return frozenset(_LATIN_NAME.findall(text)) if _IN_LATIN_NAME.search(text) else frozenset()


def _unbalanced(text: str) -> int:
    return sum(abs(text.count(pair[0]) - text.count(pair[1])) for pair in _BRACKETS)
