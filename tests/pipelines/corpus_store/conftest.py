from collections.abc import Iterator

import pytest

from pipelines.corpus_store.store import CorpusStore
from tests.pipelines.storage.bucket import Bucket, serving_bucket


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with serving_bucket(monkeypatch) as served:
        yield served


@pytest.fixture
def store(bucket: Bucket) -> CorpusStore:
    assert bucket.address
    return CorpusStore.at("s3://soil/corpora/one")
