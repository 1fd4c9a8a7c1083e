"""Hot loops over Arrow text, compiled by Numba.

A kernel takes a batch of documents as two arrays, `data` (their UTF-8 bytes one after the other, with spare bytes
behind) and `offsets` (document d is ``data[offsets[d]:offsets[d + 1]]``), and returns arrays of numbers. Each is
held to a short pure-Python function in `signals.reference` by the tests.

Measured habits behind their form: one pass a purpose (a giant function compiles to slow code), buffers sized before
the loop, and integer constants of a fixed type (NumPy's unsigned and Python's integers mix to floats). An index that
may be negative costs a comparison each time, because it would count from the end: hot loops count from zero over a
slice, or use unsigned positions.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, ParamSpec, TypeAlias, TypeVar, cast

import numba
import numpy as np

from signals.cache import cache_directory

PADDING = 16  # spare bytes behind a batch: kernels read eight bytes at once, and decode up to three bytes ahead

Index: TypeAlias = int | np.int64 | np.uint64

P = ParamSpec("P")
R = TypeVar("R")


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function on first use, without the GIL, and keep its machine code in the user's cache.

    Numba would look for a change in the function's own file alone and would run stale code after a change of
    something it calls; here the folder's name carries a hash of all the kernels' sources.
    """
    settings = vars(numba.config)  # Numba reads the folder when it decorates; others keep theirs
    elsewhere = {name: settings[name] for name in ("CACHE_DIR", "CACHE_LOCATOR_CLASSES")}
    settings.update(CACHE_DIR=compiled_code_directory(), CACHE_LOCATOR_CLASSES="signals.kernels.compiled.ByContent")
    try:
        return cast("Callable[P, R]", numba.njit(nogil=True, cache=True)(function))
    finally:
        settings.update(elsewhere)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function as a part of the kernels that call it."""
    return cast("Callable[P, R]", numba.njit(nogil=True, forceinline=True)(function))


# Numba's stubs do not know the last, which leaves out its runtime: memory and the counting of references.
_BORROWING: dict[str, Any] = {"nogil": True, "forceinline": True, "_nrt": False}


def borrowing(function: Callable[P, R]) -> Callable[P, R]:
    """Compile as `inlined` does a function that makes no arrays, without counting references to those it is given.

    Where such a function has a loop that it may leave early, counting them costs more than most of what it does.
    """
    return cast("Callable[P, R]", numba.njit(**_BORROWING)(function))


@lru_cache(maxsize=1)
def compiled_code_directory() -> str:
    """Return the folder of all machine code that these kernels were compiled to; another after any change of them."""
    digest = hashlib.sha256()
    for path in (*sorted(Path(__file__).parent.glob("*.py")), *sorted(Path(__file__).parents[1].glob("character*.py"))):
        digest.update(path.read_bytes())
    return str(cache_directory() / f"kernels-{digest.hexdigest()[:16]}")
