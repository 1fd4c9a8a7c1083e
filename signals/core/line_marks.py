"""The characters that tell what a line is: how sentences end, what may close behind that, what begins a list item."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import regex

from signals.kernels.line_characters import BULLET_MARK, CLOSING_MARK, SPACED_BULLET, TERMINAL_MARK

TERMINAL_MARKS = r"\p{Sentence_Terminal}"  # Unicode's ends of sentences, in every script that has one
CLOSING_MARKS = r"[\p{Close_Punctuation}\p{Final_Punctuation}\p{Initial_Punctuation}\"'\uff02\uff07]"
BULLETS = "•‣▶◀◦■□▪▫●○⁃∙➤➢❖✓✔"  # noqa: RUF001  the characters themselves
SPACED_BULLETS = "-–—−*+·"  # noqa: RUF001

_CODE_POINTS = 0x200000  # all that 21 bits can express: bad UTF-8 then decodes to nothing out of bounds


@lru_cache(maxsize=1)
def line_marks() -> npt.NDArray[np.uint8]:
    """Return the flags above of each code point."""
    marks = np.zeros(_CODE_POINTS, np.uint8)
    everything = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000))))  # all but surrogates
    for flag, characters in (
        (TERMINAL_MARK, regex.findall(TERMINAL_MARKS, everything)),
        (CLOSING_MARK, regex.findall(CLOSING_MARKS, everything)),
        (BULLET_MARK, BULLETS),
        (SPACED_BULLET, SPACED_BULLETS),
    ):
        marks[[ord(character) for character in characters]] |= flag
    return marks
