"""Servers on the loopback that misbehave as they are told: of files, of a hub, and one before a bucket."""

import contextlib
import hashlib
import http.client
import json
import random
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

ACCESS, SECRET = "AKIALOOPBACK", "the-secret-of-the-bucket"
BUCKET = "soil"


@dataclass
class Faults:
    """What goes wrong, how often, and what was asked for.

    Attributes:
        busy: Answers of 503.
        cut: Answers that end after half of what they promise.
        slow: Answers that stop half way for `stall` seconds, or until `go_on`, before they go on.
        when: Which requests are meant, by method and path.
        share: Of all requests, what share meets one of the three by chance, beside those that are told.
    """

    busy: int = 0
    cut: int = 0
    slow: int = 0
    stall: float = 1.0
    when: Callable[[str, str], bool] = lambda _method, _path: True
    share: float = 0.0
    chance: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 -- faults, not secrets
    requests: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    go_on: threading.Event = field(default_factory=threading.Event)

    def by_chance(self) -> None:
        """Let the next request meet a fault, or not."""
        with self.lock:
            if self.share and self.chance.random() < self.share:
                setattr(self, self.chance.choice(["busy", "cut", "slow"]), 1)

    def meets(self, fault: str) -> bool:
        """Tell whether a request meets a fault, which then is one fewer: of requests side by side, one has the last."""
        with self.lock:
            left: int = getattr(self, fault)
            if left > 0:
                setattr(self, fault, left - 1)
        return left > 0


@dataclass
class Answer:
    """An answer of a server."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    faults: Faults
    answer: Callable[[str, str, Mapping[str, str], bytes], Answer]

    def log_message(self, *_: object) -> None:
        pass

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        faults = self.faults
        faults.requests.append((self.command, self.path, dict(self.headers)))
        faults.by_chance()
        meant = faults.when(self.command, self.path)
        if meant and faults.meets("busy"):
            self._send(Answer(503, {"Retry-After": "0"}))
            return
        found = type(self).answer(self.command, self.path, self.headers, body)
        half = len(found.body) // 2
        may_stop = meant and half > 0 and found.status < 300
        if may_stop and faults.meets("cut"):
            self._send(Answer(found.status, {"Content-Length": str(len(found.body)), **found.headers}))
            self.wfile.write(found.body[:half])
            self.wfile.flush()
            self.close_connection = True
        elif may_stop and faults.meets("slow"):
            self._send(Answer(found.status, {"Content-Length": str(len(found.body)), **found.headers}))
            try:
                self.wfile.write(found.body[:half])
                faults.go_on.wait(faults.stall)
                self.wfile.write(found.body[half:])
            except OSError:
                self.close_connection = True  # whoever asked has gone
        else:
            self._send(found)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _handle  # noqa: N815 -- names of the library


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that were killed."""


@contextmanager
def serving(answer: Callable[[str, str, Mapping[str, str], bytes], Answer]) -> Iterator[tuple[str, Faults]]:
    """Give the address of a server, and what goes wrong there."""
    faults = Faults()
    handler = type("Handler", (_Handler,), {"faults": faults, "answer": staticmethod(answer)})
    server = _Quiet(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", faults
    finally:
        faults.go_on.set()
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Site:
    """Files by path, and how they are served."""

    files: dict[str, bytes]
    ranges: bool = True
    tags: bool = True
    denied: frozenset[str] = frozenset()
    redirects: dict[str, str] = field(default_factory=dict)

    def answer(self, _method: str, path: str, headers: Mapping[str, str], _body: bytes) -> Answer:
        """Answer a request for a file or a part of one."""
        path = urlsplit(path).path
        if path in self.redirects:
            return Answer(302, {"Location": self.redirects[path]})
        if path in self.denied:
            return Answer(403)
        content = self.files.get(path)
        if content is None:
            return Answer(404)
        tags = {"ETag": f'"{hash(content) & 0xFFFFFFFF:x}"'} if self.tags else {}
        wanted = headers.get("Range")
        if not wanted or not self.ranges:
            return Answer(200, tags, content)
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        start, stop = int(first), min(int(last) + 1 if last else len(content), len(content))
        if start >= len(content):
            return Answer(416, {"Content-Range": f"bytes */{len(content)}", **tags})
        return Answer(206, {"Content-Range": f"bytes {start}-{stop - 1}/{len(content)}", **tags}, content[start:stop])


@dataclass
class Hub:
    """A hub with one dataset repository at one commit, two files to a page of its list."""

    files: dict[str, bytes]
    commit: str = "0123456789abcdef0123456789abcdef01234567"
    token: str | None = None
    large: frozenset[str] = frozenset()
    elsewhere: str | None = None  # where content lies, when it is not with the hub

    def answer(self, _method: str, path: str, headers: Mapping[str, str], _body: bytes) -> Answer:
        """Answer a question of the hub's interface, or for a file."""
        if self.token and headers.get("Authorization") != f"Bearer {self.token}":
            return Answer(401)
        parts = urlsplit(path)
        api = "/api/datasets/soil/texts"
        if parts.path.startswith(f"{api}/revision/"):
            return Answer(200, body=json.dumps({"sha": self.commit}).encode())
        if parts.path == f"{api}/tree/{self.commit}":
            return self._page(parts.path, int(parse_qs(parts.query).get("cursor", ["0"])[0]), headers["Host"])
        resolve = f"/datasets/soil/texts/resolve/{self.commit}"
        if parts.path.startswith(resolve):
            inside = parts.path.removeprefix(resolve)
            if self.elsewhere is not None:
                return Answer(302, {"Location": f"{self.elsewhere}{inside}?Signature=hush"})
            return Site({f"/{name}": content for name, content in self.files.items()}).answer(
                "GET", inside, headers, b""
            )
        return Answer(404)

    def _page(self, path: str, first: int, host: str) -> Answer:
        names = sorted(self.files)
        entries = [{"type": "directory", "path": "data", "oid": "0" * 40, "size": 0}] if first == 0 else []
        entries += [self._entry(name) for name in names[first : first + 2]]
        more = {"Link": f'<http://{host}{path}?recursive=true&cursor={first + 2}>; rel="next"'}
        return Answer(200, more if first + 2 < len(names) else {}, json.dumps(entries).encode())

    def _entry(self, name: str) -> dict[str, object]:
        content = self.files[name]
        blob = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
        entry: dict[str, object] = {"type": "file", "path": name, "size": len(content), "oid": blob}
        if name in self.large:
            entry["lfs"] = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content)}
        return entry


@contextmanager
def bucket_before(port: int) -> Iterator[tuple[str, Faults]]:
    """Give the address of a server that passes everything on to one of S3.

    Conditional writes go one after the other: the server behind looks and writes in two steps, where S3 lets one win.
    """
    conditional = threading.Lock()

    def answered(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        is_conditional = method == "PUT" and ("If-Match" in headers or "If-None-Match" in headers)
        with conditional if is_conditional else contextlib.nullcontext():
            return passed_on(method, path, headers, body)

    def passed_on(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        kept = {name: value for name, value in headers.items() if name.lower() not in ("host", "connection")}
        connection.request(method, path, body, kept)
        response = connection.getresponse()
        found = {
            n: v
            for n, v in response.getheaders()
            if n.lower() not in ("connection", "date", "server", "transfer-encoding")
        }
        answer = Answer(response.status, found, response.read())
        connection.close()
        return answer

    with serving(answered) as served:
        yield served
