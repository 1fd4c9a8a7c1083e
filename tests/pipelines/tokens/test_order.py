"""The seeded order of documents."""

import hashlib

import numpy as np
import pyarrow as pa
import pytest

from pipelines.tokens.order import aligned, order_keys

IDS = [hashlib.sha256(str(number).encode()).hexdigest()[:32] for number in range(5000)]
MASK = 2**64 - 1


def _mixed(value: int) -> int:
    value = (value + 0x9E3779B97F4A7C15) & MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


def test_keys_are_those_of_plain_arithmetic() -> None:
    start = int.from_bytes(hashlib.blake2b(b"42/tokens", digest_size=8).digest(), "little")
    expected = [_mixed(_mixed(int(each[:16], 16) ^ start) ^ int(each[16:], 16)) for each in IDS]
    assert order_keys(pa.array(IDS), "42/tokens").tolist() == expected


def test_splitmix64_gives_its_published_first_value() -> None:
    assert _mixed(0) == 0xE220A8397B1DCDAF


def test_a_key_depends_on_its_id_alone() -> None:
    keys = order_keys(pa.array(IDS), "salt")
    chunked = pa.chunked_array([IDS[:7], [], IDS[7:]])
    assert np.array_equal(order_keys(chunked, "salt"), keys)
    assert np.array_equal(order_keys(chunked.slice(5, 90), "salt"), keys[5:95])
    assert len(order_keys(pa.array([], pa.string()), "salt")) == 0


def test_another_salt_gives_an_unrelated_order() -> None:
    one, other = order_keys(pa.array(IDS), "a"), order_keys(pa.array(IDS), "b")
    assert abs(np.corrcoef(one.argsort().argsort(), other.argsort().argsort())[0, 1]) < 0.05


def test_keys_fill_their_range_evenly() -> None:
    counts = np.bincount((order_keys(pa.array(IDS), "a") >> np.uint64(60)).astype(int), minlength=16)
    assert counts.min() > 240
    assert counts.max() < 390


def test_an_id_of_another_length_is_an_error() -> None:
    with pytest.raises(pa.ArrowInvalid):
        order_keys(pa.array(["abc"]), "a")


def test_a_column_is_aligned_to_other_documents() -> None:
    table = pa.table({"id": ["a", "b", "c"], "lang": ["x", "y", "z"]})
    assert aligned(table, "lang", pa.array(["c", "nobody", "a"])).to_pylist() == ["z", None, "x"]
