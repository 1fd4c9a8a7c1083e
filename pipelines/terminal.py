"""What is written to a terminal, and text from documents on it."""

import sys

from rich.console import Console

_WIDE = 200  # columns, where no terminal says how many it has


def plain_console() -> Console:
    """Return a console that shows text as it is, wide where its output goes to no terminal."""
    return Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else _WIDE)


def printable(text: str) -> str:
    """Return a text on one line, without the control characters by which it could steer a terminal."""
    return "".join(character if character.isprintable() else _SHOWN.get(character, "�") for character in text)


def printable_lines(text: str) -> str:
    """Return a text of several lines, each as `printable` gives it."""
    return "\n".join(map(printable, text.split("\n")))


_SHOWN = {"\n": "↵", "\t": " ", "\r": ""}
