"""A window of requests in flight: how engines that answer many requests side by side are asked one by one."""

import asyncio
import queue
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from translate.engines.base import EngineDiedError, Reply, Request

if TYPE_CHECKING:
    from concurrent.futures import Future

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")

# The window is refilled when an eleventh of it is free: of 1.1 times the sequences that an engine computes at a time,
# no fewer than it computes are in flight then, and what comes in together can be sorted.
_REFILL = 11


class Window:
    """An event loop in a thread of its own, and a bound on the requests that it works on.

    Args:
        width: The most requests in flight.
        patience: Seconds without any answer after which the engine is taken for dead.
    """

    def __init__(self, width: int, patience: float) -> None:
        self._width = width
        self._patience = patience
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="translation-window", daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, _Result]) -> _Result:
        """Run something on the loop and return its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def answers(
        self,
        requests: Iterable[Request],
        prepare: Callable[[Sequence[Request]], Sequence[tuple[int, _Job]]],
        ask: Callable[[_Job], Coroutine[Any, Any, Reply]],
    ) -> Iterator[tuple[int, Reply]]:
        """Ask for the answers to requests, as `Engine.translate` does.

        Args:
            requests: Requests.
            prepare: Makes jobs of some of them, each with what it costs; the dearest are begun first, so that no long
                answer is waited for alone at the end.
            ask: Answers one job.

        Yields:
            The number of the request and its reply.

        Raises:
            EngineDiedError: `ask` raised it, or nothing was answered for too long. What was answered by then is
                yielded before.
        """
        flight = _Flight(self._loop, self._patience)
        numbered = enumerate(requests)
        more, died = True, None
        try:
            while True:
                while more and died is None and len(flight) <= self._width - max(1, self._width // _REFILL):
                    wanted = self._width - len(flight)
                    batch = list(islice(numbered, wanted))
                    more = len(batch) == wanted
                    jobs = prepare([request for _, request in batch])
                    priced = [(-cost, number, job) for (number, _), (cost, job) in zip(batch, jobs, strict=True)]
                    for _, number, job in sorted(priced, key=lambda item: item[:2]):
                        flight.begin(number, ask(job))
                if not len(flight):
                    break
                number, reply = flight.next_reply()
                if isinstance(reply, EngineDiedError):
                    died = died or reply
                    flight.cancel()
                elif reply is not None:
                    yield number, reply
            if died is not None:
                raise died
        finally:
            flight.cancel()

    def close(self) -> None:
        """Cancel what is in flight and end the thread."""
        self.run(_cancel_all())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class _Flight:
    """Requests being answered on a loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, patience: float) -> None:
        self._loop = loop
        self._patience = patience
        self._running: dict[int, Future[Reply]] = {}
        self._ended: queue.SimpleQueue[int] = queue.SimpleQueue()

    def __len__(self) -> int:
        return len(self._running)

    def begin(self, number: int, answer: Coroutine[Any, Any, Reply]) -> None:
        future = asyncio.run_coroutine_threadsafe(answer, self._loop)
        self._running[number] = future
        future.add_done_callback(lambda _: self._ended.put(number))

    def next_reply(self) -> tuple[int, Reply | EngineDiedError | None]:
        """Wait for one to end; None stands for one that was cancelled."""
        try:
            number = self._ended.get(timeout=self._patience)
        except queue.Empty:
            raise EngineDiedError(
                f"no answer for {self._patience:g} s with {len(self)} requests in flight: the engine hangs; run again"
            ) from None
        future = self._running.pop(number)
        if future.cancelled():
            return number, None
        error = future.exception()
        if isinstance(error, EngineDiedError):
            return number, error
        return number, future.result()

    def cancel(self) -> None:
        for future in self._running.values():
            future.cancel()


async def _cancel_all() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
