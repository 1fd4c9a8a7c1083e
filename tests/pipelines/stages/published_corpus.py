"""A decided corpus of two sources, and translations of it: what publish and card start from."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa

from pipelines.corpus import Outcome, Plan, Receipt, Shelf, Stage, Unit
from pipelines.corpus.schemas import DECISIONS, DOCUMENTS, LICENCES
from pipelines.licensing.profiles import Operation
from pipelines.recipe import Recipe

SECTIONS: Mapping[str, object] = {
    "build_date": dt.date(2026, 11, 24),
    "licensing": {"profile": "open"},
    "select": {"rules": {"enough_words": "word_count >= 2"}},
    "publish": {"title": "A test corpus"},
}


@dataclass(frozen=True)
class Document:
    id: str
    text: str = "some text"
    lang: str | None = "eng_Latn"
    license: str = "MIT"
    status: str | None = "allow_with_obligations"
    obligations: tuple[str, ...] = ("keep_notices",)
    reason: str | None = None
    rule: str | None = None
    title: str | None = None
    attribution: str | None = None
    derived_from: str | None = None

    def refused(self, rule: str) -> "Document":
        return replace(self, rule=rule)


DOCS = (
    Document("00", "one text, in English", title="First", attribution='{"creators":["Ada"],"changes":["cut"]}'),
    Document("01", "un texte très français", "fra_Latn", "CC-BY-SA-4.0", obligations=("attribution", "share_alike")),
    Document("02", "one text, in English").refused("duplicate"),
    Document("03", "reserved", license="CC-BY-ND-4.0", status="deny", obligations=(), reason="no_derivatives").refused(
        "license:no_derivatives"
    ),
    Document("04", "short").refused("enough_words"),
    Document("05", "a language that nobody knows", None, "CC0-1.0", "allow", ()),
)
MORE = (Document("10", "more English text", license="CC-BY-SA-4.0", obligations=("attribution", "share_alike")),)
TRANSLATIONS = (
    Document("20", "um texto", "por_Latn", derived_from="00", obligations=("keep_notices", "state_changes")),
    Document("21", "x", "por_Latn", derived_from="10").refused("enough_words"),
)


@dataclass
class Corpus:
    """A corpus on disk, of which the stages named run in this process."""

    root: Path
    sections: Mapping[str, object] = field(default_factory=lambda: SECTIONS)
    plan: Plan = field(init=False)

    def __post_init__(self) -> None:
        sources = [{"name": name, "kind": "jsonl", "path": [f"{name}/*.jsonl"]} for name in ("docs", "more")]
        recipe = Recipe.model_validate({"name": "test", "sources": sources, **self.sections})
        self.plan = Plan(recipe, self.root, self.root)

    def fill(self) -> "Corpus":
        """Write the documents of this module, and a shard without any."""
        self.add("docs", "a-00000", DOCS)
        self.add("docs", "b-00000", ())
        self.add("more", "a-00000", MORE)
        self.add("docs-to-por_Latn", "a-00000", TRANSLATIONS, generation=1)
        return self

    def add(self, source: str, shard: str, documents: Sequence[Document], generation: int = 0) -> None:
        """Write one shard of every table about documents, with the receipts of ingest and select."""
        name = f"{source}/{shard}"
        ids = [{"id": document.id} for document in documents]
        rows = [
            {
                **{key: getattr(d, key) for key in ("id", "text", "title", "attribution", "derived_from")},
                "source": source,
                "generation": generation,
                "url": f"https://example.org/{d.id}",
            }
            for d in documents
        ]
        licences = [
            {key: getattr(d, key) for key in ("id", "license", "status", "obligations", "reason")}
            | {"operations": list(Operation) if str(d.status).startswith("allow") else []}
            for d in documents
        ]
        decisions = [{"id": d.id, "kept": d.rule is None, "rule": d.rule, "lang": d.lang} for d in documents]
        sizes = [
            {**id_, "byte_count": len(d.text.encode()), "word_count": len(d.text.split())}
            for id_, d in zip(ids, documents, strict=True)
        ]
        core: dict[str, pa.DataType] = {"id": pa.string(), "byte_count": pa.int64(), "word_count": pa.int64()}
        shelf = Shelf(self.root)
        shelf.write(f"documents/{name}.parquet", pa.Table.from_pylist(rows, DOCUMENTS))
        shelf.write(f"signals/core/{name}.parquet", pa.Table.from_pylist(sizes, pa.schema(core)))
        shelf.write(f"licences/{name}.parquet", pa.Table.from_pylist(licences, LICENCES))
        bad = 0 if generation else 2
        read = Outcome(len(documents) + bad, len(documents), {"bad_utf8": bad} if bad else {}, 0)
        self._commit(shelf, "translate" if generation else "ingest", name, generation, read)
        shelf = Shelf(self.root)
        shelf.write(f"decisions/{name}.parquet", pa.Table.from_pylist(decisions, DECISIONS))
        dropped: dict[str, int] = {}
        for document in documents:
            if document.rule is not None:
                dropped[document.rule] = dropped.get(document.rule, 0) + 1
        kept = len(documents) - sum(dropped.values())
        self._commit(shelf, "select", name, generation, Outcome(len(documents), kept, dropped, 0))

    def run(self, stage: Stage, generation: int = 0) -> list[Receipt]:
        """Do all units of a stage."""
        receipts = []
        for unit in stage.plan(self.plan, generation):
            shelf = Shelf(self.root)
            hashes = {path: self.plan.output(path).sha256 for path in unit.inputs}
            receipts.append(shelf.commit(unit, stage.version, hashes, stage.work(unit, shelf)))
            self.plan.add(receipts[-1])
        return receipts

    def _commit(self, shelf: Shelf, stage: str, name: str, generation: int, outcome: Outcome) -> None:
        self.plan.add(shelf.commit(Unit(stage, name, generation, (), {}), 1, {}, outcome))
