"""The features of one line for a supervised fastText model.

Source: facebookresearch/fastText, src/dictionary.cc (`getLine`, `computeSubwords`, `addWordNgrams`, `hash`).
"""

import re

from signals.fasttext.model_file import ModelFile

_END_OF_LINE = b"</s>"
_WORD_FACTOR = 116049371


def feature_rows(text: str, model: ModelFile) -> list[int]:
    """Return the rows of all features of a text that have a vector, in no particular order."""
    words = [word for word in re.split(rb"[ \t\n\v\f\r\0]+", text.encode()) if word]
    words = [word for word in words if not word.startswith(b"__label__")]
    rows = [row for word in words for row in _word_rows(word, model)]
    if _END_OF_LINE in model.words:
        rows.append(model.words.index(_END_OF_LINE))
    hashes = [_signed(fnv(word)) for word in [*words, _END_OF_LINE]]
    for first in range(len(hashes)):
        hashed = hashes[first]
        for following in hashes[first + 1 : first + model.word_ngrams]:
            hashed = (hashed * _WORD_FACTOR + following) % 2**64
            rows += _ngram_row(hashed, model)
    return rows


def fnv(data: bytes) -> int:
    """Return fastText's FNV-1a, which widens bytes as signed numbers."""
    hashed = 2166136261
    for byte in data:
        hashed = (hashed ^ (byte | 0xFFFFFF00 if byte & 0x80 else byte)) * 16777619 % 2**32
    return hashed


def _signed(hashed: int) -> int:
    return hashed if hashed < 2**31 else hashed + 2**64 - 2**32


def _word_rows(word: bytes, model: ModelFile) -> list[int]:
    """Return the rows of a word and of its n-grams of characters."""
    rows = [model.words.index(word)] if word in model.words and word != _END_OF_LINE else []
    characters = re.findall(rb"[^\x80-\xbf][\x80-\xbf]*", b"<" + word + b">")
    for first in range(len(characters)):
        for behind in range(first + max(model.min_n, 1), min(first + model.max_n, len(characters)) + 1):
            is_bound = behind - first == 1 and (first == 0 or behind == len(characters))
            if not is_bound:
                rows += _ngram_row(fnv(b"".join(characters[first:behind])), model)
    return rows


def _ngram_row(hashed: int, model: ModelFile) -> list[int]:
    number = hashed % model.bucket
    if model.kept_ngrams is None:
        return [len(model.words) + number]
    return [len(model.words) + int(row) for kept, row in model.kept_ngrams if kept == number]
