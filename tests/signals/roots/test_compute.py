"""ROOTS' filter values: each against its definition in plain Python, on text in any language."""

import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import signals
from signals.core.stop_words import stop_words_iso
from signals.languages import to_iso639_1
from signals.reference import roots
from signals.roots.declared import ROOTS
from signals.roots.parameters import roots_parameters

NAMES = [signal.name for signal in ROOTS]
WORDS = (
    "the",
    "The",
    "of",
    "...the!",
    "ΟΔΟΣ.",
    "Г",
    "Ø",
    "və",
    "của",
    "tôi",
    "chúng tôi",
    "کے",
    "😀",
    "*",
    "a\rb",
    "İ",
)
TEXTS = st.one_of(
    st.text(),
    st.text(alphabet="ab \n\t.é漢\u00a0\u2581Γ☺\U0001f600\x00\U0010ffff", max_size=80),
    st.lists(st.sampled_from((*WORDS, " ", "\n", "\t", "a", "b")), max_size=60).map(" ".join),
    st.lists(st.sampled_from(("abc", "defgh ", "x")), max_size=60).map("".join),
)
LANGUAGES = st.sampled_from(("eng_Latn", "vi", "urd_Arab", "zho_Hans", "zh-TW", "deu_Latn", "xx!", "und_Zyyy", None))


def expected(text: str, language: str | None) -> dict[str, float | None]:
    parameters = roots_parameters(language)
    listed = stop_words_iso().get(to_iso639_1(language) or "")
    words = roots.words_of(text.lower())
    n = parameters.character_repetition_length
    by_words: dict[str, float | None] = {
        "roots_word_count": len(roots.words_of(text)),
        "roots_word_repetition": roots.word_repetition(words, parameters.word_repetition_length),
        "roots_stop_word_fraction": roots.listed_word_fraction(words, listed, parameters.pairs) if listed else None,
        "roots_flagged_word_fraction": None,
    }
    if parameters.pieces:  # there is no model
        by_words = dict.fromkeys(by_words)
    return {
        **by_words,
        "roots_character_repetition": roots.character_repetition(text, n),
        "roots_character_repetition_ac_dc": roots.character_repetition_ac_dc(text, n),
        "roots_special_character_fraction": roots.special_character_fraction(text),
    }


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(TEXTS, LANGUAGES), min_size=1, max_size=4))
@example([("ab" * 400, "fr"), ("chúng tôi, chúng tôi", "vi"), ("", None)])
@example([("a" * 100 + "b" * 100, "en"), ("x y " * 300, "ur")])
def test_signals_equal_the_reference(documents: list[tuple[str, str | None]]) -> None:
    texts, languages = zip(*documents, strict=True)
    rows = signals.compute(pa.array(texts), languages, NAMES).to_pylist()
    assert rows == [expected(text, language) for text, language in documents]


def test_real_documents_of_many_languages(shared: Path) -> None:
    table = pq.read_table(shared / "data" / "debian_docs.parquet", columns=["text", "lang"])
    some = table.take(list(range(0, len(table), 150)))
    texts, languages = some["text"].to_pylist(), some["lang"].to_pylist()
    rows = signals.compute(some["text"], languages, NAMES).to_pylist()
    assert rows == [expected(str(text), language) for text, language in zip(texts, languages, strict=True)]


def test_both_formulas_on_text_without_repetition() -> None:
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 109)))  # 100 n-grams, each once
    table = signals.compute(pa.array([text]), None, ["roots_character_repetition", "roots_character_repetition_ac_dc"])
    assert table.to_pylist() == [{"roots_character_repetition": 0.0, "roots_character_repetition_ac_dc": 0.1}]


def test_null_empty_and_no_texts() -> None:
    of_null, of_empty = signals.compute(pa.array([None, ""]), ["en", "en"], NAMES).to_pylist()
    assert set(of_null.values()) == {None}
    assert set(of_empty.values()) == {0, None}
    assert of_empty["roots_flagged_word_fraction"] is None
    none = signals.compute(pa.array([], pa.string()), None, NAMES)
    assert none.schema.equals(pa.schema([signals.schema("roots").field(name) for name in NAMES]), check_metadata=True)


def test_lists_of_one_s_own(tmp_path: Path) -> None:
    (tmp_path / "flagged_words").mkdir()
    (tmp_path / "flagged_words" / "fr.txt").write_text("zut\ncrotte\n\nnom de\n", encoding="utf-8")
    (tmp_path / "flagged_words" / "vi").write_text("nom de\n", encoding="utf-8")
    texts, names = pa.array(["Zut, quel « nom de » crotte!"] * 3), ["roots_flagged_word_fraction"]
    found = signals.compute(texts, ["fra_Latn", "vi", "en"], names, resources={"roots_words": tmp_path})
    assert found.column(0).to_pylist() == [2 / 5, 1 / 5, None]
    stop_words = signals.compute(texts, ["fr"] * 3, ["roots_stop_word_fraction"], resources={"roots_words": tmp_path})
    assert stop_words.column(0).to_pylist() == [3 / 5] * 3  # the shipped ones: zut, quel, de
    (tmp_path / "stop_words").mkdir()
    (tmp_path / "stop_words" / "fr").write_text("nom\n", encoding="utf-8")
    changed = signals.compute(texts, ["fr"] * 3, ["roots_stop_word_fraction"], resources={"roots_words": tmp_path})
    assert changed.column(0).to_pylist() == [1 / 5] * 3


def test_lists_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected folders stop_words or flagged_words"):
        signals.compute(pa.array(["a"]), None, NAMES, resources={"roots_words": tmp_path})
    (tmp_path / "stop_words").mkdir()
    (tmp_path / "stop_words" / "fr").write_bytes(b"\xff")
    with pytest.raises(ValueError, match="fr: no UTF-8"):
        signals.compute(pa.array(["a"]), None, NAMES, resources={"roots_words": tmp_path})


CHECK = """
import random
import numpy as np, pyarrow as pa
import signals
from tests.signals.roots.test_compute import NAMES, expected
np.seterr(over="ignore")  # scalars warn where machine code wraps
draw = random.Random(3)
pieces = ["a", "b", " ", "the ", "\\n", "é", "漢", "😀", "ΟΔΟΣ.", "của ", "  ", "x y z "]
texts = ["".join(draw.choices(pieces, k=draw.randrange(60))) for _ in range(80)] + ["", "ab" * 200]
languages = [draw.choice(["en", "vi", "ur", "zh", None]) for _ in texts]
rows = signals.compute(pa.array(texts), languages, NAMES).to_pylist()
assert rows == [expected(text, language) for text, language in zip(texts, languages)]
broken = [bytes(draw.randrange(256) for _ in range(draw.randrange(30))) for _ in range(200)]
broken += [b"\\xf4", b"a\\xe1\\x80"]
signals.compute(pa.array(broken).view(pa.string()), ["vi"] * len(broken), NAMES)
"""


@pytest.mark.parametrize("setting", ["NUMBA_DISABLE_JIT", "NUMBA_BOUNDSCHECK"])
def test_kernels_as_plain_python_and_with_bounds_checked(setting: str, tmp_path: Path) -> None:
    """No kernel reads or writes beyond its arrays, on text and on bytes that are none."""
    environment = os.environ | {setting: "1"}
    if setting == "NUMBA_BOUNDSCHECK":  # such code must not be found by those who do not check
        environment |= {"XDG_CACHE_HOME": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", CHECK], env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]
