"""`loam verify --recompute`: do some of the work again, elsewhere, and compare hashes.

A receipt says what a worker claims to have written. Whoever does not trust the workers does random units anew, from the
inputs that the receipts name, in a folder of its own: the same inputs give the same bytes, or somebody was wrong.
"""

import hashlib
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.corpus import Plan, Shelf, Stage, Unit
from pipelines.corpus.identity import read_corpus_identity
from pipelines.corpus.receipts import Receipt, read_receipts
from pipelines.errors import LoamError, UsageError
from pipelines.recipe import Recipe
from pipelines.stages.order import PASSES

_CHANCES = 2**64


@dataclass
class Recomputed:
    """What came of it.

    Attributes:
        done: Units done again, by stage.
        findings: One line for each whose outputs differ, or that could not be done.
        left_out: Stages none of whose units could be planned here, and why.
    """

    done: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)


def _nothing(_recipe: Recipe) -> Mapping[str, Path]:
    return {}


def recompute(
    root: Path, share: float, seed: str, directory: Path, bring: Callable[[Recipe], Mapping[str, Path]] = _nothing
) -> Recomputed:
    """Do a share of the units of a corpus again, at least one of each stage that can be planned, and compare.

    Args:
        root: The corpus.
        share: Which part of the units, 0 to 1.
        seed: What chooses them: whoever did the work must not know it beforehand.
        directory: Where relative paths of the recipe's sources are looked up.
        bring: Brings the corpora in buckets that a recipe names, and tells where they are, by their addresses.

    Raises:
        CorpusError: The directory is no corpus, or a receipt is damaged.
    """
    identity = read_corpus_identity(root)
    recipe = Recipe.model_validate(identity["recipe"])
    plan = Plan(recipe, directory, root, sample=identity["sample"], brought=bring(recipe))
    for receipt in read_receipts(root):
        plan.add(receipt)
    result = Recomputed()
    for stage, generation in PASSES:
        standing = plan.receipts(stage.name, generation)
        if not standing:
            continue
        try:
            units = stage.plan(plan, generation)
        except (LoamError, OSError) as error:
            result.left_out[stage.name] = str(error)
            continue
        except Exception as error:  # noqa: BLE001 -- what no honest corpus ends in was found
            result.findings.append(f"{stage.name}: cannot be planned from what stands: {type(error).__name__}: {error}")
            continue
        planned = {unit.name for unit in units}
        for receipt in standing:
            if receipt.name not in planned:
                result.findings.append(f"{stage.name} {receipt.name}: stands, and is not planned; run again")
        for unit in _chosen(units, share, seed):
            result.done[stage.name] += 1
            result.findings += _compared(plan, stage, unit)
    return result


def _chosen(units: Sequence[Unit], share: float, seed: str) -> Iterator[Unit]:
    """Yield the units that fall below the share, and the one of the lowest chance in any case."""
    chances = [_chance(unit, seed) for unit in units if not unit.gpus]
    least = min(chances, default=0)
    for unit in units:
        if not unit.gpus and (_chance(unit, seed) < share * _CHANCES or _chance(unit, seed) == least):
            yield unit


def _chance(unit: Unit, seed: str) -> int:
    digest = hashlib.sha256(f"{seed}\0{unit.stage}\0{unit.name}".encode()).digest()
    return int.from_bytes(digest[:8], "big")


def _compared(plan: Plan, stage: Stage, unit: Unit) -> Iterator[str]:
    """Yield what differs between a unit's outputs and those made again."""
    receipt = plan.receipt(stage.name, unit.name)
    where = f"{stage.name} {unit.name}"
    if receipt is None:
        yield f"{where}: planned, but there is no receipt; run again"
        return
    try:
        hashes = {path: plan.output(path).sha256 for path in unit.inputs}
    except KeyError as error:
        yield f"{where}: reads {error}, which nothing that stands wrote; run again"
        return
    if unit.fingerprint(stage.version, hashes) != receipt.fingerprint:
        yield f"{where}: was made from other inputs or by another recipe than stand now; run again"
        return
    with tempfile.TemporaryDirectory(prefix="loam-recompute-") as folder:
        try:
            again = _done_again(plan.root, Path(folder), stage, unit, hashes)
        except Exception as error:  # noqa: BLE001 -- whatever the work ends in is what was found
            yield f"{where}: cannot be done again: {type(error).__name__}: {error}"
            return
    yield from _differences(where, receipt, again)


def _done_again(root: Path, scratch: Path, stage: Stage, unit: Unit, hashes: dict[str, str]) -> Receipt:
    for path in unit.inputs:
        (scratch / path).parent.mkdir(parents=True, exist_ok=True)
        (scratch / path).symlink_to((root / path).resolve())
    shelf = Shelf(scratch)
    return shelf.commit(unit, stage.version, hashes, stage.work(unit, shelf))


def _differences(where: str, receipt: Receipt, again: Receipt) -> Iterator[str]:
    for path in sorted(receipt.outputs.keys() | again.outputs.keys()):
        claimed, found = receipt.outputs.get(path), again.outputs.get(path)
        if claimed is None:
            yield f"{where}: {path} is made, but the receipt does not name it"
        elif found is None:
            yield f"{where}: {path} stands in the receipt, but is not made"
        elif claimed.sha256 != found.sha256:
            yield f"{where}: {path} has other bytes when it is made again ({found.sha256[:16]} …)"
    if receipt.outcome != again.outcome:
        yield f"{where}: counts {receipt.outcome}, made again {again.outcome}"


def told(result: Recomputed, seed: str) -> Iterator[str]:
    """Yield what came of it, a line each."""
    for stage, why in result.left_out.items():
        yield f"recompute: {stage} is left out: {why}"
    for finding in result.findings:
        yield f"recompute: {finding}"
    verdict = f"{len(result.findings)} do not agree" if result.findings else "all agree"
    yield f"recompute: {result.done.total():,} units done again (seed {seed}): {verdict}"


def parsed_share(text: str) -> float:
    """Return the share that a text such as `1%` or `0.01` names.

    Raises:
        UsageError: It names none.
    """
    number = text.removesuffix("%").strip()
    try:
        share = float(number) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise UsageError(f"--recompute: {text!r} is no share: expected something like 1% or 0.01")
    return share
