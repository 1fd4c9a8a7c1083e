"""Text from documents on a terminal."""


def printable(text: str) -> str:
    """Return a text on one line, without the control characters by which it could steer a terminal."""
    return "".join(character if character.isprintable() else _SHOWN.get(character, "�") for character in text)


def printable_lines(text: str) -> str:
    """Return a text of several lines, each as `printable` gives it."""
    return "\n".join(map(printable, text.split("\n")))


_SHOWN = {"\n": "↵", "\t": " ", "\r": ""}
