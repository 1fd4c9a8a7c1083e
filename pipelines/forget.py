"""`loam forget`: documents leave a corpus, with all that was made from them, and stay out of every later build."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
from pydantic import ValidationError

from pipelines.corpus import Receipt, Shelf
from pipelines.corpus.identity import read_corpus_identity
from pipelines.corpus.locks import lock_for_run
from pipelines.corpus.receipts import read_receipts
from pipelines.errors import CorpusError, LoamError, UsageError
from pipelines.executors import Executor
from pipelines.recipe import Recipe
from pipelines.removals.lineage import Going, documents_that_go
from pipelines.removals.lists import tombstone_of
from pipelines.removals.matching import Removals
from pipelines.removals.published import record_publications
from pipelines.removals.requests import Requests
from pipelines.removals.rewriting import finish_rewriting
from pipelines.removals.tombstones import Tombstone, add_tombstones, read_tombstones
from pipelines.run import Observer, PassReport, run
from pipelines.run_order import Order
from pipelines.stages import ingest

_ID_DIGITS = 32


@dataclass(frozen=True)
class Forgetting:
    """What is to be forgotten, looked up in a corpus.

    Attributes:
        root: The corpus.
        recipe: The recipe by which it was made.
        going: Documents that go.
        known: What was asked, was forgotten before, and is not in the corpus.
        unknown: What was asked, was never forgotten, and is not in the corpus: recorded for later builds.
        tombstones: What is written down.
    """

    root: Path
    recipe: Recipe
    going: tuple[Going, ...]
    known: tuple[Tombstone, ...]
    unknown: tuple[Tombstone, ...]
    tombstones: tuple[Tombstone, ...]


def look_up(root: Path, asked: Sequence[Tombstone], reason: str | None, date: str | None) -> Forgetting:
    """Return what goes if something is forgotten. Nothing is written.

    Args:
        root: The corpus.
        asked: What is to be forgotten; an id may be the beginning of one, as long as one document alone has it.
        reason: Why, for all that has no reason of its own.
        date: When, ISO 8601; None for the recipe's `build_date`.

    Raises:
        CorpusError: There is no corpus, or it is damaged or of another version.
        UsageError: Nothing is asked, or a beginning of an id is not that of one document.
    """
    identity = read_corpus_identity(root)
    receipts = list(read_receipts(root))
    recipe = _recipe(root, identity, receipts)
    if not asked:
        raise UsageError("forget: nothing to forget; give --id, --url, --host or --file")
    whole = tuple(_whole_id(root, receipts, tombstone) for tombstone in asked)
    going = documents_that_go(root, receipts, Removals.of(whole))
    requests = Requests(whole, going)
    before = {(tombstone.kind, tombstone.value) for tombstone in read_tombstones(root)}
    without = requests.without_documents()
    known = [one for one in without if (one.kind, one.value) in before]
    unknown = [one for one in without if (one.kind, one.value) not in before]
    built = None if recipe.build_date is None else recipe.build_date.isoformat()
    tombstones = requests.tombstones(reason, date or built)
    return Forgetting(root, recipe, tuple(going), tuple(known), tuple(unknown), tuple(tombstones))


def forget(
    found: Forgetting, directory: Path, executor: Executor, observer: Observer, brought: Mapping[str, Path]
) -> list[PassReport]:
    """Write the tombstones of what was looked up, and build anew what it touches.

    Nothing is read but the corpus, and what the recipe names beside sources: models, lists and profiles.

    Args:
        found: See `look_up`.
        directory: The recipe's folder, where relative paths are looked up first.
        executor: Where units run.
        observer: Hears how it goes on.
        brought: Where corpora in buckets are here that the recipe names, by their addresses.

    Raises:
        LoamError: Another run works on this corpus, it is damaged, or a unit cannot be done; `loam run`, or forgetting
            again, goes on.
    """
    root = found.root
    identity = read_corpus_identity(root)
    with lock_for_run(root):
        finish_rewriting(root)
        _check_whole(root)
        record_publications(root, found.going, identity["recipe_sha256"])
        add_tombstones(root, found.tombstones)
    order = Order(found.recipe, directory, root, sample=identity["sample"], forgets=True, brought=brought)
    return run(order, executor, observer)


def _check_whole(root: Path) -> None:
    """Refuse a corpus that lacks what ingest wrote: without sources it would lose all the documents of a unit.

    Raises:
        CorpusError: A file is missing or cut off.
    """
    for receipt in read_receipts(root, stage=ingest.STAGE.name):
        if not receipt.is_complete(root):
            raise CorpusError(
                f"{root}: {receipt.path} names files that are not there whole; `loam run RECIPE` makes them anew"
            )


def _recipe(root: Path, identity: Mapping[str, Any], receipts: Sequence[Receipt]) -> Recipe:
    """Return the recipe by which a corpus was made.

    Raises:
        CorpusError: It was made by another version of Loam.
    """
    try:
        recipe = Recipe.model_validate(identity["recipe"])
    except ValidationError:
        recipe = None
    versions = {receipt.version for receipt in receipts if receipt.stage == ingest.STAGE.name}
    if recipe is None or versions - {ingest.STAGE.version}:
        raise CorpusError(
            f"{root}: made by another version of Loam; `loam run` with its recipe brings it up to date first"
        )
    return recipe


def _whole_id(root: Path, receipts: Sequence[Receipt], tombstone: Tombstone) -> Tombstone:
    """Return a tombstone with the whole id of the document that the beginning of one names.

    Raises:
        LoamError: No document, or more than one, has such an id.
    """
    if tombstone.kind != "id" or len(tombstone.value) == _ID_DIGITS:
        return tombstone
    shelf, found = Shelf(root), set[str]()
    for path in (path for receipt in receipts for path in receipt.outputs if path.startswith("documents/")):
        ids = shelf.read(path, ["id"])["id"]
        found |= {str(id_) for id_ in ids.filter(pc.starts_with(ids, tombstone.value)).to_pylist()}
    if len(found) != 1:
        number = "no document" if not found else "several documents"
        raise LoamError(f"{number} with an id that begins with {tombstone.value!r}; `loam sql` lists ids")
    return tombstone_of(found.pop(), "id")
