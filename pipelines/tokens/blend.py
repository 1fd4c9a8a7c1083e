"""Blends: how often each token shard is seen, in the forms that Megatron reads."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import pyarrow as pa

from pipelines.tokens.mixture import Mixed
from pipelines.tokens.parts import VALID, Part
from pipelines.tokens.shares import formatted_weight, rounded_weights, whole_parts

_COLUMNS: tuple[tuple[str, pa.DataType, str], ...] = (
    ("lang", pa.string(), "concluded language"),
    ("source", pa.string(), "name of the source; `all` where validation shards are not parted by source"),
    ("split", pa.string(), "train or valid"),
    ("translated", pa.bool_(), "whether its documents are machine translations"),
    ("copies", pa.int64(), "least number of documents that each of its documents speaks for"),
    ("shard", pa.string(), "prefix of the token shard, relative to the corpus"),
    ("tokens", pa.int64(), "tokens in the shard"),
    ("sequences", pa.int64(), "sequences in the shard"),
    ("weight", pa.float64(), "share of the samples of its split, 0 to 1; sums to 1; 0 for shards left out"),
    ("tokens_seen", pa.int64(), "tokens drawn from it in the training run; null for validation"),
    ("epochs", pa.float64(), "times that the training run sees it; null for validation"),
    ("why", pa.string(), "how the recipe comes to that"),
)
MIXTURE = pa.schema([pa.field(name, type_, metadata={"comment": comment}) for name, type_, comment in _COLUMNS])


@dataclass(frozen=True, order=True)
class TokenShard:
    """A token shard and its size; `prefix` is relative to the corpus."""

    part: Part
    prefix: str
    tokens: int
    sequences: int


@dataclass(frozen=True)
class Blend:
    """Token shards of one split and their weights.

    Attributes:
        shards: Those that are seen, sorted by part and prefix.
        weights: Weight of each: a multiple of 10^-12, never zero; they sum to exactly 1.
    """

    shards: Sequence[TokenShard]
    weights: Sequence[Fraction]

    def arguments(self) -> list[str]:
        """Return weights and prefixes in turn, as Megatron's `--data-path` takes them."""
        pairs = zip(self.weights, self.shards, strict=True)
        return [word for weight, shard in pairs for word in (formatted_weight(weight), shard.prefix)]


def training_blend(shards: Sequence[TokenShard], mixed: Mixed) -> Blend:
    """Weight shards as their parts are mixed, those of one part by their tokens."""
    tokens: Counter[Part] = Counter()
    for shard in shards:
        tokens[shard.part] += shard.tokens
    return _blend(shards, {part: share / tokens[part] for part, share in mixed.shares.items()})


def natural_blend(shards: Sequence[TokenShard]) -> Blend:
    """Weight shards by their tokens."""
    total = sum(shard.tokens for shard in shards)
    return _blend(shards, {shard.part: Fraction(1, total) for shard in shards})


def _blend(shards: Sequence[TokenShard], a_token: Mapping[Part, Fraction]) -> Blend:
    seen = sorted(shard for shard in shards if shard.part in a_token)
    if not seen:
        return Blend([], [])
    weights = rounded_weights({shard.prefix: a_token[shard.part] * shard.tokens for shard in seen})
    return Blend(seen, [weights[shard.prefix] for shard in seen])


def per_split_json(train: Blend, valid: Blend) -> str:
    """Return the content of a `--per-split-data-args-path` file.

    A split without shards is null: loaders wait forever for samples of one that is there and empty.
    """
    splits = {"train": train.arguments(), "valid": valid.arguments() or None, "test": None}
    return json.dumps(splits, indent=1) + "\n"


def mixture_table(shards: Sequence[TokenShard], train: Blend, valid: Blend, mixed: Mixed, tokens: int) -> pa.Table:
    """Return every token shard as a row of `MIXTURE`.

    Args:
        shards: All shards.
        train: Those for training.
        valid: Those for validation.
        mixed: How parts are mixed.
        tokens: Tokens of the training run.
    """
    pairs = [pair for blend in (train, valid) for pair in zip(blend.shards, blend.weights, strict=True)]
    weights = {shard.prefix: weight for shard, weight in pairs}
    drawn = whole_parts({shard.prefix: weights[shard.prefix] for shard in train.shards}, tokens)
    rows = []
    for shard in sorted(shards):
        is_valid = shard.part.split == VALID
        seen = None if is_valid else drawn.get(shard.prefix, 0)
        rows.append(
            {
                **vars(shard.part),
                "shard": shard.prefix,
                "tokens": shard.tokens,
                "sequences": shard.sequences,
                "weight": float(weights.get(shard.prefix, Fraction(0))),
                "tokens_seen": seen,
                "epochs": None if seen is None else seen / shard.tokens,
                "why": "set aside for validation" if is_valid else "; ".join(mixed.steps[shard.part]),
            }
        )
    return pa.Table.from_pylist(rows, schema=MIXTURE)
