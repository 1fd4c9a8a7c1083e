"""What a release publishes beside its card: tables, their columns, and the parts that can be loaded by name."""

from dataclasses import dataclass

SIGNALS = "signals"  # the configuration, and the folder, of published signals


@dataclass(frozen=True)
class Column:
    """One column of the published tables."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class PublishedFile:
    """One published file, relative to the root of the release."""

    path: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Configuration:
    """A named part of the release that can be loaded by itself, and the globs of its files."""

    name: str
    globs: tuple[str, ...]
