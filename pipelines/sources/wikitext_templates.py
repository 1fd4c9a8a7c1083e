"""Templates that stand for words of the sentence they are in; all others are boxes, notes and navigation.

Names are those of the English Wikipedia, from which most wikis took them, and of what the largest other ones have in
their running text.
"""

import re
from collections.abc import Callable, Sequence

FIXED = {
    "nbsp": " ",
    "space": " ",
    "ndash": "\u2013",
    "mdash": "\u2014",
    "emdash": "\u2014",
    "snd": " \u2013 ",
    "spnd": " \u2013 ",
    "spaced ndash": " \u2013 ",
    "dash": " \u2013 ",
    "dot": " \u00b7 ",
    "bull": " \u2022 ",
    "'": "'",
    "'s": "'s",
    '"': '"',
    "!": "|",
    "=": "=",
    "pi": "\u03c0",
    "degree": "\u00b0",
    "times": "\u00d7",
    "minus": "\u2212",
    "plusminus": "\u00b1",
    "e": "e",
    "er": "er",
    "\u00e8re": "re",
    "1er": "1er",
    "1re": "1re",
    "n\u00b0": "n\u00ba",
    "av jc": "av. J.-C.",
    "av. j.-c.": "av. J.-C.",
}

_FIRST_ARGUMENT = (
    *("nowrap", "nobr", "nobold", "small", "big", "smaller", "larger", "abbr", "sic", "tooltip", "center", "visible"),
    *("quote", "blockquote", "cquote", "quotation", "var", "code", "kbd", "mono", "tt", "dfn", "em", "strong", "sc"),
    *("smallcaps", "ipa", "unicode", "polytonic", "script", "angbr", "linktext", "math", "mvar", "nihongo"),
    *("nihongo3", "val", "sub", "nowr", "nwr", "no wrap", "noitalic", "noitalics", "typo", "not a typo", "as written"),
    *("proper name", "keypress", "key press", "samp", "chem2", "ce", "flag", "flagu", "flagcountry"),
    *("ill", "illm", "interlanguage link", "interlanguage link multi", "link-interwiki", "lien", "iw", "le"),
    *("仮リンク", "нп", "нп1", "нп2", "нп3", "нп4", "нп5", "не переведено", "не переведено 5"),
    *("zitat", "cita", "citazione", "citação", "citaat", "citat", "citation", "цитата"),
)
_LAST_ARGUMENT = (
    *("lang", "langx", "transl", "transliteration", "tlit", "nihongo2", "langue", "llang", "wikt-lang", "font color"),
    *("color", "colored text"),
)
# What stands before the first argument.
_BEFORE = {
    **{name: f"{name.upper()} " for name in ("hms", "uss", "sms", "rms", "ss", "mv", "hmas", "hmcs")},
    "us$": "US$", "usd": "$", "a$": "A$", "aud": "A$", "gbp": "\u00a3", "\u00a3": "\u00a3", "eur": "\u20ac",
    "\u20ac": "\u20ac", "inr": "\u20b9", "circa": "c. ", "c.": "c. ", "as of": "As of ", "sup": "^", "e": "\u00d710^",
    "siglo": "siglo ", "segle": "segle ", "s\u00e9c": "s\u00e9culo ", "p.": "p. ",
}  # fmt: skip
_QUANTITIES = ("unit\u00e9", "nombre", "unidad", "unidade", "unitats", "\u0447\u0438\u0441\u043b\u043e")
_CENTURIES = ("s", "s-", "s2", "s2-", "si\u00e8cle", "siecle")
_ROMAN = re.compile("[IVXL]{1,7}")
_FORMATTED = re.compile(r"formatnum:\s*")

_JOINTS = {"to": "to", "-": "\u2013", "\u2013": "\u2013", "and": "and", "by": "by", "x": "\u00d7", "or": "or"}


def shown_template(name: str, arguments: Sequence[str]) -> str | None:
    """Return the words that a template shows in running text, None when it shows none.

    Args:
        name: Its name in lower case, with spaces.
        arguments: Its unnamed arguments, as a reader sees them.
    """
    if name in FIXED and (not arguments or name not in _PHRASES):
        return FIXED[name]
    if not arguments:
        return _FORMATTED.sub("", name) if _FORMATTED.match(name) else None
    if name.startswith(("lang-", "link-", "ipa-")):
        return arguments[0]
    phrase = _PHRASES.get(name)
    return None if phrase is None else phrase(arguments)


def _convert(arguments: Sequence[str]) -> str:
    match arguments:
        case [low, joint, high, unit, *_] if joint in _JOINTS:
            return f"{low} {_JOINTS[joint]} {high} {unit}"
        case [number, unit, *_]:
            return f"{number} {unit}"
        case _:
            return arguments[0]


def _fraction(arguments: Sequence[str]) -> str:
    match arguments:
        case [below]:
            return f"1/{below}"
        case [above, below]:
            return f"{above}/{below}"
        case _:
            return f"{arguments[0]} {arguments[1]}/{arguments[2]}"


def _behind(mark: str) -> Callable[[Sequence[str]], str]:
    return lambda arguments: f"{mark}{arguments[0]}"


def _century(arguments: Sequence[str]) -> str:
    """Return a century as French articles write it; in Russian ones the name keeps words on a line."""
    match arguments:
        case [number, ending, *_] if _ROMAN.fullmatch(number) and ending:
            return f"{number}{ending} si\u00e8cle"
        case [number, *_] if _ROMAN.fullmatch(number):
            return f"{number}{'er' if number == 'I' else 'e'} si\u00e8cle"
        case _:
            return arguments[0]


def _reading(arguments: Sequence[str]) -> str:
    return f"{arguments[0]}({arguments[1]})" if len(arguments) > 1 and arguments[1] else arguments[0]


def _class_of_ships(arguments: Sequence[str]) -> str:
    return f"{arguments[0]}-class {arguments[1]}" if len(arguments) > 1 and arguments[1] else arguments[0]


_PHRASES: dict[str, Callable[[Sequence[str]], str]] = {
    **dict.fromkeys(_FIRST_ARGUMENT, lambda arguments: arguments[0]),
    **dict.fromkeys(_LAST_ARGUMENT, lambda arguments: arguments[-1]),
    **dict.fromkeys(("convert", "cvt"), _convert),
    **dict.fromkeys(("frac", "fraction", "sfrac"), _fraction),
    **{name: _behind(mark) for name, mark in _BEFORE.items()},
    **dict.fromkeys(_QUANTITIES, lambda arguments: " ".join(filter(None, arguments[:2]))),
    **dict.fromkeys(_CENTURIES, _century),
    **dict.fromkeys(("ruby", "\u30eb\u30d3", "\u8aad\u307f\u4eee\u540d"), _reading),
    **dict.fromkeys(("date", "date-"), lambda arguments: " ".join(filter(None, arguments[:3]))),
    **dict.fromkeys(("sclass", "sclass2"), _class_of_ships),
    '"': lambda arguments: f"\u201c{arguments[0]}\u201d",
    "guil": lambda arguments: f"\u00ab {arguments[0]} \u00bb",
    "ship": lambda arguments: " ".join(filter(None, arguments[:2])),
    "tsl": lambda arguments: (*arguments[2:3], *arguments[1:2], arguments[0])[0],
    "chem": "".join,
    "oldstyledate": " ".join,
}
