"""Doubts: answers that wait for a second look until all else is answered, and to whom they belong."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from translate.engines.base import Reply, Request
from translate.second_look.look import SecondLook

if TYPE_CHECKING:
    from translate.checks import Finding

_Owner = TypeVar("_Owner")


class Doubts(Generic[_Owner]):
    """Holds answers that are to be looked at again.

    Args:
        second_look: What looks at them.

    Attributes:
        second_look: The same.
        found: What was found in each answer looked at, by request.
    """

    def __init__(self, second_look: SecondLook) -> None:
        self.second_look = second_look
        self.found: dict[Request, tuple[Finding, ...]] = {}
        self._held: list[tuple[_Owner, Request, Reply]] = []

    def hold(self, owner: _Owner, request: Request, reply: Reply) -> None:
        """Keep an answer until `looked_at`."""
        self._held.append((owner, request, reply))

    def looked_at(self) -> Sequence[tuple[_Owner, Request, Reply]]:
        """Look at all answers that are held, each once however many own it, and let go of them.

        Raises:
            EngineDiedError: What a look asks is gone.
            StoppedError: It was told to stop.
        """
        held, self._held = self._held, []
        new: Mapping[Request, str] = {request: reply.text for _, request, reply in held if request not in self.found}
        pairs = [(request.text, answer) for request, answer in new.items()]
        self.found.update(zip(new, self.second_look.look(pairs) if pairs else (), strict=True))
        return held
