"""Templates that stand for words of the sentence they are in; all others are boxes, notes and navigation.

Names are those of the English Wikipedia, from which most wikis took them.
"""

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
}

_FIRST_ARGUMENT = (
    *("nowrap", "nobr", "nobold", "small", "big", "smaller", "larger", "abbr", "sic", "tooltip", "center", "visible"),
    *("quote", "blockquote", "cquote", "quotation", "var", "code", "kbd", "mono", "tt", "dfn", "em", "strong", "sc"),
    *("smallcaps", "ipa", "unicode", "polytonic", "script", "angbr", "linktext", "math", "mvar", "nihongo"),
    *("nihongo3", "val", "sub"),
)
_LAST_ARGUMENT = ("lang", "langx", "transl", "transliteration", "nihongo2")

_JOINTS = {"to": "to", "-": "\u2013", "\u2013": "\u2013", "and": "and", "by": "by", "x": "\u00d7", "or": "or"}


def shown_template(name: str, arguments: Sequence[str]) -> str | None:
    """Return the words that a template shows in running text, None when it shows none.

    Args:
        name: Its name in lower case, with spaces.
        arguments: Its unnamed arguments, as a reader sees them.
    """
    if name in FIXED:
        return FIXED[name]
    if not arguments:
        return None
    if name.startswith("lang-"):
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


_PHRASES: dict[str, Callable[[Sequence[str]], str]] = {
    **dict.fromkeys(_FIRST_ARGUMENT, lambda arguments: arguments[0]),
    **dict.fromkeys(_LAST_ARGUMENT, lambda arguments: arguments[-1]),
    **dict.fromkeys(("convert", "cvt"), _convert),
    **dict.fromkeys(("frac", "fraction", "sfrac"), _fraction),
    **dict.fromkeys(("circa", "c."), lambda arguments: f"c. {arguments[0]}"),
    "as of": lambda arguments: f"As of {arguments[0]}",
    "sup": lambda arguments: f"^{arguments[0]}",
    "oldstyledate": " ".join,
}
