"""From a sequence to its document, and back."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.errors import LoamError
from pipelines.tokens.provenance import (
    PROVENANCE,
    SequenceOrigin,
    find_shard,
    origin_of_sequence,
    provenance_path,
    sequences_of_document,
    shard_prefix,
)

PREFIX = "tokens/eng_Latn/tabc_text_document"
OTHER = "tokens/eng_Latn/tdef_text_document"


def _row(sequence: int, name: str) -> dict[str, object]:
    known = {"source": "docs", "lang": "eng_Latn", "license": "CC0-1.0", "url_hash": None}
    return {"sequence": sequence, "id": f"{name}{sequence}", "offset": 5 * sequence, "length": 5, **known}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for prefix, name in ((PREFIX, "a"), (OTHER, "b")):
        path = tmp_path / provenance_path(prefix)
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = [_row(number, name) for number in range(25)]
        pq.write_table(pa.Table.from_pylist(rows, PROVENANCE), path, row_group_size=10)
    return tmp_path


@pytest.mark.parametrize("sequence", [0, 9, 10, 24])
def test_a_sequence_knows_its_document(root: Path, sequence: int) -> None:
    expected = SequenceOrigin(PREFIX, sequence, 5 * sequence, 5, f"a{sequence}", "docs", "eng_Latn", "CC0-1.0", None)
    assert origin_of_sequence(root, PREFIX, sequence) == expected


@pytest.mark.parametrize("sequence", [-1, 25])
def test_a_sequence_beyond_the_shard_is_refused(root: Path, sequence: int) -> None:
    with pytest.raises(LoamError, match=rf"no sequence {sequence}; its sequences are 0 to 24"):
        origin_of_sequence(root, PREFIX, sequence)


def test_a_document_knows_its_sequence(root: Path) -> None:
    (found,) = sequences_of_document(root, "b13", "eng_Latn")
    assert (found.shard, found.sequence, found.offset) == (OTHER, 13, 65)
    assert sequences_of_document(root, "b99", "eng_Latn") == []
    assert sequences_of_document(root, "b13", "fra_Latn") == []


@pytest.mark.parametrize(
    "name", [PREFIX, PREFIX + ".bin", "corpus/" + PREFIX + ".idx", provenance_path(PREFIX), "tabc", "ta"]
)
def test_a_shard_is_found_by_anything_that_names_it(root: Path, name: str) -> None:
    assert find_shard(root, name) == PREFIX


@pytest.mark.parametrize(
    ("name", "number"), [("txyz", "no token shard"), ("", "no token shard"), ("t", "2 token shards")]
)
def test_a_name_of_no_or_several_shards_is_refused(root: Path, name: str, number: str) -> None:
    with pytest.raises(LoamError, match=number):
        find_shard(root, name)


def test_a_prefix_comes_from_each_of_its_files() -> None:
    assert {shard_prefix(PREFIX + suffix) for suffix in (".bin", ".idx", ".provenance.parquet", "")} == {PREFIX}
