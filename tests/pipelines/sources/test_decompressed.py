"""Files of many members, frames or streams, one of which is cut short or written over."""

import bz2
import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.sources import jsonl, stackexchange, wikipedia
from pipelines.sources.decompressed import DamagedStreamError, Gap, chunks, pieces
from tests.pipelines.sources.reading import input_file, read_all

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": lambda data: gzip.compress(data, mtime=0),
    ".bz2": bz2.compress,
    ".zst": lambda data: bytes(pa.compress(data, codec="zstd", asbytes=True)),
}
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "clipped": lambda member: member[: len(member) // 2],
    "overwritten": lambda member: member[: len(member) // 3] + bytes(99) + member[len(member) // 3 + 99 :],
    "head": lambda member: bytes(16) + member[16:],
}
MEMBERS, LINES = 5, 60


def _line(member: int, number: int) -> bytes:
    draw = random.Random(f"{member} {number}")  # noqa: S311 -- reproducible texts
    return json.dumps({"text": f"{member}/{number} {draw.randbytes(60).hex()}"}).encode() + b"\n"


def _members(suffix: str) -> list[bytes]:
    return [COMPRESS[suffix](b"".join(_line(m, n) for n in range(LINES))) for m in range(MEMBERS)]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("suffix", COMPRESS)
@pytest.mark.parametrize("broken", [0, 2, MEMBERS - 1])
def test_what_stands_around_a_damaged_member_is_read(tmp_path: Path, suffix: str, damage: str, broken: int) -> None:
    members = _members(suffix)
    members[broken] = DAMAGES[damage](members[broken])
    path = tmp_path / f"docs.jsonl{suffix}"
    path.write_bytes(b"".join(members))
    found = read_all(jsonl.READER, path)
    texts = [record["text"].split()[0] for record in found.records]
    others = [f"{m}/{n}" for m in range(MEMBERS) for n in range(LINES) if m != broken]
    assert [text for text in texts if not text.startswith(f"{broken}/")] == others
    begun = [int(text.partition("/")[2]) for text in texts if text.startswith(f"{broken}/")]
    if damage == "overwritten":  # data may go on to decode for a while, as something else
        assert begun[:5] == list(range(len(begun)))[:5]
        assert {bad.reason for bad in found.bad} >= {"damaged_compression"}
        return
    assert begun == list(range(len(begun)))  # what of the member stands before the damage
    (bad,) = found.bad
    assert bad.reason in ("truncated", "damaged_compression")
    before = [(m, n) for m in range(broken) for n in range(LINES)] + [(broken, n) for n in range(len(begun))]
    assert bad.offset == sum(len(_line(m, n)) for m, n in before)


def test_a_gap_says_where_it_is_and_where_reading_goes_on(tmp_path: Path) -> None:
    first, second, third = (gzip.compress(word * 50, mtime=0) for word in (b"one", b"two", b"six"))
    path = tmp_path / "words.gz"
    path.write_bytes(first + second[:20] + third)
    before, gap, after = pieces(input_file(path))
    assert (before, after) == (b"one" * 50, b"six" * 50)
    assert isinstance(gap, Gap)
    assert f"byte {len(first)} of the file as stored; reading goes on at byte {len(first) + 20}" in gap.detail
    with pytest.raises(DamagedStreamError, match="reading goes on"):
        list(chunks(input_file(path)))


def test_garbage_behind_the_last_member_is_told(tmp_path: Path) -> None:
    path = tmp_path / "words.gz"
    path.write_bytes(gzip.compress(b"sound") + b"\x1f\x8b\x08 is no member")
    sound, gap = pieces(input_file(path))
    assert sound == b"sound"
    assert isinstance(gap, Gap)
    assert "nothing behind it can be read" in gap.detail


@pytest.mark.parametrize("suffix", COMPRESS)
def test_dumps_go_on_behind_damage(tmp_path: Path, suffix: str) -> None:
    compress = COMPRESS[suffix]
    rows = [f'<row Id="{n}" PostTypeId="1" Body="{"words " * 99} {n}" />\n' for n in range(1, 10)]
    streams = [compress(data.encode()) for data in ("<posts>\n", *rows, "</posts>")]
    streams[4] = streams[4][:-30]
    posts = tmp_path / f"Posts.xml{suffix}"
    posts.write_bytes(b"".join(streams))
    found = read_all(stackexchange.READER, posts)
    assert {1, 2, 3, 5, 6, 7, 8, 9} <= {int(record["text"].split()[-1]) for record in found.records}
    assert len(found.bad) == 1

    body = "<page><title>T{0}</title><ns>0</ns><id>{0}</id><revision><text>Words of {0}.</text></revision></page>"
    texts = ['<mediawiki xml:lang="en">', *(body.format(n) for n in range(1, 10)), "</mediawiki>"]
    streams = [compress(text.encode()) for text in texts]
    streams[4] = streams[4][:-30]
    wiki = tmp_path / f"dump.xml{suffix}"
    wiki.write_bytes(b"".join(streams))
    read = read_all(wikipedia.READER, wiki)
    assert {1, 2, 3, 5, 6, 7, 8, 9} <= {int(record["title"][1:]) for record in read.records}
    assert len(read.bad) == 1
