"""The working folder of a corpus in a bucket: made equal to the store at first, and the store to it as work goes on.

A file counts as the same here and there while neither its version there nor its size and time here have changed since
they were written down. What was uploaded and not written down is fetched again, and what came is held against the
receipts: for a run, one that vouches for other bytes stands no longer; for who reads, it stays, to be found out.
"""

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from pipelines.corpus.files import is_temporary, sha256_of, temporary_of, write_whole
from pipelines.corpus.identity import CORPUS_FILE
from pipelines.corpus.receipts import LEDGER, Receipt, read_receipts
from pipelines.corpus.timing import timing_path
from pipelines.corpus_store.store import CorpusStore, Entry
from pipelines.stages.mix import DATA_PATH_FILE, write_launch_file

FETCHED_AT_ONCE = 16

Choice: TypeAlias = Callable[[str], bool]


def everything(_path: str) -> bool:
    """Choose every file."""
    return True


def ledger_alone(path: str) -> bool:
    """Choose what `loam status` reads."""
    return path == CORPUS_FILE or path.startswith(f"{LEDGER}/")


@dataclass
class WorkingFolder:
    """A corpus here and there.

    Attributes:
        store: There.
        root: Here.
        notes: Where it is written down which version of each file both hold.
        same: That: by path, version there, size and time of change here.
        stored: What the store holds.
    """

    store: CorpusStore
    root: Path
    notes: Path
    same: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    stored: dict[str, Entry] = field(default_factory=dict)

    def pull(self, choice: Choice = everything, *, for_run: bool = True) -> None:
        """Make the chosen files here equal to those of the store, which is right where they differ.

        Args:
            choice: Which files.
            for_run: Whether receipts go that vouch for other bytes than came.

        Raises:
            DownloadError: The store does not answer, or a file changed meanwhile.
        """
        self._read_notes()
        self.stored = dict(self.store.entries())
        for path in [path for path in self._here() if choice(path) and path not in self.stored]:
            (self.root / path).unlink()
        wanted = [path for path, entry in self.stored.items() if choice(path) and not self._is_same(path, entry.tag)]
        try:
            with ThreadPoolExecutor(FETCHED_AT_ONCE) as pool:
                fetched = dict(zip(wanted, pool.map(self._fetch, wanted), strict=True))
            self._distrust(fetched, for_run=for_run)
        finally:
            self.write_notes()
        if choice is everything:
            write_launch_file(self.root)

    def push(self, paths: Iterable[str]) -> None:
        """Store files that are not the same there, in the order given.

        Raises:
            DownloadError: The store does not take one.
        """
        for path in paths:
            file = self.root / path
            with contextlib.suppress(FileNotFoundError):
                size, changed = _stat(file)
                if self._is_same(path, self.stored[path].tag if path in self.stored else None):
                    continue
                tag = self.store.put(path, file)
                self.stored[path] = Entry(tag, size)
                self.same[path] = (tag, size, changed)

    def push_unit(self, receipt: Receipt) -> None:
        """Store what a unit wrote: an older receipt goes, outputs come, and the receipt comes last.

        Raises:
            DownloadError: The store does not take a file.
        """
        if receipt.path in self.stored and not self._is_same(receipt.path, self.stored[receipt.path].tag):
            self._delete([receipt.path])
        self.push([*receipt.outputs, receipt.path, timing_path(receipt)])

    def push_rest(self) -> None:
        """Make the store equal to what is here: files come, receipts last; then receipts go, and then files.

        Raises:
            DownloadError: The store does not answer.
        """
        here = set(self._here())
        self.push(sorted(here, key=_receipts_last))
        self._delete(sorted(self.stored.keys() - here, key=_receipts_last, reverse=True))

    def write_notes(self) -> None:
        """Write down what is the same here and there."""
        write_whole(self.notes, json.dumps(self.same).encode())

    def _read_notes(self) -> None:
        try:
            self.same = {path: tuple(known) for path, known in json.loads(self.notes.read_bytes()).items()}
        except (FileNotFoundError, ValueError):
            self.same = {}

    def _here(self) -> Iterator[str]:
        """Yield the files here that belong to the corpus; the launch file names places of this machine."""
        for path in sorted(self.root.rglob("*")):
            relative = path.relative_to(self.root).as_posix()
            if path.is_file() and not is_temporary(path) and relative != DATA_PATH_FILE:
                yield relative

    def _is_same(self, path: str, tag: str | None) -> bool:
        try:
            return self.same.get(path) == (tag, *_stat(self.root / path))
        except FileNotFoundError:
            return False

    def _fetch(self, path: str) -> str:
        """Fetch a file; return its SHA-256, in hexadecimal."""
        entry, target = self.stored[path], self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = temporary_of(target)
        self.store.fetch(path, entry, temporary)
        found = sha256_of(temporary)
        temporary.replace(target)
        self.same[path] = (entry.tag, *_stat(target))
        return found

    def _distrust(self, fetched: dict[str, str], *, for_run: bool) -> None:
        for receipt in read_receipts(self.root, tolerant=True):
            others = [path for path, one in receipt.outputs.items() if fetched.get(path, one.sha256) != one.sha256]
            if others and for_run:
                (self.root / receipt.path).unlink()
            for path in others:  # fetched again by the next run, which has to find it out too
                self.same.pop(path, None)

    def _delete(self, paths: list[str]) -> None:
        self.store.delete(paths)
        for path in paths:
            self.stored.pop(path, None)
            self.same.pop(path, None)


def _receipts_last(path: str) -> tuple[bool, str]:
    return path.startswith(f"{LEDGER}/"), path


def _stat(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns
