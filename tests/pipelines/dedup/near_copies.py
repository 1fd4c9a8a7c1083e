"""Texts with near copies, and what is true of them, found by comparing everything with everything."""

import itertools
import random
from collections import Counter
from collections.abc import Sequence

from signals.minhash.shinglings import Shingling
from signals.reference.minhash import shingles

WORDS = tuple(f"{a}{b}{c}" for a, b, c in itertools.product("bdfgklmnprstv", "aeiou", "lmnrst"))
BOILERPLATE = "All rights reserved by the authors of this page and by nobody else in any country of the world."


def prose(generator: random.Random, words: int) -> list[str]:
    """Return some words."""
    return generator.choices(WORDS, k=words)


def edited(generator: random.Random, words: Sequence[str], share: float) -> list[str]:
    """Return words with some swapped for others, or boilerplate added, or the end cut off."""
    how = generator.randrange(3)
    if how == 0:
        return [generator.choice(WORDS) if generator.random() < share / 5 else word for word in words]
    if how == 1:
        return [*words, *BOILERPLATE.split()[: round(share * len(words))]]
    return list(words[: round(len(words) * (1 - share))])


def with_near_copies(seed: int, originals: int) -> list[str]:
    """Return originals, and of each some copies that are 50 to 100 % alike, mixed."""
    generator = random.Random(seed)  # noqa: S311  reproducible texts
    texts = []
    for _ in range(originals):
        words = prose(generator, generator.randrange(20, 300))
        texts.append(" ".join(words))
        texts += [" ".join(edited(generator, words, generator.random() / 2)) for _ in range(generator.randrange(4))]
    generator.shuffle(texts)
    return texts


def alike(texts: Sequence[str], shingling: Shingling, threshold: float) -> dict[tuple[int, int], float]:
    """Return the similarity of all pairs (earlier, later) that reach a threshold."""
    sets = [shingles(text, shingling) for text in texts]
    holders: dict[tuple[str, ...], list[int]] = {}
    for number, found in enumerate(sets):
        for shingle in found:
            holders.setdefault(shingle, []).append(number)
    shared = Counter(pair for numbers in holders.values() for pair in itertools.combinations(numbers, 2))
    compared = {(a, b): count / (len(sets[a]) + len(sets[b]) - count) for (a, b), count in shared.items()}
    return {pair: similarity for pair, similarity in compared.items() if similarity >= threshold}
