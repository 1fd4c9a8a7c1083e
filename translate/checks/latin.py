"""Texts in Latin letters: what is looked for in them is found faster by the standard library than by `regex`.

Its expressions know no properties of characters, so the characters that have them are written out.
"""

import re

import regex

# ASCII, Latin-1, Latin Extended-A and -B; dashes and quotation marks.
_CHARACTERS = "".join(map(chr, (*range(0x250), *range(0x2010, 0x2028))))
_OTHER = re.compile("[^\x00-\u024f\u2010-\u2027]")


def is_latin(text: str) -> bool:
    """Tell whether a text holds nothing but Latin letters (not the rare ones), European digits and punctuation."""
    return text.isascii() or not _OTHER.search(text)


def of_latin(characters: str) -> str:
    r"""Return a class of `regex` as one of `re` that holds the same characters of a Latin text.

    Args:
        characters: The class, in brackets, or an escape such as `\p{L}`.
    """
    return f"[{''.join(map(re.escape, regex.findall(characters, _CHARACTERS, regex.V1)))}]"
