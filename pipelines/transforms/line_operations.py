"""Operations that take lines out of texts.

Source: bigscience-workshop/data-preparation at 9d05884, preprocessing/training/01a_catalogue_cleaning_and_filtering
(Apache-2.0): the conditions, in the words of this module.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow.compute as pc

from pipelines.edits.resolve import Spans
from pipelines.transforms.documents import Documents, Edit, lines_of, removed_lines
from signals.roots.word_lists import shipped_stop_words

# What a line must not contain.
UNWANTED: dict[str, tuple[str, ...]] = {
    "remove_lines_with_code": ("{", "}", "[if", "<script"),
    "remove_html_spans": ("<span", "</span>", "<div", "</div>", "<a", "</a>", "br>"),
    "remove_html_spans_sanad": (
        *("<img", "]]>", "<![CDATA", "//DW", "var ", "xtImg"),
        "To view this video please enable JavaScript",
    ),
    "remove_wiki_mojibake": ("À À",),
}

# The share of stop words that a line of running text is above, by language: behind the last such line stand references.
STOP_WORDS_ABOVE: dict[str, float] = dict(
    [
        *[("ar", 0.07), ("bn", 0.002), ("ca", 0.25), ("en", 0.3), ("es", 0.4), ("eu", 0.05), ("fr", 0.27)],
        *[("hi", 0.01), ("id", 0.15), ("pt", 0.2), ("ur", 0.01), ("vi", 0.08), ("zh", 0.1691)],
    ]
)
REFERENCES = "remove_references_"


def line_operations() -> list[Edit]:
    """Return the operations that look at one line, or at the last lines, of a text."""
    found = [Edit(name, _without(words)) for name, words in UNWANTED.items()]
    return found + [Edit(f"{REFERENCES}{language}", _without_references(language)) for language in STOP_WORDS_ABOVE]


def _without(words: Iterable[str]) -> Callable[[Documents], Spans]:
    pattern = "|".join(map(re.escape, words))

    def spans(documents: Documents) -> Spans:
        lines = lines_of(documents.texts)
        found: Any = pc.match_substring_regex(lines.values, pattern)
        return removed_lines(lines, found.to_numpy(zero_copy_only=False))

    return spans


def _without_references(language: str) -> Callable[[Documents], Spans]:
    def spans(documents: Documents) -> Spans:
        lines = lines_of(documents.texts)
        gone = np.zeros(len(lines.rows), np.bool_)
        bounds = np.searchsorted(lines.rows, np.arange(len(documents.texts) + 1))
        values = lines.values.to_pylist()
        for first, behind in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            keeps = behind
            while keeps > first and not is_running_text(values[keeps - 1], language):
                keeps -= 1
            gone[keeps:behind] = True
        return removed_lines(lines, gone)

    return spans


def is_running_text(line: str, language: str) -> bool:
    """Tell whether more of a line's words, which white space parts, are stop words than among references.

    Args:
        line: The line.
        language: A language of `STOP_WORDS_ABOVE`.
    """
    words = line.split()
    listed = _stop_words(language)
    return sum(word in listed for word in words) > len(words) * STOP_WORDS_ABOVE[language]


@lru_cache(maxsize=len(STOP_WORDS_ABOVE))
def _stop_words(language: str) -> frozenset[str]:
    return shipped_stop_words().list_of(language) or frozenset()
