"""The page's own files: scripts and style as written, the libraries as `make explorer` gathered them."""

import hashlib
from collections.abc import Mapping
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path

FOLDER = "explorer"
STYLE = f"{FOLDER}/explorer.css"
SCRIPT = f"{FOLDER}/main.js"

_OWN_SUFFIXES = (".js", ".css")
NOTICES = "LICENSES.txt"  # built last
_DUCKDB_LICENCE = "LICENSE-duckdb.txt"


def controls() -> str:
    """Return the HTML of the explorer's part of the page; no name or number of a corpus stands in it."""
    return resources.files("datacards").joinpath("explorer/web/explorer.html").read_text(encoding="utf-8")


def assets() -> dict[str, Traversable] | None:
    """Return the page's files by their names below the explorer's folder, sorted; None before `make explorer`."""
    root = resources.files("datacards").joinpath("explorer")
    libraries = root.joinpath("built")
    if not libraries.joinpath(NOTICES).is_file():
        return None
    own = {file.name: file for file in root.joinpath("web").iterdir() if file.name.endswith(_OWN_SUFFIXES)}
    gathered = {f"libraries/{file.name}": file for file in libraries.iterdir()}
    return dict(sorted({**own, **gathered, f"libraries/{_DUCKDB_LICENCE}": _duckdb_licence()}.items()))


def _duckdb_licence() -> Traversable:
    """Return DuckDB's licence: the package for browsers has no copy, that for Python does.

    Raises:
        FileNotFoundError: It does not here.
    """
    for file in metadata.files("duckdb") or ():
        if "licen" in file.name.lower() and ".dist-info" in file.parts[0]:
            return Path(str(file.locate()))
    raise FileNotFoundError("duckdb is installed without its licence, which the explorer passes on: reinstall it")


def digests(files: Mapping[str, Traversable]) -> dict[str, str]:
    """Return the SHA-256 of some files, in hexadecimal."""
    return {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files.items()}
