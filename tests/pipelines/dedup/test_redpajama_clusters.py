"""Bands of profile `redpajama_v2`, chained as RedPajama-V2's own code does, give the clusters that it wrote."""

import itertools
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import signals
from pipelines.dedup.candidates import split_pairs
from pipelines.dedup.clusters import candidate_pairs
from pipelines.dedup.profiles import PROFILES
from signals.redpajama.minhash import read_minhash, write_minhash
from tests.pipelines.dedup.near_copies import with_near_copies

PROFILE = PROFILES["redpajama_v2"]


def _candidates(signatures: "pa.ChunkedArray[Any]") -> set[tuple[int, int]]:
    numbers = np.arange(len(signatures), dtype=np.uint32)
    later, earlier = split_pairs(candidate_pairs(signatures, numbers, PROFILE, PROFILE.threshold))
    return set(zip(earlier.tolist(), later.tolist(), strict=True))


def _sharing_a_band(table: pa.Table) -> set[tuple[int, int]]:
    """Return the pairs of rows that share one of the bands for similarity 0.8, as their file holds them."""
    rows = defaultdict(list)
    for row, bands in enumerate(table["signature_sim0.8"].to_pylist()):
        for position, band in enumerate(bands or ()):
            rows[position, band].append(row)
    return {pair for members in rows.values() for pair in itertools.combinations(members, 2)}


def test_candidates_are_the_pairs_that_share_a_band_of_their_files() -> None:
    texts = pa.array(with_near_copies(5, 150))
    found = signals.compute(texts, names=[PROFILE.shingling.signal])[PROFILE.shingling.signal]
    ids = pa.chunked_array([pa.array([str(row) for row in range(len(texts))])])
    pairs = _candidates(found)
    assert len(pairs) > 30
    assert pairs == _sharing_a_band(write_minhash(ids, "shard", found))


def test_documents_of_their_shard_are_together_where_their_clusters_say_so(shared: Path) -> None:
    table = pq.read_table(shared / "data/redpajama_v2/it_head.minhash.parquet")
    clusters = pq.read_table(shared / "data/redpajama_v2/it_head.clusters_0.8.parquet").to_pylist()
    together = defaultdict(list)  # most have their company in other shards
    for row in clusters:
        together[row["cluster_id"]].append(table["id_int"].to_pylist().index(row["id_int"]))
    pairs = {pair for members in together.values() for pair in itertools.combinations(sorted(members), 2)}
    found = _candidates(read_minhash(table)[PROFILE.shingling.signal])
    assert found == pairs == _sharing_a_band(table)
