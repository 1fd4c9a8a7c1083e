"""A labelled set after NEWS-COPY (Silcock et al. 2022): real pages, noisy copies of some, and pages that only resemble.

Which documents are copies is known because the copies are made here: from a page of documentation, as articles of a
news agency reappear in papers, namely abridged, framed by other words, set anew, and misread by machine. What must
stay apart are translations of a page and pages of one template.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.all_pairs import alike
from benchmarks.documents import DocumentsError
from benchmarks.planted_edits import boilerplate, words_of
from signals.minhash.shinglings import LOAM

COLUMNS = ("text", "lang", "parallel_key")

_FEWEST_WORDS, _MOST_WORDS = 60, 1500
_LEAST_CONFUSABLE = 0.5  # pages that are so much alike by nature could be taken for copies or not
_COPIES = 4
_MOST_CUT = 0.25  # share of the words that an abridged copy lacks
_MOST_FRAMED = 30  # words around a copy
_MOST_MISREAD = 0.02  # share of words with a letter misread
_MISREAD = str.maketrans("lIO0eamncrSB5", "1l0OcozrnescS")


@dataclass(frozen=True)
class LabelledSet:
    """Documents and what is true of them.

    Attributes:
        texts: The documents, mixed.
        page: Of which page each is a copy: copies of one page have one number.
        translations: How many pages are translations of other pages.
    """

    texts: tuple[str, ...]
    page: tuple[int, ...]
    translations: int


def labelled_set(documents: Path, keys: int, seed: int = 0) -> LabelledSet:
    """Return pages in two languages each, half of them with copies.

    Args:
        documents: A Parquet file with the columns `text`, `lang` and `parallel_key`, one key for a page in all its
            languages.
        keys: How many pages, before their translations are counted and confusable ones left out.
        seed: Another seed chooses other pages and edits.

    Raises:
        DocumentsError: The file lacks a column.
    """
    pages, translations = _pages(documents, keys, seed)
    draw = random.Random(seed)  # noqa: S311  reproducible texts
    labelled = []
    for number, text in enumerate(pages):
        labelled.append((text, number))
        copies = draw.randrange(1, _COPIES) if draw.random() < 1 / 2 else 0
        labelled += [(noisy_copy(text, draw), number) for _ in range(copies)]
    draw.shuffle(labelled)
    return LabelledSet(tuple(text for text, _ in labelled), tuple(page for _, page in labelled), translations)


def noisy_copy(text: str, draw: random.Random) -> str:
    """Return a text abridged, framed, set anew and misread, each a little and by chance."""
    words, space = words_of(text)
    kept = len(words) - round(draw.random() * _MOST_CUT * len(words))
    begin = draw.choice([0, len(words) - kept]) if draw.random() < 1 / 2 else 0
    words = words[begin : begin + kept]
    words = [*boilerplate(draw.randrange(_MOST_FRAMED), draw), *words, *boilerplate(draw.randrange(_MOST_FRAMED), draw)]
    rate = draw.random() * _MOST_MISREAD
    words = [_misread(word, draw) if draw.random() < rate else word for word in words]
    return _set_anew(words, space, draw.randrange(40, 100))


def _misread(word: str, draw: random.Random) -> str:
    place = draw.randrange(len(word))
    return word[:place] + word[place].translate(_MISREAD) + word[place + 1 :]


def _set_anew(words: Sequence[str], space: str, width: int) -> str:
    """Return words in lines of another width."""
    lines, line = [], ""
    for word in words:
        if line and len(line) + len(word) > width:
            lines.append(line)
            line = ""
        line = f"{line}{space}{word}" if line else word
    return "\n".join([*lines, line])


def _pages(documents: Path, keys: int, seed: int) -> tuple[list[str], int]:
    """Return pages in two languages each, none much like another, and how many of them are translations."""
    schema = pq.read_schema(documents)
    missing = [name for name in COLUMNS if name not in schema.names]
    if missing:
        raise DocumentsError(f"{documents}: no column {', '.join(missing)}; give a file with {', '.join(COLUMNS)}")
    table = pq.read_table(documents, columns=list(COLUMNS)).drop_null()
    by_key: dict[str, dict[str, str]] = {}
    for row in table.to_pylist():
        if _FEWEST_WORDS <= len(words_of(row["text"])[0]) <= _MOST_WORDS:
            by_key.setdefault(row["parallel_key"], {}).setdefault(row["lang"], row["text"])
    draw = random.Random(f"pages {seed}")  # noqa: S311  reproducible texts
    parallel = sorted(key for key, texts in by_key.items() if len(texts) > 1)
    chosen = draw.sample(parallel, min(keys, len(parallel)))
    found = [(key, by_key[key][lang]) for key in chosen for lang in draw.sample(sorted(by_key[key]), 2)]
    confusable = {place for pair in alike([text for _, text in found], LOAM, _LEAST_CONFUSABLE) for place in pair}
    kept = [(key, text) for place, (key, text) in enumerate(found) if place not in confusable]
    return [text for _, text in kept], len(kept) - len({key for key, _ in kept})
