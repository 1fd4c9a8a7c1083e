"""Texts as an engine is given them: on one line, spelled and masked, and counted in its tokens."""

import functools
from collections.abc import Sequence

from translate.engines.base import Engine
from translate.masking import Masked, mask_pattern
from translate.spelling import mask_spelled

_MOST_KEPT = 8192
# One for all units of a process: what it holds is compiled when it is met.
_pattern = functools.cache(mask_pattern)


class MaskedTexts:
    """Masks and counts texts for one engine: they are counted when they are cut to its size, and asked for after.

    Args:
        engine: The engine.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pattern = _pattern(engine.identity.unspellable)
        self._masked: dict[str, Masked] = {}
        self._tokens: dict[str, int] = {}

    def masked(self, text: str) -> Masked:
        """Return a text as the engine is given it."""
        masked = self._masked.get(text)
        if masked is None:
            if len(self._masked) >= _MOST_KEPT:
                self._masked.clear()
            masked = self._masked[text] = mask_spelled(text, self._engine.spell, self._pattern)
        return masked

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of texts as the engine is given them."""
        new = [text for text in dict.fromkeys(texts) if text not in self._tokens]
        if new:
            counts = self._engine.count_tokens([self.masked(text).text for text in new])
            self._tokens.update(zip(new, counts, strict=True))
        return [self._tokens[text] for text in texts]
