"""The bytes of a shard, against vectors made by megatron-core 0.16.1 itself; and a verifier that sees each defect."""

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipelines.errors import CorpusError, LoamError
from pipelines.tokens.megatron import (
    index_bytes,
    read_index,
    token_dtype,
    verify_shard,
    write_shard,
)
from tests.pipelines.tokens.sequences import read_sequence

# Documents [[10, 11, 12, 2]], [], [[7], [8, 9, 2]], as megatron-core's IndexedDatasetBuilder writes their index.
HEADER = "4d4d494449445800000100000000000000"
COUNTS = "03000000000000000400000000000000"
LENGTHS = "040000000100000003000000"
POINTERS_2 = "000000000000000008000000000000000a00000000000000"
POINTERS_4 = "000000000000000010000000000000001400000000000000"
DOCUMENTS = "0000000000000000010000000000000001000000000000000300000000000000"


@pytest.mark.parametrize(
    ("dtype", "vector"),
    [
        ("<u2", HEADER + "08" + COUNTS + LENGTHS + POINTERS_2 + DOCUMENTS),
        ("<i4", HEADER + "04" + COUNTS + LENGTHS + POINTERS_4 + DOCUMENTS),
    ],
)
def test_an_index_has_the_bytes_of_megatron_core(dtype: str, vector: str) -> None:
    content = index_bytes(np.array([4, 1, 3]), np.dtype(dtype), np.array([0, 1, 1, 3]))
    assert content.hex() == vector


def test_data_are_the_ids_back_to_back(tmp_path: Path) -> None:
    data, index = tmp_path / "a.bin", tmp_path / "a.idx"
    runs = [(np.array([10, 11, 12, 2]), np.array([4])), (np.array([7, 8, 9, 2]), np.array([1, 3]))]
    write_shard(data, index, runs, np.dtype("<u2"))
    assert data.read_bytes().hex() == "0a000b000c0002000700080009000200"
    assert read_index(index).document_indices.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(("size", "dtype"), [(300, "<u2"), (65_499, "<u2"), (65_537, "<i4"), (250_680, "<i4")])
def test_small_vocabularies_take_two_bytes(size: int, dtype: str) -> None:
    assert token_dtype(size) == np.dtype(dtype)


@pytest.mark.parametrize("size", [65_500, 65_536])
def test_sizes_that_loaders_disagree_about_are_refused(size: int) -> None:
    with pytest.raises(LoamError, match="disagree whether ids take 2 or 4 bytes"):
        token_dtype(size)


def test_pointers_go_beyond_32_bits() -> None:
    lengths = np.full(5, 2**30, np.int32)
    content = index_bytes(lengths, np.dtype("<i4"))
    pointers = np.frombuffer(content, "<i8", 5, 34 + 4 * 5)
    assert pointers.tolist() == [n * 2**32 for n in range(5)]


def test_how_sequences_are_batched_leaves_no_trace(tmp_path: Path) -> None:
    tokens, lengths = np.arange(4, 40), np.array([5, 11, 20])
    whole = write_shard(tmp_path / "a.bin", tmp_path / "a.idx", [(tokens, lengths)], np.dtype("<u2"))
    runs = [(tokens[:16], lengths[:2]), (tokens[16:], lengths[2:])]
    parts = write_shard(tmp_path / "b.bin", tmp_path / "b.idx", runs, np.dtype("<u2"))
    assert whole == parts
    assert (tmp_path / "a.idx").read_bytes() == (tmp_path / "b.idx").read_bytes()


def _shard(folder: Path, dtype: str = "<i4") -> Path:
    prefix = folder / "shard"
    tokens = np.array([5, 6, 2, 7, 2, 8, 9, 10, 2])
    write_shard(
        prefix.with_suffix(".bin"), prefix.with_suffix(".idx"), [(tokens, np.array([3, 2, 4]))], np.dtype(dtype)
    )
    return prefix


def test_the_index_says_where_sequences_lie(tmp_path: Path) -> None:
    prefix = _shard(tmp_path)
    assert [read_sequence(prefix, row) for row in range(3)] == [[5, 6, 2], [7, 2], [8, 9, 10, 2]]


def test_a_sound_shard_passes(tmp_path: Path) -> None:
    assert verify_shard(_shard(tmp_path), 100_000, eod=2).tokens == 9


def _poke(suffix: str, position: int, content: bytes) -> Callable[[Path], None]:
    def damage(prefix: Path) -> None:
        path = prefix.with_suffix(suffix)
        old = path.read_bytes()
        path.write_bytes(old[:position] + content + old[position + len(content) :])

    return damage


def _cut(suffix: str, left: int) -> Callable[[Path], None]:
    def damage(prefix: Path) -> None:
        path = prefix.with_suffix(suffix)
        path.write_bytes(path.read_bytes()[:left])

    return damage


def _append(prefix: Path) -> None:
    with prefix.with_suffix(".bin").open("ab") as file:
        file.write(bytes(8))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_poke(".idx", 0, b"X"), "does not begin as a Megatron index"),
        (_poke(".idx", 9, b"\x02"), "version 2"),
        (_poke(".idx", 17, b"\x06"), "dtype code 6"),
        (_poke(".idx", 17, b"\x08"), "another type"),
        (_poke(".idx", 18, b"\x04"), "its header says"),
        (_cut(".idx", 20), "too short"),
        (_cut(".idx", 80), "its header says"),
        (_cut(".bin", 32), "32 bytes of ids, the index says 36"),
        (_append, "44 bytes of ids, the index says 36"),
        (_poke(".idx", 34, struct.pack("<i", 0)), "a sequence without tokens"),
        (_poke(".idx", 34 + 12 + 8, struct.pack("<q", 4)), "pointers do not follow"),
        (_poke(".idx", 34 + 36, struct.pack("<q", 1)), "document boundaries"),
        (_poke(".bin", 0, struct.pack("<i", 100_000)), "beyond the vocabulary"),
        (_poke(".bin", 0, struct.pack("<i", -1)), "beyond the vocabulary"),
        (_poke(".bin", 0, struct.pack("<i", 2)), "does not stand at each end"),
        (_poke(".bin", 8, struct.pack("<i", 3)), "does not stand at each end"),
    ],
)
def test_each_defect_is_seen(tmp_path: Path, damage: Callable[[Path], None], message: str) -> None:
    prefix = _shard(tmp_path)
    damage(prefix)
    with pytest.raises(CorpusError, match=message):
        verify_shard(prefix, 100_000, eod=2)


def test_an_empty_shard_is_a_defect(tmp_path: Path) -> None:
    prefix = tmp_path / "shard"
    write_shard(prefix.with_suffix(".bin"), prefix.with_suffix(".idx"), [], np.dtype("<u2"))
    with pytest.raises(CorpusError, match="no sequences"):
        verify_shard(prefix, 300)


def test_more_tokens_than_are_read_at_a_time_are_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.tokens.megatron._TOKENS_AT_A_TIME", 2)
    prefix = _shard(tmp_path)
    assert verify_shard(prefix, 100_000, eod=2).tokens == 9
    _poke(".bin", 28, struct.pack("<i", 2))(prefix)
    with pytest.raises(CorpusError, match="does not stand at each end"):
        verify_shard(prefix, 100_000, eod=2)
