"""Blend files, as Megatron reads them."""

import json
from fractions import Fraction

import pytest

from pipelines.tokens.blend import MIXTURE, TokenShard, temperature_blend

SHARDS = [
    TokenShard("swh_Latn", "tokens/swh_Latn/c", 100, 3),
    TokenShard("eng_Latn", "tokens/eng_Latn/b", 600, 30),
    TokenShard("eng_Latn", "tokens/eng_Latn/a", 300, 9),
]


def test_natural_weights_are_shares_of_tokens() -> None:
    blend = temperature_blend(SHARDS, Fraction(1))
    assert " ".join(blend.arguments()) == "0.3 tokens/eng_Latn/a 0.6 tokens/eng_Latn/b 0.1 tokens/swh_Latn/c"


def test_temperature_lifts_small_languages_and_leaves_shards_of_one_in_proportion() -> None:
    blend = temperature_blend(SHARDS, Fraction(2))
    assert [float(weight) for weight in blend.weights] == pytest.approx([0.25, 0.5, 0.25])


def test_splits_are_spelled_out() -> None:
    value = json.loads(temperature_blend(SHARDS, Fraction(1)).per_split_json())
    assert value == {
        "train": ["0.3", "tokens/eng_Latn/a", "0.6", "tokens/eng_Latn/b", "0.1", "tokens/swh_Latn/c"],
        "valid": None,
        "test": None,
    }


def test_the_order_of_shards_leaves_no_trace() -> None:
    assert temperature_blend(SHARDS[::-1], Fraction(3)) == temperature_blend(SHARDS, Fraction(3))


def test_no_weight_is_zero_however_small_the_shard() -> None:
    shards = [TokenShard("a", "tokens/a/x", 1, 1), TokenShard("b", "tokens/b/y", 10**15, 1)]
    blend = temperature_blend(shards, Fraction(1))
    assert blend.arguments() == ["0.000000000001", "tokens/a/x", "0.999999999999", "tokens/b/y"]


def test_the_table_tells_epochs() -> None:
    table = temperature_blend(SHARDS, Fraction(2)).table()
    assert table.schema == MIXTURE
    assert table["epochs"].to_pylist() == pytest.approx([0.25 * 1000 / 300, 0.5 * 1000 / 600, 0.25 * 1000 / 100])
    assert table["weight"].to_numpy().sum() == pytest.approx(1)
    assert temperature_blend(SHARDS, Fraction(1)).table()["epochs"].to_pylist() == [1, 1, 1]
