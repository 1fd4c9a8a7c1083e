"""What stands in a corpus while its next units are planned."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.corpus.lent import Lent
from pipelines.corpus.receipts import Output, Receipt, receipt_path
from pipelines.recipe import Recipe


@dataclass(frozen=True, order=True)
class Shard:
    """One document shard; the tables about its documents have a shard of the same name."""

    source: str
    name: str

    def path(self, table: str) -> str:
        """Return where this shard of a table (`documents`, `signals/core`, …) lies."""
        return self.file(table, "parquet")

    def file(self, table: str, suffix: str) -> str:
        """Return where this shard of a table lies that is kept in another format than Parquet."""
        return f"{table}/{self.source}/{self.name}.{suffix}"

    @property
    def unit(self) -> str:
        """The name of a unit that works on this shard."""
        return f"{self.source}/{self.name}"

    @classmethod
    def of(cls, path: str) -> "Shard":
        """Return the shard that a path such as `documents/<source>/<name>.parquet` names."""
        *_, source, file = path.split("/")
        return cls(source, file.removesuffix(".parquet"))


class Standing:
    """The receipts of everything that stands in a corpus.

    Attributes:
        root: The corpus directory.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._receipts: dict[str, Receipt] = {}
        self._writers: dict[str, Receipt] = {}

    def add(self, receipt: Receipt) -> None:
        """Record the receipt of a unit that stands."""
        self._receipts[receipt.path] = receipt
        for path in receipt.outputs:
            self._writers[path] = receipt

    def drop(self, receipt: Receipt) -> None:
        """Forget a receipt whose unit is planned no longer."""
        del self._receipts[receipt.path]
        for path in receipt.outputs:
            if self._writers.get(path) is receipt:
                del self._writers[path]

    def receipt(self, stage: str, name: str) -> Receipt | None:
        """Return the receipt of one unit, if it stands."""
        return self._receipts.get(receipt_path(stage, name))

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

    def folders(self, table: str) -> list[str]:
        """Return the folders of a table that units which stand wrote into, sorted."""
        return sorted({path.split("/")[1] for path in self._writers if path.startswith(f"{table}/")})

    def document_shards(self, generation: int | None = None) -> list[Shard]:
        """Return the document shards of a generation (of all, by default), sorted."""
        paths = [path for stage in ("ingest", "translate") for path in self.outputs(stage, "documents", generation)]
        return sorted(Shard.of(path) for path in paths)

    def output(self, path: str) -> Output:
        """Return what stands at a path of the corpus: its SHA-256, size and rows.

        Raises:
            KeyError: No unit that stands wrote it.
        """
        return self._writers[path].outputs[path]

    def stands(self, path: str) -> bool:
        """Tell whether a unit that stands wrote this path."""
        return path in self._writers


class Plan(Standing):
    """The recipe, and what already stands; what a stage plans its units from.

    Attributes:
        recipe: The validated recipe.
        recipe_directory: Where relative source paths are looked up first.
        sample: The share of documents that ingest keeps, 1.0 for all.
        memory: The budget of a global step, in bytes.
        lent: What stands and is not here; a stage that reads files to plan its units brings them first.
        brought: Where other corpora are here that the recipe names by addresses in buckets, by these.
        others: Other corpora that were opened to be read, by where they lie.
    """

    def __init__(
        self,
        recipe: Recipe,
        recipe_directory: Path,
        root: Path,
        *,
        sample: float = 1.0,
        memory: int | None = None,
        lent: Lent | None = None,
        brought: Mapping[str, Path] | None = None,
    ) -> None:
        super().__init__(root)
        self.recipe = recipe
        self.recipe_directory = recipe_directory
        self.sample = sample
        self.memory = memory or recipe.run.memory
        self.lent = lent or Lent()
        self.brought = brought or {}
        self.others: dict[Path, Standing] = {}
