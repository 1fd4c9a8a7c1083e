from collections.abc import Mapping

import pytest

from tests.translate.scripted_engine import ScriptedEngine, from_table
from translate.answers import Answers, StoppedError
from translate.engines import EngineSpec, Reply, Request, open_engine
from translate.second_look import RoundTrip
from translate.segmentation import sentence_splitter

BACK = ("por_Latn", "eng_Latn")
SPLIT = sentence_splitter("pt")
SOURCE = "The grey cat sleeps on the chair in XPH11."
ANSWER = "O gato cinzento dorme na cadeira em XPH11."


def round_trip(engine: ScriptedEngine, known: Mapping[str, Reply] | None = None) -> RoundTrip:
    return RoundTrip(Answers(engine, *BACK, known or {}, lambda *_: None), SPLIT, lambda: False)


def engine_of(answers: dict[str, str], **identity: object) -> ScriptedEngine:
    return ScriptedEngine(from_table(answers), pairs=(BACK,), **identity)


def test_what_comes_back_whole_has_100() -> None:
    assert round_trip(engine_of({ANSWER: SOURCE})).values([(SOURCE, ANSWER)]) == [pytest.approx(100)]


def test_what_comes_back_otherwise_has_less_and_short_sources_are_not_judged() -> None:
    engine = engine_of({ANSWER: "A woman buys fish at the market near XPH11."})
    value, short = round_trip(engine).values([(SOURCE, ANSWER), ("Go on.", "Continue.")])
    assert value is not None
    assert 0 < value < 35
    assert short is None
    assert [request.text for request in engine.asked] == [ANSWER]


def test_what_is_too_long_for_the_engine_goes_back_in_pieces() -> None:
    answer = "A primeira destas frases é bem curta. A segunda destas frases é bem curta."
    source = "The first of these sentences is quite short. The second of these sentences is quite short."
    first, second = "A primeira destas frases é bem curta.", "A segunda destas frases é bem curta."
    engine = engine_of({first: source[:44], second: source[45:]})
    assert round_trip(engine).values([(source, answer)]) == [pytest.approx(100)]
    assert [request.text for request in engine.asked] == [first, second]


def test_where_the_engine_fails_nothing_is_measured() -> None:
    engine = ScriptedEngine(lambda _: Reply("", "error"), pairs=(BACK,))
    assert round_trip(engine).values([(SOURCE, ANSWER)]) == [None]


def test_what_the_journal_knows_is_not_asked_again() -> None:
    engine = engine_of({ANSWER: SOURCE})
    first = round_trip(engine)
    first.values([(SOURCE, ANSWER)])
    known = {entry.key: entry.reply for entry in first.entries()}
    again = round_trip(engine, known)
    assert again.values([(SOURCE, ANSWER)]) == first.values([(SOURCE, ANSWER)])
    assert engine.asked == [Request(ANSWER)]
    assert {entry.key for entry in again.entries()} == known.keys()


def test_it_stops_when_it_is_told_to() -> None:
    looking = RoundTrip(Answers(engine_of({}), *BACK, {}, lambda *_: None), SPLIT, lambda: True)
    with pytest.raises(StoppedError):
        looking.values([(SOURCE, ANSWER)])


def test_a_real_engine_tells_a_good_translation_from_another_text() -> None:
    engine = open_engine(EngineSpec("fxtranslate", arguments={"direction": "pt-en"}))
    looking = RoundTrip(Answers(engine, *BACK, {}, lambda *_: None), SPLIT, lambda: False)
    good, other = looking.values([(SOURCE, ANSWER), (SOURCE, "A mulher compra peixe no mercado, diz XPH11.")])
    engine.close()
    assert good is not None
    assert other is not None
    assert good > 60
    assert other < 35
