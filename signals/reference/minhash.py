"""Shingles and MinHash signatures of one text."""

import hashlib
from collections.abc import Sequence

import regex

from signals.character_breaks import UNSPACED_PATTERN
from signals.minhash.shinglings import PERMUTATIONS, Element, Shingling, redpajama_permutations
from signals.reference.redpajama import normalize

_MARKS = r"\P{Canonical_Combining_Class=0}"
_ELEMENT = regex.compile(rf"(?!{_MARKS}){UNSPACED_PATTERN}{_MARKS}*|(?:(?!{UNSPACED_PATTERN})\S|{_MARKS})+", regex.V1)
_NO_SHINGLE = 0xFFFFFFFF


def elements(text: str, element: Element) -> list[str]:
    """Return what shingles of a text are runs of, in order."""
    normalized = normalize(text)
    if element is Element.CHARACTER:
        return list(normalized)
    if element is Element.SPACED_WORD:
        return normalized.split()
    return [part for word in normalized.split() for part in _ELEMENT.findall(word)]


def shingles(text: str, shingling: Shingling) -> set[tuple[str, ...]]:
    """Return the set of shingles of a text."""
    parts = elements(text, shingling.element)
    if len(parts) < shingling.size:
        return {tuple(parts)} if parts and shingling.short_text else set()
    return {tuple(parts[k : k + shingling.size]) for k in range(len(parts) - shingling.size + 1)}


def jaccard(first: set[tuple[str, ...]], second: set[tuple[str, ...]]) -> float:
    """Return the share of all shingles that both have; 0 where neither has any."""
    union = len(first | second)
    return len(first & second) / union if union else 0.0


def least_values(hashes: Sequence[int], multipliers: Sequence[int], increments: Sequence[int]) -> list[int]:
    """Return, of each permutation x → a x + b modulo 2**32, the least value over some 32-bit hashes."""
    pairs = zip(multipliers, increments, strict=True)
    return [min((a * x + b) % 2**32 for x in hashes) if hashes else _NO_SHINGLE for a, b in pairs]


def redpajama_signature(text: str) -> list[int]:
    """Return RedPajama-V2's signature of a text; see `signals.kernels.sha1`."""
    words = normalize(text).split()
    ngrams = {" ".join(words[k : k + 13]) for k in range(len(words) - 12)}
    hashes = [int.from_bytes(hashlib.sha1(ngram.encode()).digest()[:4], "little") for ngram in ngrams]  # noqa: S324  RedPajama-V2's choice; nothing is secret
    if not hashes:
        return [_NO_SHINGLE] * PERMUTATIONS
    prime = 2**61 - 1
    pairs = redpajama_permutations().T.tolist()
    return [min((a * h + b) % 2**64 % prime % 2**32 for h in hashes) for a, b in pairs]
