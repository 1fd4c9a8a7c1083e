"""Excerpts hold whole records from several places, and know how much of the source they are."""

import bz2
import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.forecast.excerpts import Excerpt, lay_down
from pipelines.forecast.inputs import SourceInput, inputs_of
from pipelines.recipe import Recipe

RECORDS = [{"id": f"{number:05}", "text": f"Text {number} " + "word " * (number % 7)} for number in range(4000)]
PLAIN = b"".join(json.dumps(record).encode() + b"\n" for record in RECORDS)


def _input(path: Path, kind: str = "jsonl", **settings: object) -> SourceInput:
    source = {"name": "docs", "kind": kind, "path": str(path), **settings}
    (found,) = inputs_of(Recipe.model_validate({"name": "r", "sources": [source]}), path.parent)
    return found


def _paths(excerpt: Excerpt) -> list[Path]:
    return [Path(path) for path in excerpt.section.path]


def test_rows_of_parquet_come_from_several_row_groups(tmp_path: Path) -> None:
    path = tmp_path / "docs.parquet"
    pq.write_table(pa.Table.from_pylist(RECORDS), path, row_group_size=250)
    source = _input(path, "parquet", limit=1000, sha256="0" * 64)
    assert source.documents == 1000
    assert _input(path, "parquet").documents == 4000
    excerpt = lay_down(source, 0.1, tmp_path / "excerpt")
    (cut,) = _paths(excerpt)
    taken = pq.read_table(cut)["id"].to_pylist()
    assert len(taken) == pytest.approx(100, abs=8)  # of those that the limit lets in
    assert min(taken) < "00500"
    assert max(taken) > "03500"
    assert excerpt.weight == pytest.approx(4000 / len(taken))
    assert excerpt.section.limit is excerpt.section.sha256 is None


def test_a_small_part_of_alike_rows_that_take_less_than_a_byte_is_something(tmp_path: Path) -> None:
    path = tmp_path / "docs.parquet"
    pq.write_table(pa.table({"text": ["alike"] * 10_000}), path)
    source = _input(path, "parquet", limit=1)
    assert source.stored_bytes < 10_000
    assert source.wanted_bytes == 1


def test_text_is_weighed_by_what_footers_tell_of_its_column(tmp_path: Path) -> None:
    """The long documents are few: by rows alone, an excerpt that misses or catches them would be far off."""
    path = tmp_path / "docs.parquet"
    chance = random.Random(0)  # noqa: S311 -- no secret
    texts = [str(chance.random()) * (4000 if number % 500 == 7 else 50) for number in range(4000)]
    table = pa.table({"body": texts, "other": ["x" * 100] * len(texts)})
    pq.write_table(table, path, row_group_size=500)
    excerpt = lay_down(_input(path, "parquet", columns={"text": "body"}), 0.1, tmp_path / "excerpt")
    taken = pq.read_table(_paths(excerpt)[0])["body"].to_pylist()
    assert sum(map(len, taken)) * excerpt.text_weight == pytest.approx(sum(map(len, texts)), rel=0.05)
    assert excerpt.weight == pytest.approx(4000 / len(taken))


def test_lines_come_whole_from_several_places(tmp_path: Path) -> None:
    path = tmp_path / "docs.jsonl"
    path.write_bytes(PLAIN)
    excerpt = lay_down(_input(path), 0.1, tmp_path / "excerpt")
    (cut,) = _paths(excerpt)
    taken = [json.loads(line) for line in cut.read_bytes().splitlines()]
    assert all(record in RECORDS for record in taken)
    assert len(taken) == pytest.approx(400, rel=0.1)
    assert taken[-1]["id"] > "03500"
    assert excerpt.weight == pytest.approx(len(PLAIN) / cut.stat().st_size)


@pytest.mark.parametrize(("suffix", "codec"), [("gz", gzip), ("bz2", bz2)])
def test_a_compressed_file_gives_its_beginning(tmp_path: Path, suffix: str, codec: "Codec") -> None:
    path = tmp_path / f"docs.jsonl.{suffix}"
    records = [json.dumps({"id": f"{number}", "text": f"{number * 7919 % 1000003}" * 40}) for number in range(20000)]
    path.write_bytes(codec.compress("\n".join(records).encode()))
    source = _input(path)
    assert source.documents is None
    excerpt = lay_down(source, 0.3, tmp_path / "excerpt")
    (cut,) = _paths(excerpt)
    taken = codec.decompress(cut.read_bytes()).decode().split("\n")
    assert taken[:-1] == records[: len(taken) - 1]
    assert len(taken) * excerpt.weight == pytest.approx(len(records), rel=0.35)


def test_small_files_and_those_that_cannot_be_cut_are_taken_where_they_lie(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number:02}.jsonl").write_bytes(PLAIN[:1])
    excerpt = lay_down(_input(tmp_path / "*.jsonl"), 0.5, tmp_path / "excerpt")
    assert len(_paths(excerpt)) == 20
    assert excerpt.weight == pytest.approx(2.0)
    assert all(path.parent == tmp_path for path in _paths(excerpt))
    (tmp_path / "wiki.xml").write_bytes(b"<mediawiki/>" * 10)
    excerpt = lay_down(_input(tmp_path / "wiki.xml", "wikipedia"), 0.1, tmp_path / "excerpt")
    assert _paths(excerpt) == [tmp_path / "wiki.xml"]
    assert excerpt.weight == pytest.approx(1.0)


class Codec:
    compress: Callable[[bytes], bytes]
    decompress: Callable[[bytes], bytes]
