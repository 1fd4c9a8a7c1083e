"""Which of a family's members stands for the language of each document."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from signals.languages import UNKNOWN, to_flores, to_iso639_1

if TYPE_CHECKING:
    from signals.arrow import Texts

Integers = npt.NDArray[np.int64]

NO_ROW = -1


def rows_by_language(languages: "Texts | None", count: int, row_of: Callable[[str | None], int]) -> Integers:
    """Return a number for each document, worked out once for each distinct language.

    Args:
        languages: The language of each document, as any code.
        count: How many documents there are.
        row_of: From a language to its number; NO_ROW for none.
    """
    if languages is None:
        return np.full(count, row_of(None), np.int64)
    distinct = languages.unique()
    rows = np.array([row_of(code) for code in distinct.to_pylist()], np.int64)
    by_document: Integers = rows[np.asarray(pc.index_in(languages, distinct))]
    return by_document


def member_for(language: str | None, members: Iterable[str]) -> str | None:
    """Return which of a family's members is of a language, None for none.

    Args:
        language: Any code.
        members: Names that are codes themselves: that of the same language and script is taken, else the first in
            alphabetical order of the same two-letter code (`zh` for both Chinese scripts).

    Examples:
        >>> [member_for(code, ["de", "zh"]) for code in ("deu_Latn", "zho_Hant", "fra_Latn", "und_Zyyy")]
        ['de', 'zh', None, None]
    """
    wanted, short = to_flores(language), to_iso639_1(language)
    if wanted == UNKNOWN:
        return None
    same = sorted(name for name in members if to_flores(name) == wanted)
    near = sorted(name for name in members if short is not None and to_iso639_1(name) == short)
    return next(iter([*same, *near]), None)
