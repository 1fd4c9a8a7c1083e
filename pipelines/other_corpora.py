"""What a run says about other corpora that its own was deduplicated against."""

from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq

from pipelines.dedup.changes import DROPPED, KEPT, MOVED, REGROUPED
from pipelines.recipe import Recipe
from pipelines.stages.against import NEW_ONLY
from pipelines.stages.dedup_table import changes_path

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
        tables = [(name, root / changes_path(number)) for number, name in enumerate(section.corpus)]
        notes = [
            f"dedup.against {name}: together with this corpus, of its documents {_counted(table)}"
            for name, table in tables
            if table.is_file()
        ]
    if recipe.dedup.spans is not None:
        notes.append("dedup.spans: repeats were looked for in this corpus alone, not in those of dedup.against")
    return notes


def _counted(table: Path) -> str:
    counts = Counter(pq.read_table(table, columns=["change"])["change"].to_pylist())
    said = [f"{counts[change]:,} {words}" for change, words in _SAID.items() if counts[change]]
    return (
        f"{', '.join(said)}; it was left as it is (view joint_changes)" if said else "none would be decided otherwise"
    )
