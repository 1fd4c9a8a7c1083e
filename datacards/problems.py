"""What a strict check of a release finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a file of a release.

    Attributes:
        file: The file.
        where: The field or section.
        what: What is wrong, and what was expected.
    """

    file: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {self.where}: {self.what}"
