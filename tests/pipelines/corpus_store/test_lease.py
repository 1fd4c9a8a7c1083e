import json
import threading
import time

import pytest

from pipelines.corpus_store import lease as lease_module
from pipelines.corpus_store.lease import POLLS, RENEWALS, VARIABLE, Lease, hold
from pipelines.corpus_store.store import LOCK, CorpusStore
from pipelines.errors import LoamError
from tests.pipelines.storage.bucket import Bucket

KEY = f"corpora/one/{LOCK}"


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "1.5")


def test_one_run_at_a_time(store: CorpusStore, bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    assert POLLS > RENEWALS > 1
    monkeypatch.setenv(VARIABLE, "60")  # so that a holder that the machine holds up keeps its lock
    for name, often in {"RENEWALS": 150 * RENEWALS, "POLLS": 150 * POLLS}.items():
        monkeypatch.setattr(lease_module, name, often)
    said: list[str] = []
    with hold(store, said.append) as lease:
        assert said == []
        assert json.loads(bucket.get(KEY))["owner"] == lease.owner
        with (
            pytest.raises(LoamError, match=r"s3://soil/corpora/one: another run \(process \d+ on .*\) is working"),
            hold(store, said.append),
        ):
            pytest.fail("two runs at a time")
        assert "waiting 60 s" in said[0]
        taken = lease.tag
        while lease.tag == taken:  # until it is renewed
            time.sleep(0.01)
        assert not lease.lost
    assert bucket.keys("corpora/one") == []
    with hold(store, said.append):
        assert len(said) == 1


def test_the_lock_of_a_killed_run_is_taken_over(store: CorpusStore, bucket: Bucket) -> None:
    killed = Lease(store, 0.1)
    assert killed.take(None)
    with hold(store, lambda _line: None) as lease:
        assert json.loads(bucket.get(KEY))["owner"] == lease.owner
        killed.renew()  # it was only asleep
        assert killed.lost
        with pytest.raises(LoamError, match="the lock was lost, another run may have begun; run again"):
            killed.check()
        killed.let_go()
        assert json.loads(bucket.get(KEY))["owner"] == lease.owner
    assert bucket.keys("corpora/one") == []


def test_a_lock_that_cannot_be_renewed_is_given_up(store: CorpusStore, bucket: Bucket) -> None:
    now = [100.0]
    lease = Lease(store, 60.0, clock=lambda: now[0])
    assert lease.take(None)
    now[0] += 59
    lease.check()
    bucket.faults.busy = 2
    lease.renew()
    now[0] += 59
    lease.check()
    now[0] += 2
    with pytest.raises(LoamError, match="the lock was lost"):
        lease.check()


@pytest.mark.parametrize("fault", ["busy", "cut"])
def test_an_answer_that_was_lost_is_no_lost_lock(
    store: CorpusStore, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    lease = Lease(store, 60)
    write = store.put_if

    def lost(_: CorpusStore, path: str, content: bytes, before: str | None) -> str | None:
        assert write(path, content, before) is not None
        return write(path, content, before)  # what is asked again finds its own first attempt

    monkeypatch.setattr(CorpusStore, "put_if", lost)
    setattr(bucket.faults, fault, 1)
    assert lease.take(None)
    lease.renew()
    lease.check()
    assert not lease.lost


def test_of_many_that_ask_at_once_one_wins(store: CorpusStore) -> None:
    begin, won = threading.Barrier(8), []

    def ask() -> None:
        lease = Lease(store, 60)
        begin.wait()
        if lease.take(None):
            won.append(lease.owner)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


def test_a_damaged_lock_holds_no_one_up_for_good(store: CorpusStore, bucket: Bucket) -> None:
    bucket.put(KEY, b"no json")
    with hold(store, lambda _line: None) as lease:
        assert json.loads(bucket.get(KEY))["owner"] == lease.owner


@pytest.mark.parametrize("stated", ["soon", "0", "-1", "nan", "inf"])
def test_a_time_that_is_none_is_told(store: CorpusStore, monkeypatch: pytest.MonkeyPatch, stated: str) -> None:
    monkeypatch.setenv(VARIABLE, stated)
    with (
        pytest.raises(LoamError, match=f"{VARIABLE}: '{stated}': expected seconds, such as 60"),
        hold(store, lambda _line: None),
    ):
        pytest.fail("a lock for no time")
