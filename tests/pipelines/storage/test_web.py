from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipelines import trust
from pipelines.downloads import addresses, exchange
from pipelines.downloads.addresses import OFF
from pipelines.downloads.kept import DeniedError, DownloadError
from pipelines.storage import web
from pipelines.storage.finding import describe, find, open_stored
from pipelines.storage.objects import ChangedError
from tests.pipelines.storage.servers import Faults, Site, serving

if TYPE_CHECKING:
    import socket

CONTENT = np.random.default_rng(1).bytes(200_000)


@pytest.fixture(autouse=True)
def _own_servers_may_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(trust.VARIABLE, "1")
    monkeypatch.setattr(exchange, "FIRST_PAUSE", 0.01)


@contextmanager
def _serving(site: Site) -> Iterator[tuple[str, Faults]]:
    with serving(site.answer) as served:
        yield served


def _read(url: str) -> bytes:
    found = describe(url)
    assert found is not None
    with open_stored(found.url, found.size, found.version) as stored:
        stored.seek(-1000, 2)
        end = stored.read()
        stored.seek(0)
        content = stored.read()
    assert end == content[-1000:]
    return content


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("tags", [True, False])
def test_reads_a_file_with_ranges_and_without(ranges: bool, tags: bool) -> None:
    with _serving(Site({"/d/a b.gz": CONTENT, "/d/a%20b.gz": CONTENT}, ranges, tags)) as (address, _):
        assert _read(f"{address}/d/a%20b.gz?download=1") == CONTENT
        root, (found,) = find(f"{address}/d/a%20b.gz?download=1")
        assert (root, found.name) == (f"{address}/d", f"{address}/d/a b.gz")
        assert (found.version is not None) is tags


def test_an_empty_file_and_none() -> None:
    with _serving(Site({"/a": b""})) as (address, _):
        found = describe(f"{address}/a")
        assert found is not None
        assert found.size == 0
        assert describe(f"{address}/b") is None


@pytest.mark.parametrize("fault", ["busy", "cut"])
def test_goes_on_after_faults(fault: str) -> None:
    with _serving(Site({"/a": CONTENT})) as (address, faults):
        setattr(faults, fault, 3)
        assert _read(f"{address}/a") == CONTENT
        assert getattr(faults, fault) == 0


def test_gives_up_a_connection_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    connect, check = addresses._Plain.connect, web.check_version
    connections: list[socket.socket] = []

    def connected(self: addresses._Plain) -> None:
        connect(self)
        connections.append(self.sock)

    def begun(where: str, expected: str | None, found: str | None) -> None:
        check(where, expected, found)
        if len(connections) == 2:
            connections[1].settimeout(0.2)  # of this one alone, and not before its answer has begun

    monkeypatch.setattr(addresses._Plain, "connect", connected)
    monkeypatch.setattr(web, "check_version", begun)
    with _serving(Site({"/a": CONTENT})) as (address, faults):
        found = describe(f"{address}/a")
        assert found is not None
        faults.slow, faults.stall = 1, 600
        with open_stored(found.url, found.size, found.version) as stored:
            assert stored.read() == CONTENT
        assert len([path for _, path, _ in faults.requests if path == "/a"]) == 3


def test_fails_in_the_end() -> None:
    with _serving(Site({"/a": CONTENT})) as (address, faults):
        found = describe(f"{address}/a")
        assert found is not None
        faults.busy = 999
        with (
            open_stored(found.url, found.size, found.version) as stored,
            pytest.raises(DownloadError, match=rf"{address}/a: failed 6 times at byte 0: the server answers 503"),
        ):
            stored.read()


def test_another_version_is_not_taken_for_the_one_that_was_meant() -> None:
    site = Site({"/a": CONTENT})
    with _serving(site) as (address, _):
        found = describe(f"{address}/a")
        assert found is not None
        site.files["/a"] = CONTENT[::-1]
        with open_stored(found.url, found.size, found.version) as stored, pytest.raises(ChangedError, match="changed"):
            stored.read()
        assert describe(f"{address}/a") != found


def test_says_why_not(monkeypatch: pytest.MonkeyPatch) -> None:
    with _serving(Site({"/a": CONTENT}, denied=frozenset({"/secret"}))) as (address, _):
        with pytest.raises(DeniedError, match=rf"^{address}/secret: the server answers 403 .*it may not be read"):
            describe(f"{address}/secret?sig=hush")
        with pytest.raises(DownloadError, match="web servers list no files"):
            find(f"{address}/*.gz")
        monkeypatch.setenv(OFF, "1")
        with pytest.raises(DownloadError, match=rf"^{address}/a: downloads are turned off"):
            describe(f"{address}/a?token=hush")


def test_only_a_trusted_recipe_leads_to_servers_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        _serving(Site({"/a": CONTENT})) as (inner, asked),
        _serving(Site({}, redirects={"/a": f"{inner}/a"})) as (
            address,
            _,
        ),
    ):
        with pytest.raises(DownloadError, match="expected https"):
            describe(f"{address}/a")  # another server inside
        assert asked.requests == []
        monkeypatch.delenv(trust.VARIABLE)
        with pytest.raises(DownloadError, match="--trust-recipe allows it"):
            describe(f"{inner}/a")
        with pytest.raises(DownloadError, match=r"127\.0\.0\.1, which is not on the public network; --trust-recipe"):
            describe(f"{inner}/a".replace("http://", "https://"))
        assert asked.requests == []
