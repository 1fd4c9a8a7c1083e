"""Signatures and sets of shingles, held to the reference and to RedPajama-V2's own values."""

import gzip
import hashlib
import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import signals
from signals.arrow import Column
from signals.batches import Batch, batches
from signals.minhash.compute import shingle_sets
from signals.minhash.declared import MINHASH
from signals.minhash.shinglings import (
    LOAM,
    PERMUTATIONS,
    REDPAJAMA_V2,
    SHINGLINGS,
    Element,
    Shingling,
    permutations,
    redpajama_permutations,
)
from signals.reference import minhash as reference

ALPHABET = "aB éÉ́̀.,。、　\n\tが漢字ー゙กุ่ขဗမာ𠀀ᄀ각ΣσςİẞŁ1½"
texts = st.lists(st.text(ALPHABET, max_size=40), max_size=8)


def _signature(text: str, shingling: Shingling) -> "np.ndarray[tuple[int], np.dtype[np.uint32]] | None":
    value = signals.compute(pa.array([text]), names=[shingling.signal]).column(0)[0].as_py()
    return None if value is None else np.frombuffer(value, "<u4")


@given(texts)
@pytest.mark.parametrize("shingling", SHINGLINGS, ids=lambda shingling: shingling.signal)
def test_sets_have_the_sizes_and_the_overlaps_of_the_reference(shingling: Shingling, some: list[str]) -> None:
    some = [*some, "".join(some), " ".join(some), " ".join([*some[1:], "end"])]
    sets = shingle_sets(pa.array(some), shingling)
    found = [set(sets.hashes[a:b].tolist()) for a, b in itertools.pairwise(sets.until.tolist())]
    expected = [reference.shingles(text, shingling) for text in some]
    assert list(map(len, found)) == list(map(len, expected))
    for (a, x), (b, y) in itertools.combinations(zip(found, expected, strict=True), 2):
        assert len(a & b) == len(x & y)


@given(texts)
@pytest.mark.parametrize("shingling", SHINGLINGS, ids=lambda shingling: shingling.signal)
def test_a_signature_is_null_where_there_is_no_shingle(shingling: Shingling, some: list[str]) -> None:
    column = signals.compute(pa.array([*some, None], pa.string()), names=[shingling.signal]).column(0)
    expected = [not reference.shingles(text, shingling) for text in some]
    assert column.is_null().to_pylist() == [*expected, True]


@given(st.lists(st.text(ALPHABET, max_size=12), min_size=1, max_size=40))
def test_a_signature_is_the_least_of_the_permuted_hashes(words: list[str]) -> None:
    text = " ".join(words)
    for shingling in SHINGLINGS:
        if shingling == REDPAJAMA_V2:
            continue
        sets = shingle_sets(pa.array([text]), shingling)
        hashes = [shingle >> 32 for shingle in sets.hashes.tolist()]
        expected = reference.least_values(hashes, *(table.tolist() for table in permutations()))
        found = _signature(text, shingling)
        assert (expected if len(sets.hashes) else None) == (None if found is None else found.tolist())


@given(st.lists(st.text(ALPHABET + "x" * 20, min_size=1, max_size=70), max_size=60))
def test_a_signature_by_sha_1_is_the_reference_s(words: list[str]) -> None:
    text = " ".join(words)
    found = _signature(text, REDPAJAMA_V2)
    expected = reference.redpajama_signature(text)
    assert (found is None and min(expected) == 0xFFFFFFFF) or (found is not None and found.tolist() == expected)


def test_words_of_every_length_fill_every_block_of_sha_1() -> None:
    for length in range(1, 140):
        text = " ".join(letter * length for letter in "abcdefghijklmn")
        found = _signature(text, REDPAJAMA_V2)
        assert found is not None
        assert found.tolist() == reference.redpajama_signature(text)


def test_redpajama_s_table_is_its_own() -> None:
    table = redpajama_permutations()
    assert table.shape == (2, PERMUTATIONS)
    assert hashlib.sha256(table.tobytes()).hexdigest().startswith("6a5665743fa18846")
    assert table[:, 0].tolist() == [2297359619001564596, 1396682528897996046]


def test_redpajama_s_bands_are_its_own(shared: Path) -> None:
    documents = json.loads(gzip.decompress((shared / "data/rpv2_expected.json.gz").read_bytes()))
    column = signals.compute(pa.array([d["text"] for d in documents]), names=[REDPAJAMA_V2.signal]).column(0)
    compared = 0
    for document, signature in zip(documents, column.to_pylist(), strict=True):
        for bands in document["signals"]["minhash"].values():
            if signature is None or bands is None:
                assert signature is bands is None
                continue
            stored = np.frombuffer(signature, "<u4").astype(">u4").tobytes().hex()
            width = len(bands[0])
            assert [stored[k * width : (k + 1) * width] for k in range(len(bands))] == bands
            compared += 1
    assert compared > 300


def test_elements_by_hand() -> None:
    assert reference.elements("Don't stop, Émile!", Element.WORD) == ["dont", "stop", "e\u0301mile"]
    assert reference.elements("東京Tower ガ、2", Element.WORD) == ["東", "京", "tower", "カ\u3099", "、2"]
    assert reference.elements(" A  b. ", Element.CHARACTER) == ["a", " ", "b"]
    assert reference.shingles("one two three", LOAM) == {("one", "two", "three")}
    assert reference.shingles("one two three", REDPAJAMA_V2) == set()
    assert reference.shingles("?!", LOAM) == set()


def test_the_estimate_is_unbiased() -> None:
    generator = np.random.default_rng(1)
    words = [f"w{number}" for number in range(4000)]
    errors = []
    for _ in range(40):
        first = generator.choice(words, 300).tolist()
        second = [word if generator.random() > 0.04 else "other" for word in first]
        a, b = _signature(" ".join(first), LOAM), _signature(" ".join(second), LOAM)
        assert a is not None
        assert b is not None
        exact = reference.jaccard(*(reference.shingles(" ".join(x), LOAM) for x in (first, second)))
        errors.append(float((a == b).mean()) - exact)
    assert abs(np.mean(errors)) < 0.025  # its standard error is 0.006
    assert np.std(errors) < 0.06  # and one estimate's 0.035


def test_signals_and_signatures_take_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    passes = []

    def counted(chunks: list[Column]) -> Iterator[Batch]:
        passes.append(1)
        return batches(chunks)

    monkeypatch.setattr("signals.core.compute.batches", counted)
    table = signals.compute(pa.array(["a b c"]), names=["minhash", "rps_doc_word_count", "minhash_slimpajama"])
    assert table.column_names == ["minhash", "rps_doc_word_count", "minhash_slimpajama"]
    assert passes == [1]


def test_chunks_slices_and_types_of_text_change_nothing() -> None:
    whole = pa.array(["x", "one two three four five six", None, "もじ", ""] * 3)
    expected = {signal.name: signals.compute(whole, names=[signal.name]).column(0).to_pylist() for signal in MINHASH}
    other = pa.chunked_array([whole.slice(0, 4), whole.slice(4)]).cast(pa.large_string())
    for name, values in expected.items():
        assert signals.compute(other, names=[name]).column(0).to_pylist() == values
        assert signals.compute(whole.slice(3, 5), names=[name]).column(0).to_pylist() == values[3:8]
        assert signals.compute(whole.slice(0, 0), names=[name]).num_rows == 0
