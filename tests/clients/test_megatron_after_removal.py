"""A corpus from which a document was removed, as megatron-core reads it: without that document, and whole."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from pipelines.stages.train_tokenizer import VOCABULARY_FILE
from pipelines.tokens.provenance import FOLDER, SUFFIX
from tests.clients.test_megatron import CLIENT
from tests.pipelines.conftest import HAS_ENGINE, loam
from tests.pipelines.licensing.parallel_corpus import build, rows
from tests.pipelines.tokens.sequences import read_sequence

pytestmark = [
    pytest.mark.clients,
    pytest.mark.skipif(not HAS_ENGINE, reason="no engine for translations: install the extra `mt`"),
]

LENGTH, SAMPLES, SEED = 16, 50, 1234


def _sequences(corpus: Path) -> dict[str, list[int]]:
    """Return the tokens of each document, by id."""
    found = {}
    for path in sorted(corpus.glob(f"{FOLDER}/**/*{SUFFIX}")):
        prefix = Path(str(path).removesuffix(SUFFIX))
        for number, id_ in enumerate(pq.read_table(path, partitioning=None)["id"].to_pylist()):
            found[id_] = read_sequence(prefix, number)
    return found


def test_what_was_removed_is_never_read(tmp_path: Path, megatron_python: str) -> None:
    corpus = build(tmp_path, "open")
    before = _sequences(corpus)
    (gone,) = rows(corpus, "SELECT id FROM documents WHERE source_id = 'by_sa.eng_Latn' AND generation = 0")
    (translation,) = rows(corpus, f"SELECT id FROM documents WHERE derived_from = '{gone['id']}'")  # noqa: S608
    assert loam("forget", str(corpus), "--id", gone["id"], "--workers", "1").exit_code == 0
    after = _sequences(corpus)
    assert after == {id_: tokens for id_, tokens in before.items() if id_ not in (gone["id"], translation["id"])}

    facts = json.loads((corpus / VOCABULARY_FILE).read_text())
    numbers = map(str, (facts["vocab_size"], facts["eod"], LENGTH, SAMPLES, SEED))
    command = [megatron_python, str(CLIENT), ".", str(tmp_path / "seen.npz"), *numbers]
    done = subprocess.run(command, cwd=corpus, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with np.load(tmp_path / "seen.npz") as saved:
        seen = dict(saved)
    prefixes = json.loads((corpus / "mixture/blend.json").read_text())["train"][1::2]
    read = [
        sequence.tolist()
        for number in range(len(prefixes))
        for sequence in np.split(seen[f"tokens_{number}_True"], np.cumsum(seen[f"lengths_{number}_True"])[:-1])
    ]
    assert sorted(read) == sorted(after.values())
    assert before[gone["id"]] not in read
