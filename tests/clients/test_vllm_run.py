"""Whole runs through the real vLLM, on CPUs: 500 documents, and a run whose engine, and then whole self, is killed."""

import importlib.util
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import pipelines
from tests.clients.tiny_llm import SENTENCE, make
from translate.engines import Reply
from translate.journal import read_part
from translate.journal_log import read_log

pytestmark = [pytest.mark.clients, pytest.mark.filterwarnings("ignore")]
if importlib.util.find_spec("vllm") is None:
    pytest.skip("needs vllm: make test-vllm", allow_module_level=True)

ROOT = Path(pipelines.__file__).parents[1]
DOCUMENTS = 500
ENVIRONMENT = {
    **os.environ,
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "OMP_NUM_THREADS": "1",
}
WORDS = (
    ("The small", "An old", "The quiet", "A grey", "The green", "One long"),
    ("river", "farmer", "garden", "horse", "window", "market", "forest", "village"),
    ("flows", "rests", "waits", "stands", "turns", "opens"),
    ("slowly", "quietly", "gladly", "early", "often", "late"),
    ("towards the sea", "under the trees", "behind the house", "near the road", "after the rain"),
)


def sentences(count: int) -> list[str]:
    """Return different English sentences about as long as the one that the model knows."""
    chosen, found = random.Random(3), set[str]()  # noqa: S311 -- test data
    while len(found) < count:
        found.add(" ".join(map(chosen.choice, WORDS)) + ".")
    return sorted(found)


class Run:
    """A corpus of documents of some paragraphs, each paragraph a sentence, and the command that makes it."""

    def __init__(
        self,
        folder: Path,
        model: Path,
        paragraphs: int,
        arguments: Mapping[str, Any],
        **section: Any,  # noqa: ANN401 -- as in a recipe
    ) -> None:
        self.corpus = folder / "corpus"
        self.texts = sentences(paragraphs * DOCUMENTS)
        with (folder / "docs.jsonl").open("w", encoding="utf-8") as file:
            for number in range(DOCUMENTS):
                text = "\n\n".join(self.texts[paragraphs * number : paragraphs * (number + 1)])
                file.write(json.dumps({"id": str(number), "text": text}) + "\n")
        args = {
            "dtype": "float32",
            "max_model_len": 1024,
            "max_segment_tokens": 150,
            "enforce_eager": True,
            **arguments,
        }
        self.recipe = {
            "name": "test",
            "sources": [
                {"name": "docs", "kind": "jsonl", "path": "docs.jsonl", "license": "CC0-1.0", "lang": "eng_Latn"}
            ],
            "dedup": {"exact": False},
            "licensing": {"profile": "open"},
            "translate": {
                "to": ["por_Latn"],
                "engine": {"kind": "vllm", "model": str(model), "args": args},
                **section,
            },
        }
        self.path = folder / "recipe.yaml"
        self.path.write_text(json.dumps(self.recipe), encoding="utf-8")

    def start(self) -> "subprocess.Popen[str]":
        # The command is another process group, so that all of it can be killed, and nothing else.
        command = [str(Path(sys.executable).with_name("loam")), "run", str(self.path), "--corpus", str(self.corpus)]
        return subprocess.Popen(
            [*command, "--workers", "1", "--until", "translate"],
            cwd=ROOT,
            env=ENVIRONMENT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def logs(self) -> list[Path]:
        return sorted(self.corpus.glob("journal/*/.*.log.tmp"))

    def logged(self) -> dict[Path, Mapping[str, Reply]]:
        return {log: read_log(log).replies for log in self.logs()}

    def answers(self) -> dict[str, Reply]:
        """Return what stands in all logs, of learning and of translating; no answer stands in two."""
        logged = self.logged().values()
        answers = {key: reply for replies in logged for key, reply in replies.items()}
        assert sum(map(len, logged)) == len(answers), "a segment was translated twice"
        return answers

    def journal(self) -> Path:
        (part,) = self.corpus.glob("journal/*/*.parquet")
        return part

    def receipt(self) -> dict[str, Any]:
        (path,) = (path for path in self.corpus.glob("ledger/translate/*/*.json") if "timing" not in path.name)
        found: dict[str, Any] = json.loads(path.read_bytes())
        return found

    def wait_for_answers(self, running: "subprocess.Popen[str]", fewest: int, known: set[str]) -> None:
        """Wait until a run has taken down so many answers that were not known."""
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline:
            if running.poll() is not None:
                pytest.fail(f"ended too soon: {running.communicate()[0]}")
            new = {key for replies in self.logged().values() for key in replies} - known
            if len(new) >= fewest:
                return
            time.sleep(0.05)
        pytest.fail("no answers came")


def engine_core(session: int) -> int:
    """Return the process of vLLM's engine in a session."""
    listed = subprocess.run(["ps", "-eo", "pid,sid,args"], capture_output=True, text=True, check=True).stdout
    rows = [line.split(maxsplit=2) for line in listed.splitlines()[1:]]
    (found,) = (int(pid) for pid, sid, args in rows if sid == str(session) and "EngineCore" in args)
    return found


def assert_all_ended(session: int) -> None:
    """Fail if processes of a session are still there after a while: vLLM's notice late that they are alone."""
    deadline = time.monotonic() + 60
    while True:
        listed = subprocess.run(["ps", "-eo", "sid,stat,args"], capture_output=True, text=True, check=True).stdout
        rows = [line.split(maxsplit=2) for line in listed.splitlines()[1:]]
        left = [args for sid, state, args in rows if sid == str(session) and not state.startswith("Z")]
        if not left:
            return
        assert time.monotonic() < deadline, left
        time.sleep(0.2)


def test_five_hundred_documents(tmp_path: Path) -> None:
    model = make(tmp_path / "chain", "llama", "chain")
    run = Run(tmp_path, model, 2, {"max_num_seqs": 32})
    process = run.start()
    out, _ = process.communicate(timeout=280)
    assert process.returncode == 0, out
    assert_all_ended(process.pid)
    receipt = run.receipt()
    assert (receipt["rows_in"], receipt["rows_out"], receipt["dropped"]) == (DOCUMENTS, DOCUMENTS, {})
    (documents,) = run.corpus.glob("documents/docs-to-por_Latn/*.parquet")
    texts = pq.read_table(documents)["text"].to_pylist()
    assert texts == [f"{SENTENCE}\n\n{SENTENCE}"] * DOCUMENTS
    journal = pq.read_table(run.journal()).to_pylist()
    assert sorted(row["source"] for row in journal) == run.texts
    assert {(row["attempt"], row["finish"], row["failed"]) for row in journal} == {(0, "stop", None)}


def test_killed_runs_translate_nothing_twice(tmp_path: Path) -> None:
    # Drawn at random, an answer that was asked for again would be another.
    model = make(tmp_path / "noise", "qwen2", "random")
    arguments = {"max_num_seqs": 8, "temperature": 1.0, "expansion": {"por_Latn": 0.1}}
    run = Run(tmp_path, model, 1, arguments, on_failure="keep_source_segment", max_failed_share=1.0)

    process = run.start()
    run.wait_for_answers(process, 40, set())
    os.kill(engine_core(process.pid), signal.SIGKILL)
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "vLLM's process died" in out
    assert "run again" in out
    assert_all_ended(process.pid)
    first = run.answers()
    assert len(first) >= 40

    process = run.start()
    run.wait_for_answers(process, 40, set(first))
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    both = run.answers()
    assert len(both) >= len(first) + 40

    process = run.start()
    out, _ = process.communicate(timeout=280)
    assert process.returncode == 0, out
    assert_all_ended(process.pid)
    journal = read_part(run.journal())
    assert not journal.damaged
    for key, reply in {**both, **first}.items():
        assert (journal.replies[key].text, journal.replies[key].finish) == (reply.text, reply.finish)
    rows = pq.read_table(run.journal()).to_pylist()
    assert len(rows) == len(journal.replies) == len({(row["source"], row["attempt"]) for row in rows})
    assert {row["source"] for row in rows} >= set(run.texts)
    receipt = run.receipt()
    assert receipt["rows_in"] == DOCUMENTS == receipt["rows_out"] + sum(receipt["dropped"].values())
