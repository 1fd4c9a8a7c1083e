"""Rules for numbers of bank accounts and payment cards."""

import csv
from functools import lru_cache
from importlib.resources import files

import regex

from signals.kernels.pii import CARD_NUMBER, IBAN_NUMBER
from signals.pii.kinds import CARD, IBAN
from signals.pii.rule import FOUND, NOT_BEFORE_WORD, NOT_BEHIND_NUMBER, NOT_BEHIND_WORD, Match, Rule, Span

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
def _iban_forms() -> dict[str, "regex.Pattern[str]"]:
    """Return what stands behind the country's code in its account numbers (SWIFT, IBAN registry, release 101)."""
    rows = csv.DictReader(files("signals.pii").joinpath("data/iban_forms.csv").read_text("utf-8").splitlines())
    return {row["country"]: regex.compile(_separable(row["form"])) for row in rows}


def _separable(form: str) -> str:
    """Return a pattern for a form such as 4a14n: letters and digits, each with or without a separator before it."""
    characters = {"n": "[0-9]", "a": "[A-Z]", "c": "[A-Z0-9]"}
    parts = regex.findall(r"([0-9]+)([nac])", f"2n{form}")
    return "".join(rf"(?:[ \u00a0-]?{characters[kind]}){{{count}}}" for count, kind in parts) + "(?![A-Z0-9])"


def iban_countries() -> frozenset[str]:
    """Return the codes of the countries that have such account numbers."""
    return frozenset(_iban_forms())


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
    digits = "".join(filter(str.isdigit, match[FOUND]))
    issued = any(
        len(digits) in lengths and int(digits[: len(str(beginnings.start))]) in beginnings
        for beginnings, lengths in _ISSUERS
    )
    return match.span(FOUND) if issued and _has_luhn_digit(digits) else None


def _has_luhn_digit(digits: str) -> bool:
    """Tell whether the last digit checks the others (ISO/IEC 7812-1, annex B)."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


ACCOUNT_RULES = (
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
            rf"{NOT_BEHIND_WORD}(?<![/#&.,*^-]|\w\(){NOT_BEHIND_NUMBER}(?P<{FOUND}>[0-9]{{4}}(?P<mark>[ -])"
            r"(?:[0-9]{4}(?P=mark)[0-9]{4}(?P=mark)[0-9]{4}|[0-9]{6}(?P=mark)[0-9]{4,5})|[0-9]{14,19}+)"
            rf"{NOT_BEFORE_WORD}(?![.,-]?[0-9]|[*^]|[ -][0-9])"
        ),
        _card,
    ),
)
