"""Any licence statement found in the wild -> an SPDX expression, NONE or NOASSERTION; never an exception.

Nothing is invented: a version that is not stated is not supplied, a relation that is not stated is not assumed, and a
statement of which one part is not understood settles nothing. What it may have meant is kept as `candidates`.
"""

import functools
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from pipelines.licensing import names, spdx
from pipelines.licensing.names import UNKNOWN, Meaning
from pipelines.licensing.relicensing import is_within
from pipelines.licensing.reservations import is_reservation
from pipelines.licensing.spdx import NOASSERTION, NONE

# Longer statements are licence texts; the name in their heading is a hint and no more.
LONGEST_STATEMENT = 1000
MOST_TOKENS = 200

NOTHING_DECLARED = "nothing is declared"
"""The note of a statement that says no more than none would: empty, `None`, `unknown`."""

_GUESS = re.compile(r"\s*\((?:regex|guess|guessed)\)\s*$", re.IGNORECASE)
_LEAD_IN = re.compile(
    r"^\s*(?:spdx-license-identifier\s*:|licen[sc]e\s*:|rights\s*:|"
    r"(?:(?:licen[sc]ed|released|distributed|available|published)\s+)?under\s+(?:the\s+)?(?:terms\s+of\s+)?(?:the\s+)?)\s*",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"\s*(?:(?:this|the)\s+(?:work|article|paper|document|text|page|book|chapter|publication|content|material|site|website|"
    r"wiki|software|program)s?|contents?(?:\s+(?:on|of)\s+this\s+(?:site|page|website|wiki))?|"
    r"(?:this\s+is\s+)?an\s+open[- ]access\s+(?:article|paper|chapter|publication|work))\s*,?"
    r"(?:\s+(?:is|are))?(?:\s+made)?(?:\s+(?:licen[sc]ed|distributed|released|published|available))?\s+under\s+"
    r"(?:the\s+terms?(?:\s+and\s+conditions)?\s+of\s+)?(?:an?\s+|the\s+)?(?P<name>[^.;]*?(?:\.[0-9][^.;]*?)*?)"
    r"(?:\s*,\s*which\s+permits\s+(?:unrestricted\s+)?(?:re-?)?use(?:(?!commerc|deriv|modif|adapt|alter)[^.;])*)?\s*\.?"
    r"(?:\s*to\s+view\s+a\s+copy\s+of\s+this\s+licen[sc]e,?\s*(?:please\s+)?visit)?\s*\.?\s*",
    re.IGNORECASE,
)
"""A sentence that names the licence of a whole text, and says no more than what the licence says itself."""

_CLASSIFIER = re.compile(r"^License :: (?:OSI Approved :: )?(?!.*::)")
_URL = re.compile(
    r"(?:https?:)?//[^\s<>()\[\]\"']+|(?<![\w./])(?:www\.)?creativecommons\.org/[^\s<>()\[\]\"']+", re.IGNORECASE
)
_EMPTY_BRACKETS = re.compile(r"\s*[(\[<]\s*[)\]>]")
_NAME_AND_ACRONYM = re.compile(r"(?P<name>[^()]+?)\s*\((?P<acronym>[^()]+)\)")
_UNSTATED_RELATION = re.compile(r"\b(?:or\s*/\s*and|and\s*/\s*or)\b", re.IGNORECASE)
_COMMA_OPERATOR = re.compile(r"\s*,\s+(and|or)\s+", re.IGNORECASE)
_TOKEN = re.compile(r"([()]|(?<![\w.+-])(?:and|or|with)(?![\w.+-])|&&?|\|\|?)", re.IGNORECASE)
_OPERATORS = {"and": "AND", "or": "OR", "with": "WITH", "&": "AND", "&&": "AND", "|": "OR", "||": "OR"}
_LIST = re.compile(r"[;,|\n]")
_SEPARATOR = re.compile(r"[;,/|&()\n]|(?<![\w.+-])(?:and|or|with)(?![\w.+-])", re.IGNORECASE)


@dataclass(frozen=True)
class NormalisedLicense:
    """What a licence statement says.

    Attributes:
        expression: An SPDX expression, NONE (nothing is granted) or NOASSERTION (it is not known what is).
        candidates: What the statement may have meant, as SPDX expressions; only with NOASSERTION.
        note: Why the statement settles nothing, or what was noticed; None when there is nothing to add.
    """

    expression: str
    candidates: tuple[str, ...] = ()
    note: str | None = None


def normalise(statement: str | None) -> NormalisedLicense:
    """Return what a licence statement says: SPDX, DEP-5, Hugging Face, classifiers, common names, URLs.

    Args:
        statement: As found; None when there is none.

    Returns:
        The same for the same statement, and for its own `expression` that expression again.
    """
    return _normalise(statement or "")


@functools.lru_cache(maxsize=65536)
def _normalise(statement: str) -> NormalisedLicense:
    text = statement.replace("\x00", " ").strip()
    if not text:
        return NormalisedLicense(NOASSERTION, note=NOTHING_DECLARED)
    if text in {NONE, NOASSERTION}:
        return NormalisedLicense(text, note=NOTHING_DECLARED if text == NOASSERTION else None)
    if len(text) > LONGEST_STATEMENT:
        heading = text.split("\n", 1)[0][:LONGEST_STATEMENT]
        return NormalisedLicense(NOASSERTION, _candidates(heading), "a licence text, not a name")
    plain = _GUESS.sub("", text)
    if plain != text:
        return NormalisedLicense(NOASSERTION, _candidates(plain), "a guess, not a statement")
    found = _interpret(text)
    if found.expression is not None:
        return NormalisedLicense(found.expression, note=found.note)
    candidates = found.candidates or _candidates(text)
    return NormalisedLicense(NOASSERTION, candidates, found.note or "not a licence that is known")


def _interpret(text: str) -> Meaning:
    text = _without_escapes(text)
    urls = _URL.findall(text)
    if urls:
        return _interpret_with_urls(text, urls)
    for reading in (text, _CLASSIFIER.sub("", text), _without_lead_in(text)):
        found = _interpret_words(reading)
        if found != UNKNOWN:
            return found
    return Meaning(NONE) if is_reservation(text) else UNKNOWN


def _interpret_words(text: str) -> Meaning:
    found = names.meaning(text)
    if found != UNKNOWN:
        return found
    if match := _NAME_AND_ACRONYM.fullmatch(text.strip()):
        found = _agreed([names.meaning(match["name"]), names.meaning(match["acronym"])])
        if found.expression is not None:
            return found
    if _UNSTATED_RELATION.search(text):
        return UNKNOWN
    if expression := _expression(text):
        return Meaning(expression)
    listed = [_CLASSIFIER.sub("", part.strip()) for part in _LIST.split(text) if part.strip()]
    return _agreed([names.meaning(part) for part in listed]) if len(listed) > 1 else UNKNOWN


def _interpret_with_urls(text: str, urls: list[str]) -> Meaning:
    """A URL alone, or with words that say the same; other words may limit what it grants."""
    readings = [names.license_of_url(url.rstrip(".,;:")) for url in urls]
    words = _URL.sub(" ", text).strip(" \t\n()[]<>.,;:|-")
    if words:
        readings.append(_interpret_words(_without_lead_in(_EMPTY_BRACKETS.sub("", words))))
    return _agreed(readings)


def _without_lead_in(text: str) -> str:
    """Return the name of a licence without the words around it that add nothing."""
    sentence = _SENTENCE.fullmatch(text)
    return sentence["name"] if sentence else _LEAD_IN.sub("", text)


def _agreed(readings: list[Meaning]) -> Meaning:
    """Return the one expression that readings give and no other reading rules out; else all that they may mean."""
    settled = _most_exact([reading for reading in readings if reading.expression is not None])
    one = len({reading.expression for reading in settled}) == 1
    if one and all(_allows(reading, settled[0]) for reading in readings):
        return settled[0]
    return Meaning(None, _unique(candidate for reading in readings for candidate in _possible(reading)))


def _most_exact(readings: list[Meaning]) -> list[Meaning]:
    """Leave out what another reading only states more exactly, as CC BY 4.0 does CC BY of no stated version."""
    return [
        reading
        for reading in readings
        if not any(other.expression != reading.expression and _is_exacter(other, reading) for other in readings)
    ]


def _allows(reading: Meaning, settled: Meaning) -> bool:
    return settled.expression in _possible(reading) or _is_exacter(settled, reading)


def _is_exacter(one: Meaning, other: Meaning) -> bool:
    """Tell whether a meaning states the version that another leaves open."""
    exact, wide = one.expression or NONE, other.expression or NONE
    return "-unversioned" in wide and exact != NONE and is_within(spdx.parse(exact), spdx.parse(wide))


def _expression(text: str) -> str | None:
    """Return the SPDX form of an expression whose every name is known; DEP-5's `, and` binds weaker than `or`."""
    text = names.with_plus(text.replace("__and__", " and ").replace("__or__", " or "))
    pieces = _COMMA_OPERATOR.split(text)
    if len({piece.casefold() for piece in pieces[1::2]}) > 1:
        return None
    if len(pieces) > 1:
        operator = f" {pieces[1]} "
        text = operator.join(f"({piece})" for piece in pieces[::2])
    tokens = [token.strip() for token in _TOKEN.split(text) if token.strip()]
    if not 1 < len(tokens) <= MOST_TOKENS:
        return None
    parts: list[str] = []
    for token in tokens:
        part = _token(token, after_with=bool(parts) and parts[-1] == "WITH")
        if part is None:
            return None
        parts.append(part)
    try:
        return str(spdx.parse(" ".join(parts)))
    except spdx.ExpressionSyntaxError:
        return None


def _token(word: str, *, after_with: bool) -> str | None:
    if word in "()":
        return word
    if operator := _OPERATORS.get(word.casefold()):
        return operator
    if after_with:
        return names.exception_id(word)
    expression = names.meaning(word).expression
    if expression is None or expression == NONE:
        return None
    return f"({expression})" if " " in expression else expression


def _candidates(text: str) -> tuple[str, ...]:
    pieces = _SEPARATOR.split(names.with_plus(_without_escapes(text).replace("__and__", ";")))
    plain = [_CLASSIFIER.sub("", piece.strip()) for piece in pieces if piece.strip()]
    return _unique(candidate for piece in plain for candidate in _possible(names.meaning(piece)))


def _possible(found: Meaning) -> tuple[str, ...]:
    return (found.expression,) if found.expression is not None else found.candidates


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value != NONE))


def _without_escapes(text: str) -> str:
    """Undo the escapes that a URL collects on its way through JSON, HTML and other URLs."""
    for _ in range(3):
        plain = html.unescape(text.replace("\\/", "/").replace("\\u002F", "/").replace("\\u002f", "/"))
        plain = unquote(plain) if "%2f" in plain.casefold() or "%3a" in plain.casefold() else plain
        if plain == text:
            break
        text = plain
    return text
