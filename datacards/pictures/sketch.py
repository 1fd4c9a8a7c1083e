"""A picture that can be drawn: where it lies, what it says in words, and what it is drawn from."""

from dataclasses import dataclass

from datacards.pictures.figures import Drawable

TALL = 40  # rows; a picture with more is folded away


@dataclass(frozen=True)
class Sketch:
    """A picture that can be drawn.

    Attributes:
        name: Its file's name without the suffix, and its name on a page.
        title: What it shows.
        description: What it says, in words.
        rows: How many rows it has, for one whose height grows with the data; 0 for others.
        figure: What it is drawn from.
    """

    name: str
    title: str
    description: str
    rows: int
    figure: Drawable

    @property
    def path(self) -> str:
        """The file that it lies in, relative to the card."""
        return f"pictures/{self.name}.svg"
