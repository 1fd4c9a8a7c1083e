"""Lines of code outside a fence: told from prose by their shape."""

import re

# Statements that end in ; { or }, assignments, lone calls, element markup, members of JSON objects.
_CODE_LINE = re.compile(
    r"[^;]*(?:[={}<>*&]|\w\()[^;]*;\s*(?:/[/*].*)?$|.*[{}]\s*$"
    r"|[\w.\[\]$>-]+\s*[-+*/|&.:]?=\s*\S.*|[\w.$:>-]+\([^)]*\)\s*$|[#$%]\s*\w.*|<[^>]+>.*</[^>]+>\s*$"
    r"|\"[\w.$@-]+\"\s*:\s*[\[{\"\d].*,?$",
    re.DOTALL,
)


# What none of these shapes is without.
_SIGN = re.compile(r"[;={}(<#$%\"]")


def is_code(text: str) -> bool:
    """Tell whether a segment reads as a line of code; prose that ends in a semicolon without any operator does not."""
    return _SIGN.search(text) is not None and _CODE_LINE.fullmatch(text) is not None
