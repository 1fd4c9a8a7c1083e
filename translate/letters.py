"""Letters of a text, counted."""

_NO_ASCII_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())


def count_letters(text: str) -> int:
    """Count the characters of a text for which `str.isalpha` is true.

    Examples:
        >>> count_letters("Été 2026!")
        3
    """
    if text.isascii():
        return len(text.encode().translate(None, _NO_ASCII_LETTERS))
    together = text.replace(" ", "")
    return len(together) if together.isalpha() else sum(map(str.isalpha, together))
