"""Dedup: which documents say the same, and which one speaks for them.

The steps before this one number all documents in the order in which they are preferred, find the first copy of each
text, pair first copies that share a band of their signatures, and write the shingles of all that are in a pair. Here
pairs are compared, and every document, the preferred ones first, joins the most similar one that is kept, or is kept.
What is found depends on the documents alone, not on how they lie in shards or which worker did what.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pipelines.corpus import Outcome, Plan, Shelf, Stage, Unit
from pipelines.dedup.arrays import read_array, read_parts
from pipelines.dedup.candidates import PAIR_SHIFT
from pipelines.dedup.clusters import AlikePairs, Assignment, Measure
from pipelines.dedup.comparison import SetFiles, compare, open_sets
from pipelines.dedup.keep_order import keep_order_sql
from pipelines.dedup.kernels.assignment import BY_KEY, NOBODY
from pipelines.dedup.numbering import Numbering
from pipelines.rules.columns import Columns
from pipelines.stages import dedup_copies, dedup_joint_order, dedup_keys, dedup_order, dedup_pairs, dedup_shingles
from pipelines.stages.dedup_pass import TEXT, Pass, pass_of, planned_pass
from pipelines.stages.dedup_table import CHANGES, TABLE, decided_inputs, write_clusters, write_nothing

if TYPE_CHECKING:
    from pipelines.corpus import Json
    from pipelines.recipe import Recipe


def _plan(plan: Plan, generation: int) -> Sequence[Unit]:
    """Return one unit over all documents of a generation; translations are held against generation 0 too."""
    shards = plan.document_shards(generation)
    if not shards:
        return []
    counts = [shard.path("signals/core") for shard in shards]
    planned = planned_pass(plan, generation)
    if planned is None:
        names = [shard.unit for shard in shards]
        return [Unit(STAGE.name, f"generation-{generation}", generation, tuple(counts), {"shards": names})]
    inputs = [*planned.order_paths(), *counts, *(shard.path("documents") for shard in planned.all_shards)]
    inputs += decided_inputs(planned)
    inputs += [dedup_copies.copies_path(planned, kind) for kind in planned.kinds]
    parameters: dict[str, Json] = {"deduplicates": True}
    if _compares(planned):
        inputs.append(dedup_pairs.pairs_path(planned))
        inputs += [dedup_shingles.shingles_path(planned, shard) for shard in planned.all_shards]
        parameters |= dedup_shingles.reused_sets(plan, planned)
    unit = planned.unit(STAGE.name, "", inputs, **parameters)
    return [replace(unit, name=f"generation-{generation}")]


def keep_order(recipe: "Recipe", columns: Columns) -> tuple[str, frozenset[str]]:
    """Return the recipe's order of preference as an ORDER BY clause, and the columns that it reads.

    Raises:
        RuleError: An expression in it cannot be used.
    """
    return keep_order_sql(recipe.dedup.keep, columns)


def _compares(planned: Pass) -> bool:
    return planned.profile is not None or planned.kinds != (TEXT,)


def _work(unit: Unit, shelf: Shelf) -> Outcome:
    if "deduplicates" not in unit.parameters:
        return write_nothing(unit, shelf)
    planned = pass_of(unit)
    numbering = planned.numbering(shelf)
    assignment = Assignment(*_copies(planned, numbering, shelf), numbering.frozen_until)
    decided = 0
    if _compares(planned):
        sets = open_sets(numbering.count, dedup_shingles.set_files(planned, numbering, unit.parameters, shelf.root))
        pairs = read_parts(shelf.root / dedup_pairs.pairs_path(planned), dedup_pairs.PAIR)
        for until, alike in compare(pairs, sets, planned.measure, at_least=planned.measure.threshold):
            assignment.decide(decided, until, alike)
            decided = until
    assignment.decide(decided, numbering.count, AlikePairs.none())
    if _compares(planned):
        _measure_by_key(assignment, sets, planned.measure)
        del sets
    assignment.finish()
    return write_clusters(planned, numbering, assignment, shelf)


def _copies(planned: Pass, numbering: Numbering, shelf: Shelf) -> "tuple[np.ndarray, np.ndarray]":
    """Return the first copy of each document's text, and of its further keys."""
    same_text = read_array(shelf.root / dedup_copies.copies_path(planned, TEXT), dedup_copies.FIRST).copy()
    alone = same_text == NOBODY
    same_text[alone] = np.flatnonzero(alone)
    same_key = np.full((len(planned.kinds) - 1, numbering.count), NOBODY, np.uint32)
    for row, kind in enumerate(planned.kinds[1:]):
        same_key[row] = read_array(shelf.root / dedup_copies.copies_path(planned, kind), dedup_copies.FIRST)
    return same_text, same_key


def _measure_by_key(assignment: Assignment, sets: SetFiles, measure: Measure) -> None:
    """Fill in how similar documents are to the one whose URL or digest they share, where only that was known."""
    documents = np.flatnonzero(assignment.match >= BY_KEY)
    pairs = (documents.astype(np.uint64) << PAIR_SHIFT) | assignment.representative[documents]
    for _, found in compare(iter([pairs]), sets, measure, at_least=0.0):
        assignment.likeness[found.later] = found.similarity


STAGE = Stage("dedup", 4, (TABLE, CHANGES), _plan, _work)
STAGES = (
    dedup_order.STAGE,
    dedup_keys.STAGE,
    dedup_joint_order.STAGE,
    dedup_copies.STAGE,
    dedup_pairs.BANDS_STAGE,
    dedup_pairs.STAGE,
    dedup_shingles.STAGE,
    STAGE,
)
