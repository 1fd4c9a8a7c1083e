"""Rules for numbers of telephones, bank accounts and payment cards."""

import csv
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
_DATE = regex.compile(
    r"(?:19|20)[0-9]{2}[./-][01]?[0-9][./-][0-3]?[0-9].*|[0-3]?[0-9][./-][01]?[0-9][./-](?:19|20)[0-9]{2}.*"
)
_YEARS = regex.compile(r"(?:19|20)[0-9]{2} ?[-/] ?(?:19|20)[0-9]{2}")
_FICTION = regex.compile(r"[0-9]{3}555[0-9]{4}")  # nobody's in North America
_COUNTED = "01234567890123456789 01020304050607"  # who writes these shows what a number looks like

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
def _iban_lengths() -> dict[str, int]:
    """Return the length of each country's account numbers (SWIFT, IBAN registry, release 101)."""
    rows = csv.DictReader(files("signals.pii").joinpath("data/iban_lengths.csv").read_text("utf-8").splitlines())
    return {row["country"]: int(row["characters"]) for row in rows}


def _is_made_up(digits: str) -> bool:
    return digits in _COUNTED or bool(_FICTION.fullmatch(digits[-10:]))


def _digits(text: str) -> str:
    return "".join(character for character in text if "0" <= character <= "9")


def _international_phone(match: Match) -> Span | None:
    """Return the longest row of groups, from the first on, that is as long as numbers of the country are.

    Groups behind it must be parted from it by white space: others belong to it and make it another number.
    """
    start = match.start(FOUND)
    for end in reversed(match.ends("group")):
        text = match.string[start:end]
        if end < match.end(FOUND) and not match.string[end].isspace():
            continue
        digits = _digits(text.replace("(0)", ""))
        national = _national_digits(digits)
        if national and not (digits[0] == "1" and _is_made_up(national)):
            return start, end - (text.count(")") > text.count("("))
    return None


def _national_digits(digits: str) -> str | None:
    """Return what follows the calling code of a number, None where no country has such numbers."""
    lengths = _national_lengths()
    for size in (1, 2, 3):
        national = digits[size:]
        if len(national) in lengths.get(digits[:size], ()) and _LEAST_DIGITS < len(digits) <= _MOST_DIGITS:
            return national
    return None


def _national_phone(match: Match) -> Span | None:
    return None if _is_made_up(_digits(match[FOUND])) else match.span(FOUND)


def _announced_phone(match: Match) -> Span | None:
    text = match[FOUND]
    digits = _digits(text)
    if _DATE.match(text) or _YEARS.match(text):
        return None
    return None if _is_made_up(digits) else match.span(FOUND)


def _iban(match: Match) -> Span | None:
    """Return an account number of the country's length with the right check digits."""
    size = _iban_lengths().get(match["country"])
    characters = [(place, found) for place, found in enumerate(match[FOUND]) if found.isalnum()]
    if size is None or len(characters) < size:
        return None
    end = characters[size - 1][0] + 1
    text = match[FOUND][:end]
    compact = "".join(found for _, found in characters[:size])
    if match[FOUND][end : end + 1].isalnum() or text not in (compact, *_grouped(compact)):
        return None
    rearranged = "".join(str(int(character, 36)) for character in compact[4:] + compact[:4])
    return (match.start(FOUND), match.start(FOUND) + end) if int(rearranged) % 97 == 1 else None


def _grouped(compact: str) -> list[str]:
    groups = [compact[start : start + 4] for start in range(0, len(compact), 4)]
    return [separator.join(groups) for separator in " \u00a0-"]


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
        _national_phone,
    ),
    Rule(
        "phone",
        PHONE,
        NATIONAL_PHONE,
        regex.compile(
            rf"{NOT_BEHIND_WORD}(?<![.,+-]|[0-9A-Fa-f][ .-])(?P<{FOUND}>0[1-9](?P<mark>[ .\u00a0\u202f-])[0-9]{{2}}"
            rf"(?:(?P=mark)[0-9]{{2}}){{3}}){NOT_BEFORE_WORD}(?![ .-][0-9]|[.-][A-Fa-f][0-9A-Fa-f]\b)"
        ),
        _national_phone,
    ),
    Rule(
        "phone",
        PHONE,
        PHONE_WORD,
        regex.compile(
            rf"(?<![\p{{Latin}}\p{{Cyrillic}}\p{{Greek}}\p{{Arabic}}0-9_])(?:{'|'.join(PHONE_WORDS)})"
            rf"(?: ?(?:no|nr|number|numéro|n°|№|#))?\.?{_SPACE}{{0,3}}[:\uff1a.=)]?{_SPACE}{{0,3}}"
            rf"(?P<{FOUND}>\(?\+?[0-9](?:[ \u00a0\u202f()./\u2011-]{{0,2}}+[0-9]){{6,14}}+){NOT_BEFORE_WORD}"
            r"(?![.,:/-]?[0-9])"
        ),
        _announced_phone,
    ),
    Rule(
        "iban",
        IBAN,
        IBAN_NUMBER,
        regex.compile(
            rf"{NOT_BEHIND_WORD}(?P<{FOUND}>(?P<country>[A-Z]{{2}})[0-9]{{2}}(?:[ \u00a0-]?[A-Z0-9]){{11,30}}+)"
        ),
        _iban,
    ),
    Rule(
        "card",
        CARD,
        CARD_NUMBER,
        regex.compile(
            rf"{NOT_BEHIND_WORD}(?<![=/#&.,(\[*^-]|[0-9A-F][ -])(?P<{FOUND}>[0-9]{{4}}(?P<mark>[ -])"
            r"(?:[0-9]{4}(?P=mark)[0-9]{4}(?P=mark)[0-9]{4}|[0-9]{6}(?P=mark)[0-9]{4,5})|[0-9]{14,19}+)"
            rf"{NOT_BEFORE_WORD}(?![.,-]?[0-9]|[*^)\]]|[ -][0-9])",
            regex.V1,
        ),
        _card,
    ),
)
