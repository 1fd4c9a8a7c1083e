import zlib
from collections.abc import Callable, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.translate.scripted_engine import IDENTITY, Script, ScriptedEngine, from_table
from translate.answers import Answers, StoppedError
from translate.engines import EngineDiedError, Reply, Request
from translate.fallback import climb
from translate.ladder import Ladder
from translate.results import Result
from translate.segmentation import sentence_splitter

SPLIT = sentence_splitter("en")
PAIR = ("eng_Latn", "por_Latn")


def ladder_of(
    engine: ScriptedEngine,
    known: Mapping[str, Reply] | None = None,
    *,
    by_sentence: bool = False,
    stopping: Callable[[], bool] = lambda: False,
) -> Ladder:
    answers = Answers(engine, *PAIR, known or {}, lambda *_: None)
    return Ladder(answers, SPLIT, by_sentence=by_sentence, stopping=stopping)


def climbed(answers: dict[str, str], texts: Sequence[str]) -> tuple[dict[str, Result], list[str]]:
    engine = ScriptedEngine(from_table(answers))
    results = dict(climb([ladder_of(engine)], texts))
    return results, [request.text for request in engine.asked]


def told(result: Result) -> tuple[str | None, str, str | None]:
    return result.text, result.rung, result.finding.reason if result.finding else None


def test_a_good_answer_is_taken_whole_and_unmasked() -> None:
    results, _ = climbed({"Look in XPH11 now.": "Olhe agora em XPH11."}, ["Look in /etc/fstab now."])
    result = results["Look in /etc/fstab now."]
    assert told(result) == ("Olhe agora em /etc/fstab.", "whole", None)
    assert result.checks
    assert all(finding.passed for finding in result.checks)
    assert (result.engine, result.tokens, result.tokens_in, result.tokens_out) == ("scripted/m", 18, 18, 1)


def test_what_fails_whole_is_translated_in_parts() -> None:
    whole = "He came home.\nShe left 2 days ago."
    answers = {
        "He came home. She left 2 days ago.": "Ele veio para casa hoje mesmo.",
        "He came home.": "Ele veio.",
        "She left 2 days ago.": "Ela saiu há 2 dias.",
    }
    results, asked = climbed(answers, [whole])
    assert told(results[whole]) == ("Ele veio. Ela saiu há 2 dias.", "parts", "numbers")
    assert results[whole].tokens_out == 3
    assert asked == list(answers)


def test_many_sentences_are_tried_in_halves_first() -> None:
    sentences = ["One is 1.", "Two is 2.", "Three is 3.", "Four is 4."]
    good = {sentence: sentence.replace("is", "são").lower() + "!" for sentence in sentences}
    answers = {**good, "One is 1. Two is 2.": "um são 1! dois são 2!", "Three is 3. Four is 4.": "lost"}
    results, asked = climbed(answers | {" ".join(sentences): "lost"}, [" ".join(sentences)])
    assert told(results[" ".join(sentences)]) == (
        "um são 1! dois são 2! three são 3.! four são 4.!",
        "parts",
        "numbers",
    )
    assert asked == [" ".join(sentences), "One is 1. Two is 2.", "Three is 3. Four is 4.", "Three is 3.", "Four is 4."]


def test_what_fails_in_parts_is_rejected_with_the_parts_reason() -> None:
    text = "He came 3 times. She left 2 days ago."
    answers = {"He came 3 times.": "Ele veio 3 vezes.", "She left 2 days ago.": "Ela saiu."}
    results, asked = climbed(answers, [text])
    assert told(results[text]) == (None, "rejected", "numbers")
    assert len(asked) == 3


def test_what_is_too_long_is_split_and_never_cut() -> None:
    text = "The first of these sentences is short. The second of these sentences is short."
    answers = {
        "The first of these sentences is short.": "A primeira destas frases é curta.",
        "The second of these sentences is short.": "A segunda destas frases é curta.",
    }
    results, asked = climbed(answers, [text])
    assert told(results[text]) == (
        "A primeira destas frases é curta. A segunda destas frases é curta.",
        "parts",
        "too_long",
    )
    assert all(len(text) <= IDENTITY.max_segment_tokens for text in asked)


def test_what_is_too_long_and_cannot_be_split_is_rejected() -> None:
    text = ("one very long row of words without any end " * 3).strip()
    results, asked = climbed({}, [text])
    finding = results[text].finding
    assert finding is not None
    assert (finding.reason, finding.value) == ("too_long", len(text))
    assert not asked


def test_nothing_to_translate_is_left_untouched_and_unasked() -> None:
    texts = ["https://a.org/b", "1,234.5", "int x = 3;", "ls(1)"]
    results, asked = climbed({}, texts)
    assert results == {text: Result(text, "untouched") for text in texts}
    assert not asked


def test_equal_texts_are_asked_once() -> None:
    results, asked = climbed({"Go on.": "Continue."}, ["Go on.", "Go on.", "Go  on."])
    assert asked == ["Go on."]
    assert [result.text for result in results.values()] == ["Continue."] * 2


def test_equal_texts_in_flight_together_are_asked_once() -> None:
    engine = ScriptedEngine(from_table({"Go on.": "Continue."}), window=8)
    results = dict(climb([ladder_of(engine)], ["Go on.", "Go  on.", "Go   on."]))
    assert len(engine.asked) == 1
    assert [result.text for result in results.values()] == ["Continue."] * 3


def test_a_request_that_failed_is_repeated_as_it_is_and_not_for_ever() -> None:
    for failures, expected in ((3, ("Continue.", "whole", None)), (4, (None, "rejected", "error"))):
        left = [failures]

        def script(_: Request, left: list[int] = left) -> Reply:
            left[0] -= 1
            return Reply("", "error", detail="connection refused") if left[0] >= 0 else Reply("Continue.")

        engine = ScriptedEngine(script)
        (result,) = [result for _, result in climb([ladder_of(engine)], ["Go on."])]
        assert told(result) == expected
        assert engine.asked == [Request("Go on.")] * 4


def test_an_engine_that_samples_is_asked_again_with_another_attempt() -> None:
    def script(request: Request) -> Reply:
        return Reply("Continue.") if request.attempt == 2 else Reply("loop loop loop", "repetition", 5, 90)

    engine = ScriptedEngine(script, deterministic=False)
    (result,) = [result for _, result in climb([ladder_of(engine)], ["Go on."])]
    assert told(result) == ("Continue.", "again", "repetition")
    assert result.tokens_out == 180
    assert engine.asked == [Request("Go on.", attempt) for attempt in range(3)]


@pytest.mark.parametrize("finish", ["length", "repetition", "refused"])
def test_an_answer_that_did_not_end_by_itself_is_rejected_by_that_name(finish: str) -> None:
    engine = ScriptedEngine(lambda _: Reply("Continue.", finish))  # type: ignore[arg-type]
    (result,) = [result for _, result in climb([ladder_of(engine)], ["Go on."])]
    assert told(result) == (None, "rejected", finish)
    assert len(engine.asked) == 1


def test_a_request_refused_once_is_not_tried_with_other_sampling() -> None:
    engine = ScriptedEngine(lambda _: Reply("", "refused", detail="too long"), deterministic=False)
    assert [told(result) for _, result in climb([ladder_of(engine)], ["Go on."])] == [(None, "rejected", "refused")]
    assert len(engine.asked) == 1


def test_what_the_first_engine_fails_at_goes_to_the_next() -> None:
    first = ScriptedEngine(lambda _: Reply("Continue.", "stop"))
    second = ScriptedEngine(lambda _: Reply("Ela saiu há 2 dias.", "stop"), model="other")
    texts = ["She left 2 days ago.", "Go on.", "They stayed there for 3 days."]
    results = dict(climb([ladder_of(first), ladder_of(second)], texts))
    assert told(results[texts[0]]) == ("Ela saiu há 2 dias.", "fallback", "numbers")
    assert results[texts[0]].engine == "scripted/other"
    assert told(results[texts[1]]) == ("Continue.", "whole", None)
    assert told(results[texts[2]]) == (None, "rejected", "numbers")
    assert [request.text for request in second.asked] == [texts[0], texts[2]]


def test_a_fallback_engine_of_sentences_is_given_sentences() -> None:
    text = "He came 3 times. She left 2 days ago."
    answers = {"He came 3 times.": "Ele veio 3 vezes.", "She left 2 days ago.": "Ela saiu há 2 dias."}
    first = ScriptedEngine(lambda _: Reply("x", "length"))
    second = ScriptedEngine(from_table(answers), unit="sentence", model="other")
    results = dict(climb([ladder_of(first), ladder_of(second, by_sentence=True)], [text]))
    assert told(results[text]) == ("Ele veio 3 vezes. Ela saiu há 2 dias.", "fallback", "length")
    assert [request.text for request in second.asked] == list(answers)


def test_an_engine_that_dies_ends_the_climb() -> None:
    engine = ScriptedEngine(from_table({"Go on.": "Continue."}), dies_after=1)
    with pytest.raises(EngineDiedError):
        list(climb([ladder_of(engine)], ["Go on.", "Stop here."]))


def test_an_engine_that_only_fails_ends_the_climb() -> None:
    engine = ScriptedEngine(lambda _: Reply("", "error", detail="HTTP 503"))
    with pytest.raises(EngineDiedError, match="200 requests in a row failed, the last one with: HTTP 503"):
        list(climb([ladder_of(engine)], [f"Go on to {number}." for number in range(1000)]))


def test_who_is_asked_to_stop_waits_for_what_is_in_flight() -> None:
    engine = ScriptedEngine(from_table({}), window=4)
    ladder = ladder_of(engine, stopping=lambda: len(engine.asked) >= 10)
    with pytest.raises(StoppedError):
        list(climb([ladder], [f"Go on to {number}." for number in range(1000)]))
    assert 10 <= len(engine.asked) <= 14
    assert len(list(ladder.answers.entries({}))) == len(engine.asked)


WORDS = st.sampled_from(["He came home.", "Go to /etc/x.", "2 of 3.", "She left.", "Why?", "It is so; and so."])
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=6).map(" ".join), max_size=20)


def unreliable(seed: int, *, errors: bool = True) -> Script:
    """Answer well, badly, in a loop, too long or not at all, by the request and by how often it came."""
    times: dict[Request, int] = {}

    def script(request: Request) -> Reply:
        times[request] = times.get(request, 0) + errors
        match (zlib.crc32(f"{seed} {request}".encode()) + times[request]) % 5:
            case 0:
                return Reply(request.text.upper())
            case 1 if errors:
                return Reply("", "error", detail="lost")
            case 2:
                return Reply("la " * 50, "repetition")
            case 3:
                return Reply(request.text, "length")
            case _:
                return Reply("nada", "stop")

    return script


@given(TEXTS, st.integers(0, 1000), st.integers(1, 9), st.booleans())
def test_no_segment_is_lost_or_doubled(texts: list[str], seed: int, window: int, deterministic: bool) -> None:
    engine = ScriptedEngine(unreliable(seed), window=window, seed=seed, deterministic=deterministic)
    other = ScriptedEngine(unreliable(seed + 1), window=window, unit="sentence", model="other")
    ladders = [ladder_of(engine), ladder_of(other, by_sentence=True)]
    results = list(climb(ladders, texts))
    assert sorted(text for text, _ in results) == sorted(set(texts))
    for _, result in results:
        assert (result.text is None) == (result.rung == "rejected")
        assert "XPH" not in (result.text or "")


@given(TEXTS, st.integers(0, 1000), st.integers(1, 9))
def test_a_replay_asks_nothing_and_gives_the_same(texts: list[str], seed: int, window: int) -> None:
    engine = ScriptedEngine(unreliable(seed, errors=False), window=window, seed=seed, deterministic=False)
    ladder = ladder_of(engine)
    first = dict(climb([ladder], texts))
    known = {entry.key: entry.reply for entry in ladder.answers.entries({})}
    silent = ScriptedEngine(lambda _: Reply("", "error"), deterministic=False)
    again = ladder_of(silent, known)
    assert dict(climb([again], texts)) == first
    assert silent.calls == 0
    assert {entry.key for entry in again.answers.entries({})} == known.keys()
