"""Addresses that lead a download to what only this machine reaches; no connection is opened to find that out."""

import socket
from pathlib import Path
from typing import Any

import pytest

from pipelines.downloads.addresses import Allowed, checked_url, open_connection
from pipelines.downloads.kept import DownloadError
from pipelines.errors import LoamError
from pipelines.sources.files import find_files
from pipelines.trust import VARIABLE

INSIDE = [
    "https://127.0.0.1/a",
    "https://127.1/a",
    "https://2130706433/a",
    "https://0x7f000001/a",
    "https://0177.0.0.1/a",
    "https://0/a",
    "https://localhost/a",
    "https://10.0.0.1:8443/a",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/a",
    "https://[::]/a",
    "https://[::ffff:127.0.0.1]/a",
    "https://[::ffff:7f00:1]/a",
    "https://[::127.0.0.1]/a",
    "https://[64:ff9b::7f00:1]/a",
    "https://[64:ff9b:1::a00:1]/a",
    "https://[2002:7f00:1::]/a",
    "https://[fec0::1]/a",
]
MISLEADING = [
    "http://example.org/a",
    "https://example.org@127.0.0.1/a",
    "https://user:word@example.org/a",
    "https://127.0.0.1\\@example.org/a",
    "https://１２７.0.0.1/a",  # digits that only look like others
    "https://example.org/a\r\nHost: 127.0.0.1",
    "https://example.org:0/a",
    "https:///a",
]
OTHER_SCHEMES = [
    "HTTPS://127.0.0.1/a",
    "file:///etc/passwd",
    "FILE:///etc/passwd",
    "ftp://127.0.0.1/a",
    "gopher://127.0.0.1:25/a",
    "sftp://127.0.0.1/a",
    "smb://127.0.0.1/a",
    "webhdfs://127.0.0.1/a",
    "github://owner:repository@main/a",
    "reference://a",
    "simplecache::http://127.0.0.1/a",
    "filecache::http://127.0.0.1/a",
    "zip://a::http://127.0.0.1/a.zip",
    "local::file:///etc/passwd",
]


@pytest.fixture(autouse=True)
def _untrusted_and_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_arguments: object, **_settings: object) -> None:
        pytest.fail("a connection was opened")

    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(socket, "create_connection", connect)
    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        *((address, "which is not on the public network") for address in INSIDE),
        *((address, "expected https|expected a host|have to be escaped") for address in MISLEADING),
        *((address, "--trust-recipe allows all that fsspec opens") for address in OTHER_SCHEMES),
    ],
)
def test_a_source_leads_to_no_host_inside(tmp_path: Path, address: str, why: str) -> None:
    with pytest.raises(LoamError, match=rf"^source docs: .*(?:{why})"):
        find_files("docs", [address], [tmp_path])


@pytest.mark.parametrize("address", INSIDE)
def test_nor_does_a_list_or_a_redirect(address: str) -> None:
    with pytest.raises(DownloadError, match="which is not on the public network"):
        open_connection(checked_url(address, Allowed()), Allowed())


def test_a_name_is_looked_up_once_and_its_judged_address_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, connected = ["1.1.1.1", "127.0.0.1"], []

    def looked_up(_host: str, port: int, **_settings: object) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers.pop(0), port))]

    def connect(place: tuple[str, int], *_arguments: object) -> None:
        connected.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    connection = open_connection(checked_url("https://rebound.example/a", Allowed()), Allowed())
    with pytest.raises(ConnectionRefusedError):
        connection.connect()
    assert (connected, answers) == ([("1.1.1.1", 443)], ["127.0.0.1"])


def test_a_name_with_one_address_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def looked_up(_host: str, port: int, **_settings: object) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in ("1.1.1.1", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    with pytest.raises(DownloadError, match=r"two\.example is 10\.0\.0\.1"):
        open_connection(checked_url("https://two.example/a", Allowed()), Allowed())
