"""`signals.compute` takes what a notebook or the pipeline has, and answers in the declared form."""

import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

import signals
from signals import batches

TEXTS = ["Hello, world.", None, "", "Ünïcode “text”\nin two lines…", "日本語のテキスト。"]
CODES = ["en", "de", None, "fra_Latn", "ja"]


def rows(texts: "pa.Array[pa.Scalar[pa.DataType]]", languages: object = None) -> list[dict[str, object]]:
    return signals.compute(texts, languages).to_pylist()  # type: ignore[arg-type]


STRING_TYPES = (pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string()))


@pytest.mark.parametrize("kind", STRING_TYPES, ids=str)
def test_all_string_types_give_the_same(kind: pa.DataType) -> None:
    names = ["rps_doc_word_count", "rps_doc_stop_word_fraction", "language", "cld2_agrees", "roots_stop_word_fraction"]
    texts, codes, urls = pa.array(TEXTS, kind), pa.array(CODES, kind), pa.array([None] * len(TEXTS), kind)
    assert signals.compute(texts, codes, names, urls=urls).equals(signals.compute(pa.array(TEXTS), CODES, names))


def test_slices_and_chunks_give_the_same() -> None:
    whole = rows(pa.array(TEXTS), CODES)
    sliced = pa.array(["before", *TEXTS, "behind"]).slice(1, len(TEXTS))
    chunked = pa.chunked_array([sliced.slice(0, 2), sliced.slice(2, 0), sliced.slice(2)])
    assert rows(sliced, CODES) == whole
    assert rows(chunked, pa.array(["xx", *CODES]).slice(1)) == whole  # type: ignore[arg-type]
    assert rows(sliced, (*CODES[:2], float("nan"), *CODES[3:])) == whole  # as pandas has what is missing


def test_small_batches_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = pa.array([*TEXTS, "word " * 200, "", *TEXTS])
    whole = rows(texts)
    monkeypatch.setattr(batches, "BATCH_BYTES", 8)
    assert rows(texts) == whole


def test_null_texts_give_nulls_and_empty_texts_the_documented_values() -> None:
    of_null, of_empty = rows(pa.array([None, ""], pa.string()), ["en", "en"])
    assert set(of_null.values()) == {None}
    assert of_empty["rps_doc_word_count"] == of_empty["word_count"] == of_empty["char_count"] == 0
    assert of_empty["rps_doc_mean_word_length"] is None
    assert of_empty["rps_doc_frac_lines_end_with_ellipsis"] is None
    assert of_empty["rps_doc_stop_word_fraction"] == 0.0
    assert of_empty["line_start"] == of_empty["rps_lines_num_words"] == []
    assert of_empty["rps_lines_start_with_bulletpoint"] == [None]


@pytest.mark.parametrize("texts", [pa.array([], pa.string()), pa.chunked_array([], pa.string())])
def test_no_texts_give_an_empty_table(texts: "pa.Array[pa.Scalar[pa.DataType]]") -> None:
    table = signals.compute(texts)
    assert table.num_rows == 0
    assert table.schema.equals(signals.schema("core"), check_metadata=True)


def test_table_has_the_declared_schema() -> None:
    table = signals.compute_group("core", signals.Inputs(pa.array(TEXTS), CODES), {})
    assert table.schema.equals(signals.schema("core"), check_metadata=True)


def test_names_choose_columns_and_their_order() -> None:
    names = ["rps_doc_word_count", "byte_count", "rps_lines_num_words"]
    table = signals.compute(pa.array(["a b\nc"]), names=names)
    assert table.column_names == names
    assert table.to_pylist() == [
        {"rps_doc_word_count": 3, "byte_count": 5, "rps_lines_num_words": [2, 1]},
    ]


def test_unknown_names_and_groups_are_refused() -> None:
    with pytest.raises(ValueError, match="no signal is named 'wordcount'"):
        signals.compute(pa.array(["a"]), names=["wordcount"])
    with pytest.raises(ValueError, match="signal 'word_count' is asked for twice"):
        signals.compute(pa.array(["a"]), names=["word_count", "word_count"])
    with pytest.raises(TypeError, match="names must be a list of names, not 'word_count'"):
        signals.compute(pa.array(["a"]), names="word_count")
    with pytest.raises(ValueError, match="no group of signals is named 'cores'"):
        signals.compute_group("cores", signals.Inputs(pa.array(["a"])), {})


def test_other_types_and_lengths_are_refused() -> None:
    with pytest.raises(TypeError, match="strings, not of int64"):
        signals.compute(pa.array([1]))
    views = pa.DictionaryArray.from_arrays(pa.array([0]), pa.array(["a"], pa.string_view()))  # Arrow cannot cast these
    with pytest.raises(TypeError, match="strings, not of dictionary"):
        signals.compute(views)
    with pytest.raises(TypeError, match=r"an Arrow array, as pyarrow\.array\(texts\) makes one, not a list"):
        signals.compute(["a"])  # type: ignore[arg-type]
    for languages in ("engl", [1, 2, 3, 4], pa.array([1, 2, 3, 4])):
        with pytest.raises(TypeError, match="languages must be"):
            signals.compute(pa.array(["a"] * 4), languages)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="1 languages were given for 2 texts"):
        signals.compute(pa.array(["a", "b"]), ["en"])
    with pytest.raises(ValueError, match="2 metas were given for 1 texts"):
        signals.compute(pa.array(["a"]), metas=pa.array(["{}", "{}"]))
    with pytest.raises(ValueError, match="1 urls were given for 2 texts"):
        signals.compute(pa.array(["a", "b"]), urls=pa.array(["http://a.example"]))


def test_files_of_resources_are_paths_or_references(tmp_path: Path) -> None:
    (tmp_path / "en").write_text("darn\n", encoding="utf-8")
    for folder in (tmp_path, str(tmp_path)):
        table = signals.compute(pa.array(["Darn it"]), ["en"], ["flagged_words"], resources={"ldnoobw": folder})
        assert table["flagged_words"].to_pylist() == [1]
    with pytest.raises(FileNotFoundError, match="nowhere: there is no such file"):
        signals.compute(pa.array(["a"]), ["en"], ["flagged_words"], resources={"ldnoobw": tmp_path / "nowhere"})
    with pytest.raises(ValueError, match="no group reads a resource named 'ldnobw'; there are classifiers/, dsir"):
        signals.compute(pa.array(["a"]), ["en"], ["word_count"], resources={"ldnobw": tmp_path})


def test_a_language_without_stop_words_gives_null() -> None:
    table = signals.compute(pa.array(["and"] * 4), ["en", "yo", None, "junk!"], ["rps_doc_stop_word_fraction"])
    assert table.column(0).to_pylist() == [1.0, None, None, None]


def test_a_long_line_and_a_long_word_are_measured() -> None:
    texts = pa.array(["word " * 300_000, "x" * 1_500_000, "\n" * 100_000])
    table = signals.compute(texts, names=["rps_doc_word_count", "rps_doc_mean_word_length", "line_end"])
    assert table["rps_doc_word_count"].to_pylist() == [300_000, 1, 0]
    assert table["rps_doc_mean_word_length"].to_pylist() == [4.0, 1_500_000.0, None]
    assert pc.list_value_length(table["line_end"]).to_pylist() == [1, 1, 100_000]


def test_import_is_light() -> None:
    script = "import sys, signals; sys.exit('numba' in sys.modules or 'fasttext' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


CHECK = """
import random, sys
import numpy as np, pyarrow as pa
from signals.core.compute import compute_core
from signals.declarations import signals_of
from signals.core.stop_words import abbreviations
from signals.reference import content, line_content, lines, redpajama, word_signals
np.seterr(over="ignore")  # scalars warn where machine code wraps
draw = random.Random(7)
alphabet = "aAbZ.,!'’…#{} \\n\\t\\x1céßΣσΑ\\u0301\\u0323\\u0390가漢かไ½²₂•–\\U0001f600"
texts = ["".join(draw.choices(alphabet, k=draw.randrange(40))) for _ in range(60)]
texts += ["", "lorem ipsum " * 3, "a b " * 9]
pieces = ["http://", "www.", "a.b/c", "<b>", "<!--", "-->", "&amp;", "&#x1F;", "Ã©", "â€™", "é…", "{", "; ", "x"]
pieces += ["- ", "1. ", "(a) ", "•", "\\n", "\\u3000", "\u2764\ufe0f", "\u200d", "\U000e0101", "क्", "٣", "😀"]
texts += ["".join(draw.choices(pieces, k=draw.randrange(12))) for _ in range(100)]
phrases = ["JavaScript", "terms of use", "use cookies", "cookie policy", "lorem ipsum", "{", "[1]", "[edit]", "..."]
phrases += [".", "!", "\\n", "\\n\\n", " ", "\u3000", "é", "日本", "a", "9", "3 likes", "Privacy policy"]
texts += ["".join(draw.choices(phrases, k=draw.randrange(20))) for _ in range(60)]
texts += ["x\\n" * 3, "日本。" * 9, "jav", "psu"]
texts += ["\u0390"] * 80  # each grows threefold, and has a space behind it
names = [signal.name for group in ("core", "lines") for signal in signals_of(group)]
rows = compute_core(pa.array(texts), None, names).to_pylist()
for text, row in zip(texts, rows):
    expected = redpajama.document_signals(text, None) | redpajama.line_signals(text)
    expected |= lines.document_signals(text) | content.document_signals(text)
    expected |= word_signals.document_signals(text, None, abbreviations()) | line_content.line_signals(text)
    wrong = {name for name in expected if row[name] != expected[name]}
    assert not wrong, (text, wrong)
broken = [bytes(draw.randrange(256) for _ in range(draw.randrange(30))) for _ in range(200)]
broken += [b"[\\xe1\\x80", b"\\xf4", b"a\\xe1\\x80"]
compute_core(pa.array(broken).view(pa.string()), None, names)
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
