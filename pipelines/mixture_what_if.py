"""What another mixture would be, from the token shards that stand: nothing is tokenized or written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pydantic import ValidationError

from pipelines.corpus.identity import read_corpus_identity
from pipelines.errors import CorpusError, UsageError
from pipelines.recipe.tokens import MixSection
from pipelines.settings import yaml_values
from pipelines.stages.mix import TABLE_FILE, wishes_of
from pipelines.tokens.mixture import Mixed, mix
from pipelines.tokens.parts import TRAIN, Part


@dataclass(frozen=True)
class PartChange:
    """One part of a corpus under two mixtures.

    Attributes:
        part: The part.
        tokens: Its tokens.
        share_now: Its share of the training samples, 0 to 1.
        share_then: Likewise under the other mixture.
        epochs_then: Times that a training run would see it.
        steps: How the other mixture comes to that.
    """

    part: Part
    tokens: int
    share_now: float
    share_then: float
    epochs_then: float
    steps: tuple[str, ...]


def compare_mixtures(root: Path, changes: Sequence[str]) -> list[PartChange]:
    """Return every part of a corpus under its recipe's mixture and under another one, largest share first.

    Args:
        root: The corpus.
        changes: Keys of the recipe's section `mix` and their new values, such as `temperature=2` or
            `weights={fra_Latn: 0.2}`.

    Raises:
        CorpusError: The corpus has no mixture yet.
        UsageError: A change cannot be read.
        RecipeError: A wish cannot be met.
    """
    table = root / TABLE_FILE
    if not table.is_file():
        raise CorpusError(f"{root}: no mixture yet; `loam run RECIPE --corpus {root} --until mix` makes one")
    recipe: Mapping[str, Any] = read_corpus_identity(root)["recipe"]
    sizes = _sizes(table)
    now = mix(sizes, wishes_of(recipe["mix"]))
    section = _changed(recipe["mix"], changes)
    then = mix(sizes, wishes_of(section))
    whole = section.tokens or then.tokens
    rows = [_change(part, tokens, now, then, whole) for part, tokens in sizes.items()]
    return sorted(rows, key=lambda row: (-row.share_then, row.part))


def _sizes(table: Path) -> dict[Part, int]:
    sizes: dict[Part, int] = {}
    for row in pq.read_table(table).to_pylist():
        if row["split"] == TRAIN:
            part = Part(row["lang"], row["source"], row["split"], row["translated"], row["copies"])
            sizes[part] = sizes.get(part, 0) + row["tokens"]
    return dict(sorted(sizes.items()))


def _changed(section: Mapping[str, Any], changes: Sequence[str]) -> MixSection:
    given = {**section, **yaml_values(changes)}
    if given["cluster_size"] != section["cluster_size"]:
        raise UsageError("cluster_size parts token shards anew: run the recipe with `--set mix.cluster_size=…` instead")
    given["cluster_size"] = {int(least): times for least, times in given["cluster_size"].items()}
    try:
        return MixSection.model_validate(given)
    except ValidationError as error:
        said = error.errors()[0]
        key = ".".join(map(str, said["loc"]))
        raise UsageError(f"mix.{key}: {said['msg']}" if key else f"mix: {said['msg']}") from None


def _change(part: Part, tokens: int, now: Mixed, then: Mixed, whole: int) -> PartChange:
    share = float(then.shares.get(part, 0))
    return PartChange(part, tokens, float(now.shares.get(part, 0)), share, share * whole / tokens, then.steps[part])
