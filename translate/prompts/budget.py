"""How many tokens a translation may take before it counts as cut off."""

import math
from collections.abc import Mapping

_SLACK = 32
_EXPANSION = 2.0
# Vocabularies made mostly from text in Latin script cut these scripts' words into several times more tokens.
_DENSE_SCRIPTS = frozenset(
    (
        *("Armn", "Beng", "Deva", "Ethi", "Geor", "Gujr", "Guru", "Khmr", "Knda", "Laoo", "Mlym", "Mymr", "Olck"),
        *("Orya", "Sinh", "Taml", "Telu", "Tfng", "Thai", "Tibt"),
    )
)
_DENSE_EXPANSION = 4.0


def output_budget(source_tokens: int, target: str, expansion: Mapping[str, float]) -> int:
    """Return the most tokens that a translation may take: ⌈expansion · source tokens⌉ + 32.

    A bound, not a forecast: an answer that reaches it is taken for cut off, so it lies far above what a faithful
    translation takes.

    Args:
        source_tokens: Tokens of the segment.
        target: The language wanted.
        expansion: Target tokens for one source token, by language, where the default (2; 4 for scripts that most
            vocabularies cut finely) is not meant.
    """
    script = target.partition("_")[2]
    ratio = expansion.get(target, _DENSE_EXPANSION if script in _DENSE_SCRIPTS else _EXPANSION)
    return math.ceil(ratio * source_tokens) + _SLACK
