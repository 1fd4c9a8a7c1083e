"""Words that a wiki shows in one of several scripts or variants of its language, such as Chinese or Serbian."""

import re

_RULE = re.compile(r"-\{(?:(?P<flags>[A-Za-z;+\- ]{0,40})\|)?(?P<content>[^{}]*)\}-")
_VARIANT = re.compile(r"\s*(?:[^;:]*=>\s*)?[a-z]{2,3}(?:-[a-z]{2,8}){0,2}\s*:(?P<text>[^;]*)")
_HIDDEN = frozenset("HTN-")  # rules for the rest of the page, its title, the name of a variant, and their end


def one_variant(text: str) -> str:
    """Return a text with the first variant of each such rule; what only sets rules for other words is left out.

    (MediaWiki, Writing systems/Syntax.)

    >>> one_variant("-{zh-hans:计算机; zh-hant:電腦;}- -{TCP}--{H|zh-cn:a;zh-tw:b;}- -{A|sr-ec:Ниш; sr-el:Niš}-")
    '计算机 TCP Ниш'
    """
    return _RULE.sub(_shown, text) if "-{" in text else text


def _shown(rule: "re.Match[str]") -> str:
    if _HIDDEN.intersection(rule["flags"] or ""):
        return ""
    variant = _VARIANT.match(rule["content"])
    return (variant["text"] if variant else rule["content"]).strip()
