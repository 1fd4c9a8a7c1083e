"""Posts of Stack Exchange in the archives in which they are given out, sound, hostile and damaged."""

import io
import random
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import RecipeError
from pipelines.memory import peak_bytes
from pipelines.sources import sevenzip, stackexchange
from pipelines.sources.decompressed import Gap
from pipelines.sources.sevenzip import SevenZipError, member_pieces
from tests.pipelines.sources.reading import Read, input_file, read_all
from tests.pipelines.sources.test_stackexchange import answer, posts, question

py7zr = pytest.importorskip("py7zr")

METHODS: dict[str, list[dict[str, Any]]] = {
    "lzma2": [{"id": py7zr.FILTER_LZMA2, "preset": 1}],
    "lzma": [{"id": py7zr.FILTER_LZMA, "preset": 1}],
    "bzip2": [{"id": py7zr.FILTER_BZIP2}],
    "deflate": [{"id": py7zr.FILTER_DEFLATE}],
    "copy": [{"id": py7zr.FILTER_COPY}],
    "branches": [{"id": py7zr.FILTER_X86}, {"id": py7zr.FILTER_LZMA2, "preset": 1}],
}
NAME = "cooking.stackexchange.com.7z"
THREAD = posts(question(1), answer(2, 1, 5), question(3))


def archive(path: Path, members: dict[str, bytes], method: str = "lzma2") -> Path:
    with py7zr.SevenZipFile(path, "w", filters=METHODS[method]) as written:
        for name, content in members.items():
            written.writef(io.BytesIO(content), name)
    return path


def read(path: Path) -> Read:
    return read_all(stackexchange.READER, path)


@pytest.mark.parametrize("method", METHODS)
def test_posts_are_read_wherever_they_stand_in_an_archive(tmp_path: Path, method: str) -> None:
    members = {"Badges.xml": b"<badges/>" * 9999, "dump/posts.xml": THREAD, "Users.xml": b"<users/>"}
    found = read(archive(tmp_path / NAME, members, method))
    assert [record["key"] for record in found.records] == ["cooking.stackexchange.com:1", "cooking.stackexchange.com:3"]
    assert not found.bad


@pytest.mark.parametrize("method", METHODS)
def test_a_bomb_takes_no_memory(tmp_path: Path, method: str) -> None:
    size = 32 * 2**20
    path = archive(tmp_path / NAME, {"Posts.xml": bytes(size)}, method)
    before = peak_bytes()
    given = [len(piece) for piece in member_pieces(input_file(path), "Posts.xml") if isinstance(piece, bytes)]
    assert sum(given) == size
    assert max(given) <= 2**20
    assert peak_bytes() - before < size


@pytest.mark.parametrize("members", [{"Badges.xml": b"x"}, {}])
def test_an_archive_without_posts_says_so(tmp_path: Path, members: dict[str, bytes]) -> None:
    assert read(archive(tmp_path / NAME, members)).reasons == [(None, "no_member")]


def test_what_is_no_archive_says_so(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(THREAD)
    assert read(tmp_path / NAME).reasons == [(None, "damaged_archive")]


def test_an_encrypted_archive_says_so(tmp_path: Path) -> None:
    filters = [{"id": py7zr.FILTER_LZMA2, "preset": 1}, {"id": py7zr.FILTER_CRYPTO_AES256_SHA256}]
    for name, hides in (("a.7z", False), ("b.7z", True)):
        with py7zr.SevenZipFile(
            tmp_path / name, "w", filters=filters, password=NAME, header_encryption=hides
        ) as written:
            written.writestr("x" * 99, "Posts.xml")
        assert read(tmp_path / name).reasons == [(None, "encrypted")]


def test_a_method_whose_decoder_is_not_trusted_is_named(tmp_path: Path) -> None:
    with py7zr.SevenZipFile(
        tmp_path / NAME, "w", filters=[{"id": py7zr.FILTER_PPMD, "order": 6, "mem": 20}]
    ) as written:
        written.writestr("x" * 99, "Posts.xml")
    (bad,) = read(tmp_path / NAME).bad
    assert (bad.reason, "BZip2" in bad.detail) == ("unsupported_method", True)


def test_a_decoder_gets_only_so_much_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = archive(tmp_path / NAME, {"Posts.xml": THREAD})
    monkeypatch.setattr(sevenzip, "MAX_DICTIONARY_BYTES", 2**16)
    with pytest.raises(SevenZipError, match="bytes of memory"):
        list(member_pieces(input_file(path), "Posts.xml"))


@pytest.mark.parametrize(
    ("method", "properties", "expected"),
    [(b"\x21", b"\x18", 2**24), (b"\x21", b"\x19", 3 * 2**23), (b"\x03\x01\x01", b"\x5d\x00\x00\x00\x04", 2**26)],
)
def test_memory_by_the_properties_of_a_method(method: bytes, properties: bytes, expected: int) -> None:
    assert sevenzip._memory(method, properties) == expected


def test_damage_in_the_posts_is_told_and_what_is_before_it_is_read(tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(200_000).hex()  # noqa: S311  reproducible bytes
    rows = [question(number, f"<p>{noise[number * 9000 : number * 9000 + 9000]}</p>") for number in range(40)]
    path = archive(tmp_path / NAME, {"Posts.xml": posts(*rows)})
    stored = bytearray(path.read_bytes())
    stored[len(stored) // 2] ^= 255
    path.write_bytes(stored)
    found = read(path)
    assert 5 < len(found.records) < 40
    assert found.bad[0].reason == "damaged_compression"


@pytest.mark.parametrize("method", METHODS)
def test_no_damage_is_fatal(tmp_path: Path, method: str) -> None:
    sound = archive(tmp_path / NAME, {"a": b"abc" * 50, "Posts.xml": THREAD, "c": b"x"}, method).read_bytes()
    chance = random.Random(method)  # noqa: S311  reproducible damage
    for round_ in range(60):
        stored = bytearray(sound)
        for _ in range(chance.choice((1, 3))):
            stored[chance.randrange(len(stored))] = chance.randrange(256)
        (tmp_path / NAME).write_bytes(stored if round_ % 3 else sound[: chance.randrange(len(sound))])
        try:
            given = list(member_pieces(input_file(tmp_path / NAME), "Posts.xml"))
        except SevenZipError:
            continue
        read_ = b"".join(piece for piece in given if isinstance(piece, bytes))
        assert read_ == THREAD or any(isinstance(piece, Gap) for piece in given)


def test_without_py7zr_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = archive(tmp_path / NAME, {"Posts.xml": THREAD})
    monkeypatch.setitem(__import__("sys").modules, "py7zr", None)
    with pytest.raises(RecipeError, match="sevenzip"):
        read(path)
