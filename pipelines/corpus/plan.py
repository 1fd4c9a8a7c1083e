"""What stands in a corpus while its next units are planned."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipelines.corpus.receipts import Receipt
from pipelines.recipe import Recipe


@dataclass(frozen=True, order=True)
class Shard:
    """One document shard; the tables about its documents have a shard of the same name."""

    source: str
    name: str

    def path(self, table: str) -> str:
        """Return where this shard of a table (`documents`, `signals/core`, …) lies."""
        return f"{table}/{self.source}/{self.name}.parquet"

    @property
    def unit(self) -> str:
        """The name of a unit that works on this shard."""
        return f"{self.source}/{self.name}"

    @classmethod
    def of(cls, path: str) -> "Shard":
        """Return the shard of a `documents/<source>/<name>.parquet` path."""
        _, source, file = path.split("/")
        return cls(source, file.removesuffix(".parquet"))


class Plan:
    """The recipe, and the receipts of everything that already stands; what a stage plans its units from.

    Attributes:
        recipe: The validated recipe.
        recipe_directory: Where relative source paths are looked up first.
        root: The corpus directory.
        sample: The share of documents that ingest keeps, 1.0 for all.
        memory: The budget of a global step, in bytes.
    """

    def __init__(
        self, recipe: Recipe, recipe_directory: Path, root: Path, *, sample: float = 1.0, memory: int | None = None
    ) -> None:
        self.recipe = recipe
        self.recipe_directory = recipe_directory
        self.root = root
        self.sample = sample
        self.memory = memory or recipe.run.memory
        self._receipts: dict[str, Receipt] = {}
        self._hashes: dict[str, str] = {}
        self._rows: dict[str, int | None] = {}

    def add(self, receipts: Iterable[Receipt]) -> None:
        """Record receipts of the units that stand."""
        for receipt in receipts:
            self._receipts[receipt.path] = receipt
            for path, output in receipt.outputs.items():
                self._hashes[path] = output.sha256
                self._rows[path] = output.rows

    def receipts(self, stage: str, generation: int | None = None) -> list[Receipt]:
        """Return the receipts of a stage (of one generation) in the order of their names."""
        found = (receipt for receipt in self._receipts.values() if receipt.stage == stage)
        kept = (receipt for receipt in found if generation is None or receipt.generation == generation)
        return sorted(kept, key=lambda receipt: receipt.name)

    def all_receipts(self) -> list[Receipt]:
        """Return every receipt that stands, in the order of its path."""
        return [self._receipts[path] for path in sorted(self._receipts)]

    def outputs(self, stage: str, prefix: str, generation: int | None = None) -> list[str]:
        """Return the paths below a folder that a stage's units wrote, sorted."""
        return sorted(
            path
            for receipt in self.receipts(stage, generation)
            for path in receipt.outputs
            if path.startswith(prefix + "/")
        )

    def document_shards(self, generation: int | None = None) -> list[Shard]:
        """Return the document shards of a generation (of all, by default), sorted."""
        paths = [path for stage in ("ingest", "translate") for path in self.outputs(stage, "documents", generation)]
        return sorted(Shard.of(path) for path in paths)

    def hash_of(self, path: str) -> str:
        """Return the SHA-256 of a file that stands in the corpus."""
        return self._hashes[path]

    def rows_of(self, path: str) -> int:
        """Return the rows of a table shard that stands in the corpus."""
        rows = self._rows[path]
        if rows is None:
            raise KeyError(path)
        return rows
