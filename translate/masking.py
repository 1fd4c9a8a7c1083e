"""Masking: what must come back from translation unchanged travels as a surrogate and is put back after.

URLs, e-mail addresses, inline code, LaTeX, HTML tags, format placeholders, paths, options and identifiers are words of
no language; engines damage them. Each is replaced by a numbered surrogate, `XPH11`, `XPH12`, …; the answer must hold
every surrogate exactly once (`restore` refuses anything else), in whatever order the target language wants them.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

MASKING_VERSION = 5

# Of 22 forms tried on 200 technical sentences (`__PH1__`, `{1}`, `<1/>`, `[1]`, `@1`, `#1`, …) a word of capitals and
# digits came back from the fxtranslate en→pt model most often; this one is a word of neither language.
_SURROGATE = "XPH"
_SURROGATE_PATTERN = re.compile(r"(?<![A-Za-z0-9])XPH([0-9]+)(?![A-Za-z0-9])")
# Two-digit numbers throughout: one and the same shape, whichever surrogate it is.
_FIRST_NUMBER = 11

_TARGET = r"\((?:[^()\s]|\([^()\s]*\))+(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\)"
# What is masked, each with what none of it is without: a text that has no such sign is spared the search for it.
_SIGNS = r"[$\\`&%{]"
_BRACKETS = r"[<\[\]]"
_SLASHES = r"/|www\."
_HANDLES = r"[@#]"
_HYPHENS = r"-(?<!\S-)"
_CALLS = r"\((?<=\w\()"
_ARROWS = r"->"
_COLONS = r"::"
_UNDERSCORES = r"_"
_SPDX = r"SPDX-"
_DOTS = r"\.(?<=\w\.)\w"
_DIGITS = r"[A-Za-z][0-9]|[0-9][A-Za-z]"
MASKED: tuple[tuple[str, str], ...] = (
    (_SIGNS, r"\$\$[^$]+\$\$"),  # display maths
    (_SIGNS, r"\\\([^\n]+?\\\)|\\\[[^\n]+?\\\]"),  # \( … \) and \[ … \]
    (
        _SIGNS,
        r"(?<![\\$\w])\$(?:[A-Za-z]|(?=\S)[^$\n]*?[\\^_{}=][^$\n]*?(?<=\S))\$(?![\d$])",
    ),  # $x$, $x^2$; `$5 and $6` is money
    (_SIGNS, r"(?<!\w)[A-Za-z]:\\[^\s:*?\"<>|]*[^\s:*?\"<>|.,;]"),  # C:\folder\file.txt
    (
        _SIGNS,
        r"\\[A-Za-z]+\*?(?:\[[^\]\n]*\])?(?:\{(?:[^{}\n]|\{[^{}\n]*\})*\})*",
    ),  # \command[option]{argument {nested}}
    (_SIGNS, r"(?<!\w):[A-Za-z][\w:+.-]*:`[^`\n]+`(?:__?)?"),  # :role:`name` of reStructuredText
    (_SIGNS, r"`(?=[^`<>\n]+\s<[^<>\n]+>`_)|(?<=\S)\s<[^<>\s]+>`__?"),  # `words <link>`_: the words are none of it
    (_SIGNS, r"```[^`\n]+```|``[^`\n]+``|`[^`\n]+`"),  # inline code
    # Markdown: images that are links, `![` of an image; `[` before the words of a link, and behind them
    # `](target "title")` or `][name]`
    (_BRACKETS, rf"\[!\[[^\]\n]*\]{_TARGET}\](?:{_TARGET}|\[[^\]\n]*\])|!\["),
    (_BRACKETS, rf"\[(?=[^\[\]]*\](?:{_TARGET}|\[[^\[\]\n]+\]))|\](?:{_TARGET}|\[[^\[\]\n]+\])"),
    (_SPDX, r"\bSPDX-[A-Za-z-]+:\s*\S+(?:\s+(?:AND|OR|WITH)\s+\S+)*"),
    (
        _BRACKETS,
        r"<!--[^\n]*?-->|</?[A-Za-z](?:[^<>\"'\n]|\"[^\"\n]*\"|'[^'\n]*')*>|</?[A-Za-z][^<>\n]*>",
    ),  # HTML comments and tags
    (_SIGNS, r"&(?:#\d+|#[xX][0-9A-Fa-f]+|[A-Za-z]\w*);"),  # HTML entities
    # URLs, whose brackets are in pairs
    (
        _SLASHES,
        r"(?:(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9+.-]{1,20}://|\bwww\.)(?:[^\s<>\"“”()\u3000-\u303f\uff00-\uffef]|\([^\s()]*\))*(?:[\w/#=&%~+-]|\([^\s()]*\))",
    ),
    (_HANDLES, r"(?:\bmailto:)?[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"),  # e-mail addresses
    # format placeholders: %(name)s, %1$s, %-5.2f, ${VAR}, {{ name }}, {0:d}, {name!r}, {}
    (_SIGNS, r"%\(\w+\)[a-z]|(?<![\d%])%(?:\d+\$)?[-+#0]*\d*(?:\.\d+)?(?:hh?|ll?|[qzjtL])?[diouxXeEfFgGcsp@]\b"),
    (_SIGNS, r"\$\{[^{}\s]+\}|\{\{[^{}\n]*\}\}|\{\w*(?:[!:.\[][^{}\n]*)?\}"),
    (_SIGNS, r"(?<![\w$])\$[A-Za-z_]\w+"),  # $VARIABLE
    (_HYPHENS, r"(?<!\S)--?[A-Za-z][\w-]*(?:=[^\s,;]+)?"),  # command-line options
    (_SLASHES, r"(?<![\w.])(?:~|\.{1,2})?/(?:[\w.+@-]+/)*[\w.+@-]*\w/?"),  # paths
    (
        _SLASHES,
        r"(?<![\w/.-])(?:[\w.-]+/)+(?:[\w-]+\.[a-z][a-z0-9]{0,4}\b|(?![\w/]))",
    ),  # folder/file.txt, folder/; not and/or
    (_HANDLES, r"(?<![\w@#&])[@#][A-Za-z]\w+"),  # @names, #words
    (_ARROWS, r"\b\w+(?:->\w+)+\b"),  # members->of->structures
    (
        _CALLS,
        r"\b\w+(?:::\w+)*\((?:\d\w*|\"[^\"\n]*\"|'[^'\n]*')?\)",
    ),  # calls and manual pages: open(), ls(1), print("x")
    (_COLONS, r"\b\w+(?:::\w+)+\b"),  # Names::Of::Modules
    (_UNDERSCORES, r"\b_*[A-Za-z0-9]+(?:_+[A-Za-z0-9]+)+\b|\b__?[A-Za-z]\w+"),  # snake_case, __dunder
    (_SURROGATE, r"(?<![A-Za-z0-9])XPH[0-9]+(?![A-Za-z0-9])"),  # what looks like a surrogate already
    (_DOTS, r"(?<![\w.])v?\d+(?:\.\d+){2,}(?![\w.]*\w)"),  # versions and internet addresses
    # dotted.names; where a full stop lacks its space ("the end.Then"), no name
    (_DOTS, r"\b(?![a-z]+\.[A-Z][a-z]*\b(?!\.\w))[A-Za-z_]\w+(?:\.[A-Za-z_]\w+)+\b"),
    (_DIGITS, r"\b(?!\d+(?:st|nd|rd|th)\b)(?=\w*\d)(?=\w*[A-Za-z]{2})[A-Za-z0-9]+\b"),  # names with digits
)
# Characters of which each sign has one.
_CHARACTERS = {
    _SIGNS: "$\\`&%{",
    _BRACKETS: "<[]",
    _SLASHES: "/.",
    _HANDLES: "@#",
    _HYPHENS: "-",
    _CALLS: "(",
    _ARROWS: ">",
    _COLONS: ":",
    _UNDERSCORES: "_",
    _SPDX: "X",
    _SURROGATE: "X",
    _DOTS: ".",
    _DIGITS: "0123456789",
}
# Between spans, these keep them apart; spaces and other punctuation do not: models lose count in rows of surrogates.
_APART = frozenset("()[]\"'")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class MaskedSpan:
    """What one surrogate stands for.

    Attributes:
        text: The span as it was.
        glued_before: Whether a word touched it on the left, so that a space was put between.
        glued_after: The same on the right.
    """

    text: str
    glued_before: bool
    glued_after: bool


@dataclass(frozen=True)
class Masked:
    """A text whose untranslatable spans are surrogates.

    Attributes:
        text: The text with surrogates.
        spans: What each surrogate stands for, in order of appearance.
    """

    text: str
    spans: tuple[MaskedSpan, ...]


class Spans(Protocol):
    """Finds spans in a text, as a compiled regular expression does."""

    def finditer(self, text: str, /) -> Iterator[re.Match[str]]:
        """Yield the matches in a text, in order."""


class MaskPattern:
    """The pattern of everything that is masked, of which each text is searched for what it may hold.

    Args:
        masked: Patterns, each with what none of its matches is without.
    """

    def __init__(self, masked: Iterable[tuple[str, str]]) -> None:
        self._masked = tuple(masked)
        signs = dict.fromkeys(sign for sign, _ in self._masked)
        self._signs = [(sign, _CHARACTERS.get(sign), re.compile(sign)) for sign in signs]
        self._patterns: dict[tuple[str, ...], re.Pattern[str] | None] = {}

    def finditer(self, text: str, /) -> Iterator[re.Match[str]]:
        """Yield all that is masked in a text: at each place, by the first of the patterns that matches there."""
        there = set(text)
        signs = tuple(
            sign
            for sign, characters, pattern in self._signs
            if (characters is None or not there.isdisjoint(characters)) and pattern.search(text)
        )
        if signs not in self._patterns:
            wanted = [pattern for sign, pattern in self._masked if sign in signs]
            self._patterns[signs] = re.compile("|".join(wanted)) if wanted else None
        pattern = self._patterns[signs]
        return iter(()) if pattern is None else pattern.finditer(text)


def mask_pattern(unspellable: str = "") -> MaskPattern:
    """Return the pattern of everything that is masked.

    Args:
        unspellable: The inside of a regular-expression character class, of the characters that an engine would lose;
            words that hold one are masked whole, but not those that such signs stand around: `**word**`.
    """
    return MaskPattern((*MASKED, *_unspellable(unspellable)) if unspellable else MASKED)


def _unspellable(characters: str) -> Iterator[tuple[str, str]]:
    """Yield patterns of words with such a letter or with such a sign inside, and of such signs around words."""
    inside = r"[^\s.,;:!?()\"']*"
    any_of_them = f"[{characters}]"
    sign = rf"(?!\w){any_of_them}"
    yield any_of_them, rf"{inside}(?=\w){any_of_them}{inside}"
    yield any_of_them, rf"{inside}\w(?:{sign})+\w{inside}"
    yield any_of_them, rf"(?:{sign})+"


def mask(text: str, pattern: Spans, original: Callable[[int, int], str] | None = None) -> Masked:
    """Replace every masked span by a surrogate; spans that only space or punctuation parts become one.

    Args:
        text: A segment.
        pattern: What is masked: see `mask_pattern`.
        original: Tells what a surrogate stands for, by where its span begins and ends; by default the span as it is.
    """
    runs: list[tuple[int, int]] = []
    for match in pattern.finditer(text):
        if match.end() == match.start():
            continue
        if runs and _is_glue(text[runs[-1][1] : match.start()]):
            runs[-1] = (runs[-1][0], match.end())
        else:
            runs.append(match.span())
    if not runs:
        return Masked(text, ())
    parts, spans, position = [], [], 0
    for number, (start, end) in enumerate(runs, _FIRST_NUMBER):
        held = text[start:end] if original is None else original(start, end)
        span = MaskedSpan(held, text[start - 1 : start].isalnum(), text[end : end + 1].isalnum())
        surrogate = f"{' ' * span.glued_before}{_SURROGATE}{number}{' ' * span.glued_after}"
        parts += [text[position:start], surrogate]
        spans.append(span)
        position = end
    return Masked("".join([*parts, text[position:]]), tuple(spans))


def surrogate_difference(masked: Masked, answer: str) -> int:
    """Return how many surrogates an answer lost, repeated or invented: 0 when their multisets are equal."""
    if not masked.spans and _SURROGATE not in answer:
        return 0
    numbers = [int(number) for number in _SURROGATE_PATTERN.findall(answer)]
    last = _FIRST_NUMBER + len(masked.spans)
    if len(numbers) == len(masked.spans) and sorted(numbers) == list(range(_FIRST_NUMBER, last)):
        return 0
    wanted, found = Counter(range(_FIRST_NUMBER, last)), Counter(numbers)
    return ((wanted - found) + (found - wanted)).total()


def restore(masked: Masked, answer: str) -> str:
    """Put the masked spans back into a translated text.

    Raises:
        ValueError: The answer does not hold every surrogate exactly once.
    """
    if surrogate_difference(masked, answer):
        raise ValueError("the answer does not hold every surrogate exactly once")
    if not masked.spans:
        return answer
    parts, position = [], 0
    for match in _SURROGATE_PATTERN.finditer(answer):
        span = masked.spans[int(match[1]) - _FIRST_NUMBER]
        before = answer[position : match.start()]
        parts += [before.removesuffix(" ") if span.glued_before else before, span.text]
        position = match.end() + (span.glued_after and answer[match.end() : match.end() + 1] == " ")
    return "".join([*parts, answer[position:]])


def without_surrogates(text: str) -> str:
    """Return a masked text without its surrogates, for measures that speak of words and numbers alone."""
    return _SURROGATE_PATTERN.sub(" ", text) if _SURROGATE in text else text


def has_words(masked: Masked) -> bool:
    """Tell whether anything is left to translate: a letter outside the masked spans."""
    return _LETTER.search(without_surrogates(masked.text)) is not None


def _is_glue(gap: str) -> bool:
    return not any(character.isalnum() or character in _APART for character in gap)
