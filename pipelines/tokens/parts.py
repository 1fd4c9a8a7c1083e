"""Parts of a corpus: what a token shard holds documents of, and what the mixture weighs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.corpus.units import Json

TRAIN, VALID = "train", "valid"

ALL_SOURCES = "all"


@dataclass(frozen=True, order=True)
class Part:
    """A part: documents of one language, one source and one split.

    Attributes:
        lang: Concluded language.
        source: Name of the source; `all` where validation shards are not parted by source.
        split: `train` or `valid`.
        translated: Whether its documents are machine translations.
        copies: The least number of documents that each of its documents speaks for, as the mixture parts them.
    """

    lang: str
    source: str
    split: str = TRAIN
    translated: bool = False
    copies: int = 1

    @property
    def name(self) -> str:
        """Its place among the units of the stage."""
        translated = "-translated" if self.translated else ""
        copies = "" if self.copies == 1 else f"-{self.copies}-copies"
        return f"{self.lang}/{self.source}/{self.split}{translated}{copies}"

    @property
    def stratum(self) -> str:
        """How recipes name it."""
        return f"{self.lang}/{self.source}"

    def described(self) -> dict[str, Json]:
        """Return it for the parameters of a unit; `part_of` reads it."""
        return {**vars(self)}


def part_of(parameters: Mapping[str, Json]) -> Part:
    """Return the part that a unit's parameters describe."""
    return Part(**{key: parameters[key] for key in ("lang", "source", "split", "translated", "copies")})  # type: ignore[arg-type]


def copies_bounds(copies: int, classes: Sequence[int]) -> tuple[int, int | None]:
    """Return from which cluster size on and below which a document belongs to a class; None for no bound.

    Args:
        copies: The least cluster size of the class.
        classes: The least sizes of all classes.
    """
    return copies, min((least for least in classes if least > copies), default=None)
