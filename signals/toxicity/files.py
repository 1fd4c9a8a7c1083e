"""Files of lists on disk."""

from pathlib import Path


def stamp(path: Path) -> str:
    """Return what changes when a file, or a file of a folder, is written again."""
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    states = ((file, file.stat()) for file in files)
    return " ".join(f"{file}:{state.st_mtime_ns}:{state.st_size}" for file, state in states)
