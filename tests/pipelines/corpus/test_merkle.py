"""Roots over what stages wrote."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.corpus.merkle import merkle_root, stage_root
from pipelines.corpus.receipts import Output, Receipt
from pipelines.corpus.units import Outcome

# Known answers of RFC 6962, from certificate-transparency's test data.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def _receipt(name: str, sha256: str = "a" * 64) -> Receipt:
    outputs = {f"t/{name}.parquet": Output(sha256, 1, 1)}
    return Receipt("s", 1, name, 0, "f", {}, {}, outputs, Outcome(1, 1, {}, 1))


@pytest.mark.parametrize("leaves", ROOTS)
def test_roots_are_those_of_the_standard(leaves: int) -> None:
    assert merkle_root([bytes.fromhex(leaf) for leaf in LEAVES[:leaves]]).hex() == ROOTS[leaves]


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=20), st.data())
def test_no_leaf_can_change_unseen(leaves: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(leaves) - 1))
    other = [*leaves[:place], leaves[place] + b"x", *leaves[place + 1 :]]
    assert merkle_root(other) != merkle_root(leaves)
    assert merkle_root([*leaves, b""]) != merkle_root(leaves)


def test_a_stage_has_one_root_in_whatever_order_its_units_came() -> None:
    receipts = [_receipt(name) for name in "abc"]
    assert stage_root(receipts) == stage_root(reversed(receipts))
    assert stage_root([*receipts[:2], replace(receipts[2], outputs={})]) != stage_root(receipts)
    assert stage_root([*receipts[:2], _receipt("c", "b" * 64)]) != stage_root(receipts)
    assert stage_root([]) == hashlib.sha256().hexdigest()
