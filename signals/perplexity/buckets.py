"""Buckets of perplexity, by the percentiles of a reference corpus or of the corpus itself."""

import csv
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from signals.perplexity.models import model_names

HEAD, MIDDLE, TAIL = "head", "middle", "tail"
HEAD_PERCENTILE, MIDDLE_PERCENTILE = 30, 60

_PERCENTILES = 100

Cutoffs = Mapping[str, tuple[float, float]]


@lru_cache(maxsize=4)
def read_cutoffs(path: Path) -> Cutoffs:
    """Return, by language, the perplexities below which a text is head, and below which it is middle.

    Args:
        path: CSV with a row for each of the percentiles 0 to 99, the percentile first, and a column for each language,
            as cc_net's `cutoff.csv` and `write_cutoffs`.

    Raises:
        ValueError: It is no such table.
    """
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file)) or [[]]
    by_percentile = {row[0]: row[1:] for row in rows if row}
    try:
        head, middle = by_percentile[str(HEAD_PERCENTILE)], by_percentile[str(MIDDLE_PERCENTILE)]
        pairs = zip(header[1:], head, middle, strict=True)
        return {language: (float(below), float(next_below)) for language, below, next_below in pairs}
    except (KeyError, ValueError) as error:
        raise ValueError(
            f"{path}: no table of percentiles ({error}); expected a row a percentile and a column a language"
        ) from None


def bucket(perplexity: float, language: str | None, cutoffs: Cutoffs) -> str | None:
    """Return head, middle or tail; None where the language has no cut-offs."""
    for name in model_names(language):
        if name in cutoffs:
            head, middle = cutoffs[name]
            return HEAD if perplexity < head else MIDDLE if perplexity < middle else TAIL
    return None


def bucket_cutoffs(
    perplexities: npt.NDArray[np.float64], languages: Sequence[str | None]
) -> dict[str, npt.NDArray[np.float64]]:
    """Return the percentiles 0 to 99 of the perplexities of each language, in the languages' order by name.

    Args:
        perplexities: float64[documents], NaN where there is none.
        languages: The language of each document; those without one are left out.

    Returns:
        float64[100] by language: each the smallest perplexity with at least as many percent at or below it.
    """
    codes = np.array([language or "" for language in languages], np.str_)
    known = np.isfinite(perplexities)
    return {
        language: np.percentile(
            perplexities[known & (codes == language)], range(_PERCENTILES), method="inverted_cdf"
        ).astype(np.float64)
        for language in sorted(set(codes[known].tolist()) - {""})
    }


def write_cutoffs(cutoffs: Mapping[str, npt.NDArray[np.float64]], path: Path) -> None:
    """Write what `bucket_cutoffs` returned as `read_cutoffs` reads it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["", *cutoffs])
        for percentile in range(_PERCENTILES):
            writer.writerow([percentile, *(repr(float(values[percentile])) for values in cutoffs.values())])
