"""Tokens a word, by language."""

from datacards.blocks import count
from datacards.languages import language_name
from datacards.manifest import Manifest
from datacards.measures import Fertility
from datacards.pictures.composition import LANGUAGES, named
from datacards.pictures.figures import Dots
from datacards.pictures.sketch import Sketch


def tokens_a_word(manifest: Manifest) -> Sketch | None:
    """Return the picture: the languages with most tokens, the most fertile last; None where nothing is tokenized."""
    found = manifest.measures.fertility
    if not found:
        return None
    largest = sorted(found, key=lambda one: (-one.tokens, one.language))[:LANGUAGES]
    shown = sorted(largest, key=lambda one: (one.tokens / one.words, one.language))
    ends = [f"{language_name(one.language)} {one.tokens / one.words:.2f}" for one in (shown[0], shown[-1])]
    whole = f"{sum(one.tokens for one in found) / sum(one.words for one in found):.2f} tokens a word"
    least_and_most = f", from {ends[0]} to {ends[1]}" if len(shown) > 1 else ""
    return Sketch(
        "fertility",
        "Tokens a word, by language",
        f"{whole} over {count(len(found), 'language')}{least_and_most}.",
        len(shown),
        _dots(shown),
    )


def _dots(shown: list[Fertility]) -> Dots:
    return Dots(
        "language", "tokens a word", [named(one.language) for one in shown], [one.tokens / one.words for one in shown]
    )
