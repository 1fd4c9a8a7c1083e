"""Rules for numbers of telephones."""

import csv
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib.resources import files

import regex

from signals.kernels.pii import AMERICAN_PHONE, NATIONAL_PHONE, PHONE_WORD, PLUS_SIGN
from signals.pii.cues import PHONE_WORDS
from signals.pii.kinds import PHONE
from signals.pii.rule import FOUND, NOT_BEFORE_WORD, NOT_BEHIND_NUMBER, NOT_BEHIND_WORD, Match, Rule, Span, named_span

_MOST_DIGITS = 15  # ITU-T E.164
_LEAST_DIGITS = 7

_SPACE = r"[ \u00a0\u202f]"
_GROUP = r"(?:(?:[\u00a0\u202f \-\u2011/]| [-/\u2013] )?\(?[0-9]++\)?|\.[0-9]{2,}+)"
_ANNOUNCED_GROUP = r"(?:[ \u00a0\u202f()./\u2011\u2013-]{0,3}+[0-9]++\)?)"
_DATE = regex.compile(
    r"(?:19|20)[0-9]{2}[./-][01]?[0-9][./-][0-3]?[0-9].*|[0-3]?[0-9][./-][01]?[0-9][./-](?:19|20)[0-9]{2}.*"
    r"|\((?:19|20)[0-9]{2}\).*"  # as in Cell (2013) 152
)
_DECIMAL = regex.compile(r"[0-9]{1,2}\.[0-9]{5,}")  # of a cell, say
_YEARS = regex.compile(r"(?:19|20)[0-9]{2} ?[-/\u2013] ?(?:19|20)[0-9]{2}")


@lru_cache(maxsize=1)
def _national_lengths() -> dict[str, frozenset[int]]:
    """Return how many digits may stand behind each calling code.

    From ITU-T E.164 and the countries' numbering plans, as in libphonenumber 9.0.42 (Apache-2.0).
    """
    rows = csv.DictReader(files("signals.pii").joinpath("data/calling_codes.csv").read_text("utf-8").splitlines())
    return {row["calling_code"]: frozenset(map(int, row["national_digits"].split())) for row in rows}


def _digits(text: str) -> str:
    return "".join(character for character in text if "0" <= character <= "9")


def _international_phone(match: Match) -> Span | None:
    """Return the longest row of groups, from the first on, that is as long as numbers of the country are."""
    for start, end in _rows_of_groups(match):
        digits = _digits(match.string[start:end].replace("(0)", "")).removeprefix("00")
        if _is_international(digits):
            return start, end
    return None


def _announced_phone(match: Match) -> Span | None:
    """Return the longest row of groups, from the first on, that has as many digits as phone numbers have."""
    text = match[FOUND]
    if _DATE.match(text) or _YEARS.match(text) or _DECIMAL.match(text):
        return None
    for start, end in _rows_of_groups(match):
        if _LEAST_DIGITS <= len(_digits(match.string[start:end])) <= _MOST_DIGITS:
            return start, end
    return None


def _rows_of_groups(match: Match) -> Iterator[Span]:
    """Yield the rows that begin with the first group of digits, longest first.

    White space must part a row from what stands behind it: other groups belong to it, and make it another number.
    """
    start = match.start(FOUND)
    is_opened = match.string[start - 1 : start] == "("
    for end in reversed(match.ends("group")):
        if end == match.end(FOUND) or match.string[end].isspace():
            text = match.string[start:end]
            if _closes_more(text[:-1]):  # (+49) 30 901820
                yield start - is_opened, end
            else:
                yield start, end - _closes_more(text)


def _closes_more(text: str) -> bool:
    """Tell whether more brackets close in a text than open."""
    return text.count(")") > text.count("(")


def _is_international(digits: str) -> bool:
    """Tell whether there is a country whose calling code and length of numbers some digits have."""
    lengths = _national_lengths()
    return _LEAST_DIGITS < len(digits) <= _MOST_DIGITS and any(
        len(digits) - size in lengths.get(digits[:size], ()) for size in (1, 2, 3)
    )


def _phone(anchor: int, pattern: str, accept: Callable[[Match], Span | None] = named_span) -> Rule:
    return Rule("phone", PHONE, anchor, regex.compile(pattern), accept)


_APART = rf"{NOT_BEHIND_WORD}(?<![.+-])"
_ALONE = rf"{_APART}(?<!,){NOT_BEHIND_NUMBER}"  # as a number stands that no sign announces

PHONE_RULES = (
    _phone(
        PLUS_SIGN,
        rf"{NOT_BEHIND_WORD}(?<!\+)(?P<{FOUND}>\+(?P<group>[1-9][0-9]*+\)?)(?P<group>{_GROUP}){{0,7}}+)"
        rf"{NOT_BEFORE_WORD}(?![.,][0-9])",
        _international_phone,
    ),
    _phone(
        NATIONAL_PHONE,
        rf"{_ALONE}(?<!/)(?P<{FOUND}>00(?P<group>[1-9][0-9]{{0,2}})[ \u00a0-](?:\(0\) ?)?(?=[1-9])"
        rf"(?P<group>[0-9]++)(?P<group>{_GROUP}){{0,6}}+){NOT_BEFORE_WORD}(?![.,][0-9])",
        _international_phone,
    ),
    _phone(  # North America
        AMERICAN_PHONE,
        rf"{_APART}(?P<{FOUND}>(?:1[-. ])?(?:\([2-9][0-9]{{2}}\) ?[0-9]{{3}}[-.]|"
        rf"[2-9][0-9]{{2}}[- ][0-9]{{3}}-|[2-9][0-8][0-9]\.[2-9][0-9]{{2}}\.)[0-9]{{4}}){NOT_BEFORE_WORD}(?![-.][0-9])",
    ),
    _phone(  # France
        NATIONAL_PHONE,
        rf"{_ALONE}(?P<{FOUND}>0[1-9](?P<mark>[ .\u00a0\u202f-])[0-9]{{2}}(?:(?P=mark)[0-9]{{2}}){{3}})"
        rf"{NOT_BEFORE_WORD}(?![ .-][0-9]|[.-][A-Fa-f][0-9A-Fa-f]\b)",
    ),
    _phone(  # Japan, Korea, Taiwan
        NATIONAL_PHONE,
        rf"{_APART}(?P<{FOUND}>0[1-9][0-9]{{0,2}}-[0-9]{{3,4}}-[0-9]{{4}}){NOT_BEFORE_WORD}(?![.-][0-9])",
    ),
    _phone(
        PHONE_WORD,
        rf"(?<![\p{{Latin}}\p{{Cyrillic}}\p{{Greek}}\p{{Arabic}}0-9_])(?:{'|'.join(PHONE_WORDS)})"
        rf"(?:(?: ?(?:no|nr|number|numéro|n°|№|#))?\.?{_SPACE}{{0,3}}[:\uff1a.=)]?"
        rf"|[ -]?\p{{L}}{{2,15}}\.?{_SPACE}?[:\uff1a])"
        rf"{_SPACE}{{0,3}}(?P<{FOUND}>\(?\+?(?P<group>[0-9]++\)?)(?P<group>{_ANNOUNCED_GROUP}){{0,9}}+)"
        rf"{NOT_BEFORE_WORD}(?![.,:/-]?[0-9])",
        _announced_phone,
    ),
)
