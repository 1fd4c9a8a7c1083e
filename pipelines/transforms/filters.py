"""Operations that drop documents one by one; source as in `line_operations`."""

import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow.compute as pc

from pipelines.transforms.documents import Bools, Documents, Filter

SMALL_BYTES = "filter_small_docs_bytes_"
FEWEST_WORDS = 15


def filters() -> list[Filter]:
    """Return the operations that look at one document; that of a size is made by `small_documents`."""
    return [
        Filter("filter_remove_empty_docs", _says_something),
        Filter("filter_small_docs", _has_words),
        Filter("filter_wiki_user_titles", _is_no_user_page),
        Filter("filter_wiki_non_text_type", _is_of_type_text),
        Filter("KILL", lambda documents: np.zeros(len(documents.texts), np.bool_)),
    ]


def small_documents(name: str) -> Filter | None:
    """Return the filter that a name such as `filter_small_docs_bytes_300` asks for, None for any other name."""
    match = re.fullmatch(rf"{SMALL_BYTES}([1-9]\d{{0,8}})", name)
    return None if match is None else Filter(name, _at_least(int(match[1])))


def _at_least(size: int) -> Callable[[Documents], Bools]:
    return lambda documents: _numbers(pc.binary_length(documents.texts)) >= size


def _says_something(documents: Documents) -> Bools:
    return _numbers(pc.binary_length(pc.utf8_trim_whitespace(documents.texts))) > 0


def _has_words(documents: Documents) -> Bools:
    """Count words as ROOTS did: what single spaces part, be it empty."""
    return _numbers(pc.count_substring(documents.texts, " ")) >= FEWEST_WORDS - 1


def _is_no_user_page(documents: Documents) -> Bools:
    titles = documents.columns["title"].to_pylist()
    return np.array([title is None or not title.startswith("User ") for title in titles], np.bool_)


def _is_of_type_text(documents: Documents) -> Bools:
    """A document that tells no type stays: nothing says that it is something else."""
    types = [orjson.loads(meta).get("type") if meta else None for meta in documents.columns["meta"].to_pylist()]
    return np.array([type_ is None or type_ == "text" for type_ in types], np.bool_)


def _numbers(column: object) -> npt.NDArray[np.int64]:
    return np.asarray(column)
