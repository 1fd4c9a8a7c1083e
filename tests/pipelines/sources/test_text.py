import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.sources import text
from pipelines.sources.text import _Splitter
from tests.pipelines.sources.reading import read_all


def test_a_file_is_a_document(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("\ufeffUn texte.\r\nDeux lignes.\n", encoding="utf-8", newline="")
    (record,) = read_all(text.READER, path).records
    assert (record["text"], record["title"], record["key"]) == ("Un texte.\r\nDeux lignes.\n", "a.txt", None)


def test_documents_with_a_separator_between_them(tmp_path: Path) -> None:
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress("un<|end|>deux<|end|>  \n<|end|>caf\u00e9".encode("latin-1")))
    found = read_all(text.READER, path, options={"separator": "<|end|>", "encoding": "latin-1"})
    assert [(record["row"], record["text"]) for record in found.records] == [(1, "un"), (2, "deux"), (4, "café")]
    assert found.dropped == {"empty": 1}


def test_bad_pieces_are_put_aside_and_the_rest_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MAX_TEXT_BYTES", 20)
    path = tmp_path / "a.txt"
    path.write_bytes(b"good|caf\xe9|" + b"x" * 21 + b"|more")
    found = read_all(text.READER, path, options={"separator": "|"})
    assert [record["text"] for record in found.records] == ["good", "more"]
    assert [(bad.row, bad.reason) for bad in found.bad] == [(2, "bad_encoding"), (3, "too_large")]
    assert "byte 8 of the file" in found.bad[0].detail
    assert "21 bytes from byte 10" in found.bad[1].detail


def test_damage_and_absence(tmp_path: Path) -> None:
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress(b"one|" * 1000 + bytes(range(100)) * 90)[:-30])
    found = read_all(text.READER, path, options={"separator": "|"})
    assert len(found.records) == 1000
    assert found.reasons[-1][1] == "truncated"
    path.write_bytes(b"")
    assert read_all(text.READER, path).reasons == [(None, "empty_file")]
    path = tmp_path / "b.txt"
    path.write_bytes(b"a")
    assert (
        read_all(text.READER, path, options={"encoding": "none", "separator": "x"}).reasons[0][1] == "unknown_encoding"
    )
    assert read_all(text.READER, path, options={"encoding": "none"}).reasons == [(1, "bad_encoding")]


@settings(max_examples=100, deadline=None)
@given(st.text("ab|", max_size=40), st.integers(1, 5), st.sampled_from(["|", "ab", "||"]))
def test_where_chunks_end_changes_nothing(content: str, size: int, separator: str) -> None:
    stored = content.encode()
    splitter = _Splitter(separator.encode())
    pieces = [piece for k in range(0, len(stored), size) for piece in splitter.feed(stored[k : k + size])]
    pieces.append(splitter.last())
    assert [piece[1].decode() for piece in pieces] == content.split(separator)
    for offset, piece, length in pieces:
        assert stored[offset : offset + length] == piece


def test_a_piece_without_end_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MAX_TEXT_BYTES", 0)
    splitter = _Splitter(b"|")
    chunk = b"x" * 2**20
    for _ in range(6):
        assert list(splitter.feed(chunk)) == []
    assert len(splitter._tail) <= 3 * 2**20
    assert [(piece[0], piece[2]) for piece in splitter.feed(b"|after")] == [(0, 6 * 2**20)]
    assert splitter.last() == (6 * 2**20 + 1, b"after", 5)


@pytest.mark.parametrize("separator", ["|", None])
def test_documents_behind_damage_are_read(tmp_path: Path, separator: str | None) -> None:
    documents = [f"document {number} {number * 7919 % 104729}" for number in range(3000)]
    whole = "|".join(documents).encode()
    packed = [bytearray(gzip.compress(whole[begin : begin + 20_000])) for begin in range(0, len(whole), 20_000)]
    packed[1][len(packed[1]) // 2] ^= 255
    path = tmp_path / "a.txt.gz"
    path.write_bytes(b"".join(packed))
    found = read_all(text.READER, path, options={"separator": separator} if separator else None)
    (bad,) = found.bad
    assert bad.reason == "damaged_compression"
    if separator is None:
        assert found.records == []
        return
    read = [record["text"] for record in found.records]
    assert set(read) <= set(documents)
    assert read[-1] == documents[-1]
    lost = documents.index(read[-1]) + 1 - len(read)
    assert 0 < lost < 20_000 / 15
    assert bad.offset is not None
    assert whole[:20_000].decode().startswith("|".join(read[:100]))
