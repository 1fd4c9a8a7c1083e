"""Answers: an engine behind its journal. What is known is looked up; what is new is asked once and logged at once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from translate.checks import Finding
from translate.engines.base import Engine, EngineDiedError, Reply, Request
from translate.journal import Entry, Keys

# So many requests in a row fail only when nothing works any more: going on would drop a corpus.
_MOST_ERRORS_IN_A_ROW = 200


class StoppedError(RuntimeError):
    """Whoever asks was told to stop; what was answered until then is in the journal."""

    def __init__(self) -> None:
        super().__init__("stopped; what was answered until then is in the journal")


class Answers:
    """Answers requests from the journal, and from the engine where the journal has no answer.

    Args:
        engine: The engine.
        source: Language of the texts.
        target: The language wanted.
        known: Replies by journal key.
        take_down: Called with each new answer and its key as it comes, to have it in a log.

    Attributes:
        engine: The engine.
        languages: Source and target.
        asked: How many requests the engine itself was given.
    """

    def __init__(
        self,
        engine: Engine,
        source: str,
        target: str,
        known: Mapping[str, Reply],
        take_down: Callable[[str, Reply], None],
    ) -> None:
        self.engine = engine
        # Of every request that was looked up or asked: what a part of the journal holds.
        self._used: dict[Request, tuple[str, Reply]] = {}
        self.asked = 0
        self._keys = Keys(engine.identity, source, target)
        self.languages = (source, target)
        self._known = known
        self._take_down = take_down
        self._errors_in_a_row = 0

    def look_up(self, request: Request) -> Reply | None:
        """Return the answer to a request, if it is known."""
        used = self._used.get(request)
        if used is not None:
            return used[1]
        if not self._known:
            return None
        key = self._keys(request)
        reply = self._known.get(key)
        if reply is not None:
            self._used[request] = key, reply
        return reply

    def ask(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Reply]]:
        """Yield the engine's replies, in any order; requests are pulled as the engine has room for more.

        Where there is no request, the engine is left alone: it may not be open yet.

        Raises:
            EngineDiedError: The engine is gone, or nothing but errors comes from it.
        """
        pulled: list[Request | None] = []

        def numbered() -> Iterator[Request]:
            for request in requests:
                pulled.append(request)
                yield request

        first = next(asked := numbered(), None)
        if first is None:
            return
        for number, reply in self.engine.translate(chain([first], asked), *self.languages):
            request, pulled[number] = pulled[number], None
            if request is None:
                raise EngineDiedError(f"{self.engine.identity.name} answered request {number} twice")
            self.asked += 1
            self._keep(request, reply)
            yield request, reply
        unanswered = sum(request is not None for request in pulled)
        if unanswered:
            raise EngineDiedError(f"{self.engine.identity.name} left {unanswered} requests unanswered")

    def replies(self, requests: Iterable[Request], stopping: Callable[[], bool]) -> dict[Request, Reply]:
        """Return the reply to each request: from the journal, else from the engine.

        Args:
            requests: Requests; each is asked once.
            stopping: Whether to ask nothing more.

        Raises:
            EngineDiedError: The engine is gone, or nothing but errors comes from it.
            StoppedError: `stopping` said so.
        """
        asked = list(dict.fromkeys(requests))
        found = {request: reply for request in asked if (reply := self.look_up(request)) is not None}

        def new() -> Iterator[Request]:
            for request in asked:
                if stopping():
                    return
                if request not in found:
                    yield request

        found |= dict(self.ask(new()))
        if stopping():
            raise StoppedError
        return found

    def entries(self, findings: Mapping[Request, Sequence[Finding]]) -> Iterator[Entry]:
        """Yield everything that was used, with what the checks found in it."""
        label = self.engine.identity.label
        for request, (key, reply) in self._used.items():
            yield Entry(key, label, request, reply, findings.get(request, ()))

    def tokens(self) -> Mapping[str, int]:
        """Return the tokens that the engine read and wrote in everything that was used."""
        return {
            "tokens_in": sum(reply.tokens_in for _, reply in self._used.values()),
            "tokens_out": sum(reply.tokens_out for _, reply in self._used.values()),
        }

    def _keep(self, request: Request, reply: Reply) -> None:
        if reply.finish != "error":  # the next run may fare better
            self._errors_in_a_row = 0
            key = self._keys(request)
            self._used[request] = key, reply
            self._take_down(key, reply)
            return
        self._errors_in_a_row += 1
        if self._errors_in_a_row >= _MOST_ERRORS_IN_A_ROW:
            raise EngineDiedError(
                f"{self.engine.identity.name}: {self._errors_in_a_row} requests in a row failed, "
                f"the last one with: {reply.detail}"
            )
