"""Where Numba keeps the machine code of a kernel: by the content of its file, wherever the checkout lies.

Numba's own folders carry the path of the file. A cluster unpacks the code it is sent in a folder of each session, and
a second checkout has another path, too: all would compile again what stands.
"""

import hashlib
from pathlib import Path
from typing import Any

from numba.core import config
from numba.core.caching import UserProvidedCacheLocator


class ByContent(UserProvidedCacheLocator):
    """Finds the folder of a function: below Numba's cache folder, named by the function's module and its text."""

    def __init__(self, py_func: Any, py_file: str) -> None:  # noqa: ANN401 -- a function; Numba has no types
        super().__init__(py_func, py_file)  # type: ignore[no-untyped-call]
        self._content = hashlib.sha256(Path(py_file).read_bytes()).hexdigest()[:16]
        below = str(vars(config)["CACHE_DIR"])
        self._cache_path = str(Path(below) / f"{py_func.__module__}-{self._content}")

    def get_source_stamp(self) -> str:
        """Return what machine code must have been made of; Numba before 0.68, as vLLM pins it, takes a file's time."""
        return self._content
