"""Benchmarks inside documents: n-grams of words that both have, each held against the text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pipelines.dedup.kernels.matches import are_copies
from pipelines.dedup.kernels.ngrams import note, sift
from pipelines.dedup.span_index import window_hashes
from pipelines.dedup.span_tokens import Comparison, Tokens, fold
from signals.batches import as_large_strings, batches
from signals.workspace import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

SHORTEST = 8  # words: GPT-3's least n (Brown et al. 2020, appendix C); what is shorter is too common to be sought

Integers = npt.NDArray[np.int64]

_PLACE_IN_TEXT = np.uint64(0xFFFFFFFF)
_NO_SEED = np.uint64(0)
_BITS_A_NGRAM = 16
_MOST_TEXTS = 100  # of which an n-gram counts: an instruction before every question is no question


@dataclass(frozen=True)
class Ngrams:
    """All n-grams of one size in some benchmark texts, by hash.

    Attributes:
        size: Words of each.
        hashes: uint64[ngrams], ascending.
        texts: int64[ngrams], the text that each stands in.
        words: int64[ngrams], its first word there.
        starts: int64[ngrams], its first byte in the folded texts.
        ends: int64[ngrams], the first byte behind it.
        bits: `noted` has ``2**bits`` bits.
        noted: A bit is set where a hash with these highest bits is among them.
    """

    size: int
    hashes: npt.NDArray[np.uint64]
    texts: Integers
    words: Integers
    starts: Integers
    ends: Integers
    bits: int
    noted: npt.NDArray[np.uint8]


@dataclass(frozen=True)
class BenchmarkIndex:
    """The n-grams of benchmarks.

    Attributes:
        folded: uint8, the folded texts.
        word_counts: int64[texts], words of each text.
        ngrams: Those of each size that is sought.
    """

    folded: npt.NDArray[np.uint8]
    word_counts: Integers
    ngrams: Sequence[Ngrams]


@dataclass(frozen=True)
class Overlaps:
    """What documents share with benchmark texts, by document and text.

    Attributes:
        documents: int64[overlaps], the row of the document.
        texts: int64[overlaps], the benchmark text.
        ngrams: int64[overlaps], how many of the text's n-grams the document has.
        fractions: float64[overlaps], the share of the text's words that they cover.
    """

    documents: Integers
    texts: Integers
    ngrams: Integers
    fractions: npt.NDArray[np.float64]


def sought_sizes(word_counts: Integers, ngram: int) -> Integers:
    """Return the size of the n-grams that are sought of each text: its whole length where it is shorter, 0 for none.

    Args:
        word_counts: Words of each text.
        ngram: The size for texts that are long enough. Texts with fewer words than this and SHORTEST are not sought.
    """
    sizes = np.minimum(word_counts, ngram)
    return np.where(sizes >= min(ngram, SHORTEST), sizes, 0)


def index_benchmarks(texts: "pa.Array[Any] | pa.ChunkedArray[Any]", ngram: int) -> BenchmarkIndex:
    """Return the n-grams of benchmark texts.

    Args:
        texts: The texts.
        ngram: Words of an n-gram; characters of scripts without spaces count as words. One that many texts share
            counts for the first hundred of them.
    """
    workspace = Workspace()
    folded: list[npt.NDArray[np.uint8]] = [np.empty(0, np.uint8)]
    counts: list[Integers] = [np.empty(0, np.int64)]
    found: dict[int, list[Ngrams]] = {}
    begin = 0
    for batch in batches(as_large_strings(texts)):
        tokens = fold(batch, Comparison.WORDS, workspace)
        counts.append(np.diff(tokens.until))
        sizes = sought_sizes(counts[-1], ngram)
        for size in np.unique(sizes[sizes > 0]).tolist():
            found.setdefault(size, []).append(_ngrams_of(tokens, sizes == size, size, batch.first, begin))
        folded.append(tokens.folded[: tokens.folded_starts[-1]].copy())
        begin += len(folded[-1])
    ngrams = [_by_hash(size, parts) for size, parts in sorted(found.items())]
    return BenchmarkIndex(np.concatenate(folded), np.concatenate(counts), ngrams)


def _ngrams_of(tokens: Tokens, wanted: npt.NDArray[np.bool_], size: int, first_text: int, begin: int) -> Ngrams:
    """Return the n-grams of one size in the texts wanted of a batch, in the order of their places."""
    windows = window_hashes(tokens, np.arange(len(wanted)), size, _NO_SEED)
    documents = (windows.places >> np.uint64(32)).astype(np.int64)
    chosen = wanted[documents]
    documents, hashes = documents[chosen], windows.hashes[chosen]
    places = (windows.places[chosen] & _PLACE_IN_TEXT).astype(np.int64)
    starts = tokens.folded_starts[tokens.until[documents]] + places
    words = np.searchsorted(tokens.folded_starts, starts)
    ends = tokens.folded_starts[words + size]
    texts, words_in_text = documents + first_text, words - tokens.until[documents]
    return Ngrams(size, hashes, texts, words_in_text, starts + begin, ends + begin, 0, np.empty(0, np.uint8))


def _by_hash(size: int, parts: Sequence[Ngrams]) -> Ngrams:
    hashes = np.concatenate([part.hashes for part in parts])
    order = np.argsort(hashes, kind="stable")
    order = order[_places_among_equals(hashes[order]) < _MOST_TEXTS]
    texts, words, starts, ends = (
        np.concatenate([getattr(part, name) for part in parts])[order] for name in ("texts", "words", "starts", "ends")
    )
    bits = max(6, (len(hashes) * _BITS_A_NGRAM).bit_length())
    noted = np.zeros(1 << (bits - 3), np.uint8)
    note(hashes, bits, noted)
    return Ngrams(size, hashes[order], texts, words, starts, ends, bits, noted)


def _places_among_equals(ascending: npt.NDArray[np.uint64]) -> Integers:
    places = np.arange(len(ascending))
    new = np.ones(len(ascending), np.bool_)
    new[1:] = ascending[1:] != ascending[:-1]
    return places - np.maximum.accumulate(np.where(new, places, 0))


def find_overlaps(documents: "pa.Array[Any] | pa.ChunkedArray[Any]", index: BenchmarkIndex) -> Overlaps:
    """Return what documents share with benchmark texts, ordered by document and text.

    Args:
        documents: The text of each document.
        index: The benchmarks.
    """
    shared = np.concatenate([np.empty((4, 0), np.int64), *_shared_ngrams(documents, index)], axis=1)
    shared = shared[:, np.lexsort(shared[2::-1])]
    new = np.ones(shared.shape[1], np.bool_)
    new[1:] = np.any(shared[:, 1:] != shared[:, :-1], axis=0)
    return _by_document_and_text(shared[:, new], index)


def _shared_ngrams(
    documents: "pa.Array[Any] | pa.ChunkedArray[Any]", index: BenchmarkIndex
) -> Iterator[npt.NDArray[np.int64]]:
    """Yield int64[4, ngrams]: document, benchmark text, its first word there and its size, of n-grams of both."""
    workspace = Workspace()
    for batch in batches(as_large_strings(documents)):
        tokens = fold(batch, Comparison.WORDS, workspace)
        for ngrams in index.ngrams:
            windows = window_hashes(tokens, np.arange(len(tokens.until) - 1), ngrams.size, _NO_SEED)
            candidates = np.empty(len(windows.hashes), np.int64)
            candidates = candidates[: sift(windows.hashes, ngrams.bits, ngrams.noted, candidates)]
            lows = np.searchsorted(ngrams.hashes, windows.hashes[candidates], side="left")
            highs = np.searchsorted(ngrams.hashes, windows.hashes[candidates], side="right")
            pairs = np.repeat(candidates, highs - lows)
            partners = np.repeat(lows - np.cumsum(highs - lows) + (highs - lows), highs - lows) + np.arange(len(pairs))
            in_batch = (windows.places[pairs] >> np.uint64(32)).astype(np.int64)
            begins = tokens.folded_starts[tokens.until[in_batch]]
            begins = begins + (windows.places[pairs] & _PLACE_IN_TEXT).astype(np.int64)
            equal = np.empty(len(pairs), np.bool_)
            starts, ends = ngrams.starts[partners], ngrams.ends[partners]
            are_copies(index.folded, starts, ends, tokens.folded[: tokens.folded_starts[-1]], begins, equal)
            shared = (in_batch + batch.first, ngrams.texts[partners], ngrams.words[partners])
            yield np.stack([*shared, np.full(len(pairs), ngrams.size)])[:, equal]


def _by_document_and_text(shared: npt.NDArray[np.int64], index: BenchmarkIndex) -> Overlaps:
    """Return the overlaps that distinct shared n-grams make up, given in their order."""
    documents, texts, words, sizes = shared
    new = np.ones(len(documents), np.bool_)
    new[1:] = (documents[1:] != documents[:-1]) | (texts[1:] != texts[:-1])
    firsts = np.flatnonzero(new)
    covered = sizes.copy()  # words that the n-gram covers and those before it do not
    covered[1:] = np.where(new[1:], sizes[1:], np.minimum(sizes[1:], np.diff(words)))
    counts = np.diff(np.append(firsts, len(documents)))
    total = np.add.reduceat(covered, firsts) if len(firsts) else np.empty(0, np.int64)
    found = texts[firsts]
    return Overlaps(documents[firsts], found, counts, total / index.word_counts[found])
