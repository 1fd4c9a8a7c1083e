"""Blends: how often each token shard is seen, in the forms that Megatron reads."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import pyarrow as pa

from pipelines.tokens.shares import flattened_shares, formatted_weight, rounded_weights

_COLUMNS: tuple[tuple[str, pa.DataType, str], ...] = (
    ("lang", pa.string(), "concluded language"),
    ("shard", pa.string(), "prefix of the token shard, relative to the corpus"),
    ("tokens", pa.int64(), "tokens in the shard"),
    ("sequences", pa.int64(), "sequences in the shard"),
    ("weight", pa.float64(), "share of the training samples, 0 to 1; sums to 1 over all shards"),
    ("epochs", pa.float64(), "times the shard is seen while a training run sees as many tokens as the corpus holds"),
)
MIXTURE = pa.schema([pa.field(name, type_, metadata={"comment": comment}) for name, type_, comment in _COLUMNS])


@dataclass(frozen=True, order=True)
class TokenShard:
    """A token shard and its size; `prefix` is relative to the corpus."""

    lang: str
    prefix: str
    tokens: int
    sequences: int


@dataclass(frozen=True)
class Blend:
    """Token shards and their weights.

    Attributes:
        shards: All shards, sorted by language and prefix.
        weights: Weight of each: a multiple of 10^-12, never zero; they sum to exactly 1.
    """

    shards: Sequence[TokenShard]
    weights: Sequence[Fraction]

    def arguments(self) -> list[str]:
        """Return weights and prefixes in turn, as Megatron's `--data-path` takes them."""
        pairs = zip(self.weights, self.shards, strict=True)
        return [word for weight, shard in pairs for word in (formatted_weight(weight), shard.prefix)]

    def per_split_json(self) -> str:
        """Return the content of a `--per-split-data-args-path` file: every shard is for training."""
        return json.dumps({"train": self.arguments(), "valid": None, "test": None}, indent=1) + "\n"

    def table(self) -> pa.Table:
        """Return the blend as rows of `MIXTURE`."""
        total = sum(shard.tokens for shard in self.shards)
        rows = [
            {
                **vars(shard),
                "shard": shard.prefix,
                "weight": float(weight),
                "epochs": float(weight * total / shard.tokens),
            }
            for shard, weight in zip(self.shards, self.weights, strict=True)
        ]
        return pa.Table.from_pylist(rows, schema=MIXTURE)


def temperature_blend(shards: Sequence[TokenShard], temperature: Fraction) -> Blend:
    """Weight languages by `tokens ** (1 / temperature)`, and shards of a language by their tokens.

    Args:
        shards: At least one, each with tokens.
        temperature: 1 keeps natural proportions; the greater, the more equal the languages.
    """
    ordered = sorted(shards)
    tokens: Counter[str] = Counter()
    for shard in ordered:
        tokens[shard.lang] += shard.tokens
    by_language = flattened_shares(tokens, 1 / temperature)
    shares = {shard.prefix: by_language[shard.lang] * Fraction(shard.tokens, tokens[shard.lang]) for shard in ordered}
    weights = rounded_weights(shares)
    return Blend(ordered, [weights[shard.prefix] for shard in ordered])
