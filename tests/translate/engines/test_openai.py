import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.translate.engines.scripted_server import Answer, Json, Seen, completion, failure, serving
from translate.engines import EngineDiedError, EngineSpec, Reply, Request, engine_identity, open_engine
from translate.engines.base import Json as Argument
from translate.engines.openai import OpenAIEngine

PAIR = ("eng_Latn", "fra_Latn")


@contextmanager
def asking(
    respond: Callable[[Json], Answer], model: str = "Qwen3-8B", **arguments: Argument
) -> Iterator[tuple[Callable[..., list[Reply]], Seen]]:
    with serving(respond) as (url, seen):
        fields: dict[str, Argument] = {"base_url": url, "license": "Apache-2.0", "retries": 1, **arguments}
        engine = open_engine(EngineSpec("openai", model, fields))

        def ask(*texts: str, attempt: int = 0) -> list[Reply]:
            requests = [Request(text, attempt) for text in texts]
            return [reply for _, reply in sorted(engine.translate(requests, *PAIR), key=lambda pair: pair[0])]

        try:
            yield ask, seen
        finally:
            engine.close()


def asked_for(body: Json) -> str:
    """Return the segment of a request that was made by the template `tags`."""
    content: str = body["messages"][0]["content"]
    return content.rpartition("<text>")[2].removesuffix("</text>")


def echo(body: Json) -> Answer:
    return completion(f"<translation>{asked_for(body)}!</translation>")


class Series:
    """Answers each segment with the next of what is planned for it, and then with an echo."""

    def __init__(self, **planned: list[Answer]) -> None:
        self.planned = planned

    def __call__(self, body: Json) -> Answer:
        planned = self.planned.get(asked_for(body), [])
        return planned.pop(0) if planned else echo(body)


def test_every_request_gets_its_own_answer() -> None:
    texts = [f"text {number}" for number in range(40)]
    with asking(echo, concurrency=6) as (ask, seen):
        replies = ask(*texts)
    assert [reply.text for reply in replies] == [f"{text}!" for text in texts]
    assert {(reply.finish, reply.tokens_in, reply.tokens_out) for reply in replies} == {("stop", 7, 5)}
    assert set(seen.paths) == {"/v1/chat/completions"}
    assert {body["temperature"] for body in seen.bodies} == {0}
    assert not any("seed" in body for body in seen.bodies)
    assert {asked_for(body): body["max_tokens"] for body in seen.bodies}["text 10"] == 2 * 3 + 32


def test_what_may_pass_is_repeated() -> None:
    series = Series(
        busy=[failure(429, "slow down", Retry_After="0.01")],
        broken=[failure(500, "oops")],
        cut=[Answer({"choices": []}, cut=True)],
    )
    with asking(series, retries=2) as (ask, seen):
        assert [reply.text for reply in ask("busy", "broken", "cut", "fine")] == ["busy!", "broken!", "cut!", "fine!"]
    assert len(seen.bodies) == 7


def test_retry_after_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    import openai._base_client  # noqa: PLC0415

    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(openai._base_client.anyio, "sleep", sleep)
    busy = [failure(429, "slow down", Retry_After="20"), failure(503, "later"), failure(503, "later")]
    with asking(Series(busy=busy), retries=3) as (ask, _):
        assert ask("busy")[0].text == "busy!"
    assert waits[0] == 20
    assert 0.75 <= waits[1] <= 1
    assert 1.5 <= waits[2] <= 2


@pytest.mark.parametrize(
    ("answer", "finish", "detail"),
    [
        (failure(500, "oops"), "error", "HTTP 500: Error code: 500"),
        (failure(400, "this model's maximum context length is 512 tokens"), "refused", "maximum context length"),
        (failure(422, "no"), "refused", "HTTP 422"),
        (Answer(b"<html>"), "error", "no JSON: b'<html>'"),
        (Answer(b'{"choices": [{"mess'), "error", "no JSON"),
        (Answer({"choices": []}), "error", "no completion"),
        (Answer({"choices": "no"}), "error", "no completion"),
        (Answer({"choices": [{"finish_reason": "stop", "message": {"content": 3}}]}), "error", "no completion"),
        (Answer(b"[]"), "error", "no completion"),
        (completion(None, "content_filter"), "refused", "filter"),
        (completion(None, "tool_calls"), "error", "'tool_calls'"),
        (completion("Bon", None), "error", "None"),
        (completion(None), "error", "'stop'"),
    ],
)
def test_a_failure_is_the_reply_to_one_request(answer: Answer, finish: str, detail: str) -> None:
    with asking(Series(bad=[answer]), retries=0) as (ask, _):
        good, bad = ask("good", "bad")
    assert good.text == "good!"
    assert (bad.text, bad.finish) == ("", finish)
    assert detail in bad.detail
    assert "\n" not in bad.detail


def put_forward(engine: OpenAIEngine) -> None:
    """Let the clock of the engine's loop go on by a second at every turn."""
    loop = engine._window._loop
    now = [loop.time()]

    def turn() -> None:
        now[0] += 1
        loop.call_soon(turn)

    loop.time = lambda: now[0]  # type: ignore[method-assign]

    loop.call_soon_threadsafe(turn)


def test_a_slow_answer_is_an_error_and_no_wait_without_end() -> None:
    let_go = threading.Event()
    with serving(Series(slow=[Answer({}, held=let_go)])) as (url, _):
        engine = open_engine(EngineSpec("openai", "m", {"base_url": url, "license": "MIT", "retries": 0}))
        assert isinstance(engine, OpenAIEngine)
        try:
            answers = engine.translate(map(Request, ["fast", "slow"]), *PAIR)
            assert next(answers)[1].text == "fast!"
            put_forward(engine)
            ((_, slow),) = answers
        finally:
            let_go.set()
            engine.close()
    assert slow.finish == "error"
    assert "timed out" in slow.detail.lower()


@pytest.mark.parametrize(
    ("text", "reason", "reply"),
    [
        ("<translation>Bonjour</translation>", "length", ("Bonjour", "stop")),
        ("<translation>Bonj", "length", ("Bonj", "length")),
        ("<translation>Bonjour", "stop", ("Bonjour", "length")),
        ("Bonjour</translation>", "stop", ("Bonjour", "stop")),
        ("la la la", "repetition", ("la la la", "repetition")),
    ],
)
def test_the_raw_reason_of_the_end_is_read(text: str, reason: str, reply: tuple[str, str]) -> None:
    with asking(Series(Hello=[completion(text, reason)])) as (ask, _):
        (answer,) = ask("Hello")
    assert (answer.text, answer.finish) == reply


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refused_key_or_model_ends_the_run(status: int) -> None:
    with (
        asking(lambda _: failure(status, "no such model")) as (ask, _),
        pytest.raises(EngineDiedError, match=f"refuses every request .HTTP {status}.*no such model"),
    ):
        ask("Hello")


def test_a_server_that_is_gone_ends_the_run() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        arguments: dict[str, Argument] = {"base_url": url, "license": "MIT", "retries": 0, "concurrency": 3}
        engine = open_engine(EngineSpec("openai", "m", arguments))
        replies = []
        with pytest.raises(EngineDiedError, match="left 8 requests in a row unanswered"):
            replies.extend(engine.translate(map(Request, ["Hello"] * 20), *PAIR))
        engine.close()


def test_the_next_attempt_is_warmer_and_has_a_seed() -> None:
    with asking(echo, concurrency=1) as (ask, seen):
        ask("Hello", attempt=2)
    assert (seen.bodies[0]["temperature"], seen.bodies[0]["seed"]) == (0.3, 2)


def test_a_vllm_server_is_told_more() -> None:
    with asking(echo, server="vllm", concurrency=1) as (ask, seen):
        ask("Hello")
    body = seen.bodies[0]
    assert body["messages"][1] == {"role": "assistant", "content": "<translation>"}
    assert (body["continue_final_message"], body["add_generation_prompt"]) == (True, False)
    assert (body["stop"], body["include_stop_str_in_output"]) == (["</translation>"], True)
    assert body["repetition_detection"]["min_count"] == 8
    assert body["chat_template_kwargs"] == {"enable_thinking": False}


def test_openai_names_the_greatest_length_otherwise() -> None:
    with asking(echo, server="openai", expansion={"fra_Latn": 10.0}) as (ask, seen):
        ask("Hi!")
    assert seen.bodies[0]["max_completion_tokens"] == 42
    assert not {"max_tokens", "stop", "repetition_detection"} & seen.bodies[0].keys()


def test_models_without_turns_are_asked_to_go_on_with_a_text() -> None:
    def respond(body: Json) -> Answer:
        return Answer({"choices": [{"finish_reason": "stop", "text": " Bonjour "}]}) if "prompt" in body else echo(body)

    with asking(respond, model="translategemma-4b-it") as (ask, seen):
        assert ask("Hello")[0].text == "Bonjour"
    assert seen.paths == ["/v1/completions"]
    assert seen.bodies[0]["stop"] == ["<end_of_turn>"]
    assert seen.bodies[0]["prompt"].endswith("Hello<end_of_turn>\n<start_of_turn>model\n")


def test_recommended_sampling_is_taken_with_the_template() -> None:
    with asking(lambda _: completion("Bonjour"), model="Hunyuan-MT-7B", server="vllm") as (ask, seen):
        assert ask("Hello")[0].text == "Bonjour"
    body = seen.bodies[0]
    sampled = (body["temperature"], body["top_p"], body["top_k"], body["repetition_penalty"])
    assert sampled == (0.7, 0.6, 20, 1.05)


def test_the_key_comes_from_the_environment_and_goes_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOAM_TEST_KEY", "sk-secret-7")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other")
    refused = Series(bad=[failure(400, "you sent sk-secret-7")])
    with asking(refused, api_key_variable="LOAM_TEST_KEY") as (ask, seen):
        good, bad = ask("good", "bad")
    assert good.finish == "stop"
    assert {headers["authorization"] for headers in seen.headers} == {"Bearer sk-secret-7"}
    assert "sk-secret-7" not in bad.detail
    arguments: dict[str, Argument] = {
        "base_url": "http://localhost/v1",
        "license": "MIT",
        "api_key_variable": "LOAM_TEST_KEY",
    }
    assert "sk-secret" not in json.dumps(
        engine_identity(EngineSpec("openai", "m", arguments)).parameters("eng_Latn", "por_Latn")
    )
    with asking(echo) as (ask, seen):
        ask("Hello")
    assert "sk-" not in json.dumps(seen.headers)


def test_a_key_that_is_not_set_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOAM_TEST_KEY", raising=False)
    with (
        pytest.raises(ValueError, match=r"the environment variable LOAM_TEST_KEY, .* is not set"),
        asking(echo, api_key_variable="LOAM_TEST_KEY"),
    ):
        pass


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "needs the argument base_url"),
        ({"base_url": "ftp://example.org"}, "expected http://"),
        ({"base_url": "/v1"}, "expected http://"),
        ({"base_url": "http://me:secret@example.org/v1"}, "would be written into the corpus"),
        ({"base_url": "http://example.org/v1?key=3"}, "would be written into the corpus"),
        ({"base_url": "http://example.org/v1"}, "states no licence"),
        ({"base_url": "http://example.org/v1", "license": "MIT", "concurrency": 0}, "concurrency .* not above 0"),
        ({"base_url": "http://example.org/v1", "license": "MIT", "retries": -1}, "retries .* negative"),
        ({"base_url": "http://example.org/v1", "license": "MIT", "temperature": -1}, "temperature -1.* is negative"),
        (
            {"base_url": "http://example.org/v1", "license": "MIT", "expansion": {"fra_Latn": 0}},
            "fra_Latn: 0.* is not above 0",
        ),
        ({"base_url": "http://example.org/v1", "license": "MIT", "template": "x"}, "no template 'x'"),
        (
            {"base_url": "http://example.org/v1", "license": "MIT", "server": "x"},
            "server of engine openai.*'any', 'vllm' or 'openai'",
        ),
    ],
)
def test_wrong_arguments_are_said_before_anything_is_sent(arguments: dict[str, Argument], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        engine_identity(EngineSpec("openai", "m", arguments))


def test_the_licence_of_the_model_decides_about_the_translations() -> None:
    def license_of(**arguments: Argument) -> tuple[str, bool]:
        fields: dict[str, Argument] = {"base_url": "http://localhost/v1", **arguments}
        found = engine_identity(EngineSpec("openai", "m", fields)).output_license
        return found.model_license, found.restricts_outputs

    assert license_of(license="apache-2.0") == ("Apache-2.0", False)
    assert license_of(license="cc-by-nc-4.0") == ("CC-BY-NC-4.0", True)
    assert license_of(license="gemma") == ("LicenseRef-gemma", True)
    assert license_of(license="gemma", restricts_outputs=False) == ("LicenseRef-gemma", False)
