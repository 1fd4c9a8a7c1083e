import io
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.downloads.exchange import ATTEMPTS, TryAgainError
from pipelines.downloads.kept import DownloadError
from pipelines.storage import stream
from pipelines.storage.stream import open_stream

CONTENT = np.random.default_rng(0).bytes(3000)


class Line:
    """Gives a file in chunks, and fails now and then."""

    def __init__(self, chunk: int, fails: int) -> None:
        self.chunk, self.fails = chunk, fails
        self.starts: list[int] = []
        self.slept: list[float] = []

    def open(self, start: int) -> Iterator[bytes]:
        self.starts.append(start)
        if self.fails and len(self.starts) % 3 == 0:
            self.fails -= 1
            raise TryAgainError("busy", 3.0)
        for place in range(start, len(CONTENT), self.chunk):
            if self.fails and place % 5 == 0 and place > start:
                self.fails -= 1
                return  # cut off without a word
            yield b""
            yield CONTENT[place : place + self.chunk]

    def file(self) -> io.BufferedReader:
        return open_stream("s3://soil/a", len(CONTENT), self.open, self.slept.append)  # type: ignore[arg-type]


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.tuples(st.sampled_from([0, 1, 2]), st.integers(-3000, 3000), st.integers(0, 900)), max_size=20),
    st.integers(1, 400),
    st.integers(0, 4),
    st.integers(1, 300),
)
def test_reads_like_a_file_on_disk(moves: list[tuple[int, int, int]], chunk: int, fails: int, block: int) -> None:
    before = stream.BLOCK_BYTES, stream.BLOCKS_KEPT, stream.BUFFER_BYTES
    stream.BLOCK_BYTES, stream.BLOCKS_KEPT, stream.BUFFER_BYTES = block, 3, 16
    try:
        found, known = Line(chunk, fails).file(), io.BytesIO(CONTENT)
        for whence, offset, count in moves:
            if known.tell() * (whence == io.SEEK_CUR) + len(CONTENT) * (whence == io.SEEK_END) + offset < 0:
                continue
            assert found.seek(offset, whence) == known.seek(offset, whence)
            assert found.read(count) == known.read(count)
            assert found.tell() == known.tell()
        found.seek(0)
        assert found.read() == CONTENT
        found.close()
    finally:
        stream.BLOCK_BYTES, stream.BLOCKS_KEPT, stream.BUFFER_BYTES = before


def test_one_connection_for_what_stands_in_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "BLOCK_BYTES", 100)
    line = Line(64, 0)
    with line.file() as file:
        assert file.read(1000) == CONTENT[:1000]
        assert file.seek(950) == 950
        assert file.read() == CONTENT[950:]
    assert line.starts == [0]


def test_fails_in_the_end_and_says_where() -> None:
    def never(start: int) -> Iterator[bytes]:
        if start:
            raise TryAgainError("the server answers 503")
        yield CONTENT[:700]

    slept: list[float] = []
    with (
        open_stream("s3://soil/a", len(CONTENT), never, slept.append) as file,  # type: ignore[arg-type]
        pytest.raises(
            DownloadError, match=rf"s3://soil/a: failed {ATTEMPTS} times at byte 700: the server answers 503"
        ),
    ):
        file.read()
    assert slept == [1, 2, 4, 8, 16]
