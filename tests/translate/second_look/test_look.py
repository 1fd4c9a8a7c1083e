from collections.abc import Iterator, Sequence

from tests.translate.scripted_engine import ScriptedEngine
from translate.answers import Answers
from translate.checks import PairBounds
from translate.engines import Reply, Request
from translate.fallback import climb
from translate.journal import Entry
from translate.ladder import Ladder
from translate.results import Result
from translate.second_look import Look, SecondLook, look_counts
from translate.segmentation import sentence_splitter

SPLIT = sentence_splitter("en")
PAIR = ("eng_Latn", "por_Latn")
TEXT = "The grey cat sleeps on the chair. The dog waits at the door."
GOOD = "O gato cinzento dorme na cadeira. O cão espera junto à porta."
BAD = "A mulher cansada compra no mercado. O rio corre até ao mar."


class Table:
    """Measures by a table of answers."""

    def __init__(self, values: dict[str, float | None]) -> None:
        self.measured: list[tuple[str, str]] = []
        self._values = values

    def values(self, pairs: Sequence[tuple[str, str]]) -> list[float | None]:
        self.measured += pairs
        return [self._values.get(answer, 100.0) for _, answer in pairs]

    def entries(self) -> Iterator[Entry]:
        return iter(())


def climbed(
    engines: Sequence[ScriptedEngine], table: Table, *, share: float = 1.0, suspicious: bool = False
) -> tuple[dict[str, Result], SecondLook]:
    look = SecondLook([Look("round_trip", table, 35.0)], share, suspicious=suspicious)
    ladders = [Ladder(Answers(engine, *PAIR, {}, lambda *_: None), SPLIT, second_look=look) for engine in engines]
    return dict(climb(ladders, [TEXT])), look


def engine_of(answers: dict[Request, str], **identity: object) -> ScriptedEngine:
    return ScriptedEngine(lambda request: Reply(answers.get(request, "?")), **identity)


def test_what_passes_is_taken_with_what_was_measured() -> None:
    results, look = climbed([engine_of({Request(TEXT): GOOD})], Table({GOOD: 80.0}))
    assert (results[TEXT].text, results[TEXT].rung, results[TEXT].finding) == (GOOD, "whole", None)
    assert results[TEXT].checks[-1] == ("round_trip", 80.0, True)
    assert look_counts(look.counts) == {
        "second_look round_trip": 1,
        "second_look round_trip failed": 0,
        "second_look round_trip unmeasured": 0,
    }


def test_what_fails_is_asked_again() -> None:
    engine = engine_of({Request(TEXT): BAD, Request(TEXT, 1): GOOD}, deterministic=False)
    results, look = climbed([engine], Table({BAD: 10.0, GOOD: 80.0}))
    result = results[TEXT]
    assert (result.text, result.rung, result.finding) == (GOOD, "again", ("round_trip", 10.0, False))
    assert look.counts == {"round_trip": 2, "round_trip failed": 1, "round_trip unmeasured": 0}


def test_what_fails_to_the_end_is_rejected() -> None:
    results, _ = climbed([engine_of({Request(TEXT): BAD})], Table({BAD: 10.0}))
    assert results[TEXT].text is None
    assert results[TEXT].finding is not None


def test_what_cannot_be_measured_passes() -> None:
    results, look = climbed([engine_of({Request(TEXT): GOOD})], Table({GOOD: None}))
    assert results[TEXT].text == GOOD
    assert look.counts == {"round_trip": 0, "round_trip failed": 0, "round_trip unmeasured": 1}


def test_outside_of_the_sample_nothing_is_measured() -> None:
    table = Table({GOOD: 10.0})
    results, _ = climbed([engine_of({Request(TEXT): GOOD})], table, share=0.0, suspicious=True)
    assert (results[TEXT].text, table.measured) == (GOOD, [])


def test_answers_after_a_failure_are_suspicious() -> None:
    table = Table({})
    first, second = engine_of({}), engine_of({Request(TEXT): GOOD})
    results, _ = climbed([first, second], table, share=0.0, suspicious=True)
    assert (results[TEXT].text, results[TEXT].rung) == (GOOD, "fallback")
    assert table.measured == [(TEXT, GOOD)]


def test_a_later_look_is_spared_what_failed_an_earlier_one() -> None:
    first, second = Table({BAD: 0.1}), Table({})
    look = SecondLook([Look("round_trip", first, 35.0), Look("similarity", second, 0.5)], 1.0, suspicious=False)
    found = look.look([(TEXT, BAD), (TEXT, GOOD)])
    assert [[finding.reason for finding in findings] for findings in found] == [
        ["round_trip"],
        ["round_trip", "similarity"],
    ]
    assert second.measured == [(TEXT, GOOD)]


def test_a_text_that_nobody_doubts_is_taken_whatever_a_look_for_another_found() -> None:
    # The piece of the first text is the whole of the second: only there had an answer been rejected before.
    piece, rest = "The dog waits at the door.", "There are 3 of them."
    answers = {piece: BAD, rest: "Há 3 deles.", f"{piece} {rest}": "Há muitos."}
    for texts in ([f"{piece} {rest}", piece], [piece, f"{piece} {rest}"]):
        look = SecondLook([Look("round_trip", Table({BAD: 10.0}), 35.0)], 0.0, suspicious=True)
        engine = engine_of({Request(text): answer for text, answer in answers.items()})
        bounds = PairBounds(spread=3.0)
        ladder = Ladder(Answers(engine, *PAIR, {}, lambda *_: None), SPLIT, bounds=bounds, second_look=look)
        results = dict(climb([ladder], texts))
        assert results[piece].text == BAD
        assert results[f"{piece} {rest}"].text is None
        assert [entry.findings[-1].reason for entry in ladder.entries() if entry.reply.text == BAD] == ["round_trip"]
