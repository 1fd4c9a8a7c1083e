"""Signals: numbers about documents, each declared once, computed over Arrow arrays of text.

>>> import pyarrow as pa
>>> import signals
>>> table = signals.compute(pa.array(["One two, two."]), ["en"], names=["word_count", "rps_doc_frac_unique_words"])
>>> table.to_pylist()
[{'word_count': 3, 'rps_doc_frac_unique_words': 0.66666667}]
"""

from typing import TYPE_CHECKING

from signals.declarations import declared_signals, groups, schema
from signals.group import Group, Inputs, References, Resources
from signals.segmentation.choice import BUILTIN
from signals.signal import Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from signals.arrow import Languages, Texts

__all__ = [
    "Group",
    "Inputs",
    "References",
    "Resources",
    "Signal",
    "compute",
    "compute_group",
    "declared_signals",
    "groups",
    "schema",
]


def compute(
    texts: "Texts",
    languages: "Languages" = None,
    names: "Sequence[str] | None" = None,
    *,
    urls: "Texts | None" = None,
    metas: "Texts | None" = None,
    resources: References | None = None,
    segmentation: str = BUILTIN,
) -> "pa.Table":
    """Compute signals of texts.

    Args:
        texts: Any Arrow string array, one by dictionary too; null gives null in every column.
        languages: The declared language of each text, as any code (en, eng, eng_Latn, pt_BR), null or absent where
            unknown. Stop words depend on it, and the concluded language.
        names: Signals to compute, in the order of the columns; all of group `core` by default.
        urls: Where each text stands on the web, for signals about its host.
        metas: Every other column of the source as JSON objects, for signals that a source brings along.
        resources: Model files and word lists by name, as `loam signals` lists them: paths, or ``package:NAME/FILE``
            for what an installed package holds.
        segmentation: How words are told apart in scripts without spaces: ``builtin``, or ``icu`` by its dictionaries;
            see `signals.segmentation`.

    Returns:
        One row a text, one column a name, with the types of `schema`.

    Raises:
        ValueError: A name is not declared or given twice, there are not as many languages as texts, no group reads
            a resource of a name, or a group or the segmentation lacks a resource or a package.
        TypeError: `texts` is no Arrow array, or a column holds no strings.
        FileNotFoundError: The file of a resource is not there.
    """
    from signals.computation import compute_names  # noqa: PLC0415  Numba is slow to import

    return compute_names(Inputs(texts, languages, urls, metas, segmentation), names, resources or {})


def compute_group(group: str, inputs: Inputs, resources: References) -> "pa.Table":
    """Compute all signals of a group, in declared order.

    Args:
        group: One of `groups()`.
        inputs: The documents.
        resources: The files that the group reads, by name; its defaults serve for those that are not given.

    Returns:
        One row a text, with the schema `schema(group, resources)`.

    Raises:
        ValueError: There is no such group, or see `compute`.
        TypeError: The texts are no strings.
    """
    from signals.computation import compute_whole_group  # noqa: PLC0415  Numba is slow to import

    return compute_whole_group(group, inputs, resources)
