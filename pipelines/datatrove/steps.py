"""Loam's work as steps of a datatrove pipeline: its executors (local, Slurm, Ray) run them like any of its own.

Steps work on batches of documents, as Loam's kernels do. What needs the whole corpus (deduplication, mixing, the card)
is no step: `loam run` does that, and reads what a datatrove pipeline wrote.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.filters.base_filter import BaseFilter
from datatrove.utils.batching import batched

import signals
from pipelines.datatrove.documents import annotate, languages_of, metadata_of, texts_of
from pipelines.datatrove.rules import check_rules, columns_read
from pipelines.edits.resolve import Spans
from pipelines.edits.splice import splice
from pipelines.licensing.documents import license_documents
from pipelines.licensing.profiles import Operation, load_profile
from pipelines.licensing.statuses import ALLOWED
from pipelines.rules.expressions import first_failing
from pipelines.sources.record import given_evidence
from signals.pii import masks

if TYPE_CHECKING:
    from datatrove.data import Document
    from datatrove.pipeline.writers.disk_base import DiskWriter

BATCH_DOCUMENTS = 1000


class Annotate(PipelineStep):  # type: ignore[misc]  # datatrove has no types
    """Writes signals into the metadata of documents, under their own names."""

    name = "🌱 Loam signals"
    type = "📊 - STATS"

    def __init__(
        self,
        groups: Sequence[str] = ("core",),
        resources: Mapping[str, str] | None = None,
        segmentation: str = "builtin",
        batch_size: int = BATCH_DOCUMENTS,
    ) -> None:
        """Choose signals; `language` is always among them, for others depend on the concluded language.

        Args:
            groups: Groups that `loam signals` lists.
            resources: Model files and word lists, by name; groups have defaults for some.
            segmentation: `builtin` or `icu`; see `signals.compute`.
            batch_size: Documents to a batch.

        Raises:
            ValueError: There is no such group, or it lacks a file or a package.
        """
        super().__init__()
        self.groups = tuple(group for group in groups if group != "language")
        self.resources = {name: Path(path) for name, path in (resources or {}).items()}
        self.segmentation = segmentation
        self.batch_size = batch_size
        for group in self.groups:
            signals.schema(group, self.resources)

    def run(self, data: "Iterator[Document]", rank: int = 0, world_size: int = 1) -> "Iterator[Document]":
        """Yield the documents, annotated."""
        del rank, world_size
        for batch in batched(data, self.batch_size):
            with self.track_time("batch"):
                for table in self._computed(batch):
                    annotate(batch, table)
            for document in batch:
                self.update_doc_stats(document)
                yield document

    def _computed(self, batch: "Sequence[Document]") -> Iterator[pa.Table]:
        texts, urls = texts_of(batch), metadata_of(batch, "url")
        declared = signals.Inputs(texts, languages_of(batch), urls)
        language = signals.compute_group("language", declared, self.resources)
        yield language
        inputs = signals.Inputs(texts, language["language"], urls, None, self.segmentation)
        for group in self.groups:
            yield signals.compute_group(group, inputs, self.resources)


class Rules(BaseFilter):  # type: ignore[misc]  # datatrove has no types
    """Drops documents by Loam's rules: packs by name, SQL of one's own. The signals that they read are computed."""

    name = "🌱 Loam rules"

    def __init__(
        self,
        rules: Mapping[str, str] | None = None,
        use: Sequence[str] = (),
        exclusion_writer: "DiskWriter | None" = None,
        batch_size: int = BATCH_DOCUMENTS,
    ) -> None:
        """Choose rules; a document is dropped for the first that it fails.

        Args:
            rules: SQL by name, over signals and `text`, `url`, `lang`: as `select.rules` of a recipe.
            use: Rule packs: as `select.use`.
            exclusion_writer: Where dropped documents go, with `filter_reason`.
            batch_size: Documents to a batch.

        Raises:
            RecipeError: A rule is no condition on one document, or a pack needs more than one document.
        """
        super().__init__(exclusion_writer, batch_size)
        self.rules = check_rules(rules or {}, use)

    def filter(self, doc: "Document") -> bool | tuple[bool, str]:
        """Judge one document."""
        return self.filter_batch([doc])[0]

    def filter_batch(self, batch: "Sequence[Document]") -> list[bool | tuple[bool, str]]:
        """Judge documents: True, or False and the rule."""
        texts, languages, urls = texts_of(batch), languages_of(batch), metadata_of(batch, "url")
        columns = columns_read(self.rules, texts, languages, urls)
        failed = first_failing(columns, self.rules).to_pylist()
        return [True if rule is None else (False, str(rule)) for rule in failed]


class MaskPersonalData(PipelineStep):  # type: ignore[misc]  # datatrove has no types
    """Puts placeholders in the place of personal data; how often by which rule is told in the statistics."""

    name = "🌱 Loam PII masks"
    type = "🫥 - FORMAT"

    def __init__(self, batch_size: int = BATCH_DOCUMENTS) -> None:
        super().__init__()
        self.batch_size = batch_size

    def run(self, data: "Iterator[Document]", rank: int = 0, world_size: int = 1) -> "Iterator[Document]":
        """Yield the documents, masked."""
        del rank, world_size
        for batch in batched(data, self.batch_size):
            with self.track_time("batch"):
                texts = texts_of(batch)
                found = masks(texts)
                rows, starts, ends = (found[column].to_numpy() for column in ("row", "start", "end"))
                masked = splice(texts, Spans(rows, starts, ends, found["replacement"].combine_chunks()))
            for rule, count in Counter(map(str, found["rule"].to_pylist())).items():
                self.stat_update(rule, value=count, unit="span")
            for document, text in zip(batch, masked.to_pylist(), strict=True):
                document.text = text
                self.update_doc_stats(document)
                yield document


class License(BaseFilter):  # type: ignore[misc]  # datatrove has no types
    """Concludes the licence that the metadata of documents declare, and drops those that a profile does not allow.

    Kept documents carry `license` (an SPDX expression), `license_status` and `license_obligations`.
    """

    name = "🌱 Loam licences"

    def __init__(
        self, profile: str = "open", exclusion_writer: "DiskWriter | None" = None, batch_size: int = BATCH_DOCUMENTS
    ) -> None:
        """Choose a profile.

        Args:
            profile: One that Loam ships: as `licensing.profile` of a recipe.
            exclusion_writer: Where dropped documents go, with `filter_reason`.
            batch_size: Documents to a batch.

        Raises:
            RecipeError: There is no such profile.
        """
        super().__init__(exclusion_writer, batch_size)
        self.profile = load_profile(profile)

    def filter(self, doc: "Document") -> bool | tuple[bool, str]:
        """Judge one document."""
        return self.filter_batch([doc])[0]

    def filter_batch(self, batch: "Sequence[Document]") -> list[bool | tuple[bool, str]]:
        """Judge documents: True, or False and why."""
        declared = metadata_of(batch, "license").to_pylist()
        evidence = [given_evidence(None, license_, "metadata:license") for license_ in declared]
        documents = pa.table(
            {
                "id": pa.array([str(document.id) for document in batch], pa.string()),
                "license_declared": pa.array(declared, pa.string()),
                "license_evidence": pa.array(evidence, pa.string()),
                "preferences": pa.nulls(len(batch), pa.string()),
            }
        )
        alone = pa.chunked_array([pa.nulls(len(batch), pa.list_(pa.string()))])
        found = license_documents(documents, alone, Operation.KEEP_WHOLE, self.profile)
        annotate(
            batch,
            pa.table(
                {
                    "license": found["license"],
                    "license_status": found["status"],
                    "license_obligations": found["obligations"],
                }
            ),
        )
        return [_verdict(row) for row in found.select(["status", "reason"]).to_pylist()]


def _verdict(row: Mapping[str, Any]) -> bool | tuple[bool, str]:
    return True if row["status"] in ALLOWED else (False, f"license:{row['reason'] or row['status']}")
