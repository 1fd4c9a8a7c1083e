from collections.abc import Iterator

import pytest

from tests.pipelines.storage.bucket import Bucket, serving_bucket


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with serving_bucket(monkeypatch) as served:
        yield served
