"""What a run says about other corpora that its own was deduplicated against."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq

from pipelines.dedup.changes import DROPPED, KEPT, MOVED, REGROUPED
from pipelines.recipe import Recipe
from pipelines.stages.against import NEW_ONLY
from pipelines.stages.dedup_table import CHANGES

_SAID = {
    DROPPED: "would be dropped",
    KEPT: "would be kept again",
    MOVED: "would join another",
    REGROUPED: "would stand in a cluster of other documents",
}


def notes_on_others(recipe: Recipe, root: Path) -> list[str]:
    """Return a sentence for each other corpus: what deduplicating together changes for its documents.

    Args:
        recipe: The recipe.
        root: The corpus that was made from it, as far as it stands.
    """
    section = recipe.dedup.against
    if section is None:
        return []
    if section.drop == NEW_ONLY:
        notes = [
            f"dedup.against {name}: drop is {NEW_ONLY}, so its documents stay decided as they are; "
            "this is not equal to deduplicating both together"
            for name in section.corpus
        ]
    else:
        tables = [sorted((root / CHANGES).glob(f"{number}@*/*.parquet")) for number in range(len(section.corpus))]
        notes = [
            f"dedup.against {name}: together with this corpus, of its documents {_counted(found)}"
            for name, found in zip(section.corpus, tables, strict=True)
            if found
        ]
    if recipe.dedup.spans is not None:
        notes.append("dedup.spans: repeats were looked for in this corpus alone, not in those of dedup.against")
    return notes


def _counted(tables: Sequence[Path]) -> str:
    counts = Counter[object]()
    for table in tables:
        counts.update(pq.read_table(table, columns=["change"])["change"].to_pylist())
    said = [f"{counts[change]:,} {words}" for change, words in _SAID.items() if counts[change]]
    return (
        f"{', '.join(said)}; it was left as it is (view joint_changes)" if said else "none would be decided otherwise"
    )
