"""Examples of pages that Wikipedia refers to, against pages of a crawl (the WikiRef classifier of RedPajama-V1)."""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from signals.training.examples import Example, text_hash

POSITIVE, NEGATIVE = "wiki", "cc"
MIN_CHARACTERS = 1000
BINS_A_DOUBLING = 4


def wikiref_examples(
    positives: Iterable[str], negatives: Iterable[str], seed: int, min_characters: int = MIN_CHARACTERS
) -> list[Example]:
    """Choose as many pages of the crawl as pages that Wikipedia refers to, of the same lengths.

    RedPajama-V1's classifier (rp_v1/data_prep/cc/classifier) was meant to be trained on positives of 1,000 characters
    or more, each once. Its code kept all copies, had more negatives than positives, and took negatives of any length,
    so that it learned lengths too. Here every text counts once, by digest; negatives have the least length too, none is
    also a positive; and of each class as many texts are chosen in each quarter of a doubling of length.

    Args:
        positives: Pages that Wikipedia refers to.
        negatives: Pages of the crawl.
        seed: Another seed chooses other pages.
        min_characters: Shorter texts are left out.

    Returns:
        Texts on one line with the labels `wiki` and `cc`, in the order of their hashes.
    """
    wiki = _distinct(positives, min_characters)
    crawl = {digest: text for digest, text in _distinct(negatives, min_characters).items() if digest not in wiki}
    wiki_bins, crawl_bins = _by_length(wiki.values(), seed), _by_length(crawl.values(), seed)
    chosen = []
    for length in sorted(wiki_bins):
        count = min(len(wiki_bins[length]), len(crawl_bins[length]))
        chosen += [Example(text, POSITIVE) for text in wiki_bins[length][:count]]
        chosen += [Example(text, NEGATIVE) for text in crawl_bins[length][:count]]
    return sorted(chosen, key=lambda example: text_hash(example.text, seed))


def _distinct(texts: Iterable[str], min_characters: int) -> dict[bytes, str]:
    lines = (" ".join(text.splitlines()).strip() for text in texts)
    return {hashlib.sha256(line.encode()).digest(): line for line in lines if len(line) >= min_characters}


def _by_length(texts: Iterable[str], seed: int) -> defaultdict[int, Sequence[str]]:
    """Return texts by quarters of a doubling of their length, each bin in the order of hashes."""
    bins: defaultdict[int, list[str]] = defaultdict(list)
    for text in sorted(texts, key=lambda text: text_hash(text, seed)):
        bins[int(BINS_A_DOUBLING * math.log2(len(text)))].append(text)
    return defaultdict(list, bins)
