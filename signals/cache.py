"""Where this package keeps what is costly to make again: Unicode tables and compiled kernels."""

import os
import tempfile
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def cache_directory() -> Path:
    """Return a writable folder of this user: ``$XDG_CACHE_HOME/loam`` or ``~/.cache/loam``.

    Where neither can be written (a container without a home, a read-only account), a folder in the system's
    temporary directory serves. It is private to the user, because compiled code is loaded from it.
    """
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111  Path.home() raises where there is no home
    preferred = Path(base) / "loam"
    if Path(base).is_absolute() and _is_writable(preferred):
        return preferred
    shared = Path(tempfile.gettempdir()) / f"loam-{os.getuid()}"
    if _is_writable(shared) and _is_private(shared):
        return shared
    return Path(tempfile.mkdtemp(prefix="loam-"))


def store_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old content, the whole new content, or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _is_writable(directory: Path) -> bool:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            return True
    except OSError:
        return False


def _is_private(directory: Path) -> bool:
    status = directory.lstat()
    return status.st_uid == os.getuid() and not status.st_mode & 0o022
