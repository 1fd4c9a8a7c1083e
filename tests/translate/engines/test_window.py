import asyncio
import threading
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translate.engines import EngineDiedError, Reply, Request
from translate.engines.window import Window

PATIENCE = 600  # seconds; reached only where something hangs


class Asked:
    """Answers each text with itself after as many loop turns as it is long; notes what goes on.

    "hang" is never answered, "wrong" and "die" are errors, the second once `die_after` texts have been answered.
    """

    def __init__(self, die_after: int = 0) -> None:
        self.order: list[str] = []
        self.in_flight = self.most_in_flight = self.cancelled = self.answered = 0
        self.die_after = die_after
        self.may_die = asyncio.Event()

    def prepare(self, requests: Sequence[Request]) -> list[tuple[int, str]]:
        return [(len(request.text), request.text) for request in requests]

    async def ask(self, text: str) -> Reply:
        self.order.append(text)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            if text.startswith("hang"):
                await asyncio.sleep(3600)
            for _ in text:
                await asyncio.sleep(0)
            if text.startswith("die"):
                if self.answered < self.die_after:
                    await self.may_die.wait()
                raise EngineDiedError("gone")
            if text.startswith("wrong"):
                raise TypeError("a mistake")
            self.answered += 1
            if self.answered == self.die_after:
                self.may_die.set()
            return Reply(text)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.in_flight -= 1


@given(texts=st.lists(st.text("ab", max_size=9), max_size=40), width=st.integers(1, 15))
def test_every_request_gets_its_own_answer_once(texts: list[str], width: int) -> None:
    asked, window = Asked(), Window(width, PATIENCE)
    try:
        got = dict(window.answers(map(Request, texts), asked.prepare, asked.ask))
    finally:
        window.close()
    assert {number: reply.text for number, reply in got.items()} == dict(enumerate(texts))
    assert asked.most_in_flight <= width
    assert len(asked.order) == len(texts)


@pytest.fixture(name="window")
def _window() -> Iterator[Window]:
    window = Window(4, PATIENCE)
    yield window
    window.close()


def test_the_longest_are_begun_first(window: Window) -> None:
    asked = Asked()
    list(window.answers(map(Request, ["b", "bbb", "bb", "bbbb"]), asked.prepare, asked.ask))
    assert asked.order == ["bbbb", "bbb", "bb", "b"]


def test_requests_are_pulled_by_the_thread_that_pulls_the_answers_and_no_further_than_the_window(
    window: Window,
) -> None:
    asked, pulled = Asked(), []

    def requests() -> Iterator[Request]:
        for number in range(50):
            pulled.append(threading.current_thread())
            yield Request(str(number))

    answers = window.answers(requests(), asked.prepare, asked.ask)
    next(answers)
    assert len(pulled) == 4
    answers.close()
    assert len(pulled) == 4
    assert set(pulled) == {threading.current_thread()}


def test_a_request_can_be_made_from_an_answer(window: Window) -> None:
    asked = Asked()
    retries = ["a"] * 6

    def requests() -> Iterator[Request]:
        yield from map(Request, ["b"] * 6)
        while retries:
            yield Request(retries.pop())

    texts = [reply.text for _, reply in window.answers(requests(), asked.prepare, asked.ask)]
    assert sorted(texts) == ["a"] * 6 + ["b"] * 6


def test_death_comes_after_the_answers_and_the_rest_is_let_go() -> None:
    asked, window = Asked(die_after=2), Window(4, PATIENCE)
    answers = window.answers(map(Request, ["a", "bb", "hang", "die later", "never"]), asked.prepare, asked.ask)
    assert sorted([next(answers)[1].text, next(answers)[1].text]) == ["a", "bb"]
    with pytest.raises(EngineDiedError, match="gone"):
        list(answers)
    window.close()
    assert asked.cancelled >= 1  # what hangs; the last request may have been begun when the engine died
    assert asked.in_flight == 0


def test_a_hanging_engine_is_dead() -> None:
    asked, window = Asked(), Window(2, 0.05)
    with pytest.raises(EngineDiedError, match=r"no answer for 0\.05 s with 2 requests in flight"):
        list(window.answers(map(Request, ["hang 1", "hang 2"]), asked.prepare, asked.ask))
    window.close()
    assert asked.cancelled == len(asked.order)  # a loop that was slow to start has begun none of them
    assert asked.in_flight == 0


def test_other_errors_are_raised_as_they_are(window: Window) -> None:
    asked = Asked()
    with pytest.raises(TypeError, match="a mistake"):
        list(window.answers(map(Request, ["hang", "wrong"]), asked.prepare, asked.ask))


def test_who_stops_pulling_cancels_what_is_in_flight() -> None:
    asked, window = Asked(), Window(4, PATIENCE)
    answers = window.answers(map(Request, ["hang", "a"]), asked.prepare, asked.ask)
    next(answers)
    answers.close()
    window.close()
    assert asked.cancelled == 1
