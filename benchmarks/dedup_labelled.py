"""`python -m benchmarks.dedup_labelled`: F1 of fuzzy deduplication on a labelled set of noisy copies."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Annotated

import pyarrow as pa
import typer

from benchmarks.all_pairs import alike
from benchmarks.documents import DocumentsError, default_documents
from benchmarks.labelled_pages import LabelledSet, labelled_set
from pipelines.dedup.clusters import Measure, cluster_texts
from pipelines.dedup.profiles import PROFILES

THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)

_LEAST_SIMILARITY = 0.05


@dataclass(frozen=True)
class Score:
    """How clusters agree with labels, pair by pair (as NEWS-COPY and text-dedup report it)."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.precision * self.recall / max(self.precision + self.recall, 1e-9)


def main(
    documents: Annotated[Path | None, typer.Argument(help="A Parquet file: text, lang, parallel_key.")] = None,
    keys: Annotated[int, typer.Option(help="Pages, in two languages each.")] = 1500,
    seed: Annotated[int, typer.Option(help="Another seed makes another set.")] = 0,
) -> None:
    """Cluster a labelled set at several thresholds and compare pairs of one cluster with pairs of one page."""
    try:
        given = labelled_set(documents or default_documents(), keys, seed)
    except DocumentsError as error:
        typer.echo(f"benchmarks: {error}", err=True)
        raise typer.Exit(1) from None
    pages = Counter(given.page)
    typer.echo(
        f"{len(given.texts):,} documents: {len(pages):,} pages, of which {given.translations:,} translate another; "
        f"{sum(count > 1 for count in pages.values()):,} have copies, half of them {_median(given):.2f} alike or more"
    )
    texts = pa.array(given.texts, pa.large_string())
    for measure in ("jaccard", "containment"):
        for threshold in THRESHOLDS:
            chosen = Measure(threshold, containment=measure == "containment")
            found = cluster_texts(texts, PROFILES["loam"], chosen).representative.tolist()
            score = scored(found, given.page)
            typer.echo(
                f"{measure} from {threshold} on: F1 {score.f1:.3f}, precision {score.precision:.4f}, "
                f"recall {score.recall:.3f}"
            )


def _median(given: LabelledSet) -> float:
    """Return the median Jaccard similarity of two copies of a page."""
    similarities = alike(given.texts, PROFILES["loam"].shingling, _LEAST_SIMILARITY)
    return median(value for (one, other), value in similarities.items() if given.page[one] == given.page[other])


def scored(clusters: Sequence[int], labels: Sequence[int]) -> Score:
    """Compare all pairs of documents of one cluster with all pairs of one label; no pairs at all are all right."""
    together = _pairs(zip(clusters, labels, strict=True))
    claimed, true = _pairs(clusters), _pairs(labels)
    return Score(together / claimed if claimed else 1.0, together / true if true else 1.0)


def _pairs(groups: "Sequence[int] | zip[tuple[int, int]]") -> int:
    return sum(size * (size - 1) // 2 for size in Counter(groups).values())


if __name__ == "__main__":
    typer.run(main)
