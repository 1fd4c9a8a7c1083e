from collections.abc import Iterator, Sequence

from translate.engines import Reply, Request
from translate.journal import Entry
from translate.second_look import Doubts, Look, SecondLook


class Counting:
    """Measures by length, and counts."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def values(self, pairs: Sequence[tuple[str, str]]) -> list[float | None]:
        self.asked += pairs
        return [float(len(answer)) for _, answer in pairs]

    def entries(self) -> Iterator[Entry]:
        return iter(())


def test_an_answer_is_looked_at_once_for_all_who_own_it() -> None:
    measure = Counting()
    doubts = Doubts[str](SecondLook([Look("round_trip", measure, 3)], 1.0, suspicious=False))
    long, short = Request("one"), Request("two")
    doubts.hold("first", long, Reply("long"))
    doubts.hold("second", short, Reply("no"))
    doubts.hold("third", long, Reply("long"))
    assert [owner for owner, _, _ in doubts.looked_at()] == ["first", "second", "third"]
    assert doubts.found == {long: (("round_trip", 4, True),), short: (("round_trip", 2, False),)}
    doubts.hold("fourth", long, Reply("long"))
    assert [owner for owner, _, _ in doubts.looked_at()] == ["fourth"]
    assert measure.asked == [("one", "long"), ("two", "no")]
    assert doubts.looked_at() == []
