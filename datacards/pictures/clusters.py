"""Clusters of documents that say the same, by size."""

from datacards.blocks import count
from datacards.manifest import Manifest
from datacards.measures import ClusterSizes
from datacards.pictures.figures import BarCharts, Bars
from datacards.pictures.sketch import Sketch


def cluster_sizes(manifest: Manifest) -> Sketch | None:
    """Return the picture; None where no document has a copy."""
    found = manifest.measures.clusters
    if not found:
        return None
    said = "; ".join(f"{sizes_text(sizes)} documents: {count(sizes.clusters, 'cluster')}" for sizes in found)
    return Sketch("clusters", "Duplicate clusters by size", f"{said}.", 0, _bars(found))


def sizes_text(sizes: ClusterSizes) -> str:
    """Return the sizes of some clusters: `2`, `3 to 4`."""
    return f"{sizes.most:,}" if sizes.least == sizes.most else f"{sizes.least:,} to {sizes.most:,}"


def _bars(found: tuple[ClusterSizes, ...]) -> BarCharts:
    bars = Bars(
        title=None,
        name_title="documents in a cluster",
        unit="clusters",
        names=[sizes_text(sizes) for sizes in found],
        parts=("clusters",),
        counts=[(sizes.clusters,) for sizes in found],
        notes=[f"{count(sizes.clusters, 'cluster')}, {count(sizes.documents, 'document')}" for sizes in found],
    )
    return BarCharts((bars,))
