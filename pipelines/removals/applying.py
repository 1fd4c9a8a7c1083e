"""At the beginning of a run: what is removed leaves the corpus, and what must outlive it is pinned."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus import Shelf
from pipelines.errors import RecipeError
from pipelines.removals.lists import read_list
from pipelines.removals.matching import Removals, read_removals
from pipelines.removals.pins import DERIVED_BY, LEARNT_BY, PINNED, TRAINED_BY, write_pin
from pipelines.removals.removed import RemovedRecord, records_of, removed_outputs
from pipelines.removals.rewriting import holds_removed, without_removed
from pipelines.removals.tombstones import renew_recipe_list, write_left_out

if TYPE_CHECKING:
    from pipelines.corpus import Plan, Receipt
    from pipelines.recipe import Recipe


@dataclass(frozen=True)
class _Made:
    """What a stage makes of documents and is pinned.

    Attributes:
        stage: The stage.
        told_by: The parameter that only those of its units have which read documents.
        settings: The parameters that say how it is made.
        files: How the name of the file ends that is kept; all else follows from it.
    """

    stage: str
    told_by: str
    settings: tuple[str, ...]
    files: tuple[str, ...]


_MADE_OF_DOCUMENTS = (
    _Made("tokenizer", "vocab_size", TRAINED_BY, ("/tokenizer.json", "/tokenizer.model")),
    _Made("thresholds", "derivations", DERIVED_BY, (".parquet",)),
    _Made("learn-bounds", "segments", LEARNT_BY, (".parquet",)),
)


def take_over_list(recipe: "Recipe", directory: Path, root: Path) -> None:
    """Copy the list of removals that a recipe names into the corpus.

    Args:
        recipe: The recipe.
        directory: Its folder; relative paths are looked up there, and then in the working directory.
        root: The corpus.

    Raises:
        RecipeError: The list is not there, or not one.
    """
    named = None if recipe.licensing is None else recipe.licensing.removals
    if named is None:
        renew_recipe_list(root, ())
        return
    path = next((base / named for base in (directory, Path.cwd()) if (base / named).is_file()), None)
    if path is None:
        raise RecipeError(f"licensing.removals: no file {named}")
    renew_recipe_list(root, read_list(path, RecipeError))


def settle(plan: "Plan", generation: int, *, restores: bool) -> None:
    """Make what ingest wrote what it would write with the removals as they are now; translations follow.

    Later stages find their inputs changed, and only those. What was made of all documents is pinned first.

    Args:
        plan: What stands; afterwards, what stands then.
        generation: Of what ingest wrote; generation 0 comes first.
        restores: Whether ingest is to read again what was left out, and is removed no longer.

    Raises:
        CorpusError: A list of tombstones or a table is damaged.
    """
    if generation > 0:
        renew_left_out(plan)
    removals = read_removals(plan.root, generation)
    for receipt in plan.receipts("ingest", generation) if restores else ():
        if not all(record.is_covered(removals) for record in _left_out(plan.root, receipt)):
            _revoke(plan, receipt)
    if not removals:
        return
    standing = plan.receipts("ingest", generation)
    translations = plan.receipts("translate", generation)
    plan.lent.bring(path for receipt in (*standing, *translations) for path in receipt.outputs)
    touched = [receipt for receipt in standing if holds_removed(plan.root, receipt, removals)]
    translated = [receipt for receipt in translations if _holds_ids(plan.root, receipt, removals)]
    if touched or translated:
        _pin(plan)
    for receipt in touched:
        plan.drop(receipt)
        plan.add(without_removed(plan.root, receipt, removals))
    for receipt in translated:
        _revoke(plan, receipt)


def renew_left_out(plan: "Plan") -> None:
    """Write down the ids of all originals that are left out: translations of them are left out too."""
    left_out = (record for receipt in plan.receipts("ingest", 0) for record in _left_out(plan.root, receipt))
    write_left_out(plan.root, {record.id for record in left_out})


def _left_out(root: Path, receipt: "Receipt") -> Iterator[RemovedRecord]:
    for path in removed_outputs(receipt):
        yield from records_of(Shelf(root).read(path))


def _revoke(plan: "Plan", receipt: "Receipt") -> None:
    plan.drop(receipt)
    (plan.root / receipt.path).unlink()


def _holds_ids(root: Path, receipt: "Receipt", removals: Removals) -> bool:
    shelf, ids = Shelf(root), pa.array(sorted(removals.ids), pa.string())
    paths = [path for path in receipt.outputs if path.startswith(("documents/", "translations/"))]
    return any(pc.any(pc.is_in(shelf.read(path, ["id"])["id"], value_set=ids)).as_py() for path in paths)


def _pin(plan: "Plan") -> None:
    """Keep what stands and was made of all documents; what is pinned already was not made again since."""
    for made in _MADE_OF_DOCUMENTS:
        for receipt in plan.receipts(made.stage):
            if made.told_by not in receipt.parameters or PINNED in receipt.parameters:
                continue
            settings = {name: receipt.parameters[name] for name in made.settings}
            file = next(path for path in receipt.outputs if path.endswith(made.files))
            plan.lent.bring([file])
            write_pin(plan.root, f"{made.stage}/{receipt.name}", file, settings)
