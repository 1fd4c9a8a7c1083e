import hashlib
import socket
from pathlib import Path

import numpy as np
import pytest

from pipelines.downloads import addresses
from pipelines.downloads.addresses import Allowed, checked_url, is_public
from pipelines.downloads.exchange import ATTEMPTS, Manners
from pipelines.downloads.http import download, fetch_page
from pipelines.downloads.kept import DownloadError
from tests.pipelines.downloads.server import Site, serving

CONTENT = np.random.default_rng(1).bytes(300_000)
SHA = hashlib.sha256(CONTENT).hexdigest()


class Clock:
    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def manners(self, **settings: float) -> Manners:
        return Manners(Allowed(http=True, private=True), sleep=self.sleep, clock=lambda: self.now, **settings)  # type: ignore[arg-type]


def test_a_file_that_is_there_is_not_asked_for(tmp_path: Path) -> None:
    target = tmp_path / "a"
    with serving(Site({"/a": CONTENT})) as site:
        for _ in range(2):
            assert download(f"{site.address}/a", target, Clock().manners(), SHA) == SHA
        assert len(site.requests) == 1
    assert target.read_bytes() == CONTENT
    assert list(tmp_path.iterdir()) == [target]


def test_goes_on_where_it_was_cut_off(tmp_path: Path) -> None:
    with serving(Site({"/a": CONTENT}, cut=2)) as site:
        assert download(f"{site.address}/a", tmp_path / "a", Clock().manners()) == SHA
        assert site.requests == [("/a", None), ("/a", "bytes=150000-"), ("/a", "bytes=225000-")]


@pytest.mark.parametrize("change", ["ranges", "tag"])
def test_begins_anew_where_it_cannot_go_on(tmp_path: Path, change: str) -> None:
    with serving(Site({"/a": CONTENT}, cut=ATTEMPTS)) as site:
        with pytest.raises(DownloadError, match=r"failed 6 times: cut off after .*run again to go on"):
            download(f"{site.address}/a", tmp_path / "a", Clock().manners())
        site.cut = 0
        if change == "ranges":
            site.ranges = False
        else:
            site.tag, site.files["/a"] = '"v2"', CONTENT[::-1]
        download(f"{site.address}/a", tmp_path / "a", Clock().manners())
        assert (tmp_path / "a").read_bytes() == site.files["/a"]


def test_a_small_answer_that_was_cut_off_is_asked_for_again() -> None:
    with serving(Site({"/a": CONTENT}, cut=2)) as site:
        assert fetch_page(f"{site.address}/a", {}, Clock().manners(), len(CONTENT)) == (CONTENT, None)
    with serving(Site({"/a": CONTENT}, cut=99)) as site, pytest.raises(DownloadError, match="cut off after 150,000"):
        fetch_page(f"{site.address}/a", {}, Clock().manners(), len(CONTENT))


def test_waits_for_a_busy_server(tmp_path: Path) -> None:
    clock = Clock()
    with serving(Site({"/a": CONTENT}, busy=2)) as site:
        download(f"{site.address}/a", tmp_path / "a", clock.manners(), SHA)
    assert clock.slept == [7, 7]
    with serving(Site({"/a": CONTENT}, busy=99)) as site:
        with pytest.raises(DownloadError, match="answers 503"):
            download(f"{site.address}/a", tmp_path / "b", clock.manners(), SHA)
        with pytest.raises(DownloadError, match="failed 6 times"):
            fetch_page(f"{site.address}/a", {}, clock.manners(), 10)


def test_another_file_is_refused(tmp_path: Path) -> None:
    with serving(Site({"/a": CONTENT})) as site:
        with pytest.raises(DownloadError, match=f"SHA-256 is {SHA}, not 0000"):
            download(f"{site.address}/a", tmp_path / "a", Clock().manners(), "0" * 64)
        with pytest.raises(DownloadError, match="404"):
            download(f"{site.address}/b", tmp_path / "a", Clock().manners())
        with pytest.raises(DownloadError, match="more than 10 bytes"):
            fetch_page(f"{site.address}/a", {}, Clock().manners(), 10)
    assert list(tmp_path.iterdir()) == []


def test_rate_and_interval(tmp_path: Path) -> None:
    clock = Clock()
    with serving(Site({"/a": CONTENT})) as site:
        manners = clock.manners(rate=100_000, interval=5)
        download(f"{site.address}/a", tmp_path / "a", manners)
        assert sum(clock.slept) == pytest.approx(3)
        download(f"{site.address}/a", tmp_path / "b", manners)
        assert sum(clock.slept) == pytest.approx(8)


def test_redirects_are_judged_too(tmp_path: Path) -> None:
    with serving(Site({"/a": CONTENT})) as site:
        site.redirects = {"/here": "/a", "/round": "/round", "/file": "file:///etc/passwd"}
        assert download(f"{site.address}/here", tmp_path / "a", Clock().manners()) == SHA
        with pytest.raises(DownloadError, match="more than 5 redirects"):
            download(f"{site.address}/round", tmp_path / "b", Clock().manners())
        with pytest.raises(DownloadError, match="expected https or http"):
            download(f"{site.address}/file", tmp_path / "b", Clock().manners())


def test_hosts_that_only_this_machine_reaches_are_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(Site({"/a": CONTENT})) as site:
        manners = Manners(Allowed(http=True))
        with pytest.raises(DownloadError, match="not on the public network"):
            download(f"{site.address}/a", tmp_path / "a", manners)
        port = int(site.address.rpartition(":")[2])

        def resolve(*_: object, **__: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ("1.1.1.1", "127.0.0.1")]

        monkeypatch.setattr(addresses.socket, "getaddrinfo", resolve)
        with pytest.raises(DownloadError, match=r"harmless\.example is 127\.0\.0\.1"):
            download(f"http://harmless.example:{port}/a", tmp_path / "a", manners)
        assert site.requests == []


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://example.org/a", "allow_http"),
        ("file:///etc/passwd", "expected https"),
        ("ftp://example.org/a", "expected https"),
        ("https://user:word@example.org/a", "no user"),
        ("https:///a", "expected a host"),
        ("https://example.org/a\r\nX: y", "escaped"),
        ("https://[::1/a", "no URL"),
        ("https://example.org:99999/a", "no URL"),
    ],
)
def test_addresses_that_are_refused(url: str, why: str) -> None:
    with pytest.raises(DownloadError, match=why):
        checked_url(url, Allowed())


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1"),  # noqa: S104 -- refused
        *("224.0.0.1", "::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
        *("::127.0.0.1", "64:ff9b:1::7f00:1", "::ffff:0:127.0.0.1", "fec0::1", "3fff::1", "ff02::1"),
        *("198.18.0.1", "240.0.0.1", "255.255.255.255"),
    ],
)
def test_private_addresses(address: str) -> None:
    assert not is_public(address)
