"""Masking: what must come back from translation unchanged travels as a surrogate and is put back after.

URLs, e-mail addresses, inline code, LaTeX, HTML tags, format placeholders, paths, options and identifiers are words of
no language; engines damage them. Each is replaced by a numbered surrogate, `XPH11`, `XPH12`, …; the answer must hold
every surrogate exactly once (`restore` refuses anything else), in whatever order the target language wants them.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

MASKING_VERSION = 4

# Of 22 forms tried on 200 technical sentences (`__PH1__`, `{1}`, `<1/>`, `[1]`, `@1`, `#1`, …) a word of capitals and
# digits came back from the fxtranslate en→pt model most often; this one is a word of neither language.
_SURROGATE = "XPH"
_SURROGATE_PATTERN = re.compile(r"(?<![A-Za-z0-9])XPH([0-9]+)(?![A-Za-z0-9])")
# Two-digit numbers throughout: one and the same shape, whichever surrogate it is.
_FIRST_NUMBER = 11

_TARGET = r"\((?:[^()\s]|\([^()\s]*\))+(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\)"
_MASKED = (
    r"\$\$[^$]+\$\$",  # display maths
    r"\\\([^\n]+?\\\)|\\\[[^\n]+?\\\]",  # \( … \) and \[ … \]
    r"(?<![\\$\w])\$(?:[A-Za-z]|(?=\S)[^$\n]*?[\\^_{}=][^$\n]*?(?<=\S))\$(?![\d$])",  # $x$, $x^2$; `$5 and $6` is money
    r"(?<!\w)[A-Za-z]:\\[^\s:*?\"<>|]*[^\s:*?\"<>|.,;]",  # C:\folder\file.txt
    r"\\[A-Za-z]+\*?(?:\[[^\]\n]*\])?(?:\{(?:[^{}\n]|\{[^{}\n]*\})*\})*",  # \command[option]{argument {nested}}
    r"(?<!\w):[A-Za-z][\w:+.-]*:`[^`\n]+`(?:__?)?",  # :role:`name` of reStructuredText
    r"`(?=[^`<>\n]+\s<[^<>\n]+>`_)|(?<=\S)\s<[^<>\s]+>`__?",  # `words <link>`_: the words are none of it
    r"```[^`\n]+```|``[^`\n]+``|`[^`\n]+`",  # inline code
    # Markdown: images that are links, `![` of an image, `](target "title")` and `][name]` behind the words of a link
    rf"\[!\[[^\]\n]*\]{_TARGET}\](?:{_TARGET}|\[[^\]\n]*\])|!\[|\](?:{_TARGET}|\[[^\[\]\n]+\])",
    r"\bSPDX-[A-Za-z-]+:\s*\S+(?:\s+(?:AND|OR|WITH)\s+\S+)*",
    r"<!--[^\n]*?-->|</?[A-Za-z](?:[^<>\"'\n]|\"[^\"\n]*\"|'[^'\n]*')*>|</?[A-Za-z][^<>\n]*>",  # HTML comments and tags
    r"&(?:#\d+|#[xX][0-9A-Fa-f]+|[A-Za-z]\w*);",  # HTML entities
    # URLs, whose brackets are in pairs
    r"(?:(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9+.-]{1,20}://|\bwww\.)(?:[^\s<>\"“”()\u3000-\u303f\uff00-\uffef]|\([^\s()]*\))*(?:[\w/#=&%~+-]|\([^\s()]*\))",
    r"(?:\bmailto:)?[\w.+%-]+@[\w-]+(?:\.[\w-]+)+",  # e-mail addresses
    # format placeholders: %(name)s, %1$s, %-5.2f, ${VAR}, {{ name }}, {0:d}, {name!r}, {}
    r"%\(\w+\)[a-z]|(?<![\d%])%(?:\d+\$)?[-+#0]*\d*(?:\.\d+)?(?:hh?|ll?|[qzjtL])?[diouxXeEfFgGcsp@]\b",
    r"\$\{[^{}\s]+\}|\{\{[^{}\n]*\}\}|\{\w*(?:[!:.\[][^{}\n]*)?\}",
    r"(?<![\w$])\$[A-Za-z_]\w+",  # $VARIABLE
    r"(?<!\S)--?[A-Za-z][\w-]*(?:=[^\s,;]+)?",  # command-line options
    r"(?<![\w.])(?:~|\.{1,2})?/(?:[\w.+@-]+/)*[\w.+@-]*\w/?",  # paths
    r"(?<![\w/.-])(?:[\w.-]+/)+(?:[\w-]+\.[a-z][a-z0-9]{0,4}\b|(?![\w/]))",  # folder/file.txt, folder/; not and/or
    r"(?<![\w@#&])[@#][A-Za-z]\w+",  # @names, #words
    r"\b\w+(?:->\w+)+\b",  # members->of->structures
    r"\b\w+(?:::\w+)*\((?:\d\w*|\"[^\"\n]*\"|'[^'\n]*')?\)",  # calls and manual pages: open(), ls(1), print("x")
    r"\b\w+(?:::\w+)+\b",  # Names::Of::Modules
    r"\b_*[A-Za-z0-9]+(?:_+[A-Za-z0-9]+)+\b|\b__?[A-Za-z]\w+",  # snake_case, __dunder
    r"(?<![A-Za-z0-9])XPH[0-9]+(?![A-Za-z0-9])",  # what looks like a surrogate already
    r"(?<![\w.])v?\d+(?:\.\d+){2,}(?![\w.]*\w)",  # versions and internet addresses
    # dotted.names; where a full stop lacks its space ("the end.Then"), no name
    r"\b(?![a-z]+\.[A-Z][a-z]*\b(?!\.\w))[A-Za-z_]\w+(?:\.[A-Za-z_]\w+)+\b",
    r"\b(?!\d+(?:st|nd|rd|th)\b)(?=\w*\d)(?=\w*[A-Za-z]{2})[A-Za-z0-9]+\b",  # names with digits
)
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


def mask_pattern(unspellable: str = "") -> re.Pattern[str]:
    """Return the pattern of everything that is masked.

    Args:
        unspellable: The inside of a regular-expression character class, of the characters that an engine would lose;
            words that hold one are masked whole, but not those that such signs stand around: `**word**`.
    """
    return re.compile("|".join((*_MASKED, *(_unspellable(unspellable) if unspellable else ()))))


def _unspellable(characters: str) -> Iterator[str]:
    """Yield patterns of words with such a letter or with such a sign inside, and of such signs around words."""
    inside = r"[^\s.,;:!?()\"']*"
    sign = rf"(?!\w)[{characters}]"
    yield rf"{inside}(?=\w)[{characters}]{inside}"
    yield rf"{inside}\w(?:{sign})+\w{inside}"
    yield rf"(?:{sign})+"


def mask(text: str, pattern: re.Pattern[str]) -> Masked:
    """Replace every masked span by a surrogate; spans that only space or punctuation parts become one.

    Args:
        text: A segment.
        pattern: See `mask_pattern`.
    """
    runs: list[tuple[int, int]] = []
    for match in pattern.finditer(text):
        if match.end() == match.start():
            continue
        if runs and _is_glue(text[runs[-1][1] : match.start()]):
            runs[-1] = (runs[-1][0], match.end())
        else:
            runs.append(match.span())
    parts, spans, position = [], [], 0
    for number, (start, end) in enumerate(runs, _FIRST_NUMBER):
        span = MaskedSpan(text[start:end], text[start - 1 : start].isalnum(), text[end : end + 1].isalnum())
        surrogate = f"{' ' * span.glued_before}{_SURROGATE}{number}{' ' * span.glued_after}"
        parts += [text[position:start], surrogate]
        spans.append(span)
        position = end
    return Masked("".join([*parts, text[position:]]), tuple(spans))


def surrogate_difference(masked: Masked, answer: str) -> int:
    """Return how many surrogates an answer lost, repeated or invented: 0 when their multisets are equal."""
    numbers = [int(number) for number in _SURROGATE_PATTERN.findall(answer)] if _SURROGATE in answer else []
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
