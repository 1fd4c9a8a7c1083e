"""The working folder of a corpus in a bucket: made equal to the store at first, and the store to it as work goes on.

A file counts as the same here and there while neither its version there nor its size and time here have changed since
they were written down. What was uploaded and not written down is fetched again, and what came is held against the
receipts: for a run, one that vouches for other bytes stands no longer; for who reads, it stays, to be found out.

A run fetches most files only when it needs them. Beside the corpus lies a list of the versions that runs have stored,
with the SHA-256 of each: a file stands if it has the version there that the list names, and its receipt that SHA-256.
"""

import contextlib
import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from pipelines.corpus.files import is_temporary, sha256_of, temporary_of, write_whole
from pipelines.corpus.lent import Lent
from pipelines.corpus.receipts import LEDGER, Receipt, read_receipts
from pipelines.corpus.timing import timing_path
from pipelines.corpus_store.choices import Choice, everything, needed_at_once
from pipelines.corpus_store.store import VERSIONS, CorpusStore, Entry
from pipelines.errors import CorpusError
from pipelines.stages.mix import DATA_PATH_FILE, write_launch_file

FETCHED_AT_ONCE = 16

Versions: TypeAlias = dict[str, tuple[str, str]]  # by path: the version there, and its SHA-256


@dataclass
class WorkingFolder:
    """A corpus here and there.

    Attributes:
        store: There.
        root: Here.
        notes: Where it is written down which version of each file both hold.
        same: That: by path, version there, size and time of change here.
        stored: What the store holds.
        versions: Which content each version has that a run has stored.
        lent: What stands there, and is not here yet.
    """

    store: CorpusStore
    root: Path
    notes: Path
    same: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    stored: dict[str, Entry] = field(default_factory=dict)
    versions: Versions = field(default_factory=dict)
    lent: Lent = field(init=False)

    def __post_init__(self) -> None:
        self.lent = Lent(set(), self._fetch_lent)

    def pull(self, choice: Choice = everything, *, for_run: bool = True) -> None:
        """Make the chosen files here equal to those of the store, which is right where they differ.

        Args:
            choice: Which files.
            for_run: Whether receipts go that vouch for other bytes than came.

        Raises:
            DownloadError: The store does not answer, or a file changed meanwhile.
        """
        self._look()
        self._renew(choice, for_run=for_run)
        if choice is everything:
            write_launch_file(self.root)

    def pull_for_run(self) -> None:
        """Bring what a run plans from; what stands as its receipt says may stay away until a unit reads it.

        Raises:
            DownloadError: The store does not answer, or a file changed meanwhile.
        """
        self._look()
        self._renew(needed_at_once, for_run=True)
        self.versions = self._known_versions()
        claimed = {path: one.sha256 for receipt in self._receipts() for path, one in receipt.outputs.items()}
        self.lent.away.update(
            path
            for path, sha256 in claimed.items()
            if path in self.stored
            and self.versions.get(path) == (self.stored[path].tag, sha256)
            and not (self.root / path).exists()
        )
        self._renew(lambda path: path not in self.lent.away, for_run=True)
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
                self.lent.away.discard(path)
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

        What is away stays, as long as a receipt names it.

        Raises:
            DownloadError: The store does not answer.
        """
        here = set(self._here())
        self.push(sorted(here, key=_receipts_last))
        named = {path for receipt in self._receipts() for path in receipt.outputs}
        left = self.stored.keys() - here - (self.lent.away & named)
        self._delete(sorted(left, key=_receipts_last, reverse=True))
        self.push_versions()

    def push_versions(self) -> None:
        """Store the list of versions, if there are others.

        Raises:
            DownloadError: The store does not take it.
        """
        found = {
            path: (self.stored[path].tag, output.sha256)
            for receipt in self._receipts()
            for path, output in receipt.outputs.items()
            if path in self.stored and (path in self.lent.away or self._is_same(path, self.stored[path].tag))
        }
        if found != self.versions:
            file = self.notes.with_name(VERSIONS)
            write_whole(file, json.dumps(found, sort_keys=True).encode())
            self.store.put(VERSIONS, file)
            self.versions = found

    def write_notes(self) -> None:
        """Write down what is the same here and there."""
        write_whole(self.notes, json.dumps(self.same).encode())

    def _look(self) -> None:
        try:
            self.same = {path: tuple(known) for path, known in json.loads(self.notes.read_bytes()).items()}
        except (FileNotFoundError, ValueError):
            self.same = {}
        self.stored = dict(self.store.entries())

    def _renew(self, choice: Choice, *, for_run: bool) -> None:
        for path in [path for path in self._here() if choice(path) and path not in self.stored]:
            (self.root / path).unlink()
        wanted = [path for path, entry in self.stored.items() if choice(path) and not self._is_same(path, entry.tag)]
        try:
            self._distrust(self._fetch_all(wanted), for_run=for_run)
        finally:
            self.write_notes()

    def _known_versions(self) -> Versions:
        """Return the list of versions; where there is none, or a damaged one, nothing is known, and all is fetched."""
        found = self.store.read(VERSIONS)
        try:
            listed = {} if found is None else json.loads(found[0])
            return {str(path): (str(tag), str(sha256)) for path, (tag, sha256) in listed.items()}
        except (AttributeError, TypeError, ValueError):
            return {}

    def _receipts(self) -> list[Receipt]:
        return list(read_receipts(self.root, tolerant=True))

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

    def _fetch_all(self, paths: Sequence[str]) -> dict[str, str]:
        """Fetch files; return the SHA-256 of each, in hexadecimal."""
        with ThreadPoolExecutor(FETCHED_AT_ONCE) as pool:
            return dict(zip(paths, pool.map(self._fetch, paths), strict=True))

    def _fetch(self, path: str) -> str:
        entry, target = self.stored[path], self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = temporary_of(target)
        self.store.fetch(path, entry, temporary)
        found = sha256_of(temporary)
        temporary.replace(target)
        self.same[path] = (entry.tag, *_stat(target))
        return found

    def _fetch_lent(self, paths: Sequence[str]) -> None:
        """Fetch what a run needs now; what was made anew meanwhile stays.

        Raises:
            CorpusError: A file is not what its receipt says; the receipt goes, so that the next run makes it anew.
        """
        wanted = [path for path in paths if not (self.root / path).exists()]
        found = self._fetch_all(wanted)
        self.lent.away.difference_update(paths)
        damaged = {path for path, sha256 in found.items() if sha256 != self.versions[path][1]}
        for receipt in self._receipts() if damaged else ():
            if damaged & receipt.outputs.keys():
                (self.root / receipt.path).unlink()
                self._delete([receipt.path])
        if damaged:
            raise CorpusError(
                f"{self.store.address}: {min(damaged)} is not what its receipt says; run again to have it made anew"
            )

    def _distrust(self, fetched: dict[str, str], *, for_run: bool) -> None:
        for receipt in self._receipts():
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
