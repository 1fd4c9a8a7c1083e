"""Copies of real pages with edits of a known kind and size, as pages of the web differ from their copies."""

import random
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from signals.minhash.shinglings import LOAM

BOILERPLATE = (
    "We use cookies to offer you a better experience of this site. By browsing on you accept our use of cookies. "
    "Subscribe to our newsletter and never miss a story again. Home About Contact Terms Privacy Imprint Sitemap. "
    "Share this page with your friends and follow us wherever you like. All rights reserved by their owners. "
)

_LONGEST_SPACED = 12  # characters a word on average; above it, the text has no spaces between words


def boilerplate(count: int, draw: random.Random) -> list[str]:
    """Return some words of what pages of a site have in common, from any place on."""
    words = BOILERPLATE.split()
    begin = draw.randrange(len(words))
    return [words[(begin + place) % len(words)] for place in range(count)]


def with_words_swapped(words: Sequence[str], similarity: float, draw: random.Random) -> list[str]:
    """Return words some of which others of the same text stand for, so that about that Jaccard similarity is left.

    Of the n shingles, those without a swapped word are left, a share f of them: j = f / (2 - f).
    """
    left = 2 * similarity / (1 + similarity)
    touched = round((1 - left) * len(words) / LOAM.size)
    places = set(draw.sample(range(len(words)), min(touched, len(words))))
    return [draw.choice(words) if place in places else word for place, word in enumerate(words)]


def with_boilerplate(words: Sequence[str], similarity: float, draw: random.Random) -> list[str]:
    """Return words with a header or a footer around them, so that about that Jaccard similarity is left."""
    added = boilerplate(round(len(words) * (1 / similarity - 1)), draw)
    return [*added, *words] if draw.random() < 1 / 2 else [*words, *added]


def truncated(words: Sequence[str], similarity: float, draw: random.Random) -> list[str]:
    """Return words without their beginning or end, so that about that Jaccard similarity is left."""
    kept = round(len(words) * similarity)
    return list(words[:kept] if draw.random() < 1 / 2 else words[len(words) - kept :])


EDITS: Mapping[str, Callable[[Sequence[str], float, random.Random], list[str]]] = MappingProxyType(
    {"words swapped": with_words_swapped, "boilerplate": with_boilerplate, "truncated": truncated}
)


def words_of(text: str) -> tuple[list[str], str]:
    """Return the words of a text, or its characters where it has no spaces between words, and what joins them."""
    words = text.split()
    if words and sum(map(len, words)) / len(words) > _LONGEST_SPACED:
        return list("".join(words)), ""
    return words, " "


def edited(text: str, kind: str, similarity: float, draw: random.Random) -> str:
    """Return a text after an edit of a kind, about that similar to what it was by Jaccard over word 5-grams."""
    words, space = words_of(text)
    return space.join(EDITS[kind](words, similarity, draw))
