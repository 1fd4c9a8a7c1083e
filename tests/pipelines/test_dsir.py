"""The command that counts a corpus as a domain."""

import json
from pathlib import Path

import numpy as np

from tests.pipelines.conftest import SmallCorpus, loam


def test_a_corpus_is_counted_by_language(small_corpus: SmallCorpus, tmp_path: Path) -> None:
    arguments = ("dsir", "train", str(small_corpus.root), "--domain", "wikipedia", "--to", str(tmp_path))
    result = loam(*arguments)
    assert result.exit_code == 0, result.output
    assert "documents as wikipedia" in result.stdout
    assert {path.name for path in tmp_path.glob("fr/*")} == {
        "wikipedia.fr.10000.counts.npy",
        "wikipedia.fr.lambda.npy",
    }
    assert json.loads((tmp_path / "hash.json").read_text()) == {"str_hash": "siphash13", "seed": 42}
    english = np.load(tmp_path / "en/wikipedia.en.10000.counts.npy")
    mean = float(np.load(tmp_path / "en/wikipedia.en.lambda.npy"))
    count = next(int(line.split()[1]) for line in result.stdout.splitlines() if "/en:" in line)
    assert english.sum() == 2 * round(mean * count) - count  # n tokens have n - 1 pairs


def test_some_documents_of_a_source(small_corpus: SmallCorpus, tmp_path: Path) -> None:
    arguments = ("dsir", "train", str(small_corpus.root), "--domain", "ccnet", "--to", str(tmp_path))
    result = loam(*arguments, "--source", "docs", "--limit", "2", "--hash", "siphash24")
    assert result.exit_code == 0, result.output
    assert f"{tmp_path}/en: 2 documents as ccnet" in result.stdout
    assert json.loads((tmp_path / "hash.json").read_text())["str_hash"] == "siphash24"
    again = loam(*arguments)
    assert again.exit_code == 1
    assert "counted by another hash" in again.stderr


def test_what_there_is_not(small_corpus: SmallCorpus, tmp_path: Path) -> None:
    base = ("dsir", "train", str(small_corpus.root), "--to", str(tmp_path), "--domain")
    unknown = loam(*base, "news")
    assert (unknown.exit_code, "expected ccnet, wikipedia, books, openwebtext" in unknown.stderr) == (2, True)
    absent = loam(*base, "ccnet", "--source", "no")
    assert (absent.exit_code, "no document of no to count" in absent.stderr) == (1, True)
