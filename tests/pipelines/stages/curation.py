"""A corpus in the making: documents put down as ingest would, and the stages up to select run in this process."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.corpus import Outcome, Plan, Receipt, Shelf, Stage, Unit
from pipelines.corpus.schemas import DOCUMENTS
from pipelines.recipe import Recipe
from pipelines.stages import annotate, dedup, license, select  # noqa: A004 -- the stage's name

PROSE = (
    "The harbour was quiet in the early morning, and the boats lay still. Nobody had yet opened the market, but the "
    "smell of bread came from a narrow street behind the church. A woman carried two baskets up the hill and greeted "
    "everyone whom she met, as people in that town have always done."
)
PATHS = (annotate.LANGUAGE, annotate.CORE, *dedup.STAGES, license.STAGE, select.STAGE)


def document_id(name: str) -> str:
    return hashlib.blake2b(name.encode(), digest_size=16).hexdigest()


def evidence(evidence_class: str, license_: str | None) -> str:
    return json.dumps([{"class": evidence_class, "kind": "record_field", "value": license_, "locator": "a:license"}])


class Curation:
    """Documents of one corpus, and the tables about them."""

    def __init__(self, root: Path, **sections: Any) -> None:  # noqa: ANN401 -- sections of a recipe
        recipe = {"name": "test", "sources": [{"name": "docs", "kind": "jsonl", "path": ["none"]}], **sections}
        self.root = root
        self.plan = Plan(Recipe.model_validate(recipe), root, root)

    def add(self, shard: str, rows: Sequence[Mapping[str, Any]], generation: int = 0) -> None:
        """Put a document shard down; a row is its `name`, which makes its id, and what of `documents` is not null."""
        source = "docs-to-por_Latn" if generation else "docs"
        defaults = {"text": PROSE, "source": source, "generation": generation}
        table = [
            {
                **defaults,
                **{name: value for name, value in row.items() if name != "name"},
                "id": document_id(row["name"]),
            }
            for row in rows
        ]
        shelf = Shelf(self.root)
        shelf.write(f"documents/{source}/{shard}.parquet", pa.Table.from_pylist(table, DOCUMENTS))
        unit = Unit("translate" if generation else "ingest", f"{source}/{shard}", generation, (), {})
        self.plan.add(shelf.commit(unit, 1, {}, Outcome(len(table), len(table), {}, 0)))

    def run(self, *stages: Stage, generation: int = 0) -> list[Receipt]:
        """Do all units of some stages (of all, by default) and return their receipts."""
        receipts = []
        for stage in stages or PATHS:
            for unit in stage.plan(self.plan, generation):
                hashes = {path: self.plan.output(path).sha256 for path in unit.inputs}
                shelf = Shelf(self.root)
                receipts.append(shelf.commit(unit, stage.version, hashes, stage.work(unit, shelf)))
                self.plan.add(receipts[-1])
        return receipts

    def rows(self, table: str, generation: int | None = None) -> dict[str, dict[str, Any]]:
        """Return the rows of a table by document id, in their order."""
        shards = self.plan.document_shards(generation)
        paths = [shard.path(table) for shard in shards if self.plan.stands(shard.path(table))]
        return {row["id"]: row for path in paths for row in Shelf(self.root).read(path).to_pylist()}
