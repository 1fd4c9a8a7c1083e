"""An engine whose answers a test writes down, with the faults of real ones: errors, loops, death, any order."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from translate.engines import EngineDiedError, EngineIdentity, OutputLicense, Reply, Request

LICENSE = OutputLicense("MIT", restricts_outputs=False, evidence=())
IDENTITY = EngineIdentity("scripted", "1", "m", {}, "segment", 60, LICENSE, pairs=(("eng_Latn", "por_Latn"),))

Script = Callable[[Request], Reply]


class ScriptedEngine:
    """Answers as a script says.

    Args:
        script: From a request to its reply.
        dies_after: So many replies, then it is dead.
        window: How many requests it takes at a time; they are answered in an order of its own.
        identity: Fields of its identity that are not the usual ones.
    """

    def __init__(
        self, script: Script, *, dies_after: int | None = None, window: int = 1, seed: int = 0, **identity: object
    ) -> None:
        self.identity = replace(IDENTITY, **identity)  # type: ignore[arg-type]
        self.asked: list[Request] = []
        self.calls = 0
        self.closed = False
        self._script = script
        self._left = dies_after
        self._window = window
        self._random = random.Random(seed)  # noqa: S311 -- an order, not a secret

    def spell(self, text: str) -> str:
        return text

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    def translate(self, requests: Iterable[Request], source: str, target: str) -> Iterator[tuple[int, Reply]]:
        self.calls += 1
        assert self.identity.translates(source, target)
        pulled = enumerate(iter(requests))
        waiting: list[tuple[int, Request]] = []
        while True:
            waiting += islice(pulled, self._window - len(waiting))
            if not waiting:
                return
            number, request = waiting.pop(self._random.randrange(len(waiting)))
            if self._left is not None:
                if self._left == 0:
                    raise EngineDiedError("scripted: dead")
                self._left -= 1
            self.asked.append(request)
            yield number, self._script(request)

    def close(self) -> None:
        self.closed = True


def from_table(answers: dict[str, str]) -> Script:
    """Answer from a table; what is not in it comes back as it is."""
    return lambda request: Reply(answers.get(request.text, request.text), "stop", len(request.text), 1)
