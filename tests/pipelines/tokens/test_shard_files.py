"""Merging and splitting token shards."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import CorpusError, LoamError
from pipelines.tokens.megatron import (
    data_path,
    index_bytes,
    index_path,
    read_index,
    verify_shard,
    write_shard,
)
from pipelines.tokens.provenance import PROVENANCE, provenance_path
from pipelines.tokens.shard_files import merge_shards, split_shard
from tests.pipelines.tokens.sequences import read_sequence

NARROW, WIDE = np.dtype("<u2"), np.dtype("<i4")


def _shard(
    folder: Path, name: str, sequences: list[list[int]], dtype: np.dtype = NARROW, *, known: bool = True
) -> Path:
    prefix = folder / name
    lengths = np.array([len(sequence) for sequence in sequences])
    tokens = np.array([token for sequence in sequences for token in sequence])
    write_shard(data_path(prefix), index_path(prefix), [(tokens, lengths)], dtype)
    if known:
        rows = [
            {"sequence": row, "id": f"{name}{row}", "lang": "eng_Latn", "offset": 0, "length": len(sequence)}
            for row, sequence in enumerate(sequences)
        ]
        pq.write_table(pa.Table.from_pylist(rows, PROVENANCE), provenance_path(str(prefix)))
    return prefix


def _sequences(prefix: Path) -> list[list[int]]:
    return [read_sequence(prefix, row) for row in range(len(read_index(index_path(prefix)).lengths))]


def test_merged_sequences_stand_in_order_with_their_documents(tmp_path: Path) -> None:
    one, other = _shard(tmp_path, "a", [[5, 2], [6, 7, 2]]), _shard(tmp_path, "b", [[8, 2]])
    merged = merge_shards([one, other], tmp_path / "out")
    verify_shard(merged, 100, 2)
    assert _sequences(merged) == [[5, 2], [6, 7, 2], [8, 2]]
    rows = pq.read_table(provenance_path(str(merged))).select(["sequence", "id", "offset"]).to_pylist()
    assert [tuple(row.values()) for row in rows] == [(0, "a0", 0), (1, "a1", 2), (2, "b0", 5)]
    assert merged.name.startswith("t")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(
        merged.name + suffix for suffix in (".bin", ".idx", ".provenance.parquet")
    )


def test_where_nothing_is_known_of_one_nothing_is_said_of_all(tmp_path: Path) -> None:
    merged = merge_shards([_shard(tmp_path, "a", [[1]]), _shard(tmp_path, "b", [[2]], known=False)], tmp_path / "out")
    assert not Path(provenance_path(str(merged))).exists()


def test_documents_of_several_sequences_and_of_none_keep_their_boundaries(tmp_path: Path) -> None:
    prefix = tmp_path / "m"
    data_path(prefix).write_bytes(np.array([10, 11, 12, 2, 7, 8, 9, 2], NARROW).tobytes())
    index_path(prefix).write_bytes(index_bytes(np.array([4, 1, 3]), NARROW, np.array([0, 1, 1, 3])))
    merged = merge_shards([prefix, prefix], tmp_path / "out")
    index = verify_shard(merged, 100, 2, one_sequence_a_document=False)
    assert index.document_indices.tolist() == [0, 1, 1, 3, 4, 4, 6]
    with pytest.raises(CorpusError, match="expected one document a sequence"):
        verify_shard(merged, 100, 2)
    with pytest.raises(LoamError, match="only one sequence a document is split"):
        split_shard(merged, tmp_path / "parts", 4)


def test_types_do_not_mix(tmp_path: Path) -> None:
    with pytest.raises(LoamError, match="when their ids have one type"):
        merge_shards([_shard(tmp_path, "a", [[1]]), _shard(tmp_path, "b", [[2]], WIDE)], tmp_path / "out")
    with pytest.raises(LoamError, match=r"nowhere\.idx: No such file"):
        merge_shards([tmp_path / "nowhere"], tmp_path / "out")


def test_a_shard_that_is_cut_short_leaves_nothing_behind(tmp_path: Path) -> None:
    prefix = _shard(tmp_path, "a", [[1, 2, 3]])
    data_path(prefix).write_bytes(b"\x01\x00")
    with pytest.raises(CorpusError, match="cut short"):
        merge_shards([prefix], tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


@settings(deadline=None, max_examples=50)
@given(st.lists(st.lists(st.integers(0, 60_000), min_size=1, max_size=9), min_size=1, max_size=30), st.integers(1, 40))
def test_what_is_split_and_merged_again_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, sequences: list[list[int]], tokens: int
) -> None:
    folder = tmp_path_factory.mktemp("shards")
    whole = _shard(folder, "whole", sequences)
    parts = split_shard(whole, folder / "parts", tokens)
    sizes = [read_index(index_path(part)) for part in parts]
    assert all(index.tokens <= tokens or len(index.lengths) == 1 for index in sizes)
    assert [sequence for part in parts for sequence in _sequences(part)] == sequences
    again = merge_shards(parts, folder / "again")
    assert data_path(again).read_bytes() == data_path(whole).read_bytes()
    assert index_path(again).read_bytes() == index_path(whole).read_bytes()
    assert pq.read_table(provenance_path(str(again)))["id"].to_pylist() == [f"whole{n}" for n in range(len(sequences))]
