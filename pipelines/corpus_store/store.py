"""The folder of a bucket that a corpus lies in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from pipelines.downloads.kept import MissingError
from pipelines.storage.objects import ChangedError
from pipelines.storage.s3 import SCHEME, asked, bucket_store, listed, open_block_stream, split_address

LOCK = ".lock"
VERSIONS = ".versions.json"  # which content each version of a file has
NO_PART = (LOCK, VERSIONS)  # of the corpus
DELETED_AT_ONCE = 1000


@dataclass(frozen=True)
class Entry:
    """A file in the store: its version, and its size in bytes."""

    tag: str
    size: int


@dataclass(frozen=True)
class CorpusStore:
    """A corpus in a bucket.

    Attributes:
        bucket: The bucket.
        folder: The folder, without a slash at its end; empty for all of the bucket.
    """

    bucket: str
    folder: str

    @classmethod
    def at(cls, address: str) -> "CorpusStore":
        """Return the store that `s3://BUCKET/FOLDER` names.

        Raises:
            DownloadError: It is no such address.
        """
        bucket, folder = split_address(address)
        return cls(bucket, folder.strip("/"))

    @property
    def address(self) -> str:
        """Where it is."""
        return f"{SCHEME}{self.bucket}/{self.folder}".rstrip("/")

    def entries(self) -> Mapping[str, Entry]:
        """Return all files of the corpus, by their path in it; consoles make objects for folders, which are none.

        Raises:
            DownloadError: The bucket cannot be listed, or a path cannot be one of a file.
        """
        below = f"{self.folder}/" if self.folder else ""
        found = [one for one in listed(self.bucket, self.folder) if one["path"].startswith(below)]
        files = {one["path"].removeprefix(below): Entry(str(one["e_tag"]), one["size"]) for one in found}
        folders = {str(folder) for path in files for folder in PurePosixPath(path).parents}
        return {path: entry for path, entry in files.items() if path not in NO_PART and path not in folders}

    def read(self, path: str) -> tuple[bytes, str] | None:
        """Return the content of a small file, and its version; None where there is none.

        Raises:
            DownloadError: It cannot be had.
        """

        def content() -> tuple[bytes, str]:
            import obstore  # noqa: PLC0415 -- an extra

            got = obstore.get(bucket_store(self.bucket), self._key(path))
            return bytes(got.bytes()), str(got.meta["e_tag"])

        try:
            return asked(f"{self.address}/{path}", content)
        except MissingError:
            return None

    def fetch(self, path: str, entry: Entry, target: Path) -> None:
        """Bring a version of a file to a place on disk, however often the line is cut.

        Raises:
            DownloadError: It cannot be had.
        """
        with open_block_stream(f"{self.address}/{path}", entry.size, entry.tag) as stored, target.open("wb") as file:
            while chunk := stored.read(2**20):
                file.write(chunk)

    def put(self, path: str, file: Path) -> str:
        """Store a file, a large one in parts, seen whole or not at all; return its version.

        Raises:
            DownloadError: It cannot be stored.
        """

        def stored() -> str:
            import obstore  # noqa: PLC0415 -- an extra

            return str(obstore.put(bucket_store(self.bucket), self._key(path), file)["e_tag"])

        return asked(f"{self.address}/{path}", stored)

    def put_if(self, path: str, content: bytes, before: str | None) -> str | None:
        """Store a small file if its version is still the one that it was, or if there is none where that is None.

        Args:
            path: Its place.
            content: Its content.
            before: The version.

        Returns:
            Its version; None where another stands there.

        Raises:
            DownloadError: The store does not answer.
        """

        def stored() -> str | None:
            import obstore  # noqa: PLC0415 -- an extra
            from obstore.exceptions import AlreadyExistsError  # noqa: PLC0415

            mode = "create" if before is None else {"e_tag": before}
            try:
                return str(obstore.put(bucket_store(self.bucket), self._key(path), content, mode=mode)["e_tag"])  # type: ignore[arg-type]  # one of two forms
            except AlreadyExistsError:
                return None

        try:
            return asked(f"{self.address}/{path}", stored)
        except ChangedError:
            return None
        except MissingError:
            if before is None:  # so the bucket is
                raise
            return None

    def delete(self, paths: Sequence[str]) -> None:
        """Delete files; those that are not there are no error.

        Raises:
            DownloadError: The store does not answer.
        """
        for first in range(0, len(paths), DELETED_AT_ONCE):
            keys = [self._key(path) for path in paths[first : first + DELETED_AT_ONCE]]
            asked(self.address, partial(self._delete, keys))

    def _delete(self, keys: Sequence[str]) -> None:
        import obstore  # noqa: PLC0415 -- an extra

        obstore.delete(bucket_store(self.bucket), keys)

    def _key(self, path: str) -> str:
        return f"{self.folder}/{path}" if self.folder else path
