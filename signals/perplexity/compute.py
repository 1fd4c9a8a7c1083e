"""The signals of group `perplexity`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signals.arrow import Column, Texts
from signals.batches import as_large_strings
from signals.group import Columns, Resources
from signals.perplexity.buckets import Cutoffs, bucket, read_cutoffs
from signals.perplexity.models import check_folder, find_model, load_model
from signals.perplexity.normalize import Normalize, normalize_texts
from signals.reference.perplexity import normalize_as_ccnet, normalize_as_roots

MODELS = "kenlm"
CUTOFFS = "perplexity_cutoffs"

_CCNET, _BUCKET, _ROOTS = "perplexity_ccnet", "perplexity_bucket", "perplexity_roots"

Floats = npt.NDArray[np.float64]


def compute_perplexity(inputs: Columns, names: Sequence[str], resources: Resources) -> pa.Table:
    """Compute the named signals of group `perplexity`; see `signals.compute`.

    Raises:
        ValueError: A file is no language model or no table of cut-offs.
    """
    folder = resources[MODELS]
    check_folder(folder)
    texts = pa.chunked_array(as_large_strings(inputs.texts), pa.large_string())
    languages = _languages(inputs.languages, len(texts))
    columns: dict[str, Column] = {}
    if _ROOTS in names:
        columns[_ROOTS] = _column(_perplexities(texts, languages, folder, normalize_as_roots))
    if _CCNET in names or _BUCKET in names:
        found = _perplexities(texts, languages, folder, normalize_as_ccnet, without_empty=True)
        columns[_CCNET] = _column(found)
        columns[_BUCKET] = _buckets(found, languages, read_cutoffs(resources[CUTOFFS]))
    return pa.table([columns[name] for name in names], names=list(names))


def _languages(languages: "Texts | None", count: int) -> list[str | None]:
    """Return the language of each text, all None where none are given."""
    return [None] * count if languages is None else languages.to_pylist()


def _perplexities(
    texts: "pa.ChunkedArray[Any]",
    languages: list[str | None],
    folder: Path,
    normalize: Normalize,
    *,
    without_empty: bool = False,
) -> Floats:
    """Return the perplexity of each text, NaN where it is null or its language has no model."""
    found = np.full(len(texts), np.nan)
    codes, present = np.array(languages, np.object_), np.asarray(texts.is_valid())
    for language in dict.fromkeys(languages):
        paths = find_model(folder, language)
        if paths is None:
            continue
        rows = (codes == language) & present
        scored = load_model(*paths).perplexities(normalize_texts(texts.filter(pa.array(rows)), normalize))
        found[rows] = [np.nan if without_empty and not pieces else perplexity for perplexity, pieces in scored]
    return found


def _buckets(perplexities: Floats, languages: list[str | None], cutoffs: Cutoffs) -> Column:
    buckets = [
        None if np.isnan(perplexity) else bucket(perplexity, language, cutoffs)
        for perplexity, language in zip(perplexities.tolist(), languages, strict=True)
    ]
    return pa.array(buckets, pa.string())


def _column(values: Floats) -> Column:
    return pa.array(values, pa.float64(), mask=np.isnan(values))
