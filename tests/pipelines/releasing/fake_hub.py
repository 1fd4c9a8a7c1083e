"""A Hub on this machine, in memory: as much of its API as publishing to a dataset repository asks of it."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias
from urllib.parse import unquote, urlparse

Answer: TypeAlias = tuple[int, object, dict[str, str]]  # status, JSON, headers


@dataclass
class FakeHub:
    """One dataset repository.

    Attributes:
        branches: Files by path, by branch; empty before the repository is made.
        private: Whether the repository was made private.
        commits: Branch and message of each commit.
        address: Where the Hub answers.
    """

    branches: dict[str, dict[str, bytes]] = field(default_factory=dict)
    private: bool | None = None
    commits: list[tuple[str, str]] = field(default_factory=list)
    address: str = ""

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        """Return status, JSON and headers for a request."""
        kind, *rest = path.removeprefix("/api/").split("/")
        if (method, kind, rest) == ("POST", "repos", ["create"]):
            return self._create(json.loads(body))
        if kind == "validate-yaml":
            return 200, {"errors": [], "warnings": []}, {}
        if not self.branches:
            return 404, {"error": "Repository not found"}, {"X-Error-Code": "RepoNotFound"}
        return self._of_branch(rest[2], unquote(rest[3]), body)

    def _of_branch(self, action: str, name: str, body: bytes) -> Answer:
        if action == "branch":
            return self._create_branch(name)
        if name not in self.branches:
            return 404, {"error": f"Invalid rev id: {name}"}, {"X-Error-Code": "RevisionNotFound"}
        if action == "tree":
            return 200, [_entry(path, content) for path, content in sorted(self.branches[name].items())], {}
        if action == "preupload":
            asked = [one["path"] for one in json.loads(body)["files"]]
            files = [{"path": path, "uploadMode": "regular", "shouldIgnore": False} for path in asked]
            return 200, {"files": files}, {}
        assert action == "commit", action
        return self._commit(name, [json.loads(line) for line in body.splitlines()])

    def _create_branch(self, name: str) -> Answer:
        if name in self.branches:
            return 409, {"error": "Reference already exists"}, {}
        self.branches[name] = dict(self.branches["main"])
        return 200, {}, {}

    def _create(self, asked: dict[str, Any]) -> Answer:
        if self.branches:
            return 409, {"error": "You already created this dataset repo", "url": self._url}, {}
        self.private = asked["visibility"] == "private"
        self.branches["main"] = {".gitattributes": b"*.parquet filter=lfs\n"}
        return 200, {"url": self._url}, {}

    @property
    def _url(self) -> str:
        return f"{self.address}/datasets/me/corpus"

    def _commit(self, branch: str, lines: list[dict[str, Any]]) -> Answer:
        for line in lines:
            value = line["value"]
            if line["key"] == "header":
                self.commits.append((branch, value["summary"]))
            elif line["key"] == "file":
                self.branches[branch][value["path"]] = base64.b64decode(value["content"])
            else:
                assert line["key"] == "deletedFile", line
                del self.branches[branch][value["path"]]
        return 200, {"commitUrl": f"{self._url}/commit/0", "commitOid": "0" * 40}, {}


def _entry(path: str, content: bytes) -> dict[str, object]:
    oid = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
    return {"type": "file", "path": path, "size": len(content), "oid": oid}


@contextmanager
def serving(hub: FakeHub) -> Iterator[str]:
    """Answer for a Hub; yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("GET")

        def do_POST(self) -> None:
            self._answer("POST")

        def _answer(self, method: str) -> None:
            if self.headers.get("Transfer-Encoding") == "chunked":
                body = b"".join(iter(self._chunk, b""))
            else:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, answer, headers = hub.answer(method, urlparse(self.path).path, body)
            content = json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {
                **headers,
                "Content-Type": "application/json",
                "Content-Length": str(len(content)),
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def _chunk(self) -> bytes:
            size = int(self.rfile.readline(), 16)
            chunk = self.rfile.read(size)
            self.rfile.readline()
            return chunk

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name in http.server
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        hub.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield hub.address
        finally:
            server.shutdown()
            thread.join()
