"""Buffers that kernels write to."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Element = TypeVar("Element", bound=np.generic)


@dataclass
class Workspace:
    """Buffers that one batch after the other uses; they grow to what the largest needs."""

    arrays: dict[str, npt.NDArray[Any]] = field(default_factory=dict)

    def array(self, name: str, size: int, dtype: type[Element]) -> npt.NDArray[Element]:
        """Return an array of at least `size` elements, of undefined content."""
        if name not in self.arrays or len(self.arrays[name]) < size:
            self.arrays.pop(name, None)  # give the old one back before asking for more
            self.arrays[name] = np.empty(size, dtype)
        return self.arrays[name]
