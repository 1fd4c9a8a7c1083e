"""Which hash of strings the buckets of a `dsir` folder were made with."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

Algorithm = Literal["siphash13", "siphash24"]

FILE = "hash.json"
_HIGHEST_SEED = 2**32 - 1
_MASK = 2**32 - 1


@dataclass(frozen=True)
class StringHash:
    """CPython's hash of strings under a fixed PYTHONHASHSEED.

    Attributes:
        str_hash: SipHash-1-3, as since CPython 3.11, or SipHash-2-4, as before; named as `sys.hash_info` names them.
        seed: PYTHONHASHSEED; RedPajama-V2's is 42.
    """

    str_hash: Algorithm = "siphash13"
    seed: int = 42

    @property
    def is_double(self) -> bool:
        """Whether there are two rounds a block, and four at the end."""
        return self.str_hash == "siphash24"

    @property
    def key(self) -> npt.NDArray[np.uint64]:
        """uint64[2], what CPython makes of the seed (Python/bootstrap_hash.c, lcg_urandom)."""
        state, secret = self.seed, bytearray(16)
        for place in range(len(secret) if self.seed else 0):
            state = (state * 214013 + 2531011) & _MASK
            secret[place] = state >> 16 & 0xFF
        return np.array(np.frombuffer(secret, "<u8"), np.uint64)


def read_string_hash(folder: Path) -> StringHash:
    """Return what `hash.json` in a folder says, as {"str_hash": "siphash24", "seed": 42}; without it, the defaults.

    Raises:
        ValueError: The file says something else.
    """
    path = folder / FILE
    if not path.is_file():
        return StringHash()
    try:
        found = json.loads(path.read_bytes())
        hashing = StringHash(**found)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path}: expected {{'str_hash': …, 'seed': …}} as JSON ({error})") from None
    if hashing.str_hash not in get_args(Algorithm):
        raise ValueError(f"{path}: str_hash is {hashing.str_hash!r}, expected {' or '.join(get_args(Algorithm))}")
    if type(hashing.seed) is not int or not 0 <= hashing.seed <= _HIGHEST_SEED:
        raise ValueError(f"{path}: seed is {hashing.seed!r}, expected a whole number from 0 to {_HIGHEST_SEED}")
    return hashing
