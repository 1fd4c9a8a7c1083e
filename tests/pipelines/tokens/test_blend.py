"""Blend files, as Megatron reads them."""

import json
from fractions import Fraction

import pytest

from pipelines.tokens.blend import MIXTURE, Blend, TokenShard, mixture_table, natural_blend, per_split_json
from pipelines.tokens.blend import training_blend as blended
from pipelines.tokens.mixture import Mixed, Wishes, mix
from pipelines.tokens.parts import VALID, Part

SWAHILI, ENGLISH, SET_ASIDE = Part("swh_Latn", "web"), Part("eng_Latn", "web"), Part("eng_Latn", "web", VALID)
SHARDS = [
    TokenShard(SWAHILI, "tokens/swh_Latn/c", 100, 3),
    TokenShard(ENGLISH, "tokens/eng_Latn/b", 600, 30),
    TokenShard(ENGLISH, "tokens/eng_Latn/a", 300, 9),
]
VALIDATION = TokenShard(SET_ASIDE, "tokens/eng_Latn/v", 50, 2)


def _mixed(**wishes: Fraction) -> Mixed:
    return mix({ENGLISH: 900, SWAHILI: 100}, Wishes(**wishes))  # type: ignore[arg-type]


def test_natural_weights_are_shares_of_tokens() -> None:
    blend = blended(SHARDS, _mixed())
    assert " ".join(blend.arguments()) == "0.3 tokens/eng_Latn/a 0.6 tokens/eng_Latn/b 0.1 tokens/swh_Latn/c"
    assert natural_blend(SHARDS) == blend


def test_temperature_lifts_small_languages_and_leaves_shards_of_one_in_proportion() -> None:
    blend = blended(SHARDS, _mixed(temperature=Fraction(2)))
    assert [float(weight) for weight in blend.weights] == pytest.approx([0.25, 0.5, 0.25])


def test_splits_are_spelled_out() -> None:
    train = ["0.3", "tokens/eng_Latn/a", "0.6", "tokens/eng_Latn/b", "0.1", "tokens/swh_Latn/c"]
    blend = blended(SHARDS, _mixed())
    assert json.loads(per_split_json(blend, natural_blend([VALIDATION]))) == {
        "train": train,
        "valid": ["1", "tokens/eng_Latn/v"],
        "test": None,
    }
    assert json.loads(per_split_json(blend, Blend([], []))) == {"train": train, "valid": None, "test": None}


def test_the_order_of_shards_leaves_no_trace() -> None:
    assert blended(SHARDS[::-1], _mixed()) == blended(SHARDS, _mixed())


def test_no_weight_is_zero_however_small_the_shard() -> None:
    small, large = Part("a", "x"), Part("b", "y")
    shards = [TokenShard(small, "tokens/a/x", 1, 1), TokenShard(large, "tokens/b/y", 10**15, 1)]
    blend = blended(shards, mix({small: 1, large: 10**15}, Wishes()))
    assert blend.arguments() == ["0.000000000001", "tokens/a/x", "0.999999999999", "tokens/b/y"]


def test_the_table_tells_what_is_seen_in_integers() -> None:
    mixed = _mixed(temperature=Fraction(2))
    table = mixture_table([*SHARDS, VALIDATION], blended(SHARDS, mixed), natural_blend([VALIDATION]), mixed, 1001)
    assert table.schema == MIXTURE
    rows = {row["shard"].rpartition("/")[2]: row for row in table.to_pylist()}
    assert {name: row["tokens_seen"] for name, row in rows.items()} == {"a": 250, "b": 501, "c": 250, "v": None}
    assert rows["c"]["epochs"] == 2.5
    assert rows["c"]["why"] == "100 tokens; 10 % becomes 25 % (temperature 2)"
    assert (rows["v"]["weight"], rows["v"]["why"]) == (1.0, "set aside for validation")


def test_what_is_left_out_is_in_the_table_and_in_no_blend() -> None:
    mixed = mix({ENGLISH: 900, SWAHILI: 100}, Wishes(weights={"swh_Latn": Fraction(0)}))
    train = blended(SHARDS, mixed)
    assert [shard.part for shard in train.shards] == [ENGLISH, ENGLISH]
    table = mixture_table(SHARDS, train, Blend([], []), mixed, 900)
    assert table["tokens_seen"].to_pylist() == [300, 600, 0]
