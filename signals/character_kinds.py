"""The kind of each Unicode character: letter, digit, white space, emoji, invisible and so on, exactly one for each.

Kinds follow the Unicode properties that `regex` knows, so they are those of its Unicode version, whatever Python runs.
"""

import numpy as np
import numpy.typing as npt
import regex

# Numbers for kernels; UNKNOWN is what is unassigned.
UNKNOWN, CAPITAL, LETTER, MARK, DIGIT, WHITE_SPACE, PUNCTUATION, SYMBOL = range(8)
EMOJI = 8  # shown as a picture by default
PICTOGRAPH = 9  # a symbol that U+FE0F behind it makes an emoji
SELECTOR = 10  # a variation selector; it and a join control count with the character before them
JOIN_CONTROL = 11
INVISIBLE = 12
REPLACEMENT = 13  # U+FFFD, which decoders put for bytes that they cannot read
ZERO_WIDTH_SPACE = 14  # white space between words of some scripts
KINDS = 15

# Of several patterns that match a character, the last holds.
_PATTERNS = {
    LETTER: r"\p{L}",
    CAPITAL: r"[\p{Lu}\p{Lt}]",
    MARK: r"\p{M}",
    DIGIT: r"\p{Nd}",
    PUNCTUATION: r"\p{P}",
    # Arabic and Kaithi number signs are format controls that can be seen; Hangul fillers are letters that cannot.
    SYMBOL: r"[\p{S}\p{Nl}\p{No}\p{Prepended_Concatenation_Mark}]",
    INVISIBLE: r"[[\p{Cf}\p{Cc}\p{Co}\p{Default_Ignorable_Code_Point}]--\p{Prepended_Concatenation_Mark}]",
    EMOJI: r"\p{Emoji_Presentation}",
    PICTOGRAPH: r"[[\p{Emoji}&&\p{S}]--[\p{Emoji_Presentation}\p{ASCII}]]",
    SELECTOR: r"\p{Variation_Selector}",
    JOIN_CONTROL: r"\p{Join_Control}",
    ZERO_WIDTH_SPACE: "\u200b",
    WHITE_SPACE: r"\p{White_Space}",
    REPLACEMENT: "\ufffd",
}


def kinds_of(characters: str, size: int) -> npt.NDArray[np.uint16]:
    """Return the kinds of code points.

    Args:
        characters: All that are looked at, each once.
        size: How many code points the table has.

    Returns:
        uint16[size], UNKNOWN for those not looked at.
    """
    kinds = np.zeros(size, np.uint16)
    for kind, pattern in _PATTERNS.items():
        found = "".join(regex.findall(f"{pattern}+", characters, regex.V1))
        kinds[np.frombuffer(found.encode("utf-32-le"), np.uint32)] = kind
    return kinds


def kind_of(character: str) -> int:
    """Return the kind of one character, slowly, from the definitions themselves."""
    kinds = [kind for kind, pattern in _PATTERNS.items() if regex.match(pattern, character, regex.V1)]
    return kinds[-1] if kinds else UNKNOWN
