"""Clusters of documents that say the same, by size."""

from typing import TYPE_CHECKING

from datacards.blocks import count
from datacards.manifest import Manifest
from datacards.measures import ClusterSizes
from datacards.pictures.sketch import Sketch
from datacards.pictures.theme import KEPT

if TYPE_CHECKING:
    import altair as alt


def cluster_sizes(manifest: Manifest) -> Sketch | None:
    """Return the picture; None where no document has a copy."""
    found = manifest.measures.clusters
    if not found:
        return None
    said = "; ".join(f"{sizes_text(sizes)} documents: {count(sizes.clusters, 'cluster')}" for sizes in found)
    return Sketch("clusters", "Duplicate clusters by size", f"{said}.", 0, lambda: _chart(found))


def sizes_text(sizes: ClusterSizes) -> str:
    """Return the sizes of some clusters: `2`, `3 to 4`."""
    return f"{sizes.most:,}" if sizes.least == sizes.most else f"{sizes.least:,} to {sizes.most:,}"


def _chart(found: tuple[ClusterSizes, ...]) -> "alt.LayerChart":
    import altair as alt  # noqa: PLC0415 -- an extra

    ticks = min(6, max(sizes.clusters for sizes in found))  # no halves of clusters
    names = [sizes_text(sizes) for sizes in found]
    values = [
        {
            "size": name,
            "clusters": sizes.clusters,
            "said": f"{count(sizes.clusters, 'cluster')}, {count(sizes.documents, 'document')}",
        }
        for name, sizes in zip(names, found, strict=True)
    ]
    bars = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X("clusters:Q", title="clusters", axis=alt.Axis(format="~s", tickCount=ticks)),
        y=alt.Y("size:O", sort=names, title="documents in a cluster", axis=alt.Axis(ticks=False)),
    )
    labels = bars.mark_text(align="left", dx=6).encode(text="said:N")
    return alt.layer(bars.mark_bar(color=KEPT), labels).properties(width=600, height=alt.Step(24))
