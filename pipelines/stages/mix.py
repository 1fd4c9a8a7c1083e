"""Mix: how often each token shard is seen, written as Megatron's loaders read it."""

import json
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from pipelines.corpus import Outcome, Stage, Unit
from pipelines.corpus.files import write_whole
from pipelines.stages import tokenize
from pipelines.tokens import provenance
from pipelines.tokens.blend import TokenShard, temperature_blend

if TYPE_CHECKING:
    from pipelines.corpus import Plan, Shelf

FOLDER = "mixture"
DATA_PATH_FILE = f"{FOLDER}/data_path.txt"
BLEND_FILE = f"{FOLDER}/blend.json"
TABLE_FILE = f"{FOLDER}/mixture.parquet"


def _plan(plan: "Plan", generation: int) -> Sequence[Unit]:
    """Return one unit over all token shards; none when there are no tokens, for an empty blend trains nothing."""
    outputs = plan.outputs(tokenize.STAGE.name, provenance.FOLDER)
    shards = tuple(path for path in outputs if path.endswith(provenance.SUFFIX))
    if generation > 0 or not shards:
        return []
    return [Unit(STAGE.name, FOLDER, 0, shards, {"temperature": plan.recipe.mix.temperature})]


def _work(unit: Unit, shelf: "Shelf") -> Outcome:
    shards = [_token_shard(shelf, path) for path in unit.inputs]
    blend = temperature_blend(shards, Fraction(str(unit.parameters["temperature"])))
    shelf.temporary(BLEND_FILE).write_text(blend.per_split_json(), encoding="utf-8")
    shelf.write(TABLE_FILE, blend.table())
    sequences = sum(shard.sequences for shard in shards)
    return Outcome(sequences, sequences, {}, 0)


def _token_shard(shelf: "Shelf", path: str) -> TokenShard:
    lengths = shelf.read(path, ["length"])["length"]
    return TokenShard(
        lang=PurePosixPath(path).parent.name,
        prefix=provenance.shard_prefix(path),
        tokens=pc.sum(lengths).as_py(),
        sequences=len(lengths),
    )


def write_launch_file(root: Path) -> None:
    """Write `data_path.txt`: weights and absolute prefixes, as Megatron's `--data-args-path` resolves them.

    Where a corpus lies is no part of what it is: the file stands outside the receipts, like timings, and is written
    anew by every run, also after the corpus was moved. `blend.json` has the same blend relative to the corpus.
    """
    blend, launch = root / BLEND_FILE, root / DATA_PATH_FILE
    if not blend.is_file():
        launch.unlink(missing_ok=True)
        return
    words = json.loads(blend.read_text(encoding="utf-8"))["train"]
    pairs = zip(words[::2], words[1::2], strict=True)
    lines = [f"{weight} {root.resolve() / prefix}\n" for weight, prefix in pairs]
    write_whole(launch, "".join(lines).encode())


STAGE = Stage(name="mix", version=1, tables=(FOLDER,), plan=_plan, work=_work)
