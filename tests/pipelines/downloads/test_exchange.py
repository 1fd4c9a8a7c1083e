from datetime import UTC, datetime, timedelta
from email.message import Message
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from pipelines.downloads.addresses import Allowed
from pipelines.downloads.exchange import Manners, TryAgainError, answer_to, check_status
from pipelines.downloads.http import fetch_page
from pipelines.downloads.kept import DownloadError
from tests.pipelines.storage.servers import Answer, Site, serving

if TYPE_CHECKING:
    from http.client import HTTPResponse

PROOF = {"Authorization": "Bearer hush"}


def _manners() -> Manners:
    return Manners(Allowed(http=True, private=True))


def test_proof_goes_to_the_host_that_was_named_and_to_no_other() -> None:
    with serving(Site({"/a": b"a"}).answer) as (elsewhere, there):
        redirects = {"/within": "/out", "/out": f"{elsewhere}/a"}
        with serving(Site({}, redirects=redirects).answer) as (address, here):
            with answer_to(f"{address}/within", {**PROOF, "Range": "bytes=0-"}, _manners()) as response:
                assert response.read() == b"a"
            assert [headers.get("Authorization") for _, _, headers in here.requests] == ["Bearer hush"] * 2
        ((_, path, headers),) = there.requests
        assert (path, headers.get("Range"), headers.get("Authorization")) == ("/a", "bytes=0-", None)


def test_what_leads_to_no_url_is_told() -> None:
    with (
        serving(Site({}, redirects={"/a": "http://[1/b"}).answer) as (address, _),
        pytest.raises(DownloadError, match=rf"^{address}/a leads to http://\[1/b: no URL"),
        answer_to(f"{address}/a", {}, _manners()),
    ):
        pass
    with (
        serving(lambda *_: Answer(200, {"Link": '<https://[1/b>; rel="next"'})) as (address, _),
        pytest.raises(DownloadError, match=r"leads to https://\[1/b: no URL"),
    ):
        fetch_page(f"{address}/a", {}, _manners(), 9)


def _waits(value: str) -> float | None:
    headers = Message()
    headers["Retry-After"] = value
    answer = SimpleNamespace(status=503, reason="Busy", getheader=headers.get)
    with pytest.raises(TryAgainError) as busy:
        check_status("https://example.org/a", cast("HTTPResponse", answer), (200,))
    return busy.value.after


def test_when_a_busy_server_says_so() -> None:
    later = datetime.now(UTC) + timedelta(seconds=1000)
    assert _waits("7") == 7
    for zone in ("GMT", "-0000", ""):
        assert _waits(later.strftime(f"%a, %d %b %Y %H:%M:%S {zone}")) == pytest.approx(1000, abs=60)
    assert _waits("Sat, 1 Jan 2000 00:00:00 GMT") == 0
    assert _waits("soon") is _waits("\u00b2") is _waits(f"Sat, 1 Jan {10**20} 00:00:00 GMT") is None
