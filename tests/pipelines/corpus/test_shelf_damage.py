from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.corpus import Outcome, Shelf, Unit
from pipelines.errors import CorpusError

PATH = "documents/docs/a.parquet"
TABLE = pa.table({"id": [f"{number:032x}" for number in range(3000)], "value": list(range(3000))})


def written(root: Path) -> Path:
    shelf = Shelf(root)
    shelf.write(PATH, TABLE)
    shelf.commit(Unit("ingest", "docs/a", 0, (), {}), 1, {}, Outcome(3000, 3000, {}, 0))
    return root / PATH


def test_a_sound_shard_is_read_whole_and_in_batches(tmp_path: Path) -> None:
    written(tmp_path)
    shelf = Shelf(tmp_path)
    assert shelf.read(PATH).equals(TABLE)
    assert pa.Table.from_batches(shelf.batches(PATH)).equals(TABLE)
    assert [batch.num_rows for batch in shelf.batches(PATH, ["value"])] == [1024, 1024, 952]


@pytest.mark.parametrize("position", [200, 2500, 5000, -1])
def test_a_changed_byte_is_seen_when_a_shard_is_read_and_its_file_is_named(tmp_path: Path, position: int) -> None:
    path = written(tmp_path)
    content = bytearray(path.read_bytes())
    content[position] ^= 0x10
    path.write_bytes(content)
    shelf = Shelf(tmp_path)
    message = rf"{PATH}: unreadable \(.+\); delete it and run again"
    with pytest.raises(CorpusError, match=message):
        shelf.read(PATH)
    with pytest.raises(CorpusError, match=message):
        list(shelf.batches(PATH))


def test_an_absent_shard_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"documents/docs/a.parquet: unreadable"):
        Shelf(tmp_path).read(PATH)
