"""Mix: how often each token shard is seen, written as Megatron's loaders read it."""

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pyarrow.compute as pc

from pipelines.corpus import Json, Outcome, Stage, Unit
from pipelines.corpus.files import write_whole
from pipelines.errors import RecipeError
from pipelines.stages import tokenize
from pipelines.stages.train_tokenizer import VOCABULARY_FILE
from pipelines.tokens import launch, provenance
from pipelines.tokens.blend import TokenShard, mixture_table, natural_blend, per_split_json, training_blend
from pipelines.tokens.mixture import Wishes, mix
from pipelines.tokens.parts import TRAIN, VALID, Part, part_of

if TYPE_CHECKING:
    from pipelines.corpus import Plan, Shelf
    from pipelines.recipe.tokens import MixSection

FOLDER = "mixture"
DATA_PATH_FILE = f"{FOLDER}/data_path.txt"
BLEND_FILE = f"{FOLDER}/blend.json"
TABLE_FILE = f"{FOLDER}/mixture.parquet"
LAUNCH_FILE = f"{FOLDER}/pretrain_gpt.sh"
PAGE_FILE = f"{FOLDER}/README.md"


def _plan(plan: "Plan", generation: int) -> Sequence[Unit]:
    """Return one unit over all token shards; none when there are no tokens, for an empty blend trains nothing."""
    receipts = plan.receipts(tokenize.STAGE.name) if generation == 0 else []
    parts: dict[str, Json] = {
        path: part_of(receipt.parameters).described()
        for receipt in receipts
        for path in receipt.outputs
        if path.endswith(provenance.SUFFIX)
    }
    section = plan.recipe.tokenize
    if section is None or not parts:
        return []
    parameters: dict[str, Json] = {
        "parts": parts,
        "wishes": plan.recipe.mix.model_dump(mode="json"),
        "append_eod": section.append_eod,
        "seed": plan.recipe.seed,
    }
    return [Unit(STAGE.name, FOLDER, 0, (VOCABULARY_FILE, *sorted(parts)), parameters)]


def wishes_of(section: "MixSection | Mapping[str, Any]") -> Wishes:
    """Return what a recipe's section `mix` asks, in exact numbers."""
    given = section if isinstance(section, Mapping) else section.model_dump(mode="json")
    most = given["max_translated_share"]
    by_part = {
        key: {name: _exact(value) for name, value in given[key].items()} for key in ("weights", "caps", "epochs")
    }
    return Wishes(
        temperature=_exact(given["temperature"]),
        cluster_size={int(least): _exact(times) for least, times in given["cluster_size"].items()},
        max_translated_share=None if most is None else _exact(most),
        budgets=given["budgets"],
        **by_part,
    )


def _exact(number: float) -> Fraction:
    return Fraction(str(number))


def _work(unit: Unit, shelf: "Shelf") -> Outcome:
    given = cast("Mapping[str, Any]", unit.parameters)
    shards = [_token_shard(shelf, path, part_of(part)) for path, part in given["parts"].items()]
    for_training = [shard for shard in shards if shard.part.split == TRAIN]
    if not for_training:
        raise RecipeError("tokenize.validation: every document is set aside; take a smaller fraction")
    mixed = mix(_tokens_by_part(for_training), wishes_of(given["wishes"]))
    train = training_blend(for_training, mixed)
    valid = natural_blend([shard for shard in shards if shard.part.split == VALID])
    tokens = given["wishes"]["tokens"] or mixed.tokens
    if tokens < len(train.shards):
        raise RecipeError(f"mix.tokens: {tokens:,} tokens for {len(train.shards):,} shards; each needs one at least")
    vocabulary = json.loads((shelf.root / VOCABULARY_FILE).read_text(encoding="utf-8"))
    release = launch.Release(train, valid, tokens, vocabulary, given["append_eod"], given["seed"])
    for path, content in _files(release).items():
        shelf.temporary(path).write_text(content, encoding="utf-8")
    shelf.write(TABLE_FILE, mixture_table(shards, train, valid, mixed, tokens))
    sequences = sum(shard.sequences for shard in shards)
    seen = sum(shard.sequences for blend in (train, valid) for shard in blend.shards)
    left_out = {"weight_0": sequences - seen} if seen < sequences else {}
    return Outcome(sequences, seen, left_out, 0)


def _files(release: launch.Release) -> dict[str, str]:
    files = {
        BLEND_FILE: per_split_json(release.train, release.valid),
        LAUNCH_FILE: launch.launch_command(release),
        PAGE_FILE: launch.page(release),
    }
    if launch.writes_bloom_files(release):
        for name, blend in (("train", release.train), ("valid", release.valid)):
            if blend.shards:
                files[f"{FOLDER}/{name}_split_paths.txt"] = launch.weighted_split_paths(name, blend)
    return files


def _tokens_by_part(shards: Sequence[TokenShard]) -> dict[Part, int]:
    tokens: dict[Part, int] = {}
    for shard in sorted(shards):
        tokens[shard.part] = tokens.get(shard.part, 0) + shard.tokens
    return tokens


def _token_shard(shelf: "Shelf", path: str, part: Part) -> TokenShard:
    lengths = shelf.read(path, ["length"])["length"]
    return TokenShard(part, provenance.shard_prefix(path), pc.sum(lengths).as_py(), len(lengths))


def write_launch_file(root: Path) -> None:
    """Write `data_path.txt`: weights and absolute prefixes, as Megatron's `--data-args-path` resolves them.

    Where a corpus lies is no part of what it is: the file stands outside the receipts, like timings, and is written
    anew by every run, also after the corpus was moved. `blend.json` has the same blend relative to the corpus. Below a
    folder with white space in its name there is none, for Megatron would take the path for several words.
    """
    blend, launch_file = root / BLEND_FILE, root / DATA_PATH_FILE
    if not blend.is_file() or len(str(root.resolve()).split()) > 1:
        launch_file.unlink(missing_ok=True)
        return
    words = json.loads(blend.read_text(encoding="utf-8"))["train"]
    pairs = zip(words[::2], words[1::2], strict=True)
    lines = [f"{weight} {root.resolve() / prefix}\n" for weight, prefix in pairs]
    write_whole(launch_file, "".join(lines).encode())


STAGE = Stage(name="mix", version=2, tables=(FOLDER,), plan=_plan, work=_work)
