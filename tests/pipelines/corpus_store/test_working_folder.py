import hashlib
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from pipelines.corpus import Outcome, Receipt
from pipelines.corpus.receipts import Output, write_receipt
from pipelines.corpus_store.choices import ledger_alone
from pipelines.corpus_store.lease import Lease
from pipelines.corpus_store.store import LOCK, VERSIONS, CorpusStore
from pipelines.corpus_store.working_folder import WorkingFolder
from pipelines.corpus_store.working_place import StoredPlace
from pipelines.downloads.kept import DownloadError
from pipelines.errors import LoamError
from pipelines.storage import s3
from tests.pipelines.storage.bucket import Bucket
from tests.pipelines.storage.servers import BUCKET, Faults

RECEIPT = "ledger/ingest/docs/a.json"
OUTPUT = "documents/docs/a.parquet"


def _folder(store: CorpusStore, path: Path) -> WorkingFolder:
    (path / "corpus").mkdir(parents=True, exist_ok=True)
    return WorkingFolder(store, path / "corpus", path / "same.json")


def _write(folder: WorkingFolder, path: str, content: bytes) -> None:
    (folder.root / path).parent.mkdir(parents=True, exist_ok=True)
    (folder.root / path).write_bytes(content)


def _unit(folder: WorkingFolder, content: bytes) -> Receipt:
    _write(folder, OUTPUT, content)
    output = Output(hashlib.sha256(content).hexdigest(), len(content), None)
    receipt = Receipt("ingest", 1, "docs/a", 0, "f" * 64, {}, {}, {OUTPUT: output}, Outcome(0, 0, {}, 0))
    write_receipt(folder.root, receipt)
    return receipt


def _files(folder: WorkingFolder) -> dict[str, bytes]:
    found = (path for path in folder.root.rglob("*") if path.is_file())
    return {path.relative_to(folder.root).as_posix(): path.read_bytes() for path in found}


def _written(faults: Faults) -> list[str]:
    return [path.partition("?")[0] for method, path, _ in faults.requests if method in ("PUT", "DELETE")]


def test_what_stands_here_stands_there_and_elsewhere(store: CorpusStore, bucket: Bucket, tmp_path: Path) -> None:
    here, elsewhere = _folder(store, tmp_path / "here"), _folder(store, tmp_path / "elsewhere")
    here.pull()
    _write(here, "corpus.json", b"{}")
    _write(here, "documents/docs/großer Text.parquet", b"x" * 12_000_000)  # in parts
    _write(here, "documents/docs/.a.parquet.tmp", b"unfinished")
    _write(here, "mixture/data_path.txt", b"/a/place/here")
    bucket.faults.busy = bucket.faults.cut = 2
    here.push_rest()
    elsewhere.pull()
    assert _files(elsewhere).keys() == {"corpus.json", "documents/docs/großer Text.parquet"}
    assert _files(elsewhere)["documents/docs/großer Text.parquet"] == b"x" * 12_000_000
    asked = len(bucket.faults.requests)
    elsewhere.pull()
    elsewhere.push_rest()
    assert len(bucket.faults.requests) == asked + 1  # all is the same, so it is listed and no more


def test_the_store_is_right(store: CorpusStore, tmp_path: Path) -> None:
    here, elsewhere = _folder(store, tmp_path / "here"), _folder(store, tmp_path / "elsewhere")
    for path, content in {"corpus.json": b"{}", "signals/a.parquet": b"1", "signals/b.parquet": b"2"}.items():
        _write(here, path, content)
    here.pull()
    assert _files(here) == {}
    _write(here, "corpus.json", b"{}")
    _write(here, "signals/a.parquet", b"1")
    here.push_rest()
    here.write_notes()
    elsewhere.pull()
    _write(elsewhere, "signals/a.parquet", b"99")  # of another size, for it may be written in one tick of the clock
    (elsewhere.root / "corpus.json").unlink()
    _write(elsewhere, "signals/c.parquet", b"3")
    elsewhere.push_rest()
    here.pull()
    assert _files(here) == {"signals/a.parquet": b"99", "signals/c.parquet": b"3"}


def test_a_unit_is_stored_receipt_last_and_its_older_receipt_goes_first(
    store: CorpusStore, bucket: Bucket, tmp_path: Path
) -> None:
    here = _folder(store, tmp_path)
    here.pull()
    here.push_unit(_unit(here, b"first"))
    bucket.faults.requests.clear()
    here.push_unit(_unit(here, b"second"))
    base = "/soil/corpora/one"
    assert [path for method, path, _ in bucket.faults.requests if method == "POST"] == ["/soil?delete"]
    assert _written(bucket.faults) == [f"{base}/documents/docs/a.parquet", f"{base}/{RECEIPT}"]
    methods = [method for method, _, _ in bucket.faults.requests]
    assert methods == ["POST", "PUT", "PUT"]


@pytest.mark.parametrize("stored", [1, 2])
def test_a_unit_stored_in_part_is_due_elsewhere(
    store: CorpusStore, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stored: int
) -> None:
    here, elsewhere = _folder(store, tmp_path / "here"), _folder(store, tmp_path / "elsewhere")
    here.pull()
    here.push_unit(_unit(here, b"first"))
    monkeypatch.setattr(s3, "RETRIES", 0)
    s3._client.cache_clear()
    asked = len(bucket.faults.requests)
    bucket.faults.when = lambda _method, _path: len(bucket.faults.requests) > asked + stored
    bucket.faults.busy = 999
    with pytest.raises(DownloadError, match="503"):
        here.push_unit(_unit(here, b"second"))
    bucket.faults.busy = 0
    elsewhere.pull()
    assert RECEIPT not in _files(elsewhere)
    s3._client.cache_clear()


def test_units_that_wait_to_be_stored_are_not_once_the_lock_is_lost(
    store: CorpusStore, bucket: Bucket, tmp_path: Path
) -> None:
    here, lease, busy = _folder(store, tmp_path), Lease(store, 60), threading.Event()
    assert lease.take(None)
    with ThreadPoolExecutor(1) as pool:
        place = StoredPlace(here.root, here, lease, pool)
        pool.submit(busy.wait)
        place.store_unit(_unit(here, b"first"))
        lease.lost = True
        busy.set()
        with pytest.raises(LoamError, match="the lock was lost"):
            place.wait()
    assert bucket.keys("corpora/one") == [f"corpora/one/{LOCK}"]


def test_a_receipt_that_vouches_for_other_bytes_is_not_trusted(
    store: CorpusStore, bucket: Bucket, tmp_path: Path
) -> None:
    here, elsewhere = _folder(store, tmp_path / "here"), _folder(store, tmp_path / "elsewhere")
    here.pull()
    here.push_unit(_unit(here, b"first"))
    bucket.put("corpora/one/documents/docs/a.parquet", b"f1rst")
    elsewhere.pull()
    assert _files(elsewhere) == {"documents/docs/a.parquet": b"f1rst"}
    elsewhere.push_rest()
    assert bucket.keys("corpora/one") == ["corpora/one/documents/docs/a.parquet"]


def test_the_ledger_alone(store: CorpusStore, tmp_path: Path) -> None:
    here, elsewhere = _folder(store, tmp_path / "here"), _folder(store, tmp_path / "elsewhere")
    here.pull()
    here.push_unit(_unit(here, b"first"))
    elsewhere.pull(ledger_alone)
    assert _files(elsewhere).keys() == {RECEIPT}
    elsewhere.pull()
    assert len(_files(elsewhere)) == 2


@pytest.fixture
def put_by_another(bucket: Bucket) -> Callable[[str], object]:
    """What stores an object under a key that the library refuses to write."""
    assert bucket.address
    return lambda key: s3_backends[DEFAULT_ACCOUNT_ID]["aws"].put_object(BUCKET, key, b"")


def test_neighbours_and_objects_that_stand_for_folders_are_passed_over(
    store: CorpusStore, bucket: Bucket, put_by_another: Callable[[str], object]
) -> None:
    bucket.put("corpora/one/documents/a", b"a")
    bucket.put("corpora/onerous/b", b"b")
    for folder in ("corpora/one/", "corpora/one/documents/"):
        put_by_another(folder)
    assert list(store.entries()) == ["documents/a"]


def test_keys_that_lead_out_of_the_folder_are_refused(
    store: CorpusStore, put_by_another: Callable[[str], object]
) -> None:
    put_by_another("corpora/one/../evil")
    with pytest.raises(DownloadError, match=r'invalid path: .*"corpora/one/\.\./evil"'):
        store.entries()


@pytest.fixture
def elsewhere(store: CorpusStore, tmp_path: Path) -> WorkingFolder:
    """A folder that has nothing yet, of a store that has what a run made in another one: one unit."""
    here = _folder(store, tmp_path / "here")
    here.pull_for_run()
    _unit(here, b"first")
    here.push_rest()
    return _folder(store, tmp_path / "elsewhere")


def test_what_stands_there_stays_there_until_a_unit_reads_it(elsewhere: WorkingFolder, bucket: Bucket) -> None:
    elsewhere.pull_for_run()
    assert _files(elsewhere).keys() == {RECEIPT}
    assert elsewhere.lent.away == {OUTPUT}
    elsewhere.push_rest()
    assert bucket.get(f"corpora/one/{OUTPUT}") == b"first"
    elsewhere.lent.bring([OUTPUT, "documents/docs/of-no-unit.parquet"])
    assert _files(elsewhere)[OUTPUT] == b"first"
    assert elsewhere.lent.away == set()


def test_what_no_receipt_names_any_more_goes_though_it_is_away(elsewhere: WorkingFolder, bucket: Bucket) -> None:
    elsewhere.pull_for_run()
    (elsewhere.root / RECEIPT).unlink()
    elsewhere.push_rest()
    assert bucket.keys("corpora/one") == [f"corpora/one/{VERSIONS}"]


def test_what_was_made_anew_is_not_fetched_over_it(elsewhere: WorkingFolder) -> None:
    elsewhere.pull_for_run()
    _unit(elsewhere, b"second")
    elsewhere.lent.bring([OUTPUT])
    assert _files(elsewhere)[OUTPUT] == b"second"


@pytest.mark.parametrize("listed", [b"no json", b"[1]", b'{"documents/docs/a.parquet": 1}'])
def test_a_damaged_list_of_versions_vouches_for_nothing(
    elsewhere: WorkingFolder, bucket: Bucket, listed: bytes
) -> None:
    bucket.put(f"corpora/one/{VERSIONS}", listed)
    elsewhere.pull_for_run()
    assert _files(elsewhere).keys() == {RECEIPT, OUTPUT}


def test_another_content_is_found_out_even_if_the_list_vouches_for_it(elsewhere: WorkingFolder, bucket: Bucket) -> None:
    bucket.put(f"corpora/one/{OUTPUT}", b"other")
    listed = json.loads(bucket.get(f"corpora/one/{VERSIONS}"))
    bucket.put(
        f"corpora/one/{VERSIONS}",
        json.dumps({OUTPUT: (elsewhere.store.entries()[OUTPUT].tag, listed[OUTPUT][1])}).encode(),
    )
    elsewhere.pull_for_run()
    with pytest.raises(LoamError, match=rf"s3://soil/corpora/one: {OUTPUT} is not what its receipt says; run again"):
        elsewhere.lent.bring([OUTPUT])
    assert RECEIPT not in _files(elsewhere)
    assert f"corpora/one/{RECEIPT}" not in bucket.keys("corpora/one")
