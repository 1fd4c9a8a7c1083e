"""A document that takes every worker with it that reads it: its unit is named with its rows, all others are done."""

import json
import shutil
from pathlib import Path

import pytest

from pipelines.corpus.receipts import read_receipts
from tests.faults.corpora import differences, loam, run_here, snapshot
from tests.faults.matrix import thorough
from tests.faults.ray_nodes import NEEDS_RAY, cluster, python_without_loam

pytestmark = [pytest.mark.faults, *NEEDS_RAY, thorough]

RECIPE = """name: poison
sources: [{name: docs, kind: jsonl, path: "*.jsonl", license: CC0-1.0}]
annotate: {own: [deadly.py]}
run: {workers: 1}
"""
# Kills its process for want of a file that is there once the test has seen enough.
DEADLY = """import os, signal
from pathlib import Path
import pyarrow as pa
import pyarrow.compute as pc
from signals import Signal

SIGNALS = (Signal("deadly", "own", pa.bool_(), "", "0 or 1", "whether it kills who reads it", "this test"),)

def compute(inputs, names):
    found = pc.match_substring(inputs.texts, "poison")
    if pc.any(found).as_py() and not Path({antidote!r}).exists():
        os.kill(os.getpid(), signal.SIGKILL)
    return pa.table({{"deadly": found}})
"""


def test_a_unit_that_kills_every_worker_is_named_and_the_others_are_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    antidote, recipe, corpus = tmp_path / "antidote", tmp_path / "recipe.yaml", tmp_path / "corpus"
    recipe.write_text(RECIPE, encoding="utf-8")
    (tmp_path / "deadly.py").write_text(DEADLY.format(antidote=str(antidote)), encoding="utf-8")
    for name in "abcd":
        words = ("poison", "bread") if name == "c" else ("water", "bread")
        lines = (json.dumps({"id": f"{name}{n}", "text": f"The {word} of {name}."}) for n, word in enumerate(words))
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    run = ("run", recipe, "--corpus", corpus, "--quiet", "--until", "annotate", "--trust-recipe")
    with cluster(python_without_loam(tmp_path / "venv"), tmp_path) as nodes:
        monkeypatch.setenv("RAY_ADDRESS", nodes.address)
        done = loam(*run, "--executor", "ray")
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("loam: annotate-own own/docs/c.jsonl-00000-00000: Ray lost it for good: ")
    assert "(at work on documents/docs/c.jsonl-00000-00000.parquet rows 1 to 2, " in line
    standing = {receipt.name for receipt in read_receipts(corpus) if receipt.stage == "annotate-own"}
    assert standing == {f"own/docs/{name}.jsonl-00000-00000" for name in "abd"}
    antidote.touch()
    run_here(recipe, corpus, until="annotate")
    expected = snapshot(corpus)
    shutil.rmtree(corpus)
    run_here(recipe, corpus, until="annotate")
    assert differences(snapshot(corpus), expected) == []
