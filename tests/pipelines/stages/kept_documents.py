"""A corpus whose documents are decided: what the stages from tokenizer to mix start from."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from pipelines.corpus import Json, Outcome, Plan, Receipt, Shelf, Stage, Unit
from pipelines.corpus.schemas import DECISIONS, DOCUMENTS, DUPLICATES, LICENCES
from pipelines.recipe import Recipe


@dataclass(frozen=True)
class Document:
    text: str
    lang: str = "eng_Latn"
    kept: bool = True
    url: str | None = None
    license: str = "CC0-1.0"
    generation: int = 0
    name: str = ""
    derived_from: str | None = None

    @property
    def id(self) -> str:
        identity = f"{self.name or self.text}/{self.lang}/{self.generation}"
        return hashlib.sha256(identity.encode()).hexdigest()[:32]


@dataclass
class Corpus:
    """A corpus on disk, run stage by stage in this process."""

    root: Path
    tokenize: Mapping[str, Json] = field(default_factory=dict)
    seed: int = 42
    mix: Mapping[str, Json] = field(default_factory=dict)
    plan: Plan = field(init=False)

    def __post_init__(self) -> None:
        recipe = Recipe.model_validate(
            {
                "name": "test",
                "seed": self.seed,
                "sources": [{"name": "docs", "kind": "jsonl", "path": ["none"]}],
                "tokenize": {"vocab_size": 400, **self.tokenize},
                "mix": dict(self.mix),
            }
        )
        self.plan = Plan(recipe, self.root, self.root)

    def add_shard(self, name: str, documents: Sequence[Document], *, licensed: bool = True) -> None:
        """Write a document shard and what the stages up to select said of it."""
        generation = documents[0].generation
        shelf = Shelf(self.root)
        rows = [
            {
                "id": d.id,
                "text": d.text,
                "source": "docs",
                "url": d.url,
                "generation": generation,
                "derived_from": d.derived_from,
            }
            for d in documents
        ]
        shelf.write(f"documents/docs/{name}.parquet", pa.Table.from_pylist(rows, DOCUMENTS))
        sizes = [{"id": d.id, "byte_count": len(d.text.encode())} for d in documents]
        shelf.write(f"signals/core/docs/{name}.parquet", pa.Table.from_pylist(sizes))
        decisions = [{"id": d.id, "kept": d.kept, "lang": d.lang} for d in documents]
        shelf.write(f"decisions/docs/{name}.parquet", pa.Table.from_pylist(decisions, DECISIONS))
        if licensed:
            licences = [{"id": d.id, "license": d.license} for d in documents]
            shelf.write(f"licences/docs/{name}.parquet", pa.Table.from_pylist(licences, LICENCES))
        unit = Unit("translate" if generation else "ingest", f"docs/{name}", generation, (), {})
        self.plan.add(shelf.commit(unit, 1, {}, Outcome(len(rows), len(rows), {}, 0)))

    def add_clusters(self, name: str, documents: Sequence[Document], copies: Sequence[int]) -> None:
        """Write for how many documents each of a shard speaks."""
        shelf = Shelf(self.root)
        rows = [
            {"id": document.id, "cluster": document.id, "representative": True, "cluster_size": size}
            for document, size in zip(documents, copies, strict=True)
            if size > 1
        ]
        shelf.write(f"duplicates/docs/{name}.parquet", pa.Table.from_pylist(rows, DUPLICATES))
        unit = Unit("dedup", f"docs/{name}", 0, (), {})
        self.plan.add(shelf.commit(unit, 1, {}, Outcome(len(rows), len(rows), {}, 0)))

    def run(self, stage: Stage, generation: int = 0) -> list[Receipt]:
        """Do what is due of a stage; returns the receipts of what was due."""
        due = []
        units = stage.plan(self.plan, generation)
        for unit in units:
            hashes = {path: self.plan.output(path).sha256 for path in unit.inputs}
            before = self.plan.receipt(stage.name, unit.name)
            if before is not None and before.stands(self.root, unit, unit.fingerprint(stage.version, hashes)):
                continue
            shelf = Shelf(self.root)
            receipt = shelf.commit(unit, stage.version, hashes, stage.work(unit, shelf))
            self.plan.add(receipt)
            due.append(receipt)
        for receipt in self.plan.receipts(stage.name, generation):
            if receipt.name not in {unit.name for unit in units}:
                self.plan.drop(receipt)
        return due

    def prefixes(self) -> list[str]:
        """Return the prefixes of all token shards that stand, sorted."""
        return [path.removesuffix(".bin") for path in self.plan.outputs("tokenize", "tokens") if path.endswith(".bin")]
