"""A bucket on a real S3 server (moto's) over HTTP, behind a server that misbehaves as it is told."""

import http.client
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import obstore
import pytest
from moto.server import ThreadedMotoServer
from obstore.store import S3Store

from tests.pipelines.storage.servers import ACCESS, BUCKET, SECRET, Faults, bucket_before


@dataclass
class Bucket:
    """Where a bucket is asked for, and past what goes wrong there."""

    address: str
    faults: Faults
    port: int

    @property
    def _store(self) -> S3Store:
        return S3Store(
            BUCKET,
            endpoint=f"http://127.0.0.1:{self.port}",
            access_key_id=ACCESS,
            secret_access_key=SECRET,
            region="us-east-1",
            client_options={"allow_http": True},
        )

    def put(self, key: str, content: bytes) -> None:
        """Put an object there."""
        obstore.put(self._store, key, content)

    def get(self, key: str) -> bytes:
        """Return an object."""
        return bytes(obstore.get(self._store, key).bytes())

    def delete(self, key: str) -> None:
        """Delete an object."""
        obstore.delete(self._store, key)

    def keys(self, folder: str) -> list[str]:
        """Return what lies below a folder."""
        return sorted(entry["path"] for page in obstore.list(self._store, prefix=folder) for entry in page)


@contextmanager
def serving_bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """Serve an empty bucket, and let the environment name it."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    try:
        with bucket_before(port) as (address, faults):
            monkeypatch.setenv("AWS_ENDPOINT_URL", address)
            monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS)
            monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
            monkeypatch.setenv("AWS_REGION", "us-east-1")
            served = Bucket(address, faults, port)
            for method, path in (("POST", "/moto-api/reset"), ("PUT", f"/{BUCKET}")):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                connection.request(method, path)
                assert connection.getresponse().status == 200
                connection.close()
            yield served
    finally:
        server.stop()
