"""The 27 signals are those of RedPajama-V2's own code, to the eighth decimal."""

import gzip
import json
from pathlib import Path

import pyarrow as pa

import signals
from signals.reference import redpajama


def test_every_reference_value_is_met(shared: Path) -> None:
    documents = json.loads(gzip.decompress((shared / "data/rpv2_expected.json.gz").read_bytes()))
    texts = pa.array([document["text"] for document in documents])
    rows = signals.compute(texts, [document["lang"] for document in documents]).to_pylist()
    compared = 0
    for document, row in zip(documents, rows, strict=True):
        for name, triples in document["signals"].items():
            if name == "minhash":
                continue
            scores = [score for _, _, score in triples]
            assert (row[name] if isinstance(row[name], list) else [row[name]]) == scores, (document["id"], name)
            if name.startswith("rps_lines_") and document["text"]:
                spans = list(zip(row["line_start"], row["line_end"], strict=True))
                assert spans == [(start, end) for start, end, _ in triples]
            compared += len(scores)
    assert compared > 19_000


def test_values_worked_out_by_hand() -> None:
    text = "The cat sat. The cat SAT!\n• the cat… {2}\n"
    row = signals.compute(pa.array([text]), ["en"]).to_pylist()[0]
    # Normalised: the cat sat the cat sat • the cat… 2. Tokens: the ten words, with … { } . ! apart.
    assert row["rps_doc_word_count"] == 10
    assert row["word_count"] == 9
    assert row["rps_doc_mean_word_length"] == 2.7
    assert row["rps_doc_num_sentences"] == 3.0
    assert row["rps_doc_symbol_to_word_ratio"] == round(1 / 15, 8)
    assert row["rps_doc_frac_no_alph_words"] == round(7 / 15, 8)
    assert row["rps_doc_frac_all_caps_words"] == round(1 / 15, 8)
    assert row["rps_doc_frac_unique_words"] == 0.6
    assert row["rps_doc_stop_word_fraction"] == round(1 / 15, 8)
    assert row["rps_doc_curly_bracket"] == round(2 / 41, 8)
    assert row["rps_doc_frac_chars_top_2gram"] == round(12 / 27, 8)
    assert row["rps_doc_frac_chars_top_3gram"] == round(18 / 27, 8)
    assert row["rps_doc_frac_chars_top_4gram"] == 0.0
    assert row["line_start"] == [0, 26]
    assert row["line_end"] == [26, 41]
    assert row["rps_lines_ending_with_terminal_punctution_mark"] == [1.0, 0.0]
    assert row["rps_lines_start_with_bulletpoint"] == [0.0, 1.0]
    assert row["rps_lines_num_words"] == [6, 4]
    assert row["rps_lines_uppercase_letter_fraction"] == [round(5 / 26, 8), 0.0]
    assert row["rps_lines_numerical_chars_fraction"] == [0.0, round(1 / 12, 8)]


def test_overlapping_ngrams_count_again() -> None:
    """The top n-gram of "spam spam …" covers more than all characters, as RedPajama-V2 defines it."""
    row = signals.compute(pa.array(["spam " * 50])).to_pylist()[0]
    assert [row[f"rps_doc_frac_chars_top_{n}gram"] for n in (2, 3, 4)] == [1.96, 2.88, 3.76]
    assert [row[f"rps_doc_frac_chars_dupe_{n}grams"] for n in (5, 10)] == [1.0, 1.0]


def test_words_that_occur_often_count_as_often() -> None:
    """Each word as often as no other, around 64 times and far from it, the frequent ones first and last."""
    counts = [200, 90, *range(70, 55, -1), 3, 2, 1]
    texts = [" ".join(" ".join([f"w{count}"] * count) for count in order) for order in (counts, counts[::-1])]
    for text, row in zip(texts, signals.compute(pa.array(texts)).to_pylist(), strict=True):
        expected = redpajama.document_signals(text, None)
        assert {name: row[name] for name in expected} == expected
