"""The three steps of finding repeated spans, run over texts in this process."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from pipelines.dedup.span_index import read_folded, read_windows, write_index
from pipelines.dedup.span_matches import ShardWindows, match_windows, read_matches, write_matches
from pipelines.dedup.span_removal import remove_copies
from pipelines.dedup.span_rules import SpanRule
from tests.pipelines.dedup.span_reference import Edit

Spans = list[list[Edit]]


def removed_from(
    folder: Path, shards: Sequence[Sequence[int]], texts: Sequence[str], rule: SpanRule, bits: int = 1, frozen: int = 0
) -> Spans:
    """Return the spans that go from each text.

    Args:
        folder: An empty folder.
        shards: Which texts are in which shard; the number of a text is its place in the order of preference.
        texts: The texts.
        rule: Which spans.
        bits: Of a hash that tell its partition.
        frozen: How many shards, the last ones, are compared with only.
    """
    names = [f"docs/{number}" for number in range(len(shards))]
    for number, members in enumerate(shards):
        column = pa.array([texts[member] for member in members], pa.large_string())
        write_index(column, rule, "docs", bits, folder / f"{number}.windows", folder / f"{number}.folded")
    paths = []
    for partition in range(1 << bits):
        parts = [
            ShardWindows(
                read_windows(folder / f"{number}.windows", partition),
                np.array(members, np.uint64),
                number >= len(shards) - frozen,
            )
            for number, members in enumerate(shards)
        ]
        paths.append(folder / f"{partition}.matches")
        write_matches(paths[-1], names, match_windows(parts, rule))
    spans: Spans = [[] for _ in texts]
    for number, members in enumerate(shards):
        matches, _ = read_matches(paths, names[number])
        documents = pa.table({"id": [str(member) for member in members], "text": [texts[member] for member in members]})
        edits = remove_copies(documents, matches, rule, lambda shard: read_folded(folder / f"{shard}.folded"))
        for edit in edits.to_pylist():
            spans[int(edit["id"])].append((edit["start"], edit["end"], edit["replacement"]))
    return spans
