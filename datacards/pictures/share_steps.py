"""Steps of colour for shares."""

from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True)
class ShareSteps:
    """Steps of colour for a share: one below the first of some bounds, and one from each bound on.

    Attributes:
        bounds: Shares, ascending.
    """

    bounds: tuple[float, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the steps, from few to many."""
        return f"below {self.bounds[0] * 100:g} %", *(f"from {bound * 100:g} %" for bound in self.bounds)

    def of(self, share: float) -> str:
        """Return the step of a share."""
        return self.names[bisect_right(self.bounds, share)]
