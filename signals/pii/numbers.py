"""Rules for numbers of telephones, bank accounts and payment cards."""

import csv
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

import regex

from signals.kernels.pii import CARD_NUMBER, IBAN_NUMBER, NATIONAL_PHONE, PHONE_WORD, PLUS_SIGN
from signals.pii.cues import PHONE_WORDS
from signals.pii.kinds import CARD, IBAN, PHONE
from signals.pii.rule import FOUND, NOT_BEFORE_WORD, NOT_BEHIND_WORD, Match, Rule, Span

_MOST_DIGITS = 15  # ITU-T E.164
_LEAST_DIGITS = 7

_SPACE = r"[ \u00a0\u202f]"
_GROUP = r"(?:[\u00a0\u202f \-\u2011/]?\(?[0-9]++\)?|\.[0-9]{2,}+)"
_ANNOUNCED_GROUP = r"(?:[ \u00a0\u202f()./\u2011-]{0,2}+[0-9]++\)?)"
_DATE = regex.compile(
    r"(?:19|20)[0-9]{2}[./-][01]?[0-9][./-][0-3]?[0-9].*|[0-3]?[0-9][./-][01]?[0-9][./-](?:19|20)[0-9]{2}.*"
)
_YEARS = regex.compile(r"(?:19|20)[0-9]{2} ?[-/] ?(?:19|20)[0-9]{2}")

# (digits that an issuer's numbers begin with, lengths); ISO/IEC 7812-1 and the schemes' published ranges.
_ISSUERS: tuple[tuple[range, tuple[int, ...]], ...] = (
    (range(4, 5), (16,)),  # Visa; old ones of 13 digits and rare ones of 19 are too much like other numbers
    (range(51, 56), (16,)),  # Mastercard
    (range(2221, 2721), (16,)),
    (range(34, 35), (15,)),  # American Express
    (range(37, 38), (15,)),
    (range(6011, 6012), (16,)),  # Discover
    (range(644, 660), (16,)),
    (range(62, 63), (16, 19)),  # UnionPay
    (range(3528, 3590), (16,)),  # JCB
    (range(300, 306), (14,)),  # Diners Club
    (range(36, 37), (14,)),
    (range(38, 40), (14, 16)),
    (range(2200, 2205), (16,)),  # Mir
)


@lru_cache(maxsize=1)
def _national_lengths() -> dict[str, frozenset[int]]:
    """Return how many digits may stand behind each calling code.

    From ITU-T E.164 and the countries' numbering plans, as in libphonenumber 9.0.42 (Apache-2.0).
    """
    rows = csv.DictReader(files("signals.pii").joinpath("data/calling_codes.csv").read_text("utf-8").splitlines())
    return {row["calling_code"]: frozenset(map(int, row["national_digits"].split())) for row in rows}


@lru_cache(maxsize=1)
def _iban_forms() -> dict[str, "regex.Pattern[str]"]:
    """Return what stands behind the country's code in its account numbers (SWIFT, IBAN registry, release 101)."""
    rows = csv.DictReader(files("signals.pii").joinpath("data/iban_forms.csv").read_text("utf-8").splitlines())
    return {row["country"]: regex.compile(_separable(row["form"])) for row in rows}


def _separable(form: str) -> str:
    """Return a pattern for a form such as 4a14n: letters and digits, each with or without a separator before it."""
    characters = {"n": "[0-9]", "a": "[A-Z]", "c": "[A-Z0-9]"}
    parts = regex.findall(r"([0-9]+)([nac])", f"2n{form}")
    return "".join(rf"(?:[ \u00a0-]?{characters[kind]}){{{count}}}" for count, kind in parts) + "(?![A-Z0-9])"


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
    if _DATE.match(text) or _YEARS.match(text):
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
    for end in reversed(match.ends("group")):
        if end == match.end(FOUND) or match.string[end].isspace():
            text = match.string[start:end]
            yield start, end - (text.count(")") > text.count("("))


def _is_international(digits: str) -> bool:
    """Tell whether there is a country whose calling code and length of numbers some digits have."""
    lengths = _national_lengths()
    return _LEAST_DIGITS < len(digits) <= _MOST_DIGITS and any(
        len(digits) - size in lengths.get(digits[:size], ()) for size in (1, 2, 3)
    )


def _iban(match: Match) -> Span | None:
    """Return an account number of the country's form with the right check digits."""
    form = _iban_forms().get(match["country"])
    found = form.match(match.string, match.end("country")) if form else None
    if not found:
        return None
    number = "".join(filter(str.isalnum, found[0]))
    rearranged = "".join(str(int(character, 36)) for character in number[2:] + match["country"] + number[:2])
    return (match.start(FOUND), found.end()) if int(rearranged) % 97 == 1 else None


def _card(match: Match) -> Span | None:
    digits = _digits(match[FOUND])
    issued = any(
        len(digits) in lengths and int(digits[: len(str(beginnings.start))]) in beginnings
        for beginnings, lengths in _ISSUERS
    )
    return match.span(FOUND) if issued and _has_luhn_digit(digits) else None


def _has_luhn_digit(digits: str) -> bool:
    """Tell whether the last digit checks the others (ISO/IEC 7812-1, annex B)."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


NUMBER_RULES = (
    Rule(
        "phone",
        PHONE,
        PLUS_SIGN,
        regex.compile(
            rf"{NOT_BEHIND_WORD}(?<!\+)(?P<{FOUND}>\+(?P<group>[1-9][0-9]*+\)?)(?P<group>{_GROUP}){{0,7}}+)"
            rf"{NOT_BEFORE_WORD}(?![.,][0-9])"
        ),
        _international_phone,
    ),
    Rule(
        "phone",
        PHONE,
        NATIONAL_PHONE,
        regex.compile(
            rf"{NOT_BEHIND_WORD}(?<![.+]|[0-9][ .-])(?P<{FOUND}>(?:1[-. ])?(?:\([2-9][0-8][0-9]\) ?[2-9][0-9]{{2}}[-.]|"
            r"[2-9][0-8][0-9](?:-[2-9][0-9]{2}-|\.[2-9][0-9]{2}\.| [2-9][0-9]{2}-))[0-9]{4})"
            rf"{NOT_BEFORE_WORD}(?![-.][0-9])"
        ),
    ),
    Rule(
        "phone",
        PHONE,
        NATIONAL_PHONE,
        regex.compile(
            rf"{NOT_BEHIND_WORD}(?<![.,+-]|[0-9A-Fa-f][ .-])(?P<{FOUND}>0[1-9](?P<mark>[ .\u00a0\u202f-])[0-9]{{2}}"
            rf"(?:(?P=mark)[0-9]{{2}}){{3}}){NOT_BEFORE_WORD}(?![ .-][0-9]|[.-][A-Fa-f][0-9A-Fa-f]\b)"
        ),
    ),
    Rule(  # Japan, Korea, Taiwan
        "phone",
        PHONE,
        NATIONAL_PHONE,
        regex.compile(
            rf"{NOT_BEHIND_WORD}(?<![.,+-]|[0-9A-Fa-f][ .-])(?P<{FOUND}>0[1-9][0-9]{{0,2}}-[0-9]{{3,4}}-[0-9]{{4}})"
            rf"{NOT_BEFORE_WORD}(?![ .-][0-9])"
        ),
    ),
    Rule(
        "phone",
        PHONE,
        NATIONAL_PHONE,
        regex.compile(
            rf"{NOT_BEHIND_WORD}(?<![.,+-]|[0-9A-Fa-f][ .-])(?P<{FOUND}>00(?P<group>[1-9][0-9]{{0,2}})[ \u00a0-]"
            rf"(?:\(0\) ?)?(?=[1-9])(?P<group>[0-9]++)(?P<group>{_GROUP}){{0,6}}+){NOT_BEFORE_WORD}(?![.,][0-9])"
        ),
        _international_phone,
    ),
    Rule(
        "phone",
        PHONE,
        PHONE_WORD,
        regex.compile(
            rf"(?<![\p{{Latin}}\p{{Cyrillic}}\p{{Greek}}\p{{Arabic}}0-9_])(?:{'|'.join(PHONE_WORDS)})"
            rf"(?:(?: ?(?:no|nr|number|numéro|n°|№|#))?\.?{_SPACE}{{0,3}}[:\uff1a.=)]?"
            rf"|[ -]?\p{{L}}{{2,15}}\.?{_SPACE}?[:\uff1a])"
            rf"{_SPACE}{{0,3}}(?P<{FOUND}>\(?\+?(?P<group>[0-9]++\)?)(?P<group>{_ANNOUNCED_GROUP}){{0,9}}+)"
            rf"{NOT_BEFORE_WORD}(?![.,:/-]?[0-9])"
        ),
        _announced_phone,
    ),
    Rule(
        "iban",
        IBAN,
        IBAN_NUMBER,
        regex.compile(rf"{NOT_BEHIND_WORD}(?P<{FOUND}>(?P<country>[A-Z]{{2}})[0-9]{{2}}[ \u00a0-]?[A-Z0-9])"),
        _iban,
    ),
    Rule(
        "card",
        CARD,
        CARD_NUMBER,
        regex.compile(
            rf"{NOT_BEHIND_WORD}(?<![/#&.,*^-]|[0-9A-F][ -])(?P<{FOUND}>[0-9]{{4}}(?P<mark>[ -])"
            r"(?:[0-9]{4}(?P=mark)[0-9]{4}(?P=mark)[0-9]{4}|[0-9]{6}(?P=mark)[0-9]{4,5})|[0-9]{14,19}+)"
            rf"{NOT_BEFORE_WORD}(?![.,-]?[0-9]|[*^)\]]|[ -][0-9])",
            regex.V1,
        ),
        _card,
    ),
)
