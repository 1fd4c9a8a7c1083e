"""Members of damaged archives: all that stand around the damage are read, and where it is is told."""

import bz2
import gzip
import io
import lzma
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.sources.archives import ArchiveError, members
from tests.pipelines.sources.debs import package
from tests.pipelines.sources.reading import input_file

CONTENTS = {f"folder/{number}.txt": bytes([65 + number]) * (200 + 700 * number) for number in range(8)}


def tar(contents: dict[str, bytes]) -> bytes:
    stored = io.BytesIO()
    with tarfile.open(fileobj=stored, mode="w", format=tarfile.PAX_FORMAT) as written:
        for name, content in contents.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            written.addfile(info, io.BytesIO(content))
    return stored.getvalue()


def read(path: Path) -> tuple[dict[str, bytes | None], str]:
    found: dict[str, bytes | None] = {}
    try:
        for member in members(input_file(path), lambda _: True):
            found[member.path] = member.content
    except ArchiveError as error:
        return found, str(error)
    return found, ""


COMPRESSED: dict[str, Callable[[bytes], bytes]] = {
    "a.tar": bytes,
    "a.tar.gz": gzip.compress,
    "a.tgz": gzip.compress,
    "a.tar.bz2": bz2.compress,
    "a.tar.xz": lzma.compress,
    "a.tar.zst": lambda content: bytes(pa.Codec("zstd").compress(content, asbytes=True)),
}


@pytest.mark.parametrize("name", ["a.deb", "A.DEB"])
def test_packages_are_known_by_their_ending_in_any_case(tmp_path: Path, name: str) -> None:
    package(tmp_path / name, CONTENTS)
    assert set(read(tmp_path / name)[0]) == {f"./{path}" for path in CONTENTS}


@pytest.mark.parametrize("name", COMPRESSED)
def test_tars_are_read_however_they_are_compressed(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(COMPRESSED[name](tar(CONTENTS)))
    assert read(tmp_path / name) == (CONTENTS, "")


@pytest.mark.parametrize("name", COMPRESSED)
def test_a_damaged_header_costs_its_member_alone(tmp_path: Path, name: str) -> None:
    stored = bytearray(tar(CONTENTS))
    at = stored.index(b"folder/3.txt")
    stored[at + 1] ^= 1  # its checksum is wrong now
    (tmp_path / name).write_bytes(COMPRESSED[name](bytes(stored)))
    found, told = read(tmp_path / name)
    assert found == {path: content for path, content in CONTENTS.items() if path != "folder/3.txt"}
    assert told == f"byte {at:,}: no header of a member"


def test_members_behind_a_damaged_gzip_member_are_read(tmp_path: Path) -> None:
    whole = tar(CONTENTS)
    cuts = [whole.index(b"folder/2.txt") + 100, whole.index(b"folder/5.txt") - 40]
    pieces = [whole[: cuts[0]], whole[cuts[0] : cuts[1]], whole[cuts[1] :]]
    packed = [bytearray(gzip.compress(piece, mtime=0)) for piece in pieces]
    packed[1][len(packed[1]) // 2] ^= 255
    (tmp_path / "a.tar.gz").write_bytes(b"".join(packed))
    found, told = read(tmp_path / "a.tar.gz")
    assert {path for path in CONTENTS if path[7] in "01567"} <= found.keys()
    assert all(found[path] == CONTENTS[path] for path in found)
    assert "damaged" in told


@pytest.mark.parametrize("cut", [700, 1500, 5000])
def test_a_tar_that_is_cut_off_says_so(tmp_path: Path, cut: int) -> None:
    (tmp_path / "a.tar").write_bytes(tar(CONTENTS)[:cut])
    found, told = read(tmp_path / "a.tar")
    assert told
    assert all(found[path] == CONTENTS[path] for path in found)


def test_a_damaged_member_of_a_zip_costs_itself_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in CONTENTS.items():
            written.writestr(name, content)
    stored = bytearray(path.read_bytes())
    at = stored.index(b"folder/4.txt")
    stored[at + 14] ^= 255
    path.write_bytes(stored)
    found, told = read(path)
    assert found == {name: content for name, content in CONTENTS.items() if name != "folder/4.txt"}
    assert told.startswith(f"byte {at - 30:,}: folder/4.txt: ")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40_000), st.integers(0, 255)), min_size=1, max_size=4), st.integers(0, 40_000))
def test_no_damage_is_fatal(changes: list[tuple[int, int]], size: int) -> None:
    stored = bytearray(tar(CONTENTS))
    for place, byte in changes:
        stored[place % len(stored)] = byte
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.tar")
        path.write_bytes(stored[: max(size, 1)])
        found, _ = read(path)
    assert len(found) <= len(CONTENTS) + len(changes)


def test_names_that_are_no_utf8_are_told_with_escapes(tmp_path: Path) -> None:
    name = b"caf\xe9.txt".decode("utf-8", "surrogateescape")
    stored = io.BytesIO()
    with tarfile.open(fileobj=stored, mode="w", format=tarfile.GNU_FORMAT) as written:
        for path in (name, f"../{name}"):
            written.addfile(tarfile.TarInfo(path))
    (tmp_path / "a.tar").write_bytes(stored.getvalue())
    assert [(member.path, member.refused) for member in members(input_file(tmp_path / "a.tar"), lambda _: True)] == [
        ("caf\\udce9.txt", None),
        ("../caf\\udce9.txt", "unsafe_path"),
    ]
