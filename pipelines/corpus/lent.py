"""What of a corpus lies in a store, and is fetched when a run needs it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field


def _nowhere(paths: Sequence[str]) -> None:
    raise AssertionError(f"{paths} are away, and nobody was told where")


@dataclass(frozen=True)
class Lent:
    """Files that stand, as their receipts say, and are not here; of a corpus on disk there are none.

    Attributes:
        away: Their paths; it shrinks as they are fetched, or made anew.
        fetch: Fetches some of them.
    """

    away: set[str] = field(default_factory=set)
    fetch: Callable[[Sequence[str]], None] = _nowhere

    def bring(self, paths: Iterable[str]) -> None:
        """See that those of some files which are away are here.

        Raises:
            LoamError: One cannot be fetched, or is not what its receipt says.
        """
        wanted = sorted(self.away.intersection(paths))
        if wanted:
            self.fetch(wanted)
