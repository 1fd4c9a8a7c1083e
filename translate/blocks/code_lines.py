"""Lines of code outside a fence: told from prose by their shape."""

import re

# Shapes of a whole line, each with a sign that no such line is without.
_SHAPES = tuple(
    (sign, re.compile(shape, re.DOTALL))
    for sign, shape in (
        (";", r"[^;]*(?:[={}<>*&]|\w\()[^;]*;\s*(?:/[/*].*)?$"),  # statements that end in ;
        ("{", r".*[{}]\s*$"),
        ("}", r".*[{}]\s*$"),
        ("=", r"[\w.\[\]$>-]+\s*[-+*/|&.:]?=\s*\S.*"),  # assignments
        ("(", r"[\w.$:>-]+\([^)]*\)\s*$"),  # lone calls
        ("#", r"#\s*\w.*"),  # comments and prompts
        ("$", r"\$\s*\w.*"),
        ("%", r"%\s*\w.*"),
        ("<", r"<[^>]+>.*</[^>]+>\s*$"),  # element markup
        ('"', r"\"[\w.$@-]+\"\s*:\s*[\[{\"\d].*,?$"),  # members of JSON objects
    )
)
# Any of the signs.
_SIGN = re.compile(r"[;={}(<#$%\"]")


def is_code(text: str) -> bool:
    """Tell whether a segment reads as a line of code; prose that ends in a semicolon without any operator does not."""
    return _SIGN.search(text) is not None and any(sign in text and shape.fullmatch(text) for sign, shape in _SHAPES)
