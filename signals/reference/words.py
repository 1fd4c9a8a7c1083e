"""Words of one text, by the rules of Unicode Standard Annex 29; see `signals.segmentation`."""

import itertools
from collections.abc import Collection, Sequence

import regex

from signals.segmentation.spans import PIECE_LENGTHS

_MARK = r"[\p{WB=Extend}\p{WB=Format}\p{WB=ZWJ}]"
_UNIT = regex.compile(rf"(?s)(?!{_MARK}).{_MARK}*|{_MARK}+", regex.V1)  # a character and the marks on it

_LETTER = regex.compile(r"[\p{WB=ALetter}\p{WB=Hebrew_Letter}]", regex.V1)
_HEBREW = regex.compile(r"\p{WB=Hebrew_Letter}")
_NUMERIC = regex.compile(r"\p{WB=Numeric}")
_KATAKANA = regex.compile(r"\p{WB=Katakana}")
_CONNECTOR = regex.compile(r"[\p{WB=ExtendNumLet}--\s]", regex.V1)
_WITHIN_WORD = regex.compile(r"[\p{WB=MidLetter}\p{WB=MidNumLet}\p{WB=Single_Quote}]", regex.V1)
_WITHIN_NUMBER = regex.compile(r"[\p{WB=MidNum}\p{WB=MidNumLet}\p{WB=Single_Quote}]", regex.V1)
_UNSPACED = regex.compile(r"[[\p{WB=Other}&&\w]\p{WB=Katakana}]", regex.V1)
_MAKES_WORD = regex.compile(rf"[[\p{{Alphabetic}}\p{{N}}]--[[\p{{WB=Other}}--\w]{_MARK}]]", regex.V1)

_SCRIPTS = {
    "Han": r"\p{Ideographic}",
    "Hiragana": r"\p{Script=Hiragana}",
    "Katakana": r"\p{WB=Katakana}",
    "Thai": r"\p{Script=Thai}",
    "Lao": r"\p{Script=Lao}",
    "Khmer": r"\p{Script=Khmer}",
    "Burmese": r"\p{Script=Myanmar}",
}
_STANDS_BEFORE = regex.compile(r"\p{Logical_Order_Exception}")
_STACKS = regex.compile(r"\p{InSC=Invisible_Stacker}")
_STANDS_BEHIND = regex.compile(r"[[\p{InSC=Vowel_Dependent}\p{Lm}]--\p{Logical_Order_Exception}]", regex.V1)
_SILENCES = regex.compile(r"[\p{InSC=Pure_Killer}\p{InSC=Consonant_Killer}]")


def words_of(text: str) -> list[str]:
    """Return the words of a text, with the built-in segmentation."""
    return [text[start:end] for start, end in word_spans(text)]


def word_spans(text: str) -> list[tuple[int, int]]:
    """Return where each word begins and ends, in code points."""
    units: list[str] = _UNIT.findall(text)
    cuts = _cuts(units)
    bounds = [0, *(k for k in range(1, len(units)) if not _is_joined(units, cuts, k)), len(units)]
    places = list(itertools.accumulate(map(len, units), initial=0))
    return [
        (places[first], places[behind])
        for first, behind in itertools.pairwise(bounds)
        if any(map(_MAKES_WORD.match, units[first:behind]))
    ]


def _is_joined(units: Sequence[str], cuts: Collection[int], place: int) -> bool:
    """Tell whether no boundary stands before a unit."""
    two_before, before, behind, two_behind = (
        units[k] if 0 <= k < len(units) else "" for k in range(place - 2, place + 2)
    )
    in_word = _LETTER.match(before) or _NUMERIC.match(before)
    rules = {
        "WB5, WB8, WB9, WB10": in_word and (_LETTER.match(behind) or _NUMERIC.match(behind)),
        "WB6": _LETTER.match(before) and _WITHIN_WORD.match(behind) and _LETTER.match(two_behind),
        "WB7": _LETTER.match(two_before) and _WITHIN_WORD.match(before) and _LETTER.match(behind),
        "WB7a": _HEBREW.match(before) and behind[0] == "'",
        "WB7b": _HEBREW.match(before) and behind[0] == '"' and _HEBREW.match(two_behind),
        "WB7c": _HEBREW.match(two_before) and before[0] == '"' and _HEBREW.match(behind),
        "WB11": _NUMERIC.match(two_before) and _WITHIN_NUMBER.match(before) and _NUMERIC.match(behind),
        "WB12": _NUMERIC.match(before) and _WITHIN_NUMBER.match(behind) and _NUMERIC.match(two_behind),
        "WB13a": (in_word or _KATAKANA.match(before) or _CONNECTOR.match(before)) and _CONNECTOR.match(behind),
        "WB13b": _CONNECTOR.match(before) and any(p.match(behind) for p in (_LETTER, _NUMERIC, _KATAKANA)),
        "unspaced": _UNSPACED.match(before) and _UNSPACED.match(behind) and place not in cuts,
    }
    return any(rules.values())


def _cuts(units: Sequence[str]) -> set[int]:
    """Return which units begin a piece of text in a script written without spaces."""
    cuts: set[int] = set()
    first = 0
    for place, unit in enumerate(units):
        if not _UNSPACED.match(unit):
            continue
        if place == 0 or not _UNSPACED.match(units[place - 1]):
            cuts.add(place)
            first = place
            continue
        before, script = units[place - 1], _script(units[first])
        held = _STANDS_BEFORE.match(before) or _STACKS.search(before) or _STANDS_BEHIND.match(unit)
        full = len("".join(units[first:place])) >= PIECE_LENGTHS[script]
        if not held and (_script(unit) != script or (full and not _SILENCES.search(unit))):
            cuts.add(place)
            first = place
    return cuts


def _script(unit: str) -> str:
    return next((name for name, pattern in _SCRIPTS.items() if regex.match(pattern, unit)), "other")
