"""Signals: numbers about documents, each declared once, computed over Arrow arrays of text.

>>> import pyarrow as pa
>>> import signals
>>> table = signals.compute(pa.array(["One two, two."]), ["en"], names=["word_count", "rps_doc_frac_unique_words"])
>>> table.to_pylist()
[{'word_count': 3, 'rps_doc_frac_unique_words': 0.66666667}]
"""

from typing import TYPE_CHECKING

from signals.declarations import declared_signals, groups, schema
from signals.signal import Signal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from signals.arrow import Languages, Texts

__all__ = ["Signal", "compute", "compute_group", "declared_signals", "groups", "schema"]


def compute(
    texts: "Texts",
    languages: "Languages" = None,
    names: "Sequence[str] | None" = None,
) -> "pa.Table":
    """Compute signals of texts.

    Args:
        texts: Any Arrow string array; null gives null in every column.
        languages: The declared language of each text, as any code (en, eng, eng_Latn, pt_BR), null or absent where
            unknown. Stop words depend on it, and the concluded language.
        names: Signals to compute, in the order of the columns; all of group `core` by default.

    Returns:
        One row a text, one column a name, with the types of `schema`.

    Raises:
        ValueError: A name is not declared, or there are not as many languages as texts.
        TypeError: `texts` holds no strings.
    """
    from signals.computation import compute_names  # noqa: PLC0415  Numba is slow to import

    return compute_names(texts, languages, names)


def compute_group(
    group: str,
    texts: "Texts",
    languages: "Languages",
    models: "Mapping[str, Path]",
) -> "pa.Table":
    """Compute all signals of a group, in declared order.

    Args:
        group: One of `groups()`.
        texts: See `compute`.
        languages: See `compute`.
        models: The files the group needs, by name; `language` needs ``{"lid": ...}``, `core` none.

    Returns:
        One row a text, with the schema `schema(group)`.

    Raises:
        ValueError: There is no such group, it needs a model that is not given, or see `compute`.
        TypeError: `texts` holds no strings.
    """
    from signals.computation import compute_whole_group  # noqa: PLC0415  Numba is slow to import

    return compute_whole_group(group, texts, languages, models)
