"""Under which licences that stands in a release which is none of its tables of documents."""

from dataclasses import dataclass

DEFAULT = "CC0-1.0"
LOAM = "Apache-2.0"  # of the page's style and scripts, which come with Loam


@dataclass(frozen=True)
class ExplorerTerms:
    """The terms of what the explorer holds besides figures.

    Attributes:
        texts: SPDX expressions of the documents that can be read there, sorted.
        libraries: SPDX expressions of the libraries that it runs, sorted.
    """

    texts: tuple[str, ...]
    libraries: tuple[str, ...]


@dataclass(frozen=True)
class OwnTerms:
    """The terms of the card itself.

    Attributes:
        metadata: SPDX expression of what the release says of its documents: card, manifest, signals, notices, pictures.
        explorer: The terms of the explorer; None where there is none.
    """

    metadata: str = DEFAULT
    explorer: ExplorerTerms | None = None

    @property
    def expressions(self) -> tuple[str, ...]:
        """All of them, each once."""
        explorer = () if self.explorer is None else (*self.explorer.texts, *self.explorer.libraries)
        return tuple(dict.fromkeys((self.metadata, LOAM, *explorer)))
