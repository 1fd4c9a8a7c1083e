"""The engine `openai` against vLLM's own server, on CPUs."""

import contextlib
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.tiny_llm import SENTENCE, make
from translate.engines import Engine, EngineDiedError, EngineSpec, Reply, Request, open_engine
from translate.engines.base import Json

pytestmark = [pytest.mark.clients, pytest.mark.filterwarnings("ignore")]
if importlib.util.find_spec("vllm") is None:
    pytest.skip("needs vllm: make test-vllm", allow_module_level=True)

PAIR = ("eng_Latn", "por_Latn")
ENVIRONMENT = {
    **os.environ,
    "HF_HUB_OFFLINE": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "OMP_NUM_THREADS": "1",
}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("models") / "chain", "qwen2", "chain")


@pytest.fixture(scope="module")
def server(model: Path) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", str(model)]
    command += ["--served-model-name", "tiny", "--host", "127.0.0.1", "--port", str(port), "--dtype", "float32"]
    command += ["--enforce-eager", "--max-model-len", "1024", "--max-num-seqs", "16", "--api-key", "sk-test"]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        deadline = time.monotonic() + 240
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
                    break
            except OSError:
                assert process.poll() is None, "the server ended"
                assert time.monotonic() < deadline, "the server does not start"
                time.sleep(0.5)
        yield process, f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(60)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # the engine outlives a server that was killed


def opening(url: str, model: Path, monkeypatch: pytest.MonkeyPatch, **arguments: Json) -> Engine:
    monkeypatch.setenv("LOAM_TEST_KEY", "sk-test")
    fields: dict[str, Json] = {
        "base_url": url,
        "license": "Apache-2.0",
        "server": "vllm",
        "tokenizer": str(model),
        "api_key_variable": "LOAM_TEST_KEY",
        "concurrency": 24,
        **arguments,
    }
    return open_engine(EngineSpec("openai", "tiny", fields))


def ask(engine: Engine, *texts: str) -> list[Reply]:
    return [reply for _, reply in sorted(engine.translate(map(Request, texts), *PAIR), key=lambda pair: pair[0])]


def test_it_answers_as_the_engine_in_process_does(
    server: tuple["subprocess.Popen[bytes]", str], model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = opening(server[1], model, monkeypatch)
    assert engine.count_tokens([SENTENCE]) == [10]
    replies = ask(engine, *(f"The river number {number} is long." for number in range(100)))
    assert {(reply.text, reply.finish, reply.tokens_out) for reply in replies} == {(SENTENCE, "stop", 11)}
    good, long, also_good = ask(engine, "Rain.", "word " * 400, "Sun.")
    assert (good.text, also_good.text) == (SENTENCE, SENTENCE)
    assert (long.text, long.finish) == ("", "refused")
    assert "HTTP 400" in long.detail
    engine.close()


def test_the_raw_reason_of_a_loop_comes_through(
    server: tuple["subprocess.Popen[bytes]", str], model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = opening(server[1], model, monkeypatch, template="hunyuan_mt", temperature=0.0)
    (reply,) = ask(engine, "A sentence that is long enough for a loop to be seen before the budget is used up.")
    engine.close()
    assert reply.finish == "repetition"
    assert reply.text.startswith("lalela")


def test_templates_without_turns_are_completed(
    server: tuple["subprocess.Popen[bytes]", str], model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = opening(server[1], model, monkeypatch, template="translategemma")
    (reply,) = ask(engine, "A sentence that is long enough for a loop to be seen before the budget is used up.")
    engine.close()
    assert reply.finish == "repetition"


def test_a_wrong_key_and_a_wrong_model_end_the_run(
    server: tuple["subprocess.Popen[bytes]", str], model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = opening(server[1], model, monkeypatch, api_key_variable=None)
    with pytest.raises(EngineDiedError, match="HTTP 401"):
        ask(engine, "Rain.")
    engine.close()
    monkeypatch.setenv("LOAM_TEST_KEY", "sk-test")
    fields: dict[str, Json] = {"base_url": server[1], "license": "MIT", "api_key_variable": "LOAM_TEST_KEY"}
    engine = open_engine(EngineSpec("openai", "another", fields))
    with pytest.raises(EngineDiedError, match=r"HTTP 404.*another"):
        ask(engine, "Rain.")
    engine.close()


def test_a_server_that_is_killed_ends_the_run_and_what_was_answered_stands(
    server: tuple["subprocess.Popen[bytes]", str], model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process, url = server
    engine = opening(url, model, monkeypatch, retries=1, concurrency=16)
    answers = engine.translate((Request(f"The river number {number}.") for number in range(5000)), *PAIR)
    got = [next(answers)[1] for _ in range(30)]
    process.kill()
    with pytest.raises(EngineDiedError, match="unanswered"):
        got.extend(reply for _, reply in answers)
    engine.close()
    assert {reply.text for reply in got if reply.finish == "stop"} == {SENTENCE}
