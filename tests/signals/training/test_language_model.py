"""Language models, trained: with a stand-in for KenLM's programs, and with the programs where they are installed."""

import os
import shutil
import stat
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import signals
from signals.training.language_model import LanguageModelSettings, find_programs, train_language_model

pytest.importorskip("kenlm", reason="needs the extra `kenlm`")
pytest.importorskip("sentencepiece", reason="needs the extra `kenlm`")

TEXTS = [f"Le chat numéro {n} dort.\nLa souris danse {n % 3} fois dans la maison." for n in range(60)]
SETTINGS = LanguageModelSettings(order=3, pieces=60)

# Unigrams of the sentences on standard input, as ARPA; KenLM reads bigrams at least, so there is one too.
ESTIMATOR = """#!{python}
import collections, math, sys
counts = collections.Counter(word for line in sys.stdin.buffer.read().decode().split("\\n") for word in line.split())
total = sum(counts.values()) + 2
lines = ["\\\\data\\\\", "ngram 1=" + str(len(counts) + 3), "ngram 2=1", "", "\\\\1-grams:"]
lines += ["-3\\t<unk>", "-99\\t<s>\\t0", "-1\\t</s>"]
lines += [str(math.log10(count / total)) + "\\t" + word for word, count in sorted(counts.items())]
sys.stdout.buffer.write("\\n".join([*lines, "", "\\\\2-grams:", "-4\\t<s> </s>", "", "\\\\end\\\\", ""]).encode())
"""
BINARIZER = """#!{python}
import shutil, sys
shutil.copyfile(*sys.argv[1:])
"""
FAILING = """#!{python}
import sys
sys.exit("first line\\nToo few n-grams")
"""


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, **programs: str) -> None:
    folder.mkdir()
    for name, source in programs.items():
        path = folder / name
        path.write_text(source.replace("{python}", sys.executable), encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def perplexities(folder: Path, texts: list[str]) -> list[float]:
    table = signals.compute(pa.array(texts), ["fr"] * len(texts), ["perplexity_ccnet"], resources={"kenlm": folder})
    return list(map(float, np.asarray(table["perplexity_ccnet"])))


def test_a_trained_model_knows_its_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "bin", monkeypatch, lmplz=ESTIMATOR, build_binary=BINARIZER)
    assert train_language_model(["", *TEXTS], "fr", tmp_path / "models", SETTINGS) == 60
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == ["fr.arpa.bin", "fr.sp.model"]
    known, unknown = perplexities(
        tmp_path / "models", ["La souris dort dans la maison.", "Zwölf Boxkämpfer jagen Viktor"]
    )
    assert known < unknown


def test_the_same_texts_give_the_same_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "bin", monkeypatch, lmplz=ESTIMATOR, build_binary=BINARIZER)
    for name in "ab":
        train_language_model(TEXTS, "fr", tmp_path / name, SETTINGS)
    for file in ("fr.arpa.bin", "fr.sp.model"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_only_as_many_documents_are_read_as_the_settings_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "bin", monkeypatch, lmplz=ESTIMATOR, build_binary=BINARIZER)
    endless = (TEXTS[number % 60] for number in iter(int, 1))
    settings = LanguageModelSettings(order=2, pieces=60, pieces_documents=20, documents=300)
    assert train_language_model(endless, "fr", tmp_path / "models", settings) == 300


def test_failures_are_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "bin", monkeypatch, lmplz=FAILING, build_binary=BINARIZER)
    with pytest.raises(ValueError, match=r"^lmplz: Too few n-grams$"):
        train_language_model(TEXTS, "fr", tmp_path / "models", SETTINGS)
    with pytest.raises(ValueError, match="needs documents with text"):
        train_language_model(["", " \n"], "fr", tmp_path / "models", SETTINGS)
    assert list((tmp_path / "models").iterdir()) == []
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"lmplz is not on PATH: build KenLM"):
        find_programs()


@pytest.mark.skipif(shutil.which("lmplz") is None, reason="needs KenLM's lmplz and build_binary on PATH")
def test_with_kenlm_itself(tmp_path: Path) -> None:
    assert train_language_model(TEXTS, "fr", tmp_path, SETTINGS) == 60
    known, shuffled = perplexities(tmp_path, [TEXTS[7], "danse maison fois la dans souris dort numéro chat"])
    assert known < shuffled / 2
