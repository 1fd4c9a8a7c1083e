"""The files of a `dsir` folder: how tokens spread over buckets in each domain of a language."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from signals.models.declared import DOMAINS

SOURCE = "ccnet"
FLOOR = 1e-8  # RedPajama-V2's: no bucket is impossible


@dataclass(frozen=True)
class Distribution:
    """A domain of a language.

    Attributes:
        counts: int64[buckets], its tokens and pairs of tokens.
        mean_tokens: Mean number of tokens of its documents; None where the file is missing.
    """

    counts: npt.NDArray[np.int64]
    mean_tokens: float | None

    @property
    def logarithms(self) -> npt.NDArray[np.float64]:
        """float64[buckets], ln of each bucket's share and a little more."""
        shares: npt.NDArray[np.float64] = self.counts / self.counts.sum()
        return np.log(shares + FLOOR)


@dataclass(frozen=True)
class LanguageModel:
    """The domains of a language.

    Attributes:
        source: What the documents come from: CCNet.
        targets: By name, those of DOMAINS that there are.
    """

    source: Distribution
    targets: dict[str, Distribution]

    def log_ratios(self) -> npt.NDArray[np.float64]:
        """Return float64[buckets, DOMAINS]; 0 for a domain that is missing."""
        source = self.source.logarithms
        columns = [
            self.targets[name].logarithms - source if name in self.targets else np.zeros_like(source)
            for name in DOMAINS
        ]
        return np.stack(columns, axis=1)


def languages_of(folder: Path) -> list[str]:
    """Return the languages, as the folder names them, whose files it has.

    Raises:
        ValueError: It has none.
    """
    found = sorted({path.parent.name for path in folder.glob(f"*/{SOURCE}.*.counts.npy")})
    if not found:
        raise ValueError(f"{folder}: no LANGUAGE/{SOURCE}.LANGUAGE.BUCKETS.counts.npy in it; expected a `dsir` folder")
    return found


def read_language(folder: Path, language: str) -> LanguageModel:
    """Return the domains of a language.

    Raises:
        ValueError: A file is damaged, or does not fit the others.
    """
    counts = {name: _counts_path(folder / language, name, language) for name in (SOURCE, *DOMAINS)}
    found = {name: _read_distribution(path, name, language) for name, path in counts.items() if path is not None}
    sizes = {name: len(distribution.counts) for name, distribution in found.items()}
    if len(set(sizes.values())) != 1:
        raise ValueError(f"{folder / language}: domains differ in their number of buckets: {sizes}")
    return LanguageModel(found.pop(SOURCE), found)


def _counts_path(folder: Path, domain: str, language: str) -> Path | None:
    form = re.compile(rf"{domain}\.{re.escape(language)}\.\d+\.counts\.npy")
    paths = sorted(path for path in folder.glob("*.counts.npy") if form.fullmatch(path.name))
    if len(paths) > 1:
        raise ValueError(f"{folder}: several files of counts for {domain}: {', '.join(path.name for path in paths)}")
    if not paths and domain == SOURCE:
        raise ValueError(f"{folder}: no file {SOURCE}.{language}.BUCKETS.counts.npy")
    return paths[0] if paths else None


def _read_distribution(path: Path, domain: str, language: str) -> Distribution:
    counts = _load(path)
    if counts.ndim != 1 or counts.dtype.kind not in "iu" or counts.min(initial=0) < 0 or counts.sum() <= 0:
        raise ValueError(f"{path}: expected a one-dimensional array of counts, found {counts.dtype}{counts.shape}")
    mean_path = path.with_name(f"{domain}.{language}.lambda.npy")
    if not mean_path.is_file():
        return Distribution(counts.astype(np.int64), None)
    mean = _load(mean_path)
    if mean.size != 1 or mean.dtype.kind not in "iuf" or not np.isfinite(mean).all() or mean.min() < 0:
        raise ValueError(f"{mean_path}: expected the mean number of tokens, found {mean.dtype}{mean.shape}")
    return Distribution(counts.astype(np.int64), float(mean.ravel()[0]))


def _load(path: Path) -> npt.NDArray[np.generic]:
    try:
        loaded: npt.NDArray[np.generic] = np.load(path, allow_pickle=False)
    except (EOFError, OSError, ValueError) as error:
        raise ValueError(f"{path}: no NumPy array can be read from it ({error})") from None
    return loaded
