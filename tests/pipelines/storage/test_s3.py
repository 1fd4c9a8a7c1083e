import builtins

import numpy as np
import pytest
from obstore.exceptions import PermissionDeniedError

from pipelines.downloads import exchange
from pipelines.downloads.addresses import OFF
from pipelines.downloads.kept import DeniedError, DownloadError
from pipelines.storage import s3
from pipelines.storage.finding import describe, find, open_stored
from pipelines.storage.objects import ChangedError, StoredObject
from tests.pipelines.storage.bucket import Bucket
from tests.pipelines.storage.servers import SECRET

CONTENT = np.random.default_rng(3).bytes(2**22 + 200_000)


def _read(found: StoredObject | None) -> bytes:
    assert found is not None
    with open_stored(found.url, found.size, found.version) as stored:
        return stored.read()


def test_globs(bucket: Bucket) -> None:
    for key in ("in/a.jsonl", "in/b.txt", "in/sub/c.jsonl", "in/[1].jsonl", "inside/d.jsonl"):
        bucket.put(key, key.encode())
    root, found = find("s3://soil/in/*.jsonl")
    assert root == "s3://soil/in"
    assert [file.url for file in found] == ["s3://soil/in/[1].jsonl", "s3://soil/in/a.jsonl"]
    assert [file.url for file in find("s3://soil/in/**/*.jsonl")[1]][-1] == "s3://soil/in/sub/c.jsonl"
    assert _read(describe("s3://soil/in/[1].jsonl")) == b"in/[1].jsonl"
    assert describe("s3://soil/in/[ab].jsonl") is describe("s3://soil/in/*.jsonl") is None
    assert find("s3://soil/in/none.jsonl")[1] == find("s3://soil/in/*.gz")[1] == []


@pytest.mark.parametrize("fault", ["busy", "cut", "slow"])
def test_goes_on_after_faults(bucket: Bucket, fault: str) -> None:
    bucket.put("in/a b+c%.bin", CONTENT)
    found = describe("s3://soil/in/a b+c%.bin")
    bucket.faults.stall = 0.2
    setattr(bucket.faults, fault, 2)
    assert _read(found) == CONTENT
    assert getattr(bucket.faults, fault) == 0


@pytest.mark.parametrize(("fault", "why"), [("busy", "503 Service Unavailable"), ("cut", "the answer was cut off")])
def test_fails_in_the_end(bucket: Bucket, monkeypatch: pytest.MonkeyPatch, fault: str, why: str) -> None:
    monkeypatch.setattr(s3, "RETRIES", 1)
    monkeypatch.setattr(exchange, "FIRST_PAUSE", 0.01)
    s3._client.cache_clear()
    bucket.put("in/a.bin", CONTENT)
    found = describe("s3://soil/in/a.bin")
    setattr(bucket.faults, fault, 999)
    with pytest.raises(DownloadError, match=rf"^s3://soil/in/a\.bin: .*{why}.*; run again") as failed:
        _read(found)
    assert SECRET not in str(failed.value)
    s3._client.cache_clear()


def test_another_version_is_not_taken_for_the_one_that_was_meant(bucket: Bucket) -> None:
    bucket.put("in/a.bin", b"before")
    found = describe("s3://soil/in/a.bin")
    bucket.put("in/a.bin", b"after!")
    with pytest.raises(ChangedError, match=r"s3://soil/in/a\.bin: changed since the run began; run again"):
        _read(found)
    assert describe("s3://soil/in/a.bin") != found


def test_says_why_not(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DownloadError, match="expected s3://BUCKET/KEY"):
        find("s3://UPPER/a")
    assert describe("s3://no-such-bucket/a") is None
    with pytest.raises(DownloadError, match="no such object or bucket"):
        find("s3://no-such-bucket/*")
    bucket.put("in/a", b"a")
    with monkeypatch.context() as context:
        context.setattr(s3, "_described", _denied)
        with pytest.raises(DeniedError, match=r"403 Forbidden: .*set AWS_ACCESS_KEY_ID"):
            find("s3://soil/in/a")
    with monkeypatch.context() as context:
        context.setenv(OFF, "1")
        with pytest.raises(DownloadError, match="downloads are turned off"):
            find("s3://soil/in/a")
    load = builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name.startswith("obstore"):
            raise ImportError(name)
        return load(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(DownloadError, match=r"needs the extra `s3`: pip install 'loam-curation\[s3\]'"):
        find("s3://soil/in/a")


def _denied(bucket: str, key: str) -> StoredObject | None:
    with s3.explained(f"s3://{bucket}/{key}"):
        raise PermissionDeniedError("what the server says at length")
