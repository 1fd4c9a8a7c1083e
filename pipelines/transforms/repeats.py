"""Operations that need all documents of a source: what stands there twice, or ten times.

Source: bigscience-workshop/data-preparation at 9d05884, 01a_catalogue_cleaning_and_filtering, clean_helpers'
deduplication. Keys have 64 bits there and here: among n different texts, one is taken for another with a probability of
about n² / 2⁶⁵, one in a thousand for 200 million.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.edits.resolve import Spans
from pipelines.transforms.documents import NO_KEY, Bools, Documents, Lines, Repeats, Texts, lines_of, removed_lines

Keys = npt.NDArray[np.uint64]

# What Python's `re` takes for white space and digits, and ASCII punctuation, in RE2's terms.
_NO_LETTERS = (
    r"[\t-\r\x1c-\x1f \x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
    r"\p{Nd}!-/:-@\[-`{-~]+"
)
_BEHIND_PATH = re.compile(r"\?")
_BEHIND_STORY = re.compile(r"\?|/amp")
_NEWS_PARAMETERS = frozenset({"id", "news-id"})


def repeat_operations() -> list[Repeats]:
    """Return the operations that compare documents or lines of a source with each other."""
    urls = "dedup_document_on_url"
    return [
        Repeats("dedup_document", False, _text_keys),
        Repeats(urls, False, _keys_of_urls(lambda url: _BEHIND_PATH.split(url, maxsplit=1)[0])),
        Repeats(
            f"{urls}_lm_es_pseudocrawl-filtered_341_es_cointelegraph_com",
            False,
            _keys_of_urls(lambda url: _BEHIND_STORY.split(url, maxsplit=1)[0]),
        ),
        Repeats(
            f"{urls}_lm_en_pseudocrawl_filtered_619_www_qut_edu_au",
            False,
            _keys_of_urls(_with_news_parameters),
        ),
        Repeats("dedup_template_soft", True, _keys_of_lines(15), 10),
        Repeats("dedup_pseudocrawl_newspapers", True, _keys_of_lines(0), 2),
    ]


def hashed(strings: Texts) -> Keys:
    """Return a 64-bit key of each string, never NO_KEY; NO_KEY for null."""
    encoded: Any = pc.dictionary_encode(strings)
    keys = [hashlib.blake2b(value.encode(), digest_size=8).digest() for value in encoded.dictionary.to_pylist()]
    distinct = np.maximum(np.frombuffer(b"".join(keys), "<u8").astype(np.uint64), 1)
    places = encoded.indices.fill_null(len(distinct)).to_numpy(zero_copy_only=False)
    keyed: Keys = np.append(distinct, NO_KEY)[places]
    return keyed


def without_repeated_lines(lines: Lines, gone: Bools) -> Spans:
    """Return the spans that leave the other lines of each text, without the white space around them.

    ROOTS compares lines without it, and joins what stays in that form.
    """
    removed = removed_lines(lines, gone)
    bare: Any = pc.utf8_ltrim_whitespace(lines.values)
    leading = _lengths(lines.values) - _lengths(bare)
    trailing = _lengths(bare) - _lengths(pc.utf8_rtrim_whitespace(bare))
    kept = ~gone
    before, behind = np.flatnonzero(kept & (leading > 0)), np.flatnonzero(kept & (trailing > 0))
    rows = np.concatenate([removed.rows, lines.rows[before], lines.rows[behind]])
    starts = np.concatenate([removed.starts, lines.starts[before], lines.ends[behind] - trailing[behind]])
    ends = np.concatenate([removed.ends, lines.starts[before] + leading[before], lines.ends[behind]])
    order = np.lexsort((ends, starts, rows))
    return Spans(rows[order], starts[order], ends[order], pa.array([""] * len(order), pa.string()))


def _lengths(strings: Any) -> npt.NDArray[np.int64]:  # noqa: ANN401 -- an Arrow array
    lengths: npt.NDArray[np.int64] = pc.utf8_length(strings).to_numpy(zero_copy_only=False).astype(np.int64)
    return lengths


def _keys_of_lines(at_least: int) -> Callable[[Documents], Keys]:
    """Return the keys of lines without white space around them, of those with so many characters."""

    def keys(documents: Documents) -> Keys:
        bare: Any = pc.utf8_trim_whitespace(lines_of(documents.texts).values)
        found = hashed(bare)
        found[_lengths(bare) < at_least] = NO_KEY
        return found

    return keys


def _text_keys(documents: Documents) -> Keys:
    """Return the keys of texts without white space, digits and ASCII punctuation."""
    return hashed(pc.replace_substring_regex(documents.texts, pattern=_NO_LETTERS, replacement=""))


def _keys_of_urls(spelled: Callable[[str], str]) -> Callable[[Documents], Keys]:
    """Return the keys of what tells pages of one address apart; a document without one is not compared."""

    def keys(documents: Documents) -> Keys:
        urls = documents.columns["url"].to_pylist()
        return hashed(pa.array([None if url is None else spelled(url) for url in urls], pa.string()))

    return keys


def _with_news_parameters(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:  # a host such as `[1` is none
        return url
    kept = [("id", value) for name, value in parse_qsl(parts.query) if name in _NEWS_PARAMETERS]
    return parts._replace(query=urlencode(kept)).geturl()
