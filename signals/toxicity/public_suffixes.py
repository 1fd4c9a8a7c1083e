"""The Public Suffix List: under which names domains are registered, so that no list blocks all of them at once."""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from signals.kernels import PADDING
from signals.kernels.hash_tables import slots_for
from signals.kernels.urls import EXCEPTION, SUFFIX, WILDCARD, add_strings
from signals.toxicity.hosts import ascii_host


class PublicSuffixes(NamedTuple):
    """A hash table of rules, and the kinds of each; see `look_up_urls`."""

    keys: npt.NDArray[np.uint64]
    kinds: npt.NDArray[np.int32]


@lru_cache(maxsize=4)
def public_suffixes(path: Path, _stamp: str) -> PublicSuffixes:
    """Return the rules of a list in the form of publicsuffix.org.

    Args:
        path: The file.
        _stamp: What `stamp(path)` returned.

    Raises:
        ValueError: The file is no UTF-8.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: no UTF-8 ({error.reason} at byte {error.start})") from error
    rules, kinds = [], []
    for line in lines:
        rule = line.split(" ")[0].strip()
        if not rule or rule.startswith("//"):
            continue
        kinds.append(WILDCARD if rule.startswith("*.") else EXCEPTION if rule.startswith("!") else SUFFIX)
        rules.append(ascii_host(rule.removeprefix("*.").removeprefix("!")).encode())
    data = np.frombuffer(b"".join(rules) + bytes(PADDING), np.uint8)
    offsets = np.cumsum([0, *map(len, rules)], dtype=np.int64)
    slots = slots_for(len(rules))
    found = PublicSuffixes(np.zeros(slots, np.uint64), np.zeros(slots, np.int32))
    add_strings(data.copy(), offsets, np.array(kinds, np.int32), *found)
    return found
