"""Resources: the model files and word lists that signals read, where a reference leads, and what identifies them."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

_PACKAGE = "package:"


def resolve(reference: str) -> Path:
    """Return the file or folder that a reference names.

    Args:
        reference: A path, or ``package:NAME/FILE`` for a file, at any depth, of an installed Python package.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The package has several files of that name.
    """
    if not reference.startswith(_PACKAGE):
        path = Path(reference)
        if not path.exists():
            raise FileNotFoundError(f"{path}: there is no such file")
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
    """Return what identifies a file's content, or the names and contents of all files of a folder, in hexadecimal."""
    if path.is_dir():
        digest = hashlib.sha256()
        for member in sorted(path.rglob("*")):
            if member.is_file():
                digest.update(f"{member.relative_to(path).as_posix()}\0{sha256(member)}\n".encode())
        return digest.hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
