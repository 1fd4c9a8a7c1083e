"""Chromium without a window, driven by its DevTools protocol over a pipe: what a page says, asks for and shows."""

import base64
import contextlib
import functools
import http.server
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

PATIENCE = 60.0  # seconds that anything may take on a busy machine
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless=new",
    "--no-sandbox",  # it shows nothing but the page under test, and root may not run it otherwise
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--remote-debugging-pipe",
)


class BrowserError(Exception):
    """The browser refused something, or a page did not come to what was waited for."""


def find_chromium() -> str | None:
    """Return the path of a Chromium, if one is installed."""
    return next((path for name in _NAMES if (path := shutil.which(name)) is not None), None)


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder as any file server would, on this machine alone; yield its address, which ends with a slash."""
    handler = functools.partial(_QuietHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name in http.server
        """Say nothing."""


class Browser:
    """A Chromium with one page.

    Attributes:
        requests: Addresses that the page and its workers asked for.
        complaints: Errors and warnings on the console, exceptions, and what the page's policy refused.
    """

    def __init__(self, executable: str) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._profile = tempfile.TemporaryDirectory(prefix="loam-chromium-", ignore_cleanup_errors=True)
        self._numbers = itertools.count(1)
        self._session: str | None = None
        to_read, self._commands = os.pipe()
        self._answers, to_write = os.pipe()
        # The protocol's pipe is file 3 for commands and file 4 for answers.
        script = f'exec "$0" "$@" 3<&{to_read} 4>&{to_write}'
        self._process = subprocess.Popen(
            ["bash", "-c", script, executable, *_FLAGS, f"--user-data-dir={self._profile.name}", "about:blank"],
            pass_fds=(to_read, to_write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(to_write)
        self._file: IO[bytes] = os.fdopen(self._answers, "rb")
        self._partial = b""
        targets = self.command("Target.getTargets")["targetInfos"]
        page = next(target["targetId"] for target in targets if target["type"] == "page")
        self._session = self.command("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.command(f"{domain}.enable")
        self.command("Target.setAutoAttach", autoAttach=True, waitForDebuggerOnStart=True, flatten=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._commands)
        self._file.close()
        self._profile.cleanup()

    def command(self, method: str, session: str | None = None, **parameters: object) -> dict[str, Any]:
        """Run a command of the protocol and return its result.

        Raises:
            BrowserError: The browser refuses it, or has gone.
        """
        number = next(self._numbers)
        message: dict[str, object] = {"id": number, "method": method, "params": parameters}
        where = session or self._session
        if where is not None:
            message["sessionId"] = where
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next_message()
            if answer.get("id") == number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result
            self._note(answer)

    def open(self, address: str) -> None:
        """Open an address, with empty lists of requests and complaints; return when all that it names is loaded."""
        self.command("Page.navigate", url="about:blank")  # ends what the page before was still at
        self.wait_for("location.href === 'about:blank'")
        self.requests.clear()
        self.complaints.clear()
        self.command("Page.navigate", url=address)
        self.wait_for("location.href !== 'about:blank'")
        self.wait_for("document.readyState === 'complete'")

    def run(self, script: str) -> Any:  # noqa: ANN401 -- JSON
        """Return the value of an expression in the page, promises awaited.

        Raises:
            BrowserError: It throws.
        """
        answer = self.command("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise BrowserError(_exception(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def wait_for(self, condition: str) -> float:
        """Wait until an expression is true in the page; return how many seconds that took.

        Raises:
            BrowserError: It is not within `PATIENCE`.
        """
        begun = time.perf_counter()
        while not self.run(f"Boolean({condition})"):
            if time.perf_counter() - begun > PATIENCE:
                raise BrowserError(f"not within {PATIENCE:.0f} s: {condition}; the page complains: {self.complaints}")
            time.sleep(0.02)
        return time.perf_counter() - begun

    def press(self, key: str, *, modifiers: int = 0) -> None:
        """Press a key, such as `Tab` or `Enter`, where the focus is."""
        codes = {"Tab": 9, "Enter": 13, "ArrowRight": 39, "ArrowLeft": 37, " ": 32}
        text = {"text": "\r"} if key == "Enter" and not modifiers else {}
        common: dict[str, Any] = {"key": key, "code": key, "windowsVirtualKeyCode": codes[key], "modifiers": modifiers}
        self.command("Input.dispatchKeyEvent", type="keyDown", **common, **text)
        self.command("Input.dispatchKeyEvent", type="keyUp", **common)

    def look(self, width: int, height: int, *, dark: bool = False) -> None:
        """Give the window a size in CSS pixels, and the light or dark colours."""
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.command("Emulation.setEmulatedMedia", features=[scheme])

    def screenshot(self, path: Path) -> None:
        """Write what the window shows as a PNG."""
        path.write_bytes(base64.b64decode(self.command("Page.captureScreenshot", format="png")["data"]))

    def _next_message(self) -> dict[str, Any]:
        while b"\0" not in self._partial:
            read = os.read(self._answers, 1 << 16)
            if not read:
                raise BrowserError("Chromium has gone")
            self._partial += read
        message, _, self._partial = self._partial.partition(b"\0")
        parsed: dict[str, Any] = json.loads(message)
        return parsed

    def _note(self, event: dict[str, Any]) -> None:
        """Note what an event says of the page or of one of its workers."""
        said = event.get("params", {})
        match event.get("method"):
            case "Network.requestWillBeSent":
                self.requests.append(said["request"]["url"])
            case "Runtime.exceptionThrown":
                self.complaints.append(_exception(said["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if said["type"] in ("error", "warning", "assert"):
                self.complaints.append(" ".join(str(part.get("value", "")) for part in said["args"]))
            case "Log.entryAdded" if said["entry"]["level"] in ("error", "warning"):
                self.complaints.append(f"{said['entry']['text']} {said['entry'].get('url', '')}")
            case "Target.attachedToTarget":
                for domain in ("Network.enable", "Runtime.enable", "Runtime.runIfWaitingForDebugger"):
                    self._send(domain, said["sessionId"])

    def _send(self, method: str, session: str) -> None:
        """Send a command whose answer nobody waits for."""
        message = {"id": -next(self._numbers), "method": method, "params": {}, "sessionId": session}
        os.write(self._commands, json.dumps(message).encode() + b"\0")


def _exception(details: dict[str, Any]) -> str:
    return str(details.get("exception", {}).get("description") or details["text"])
