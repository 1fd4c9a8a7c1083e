"""Text that is not all UTF-8: plain text without a header that tells its encoding, names of files, surrogates."""

import re

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# Bytes that are no UTF-8, as Python's error handler `surrogateescape` keeps them.
_STRAY = re.compile("[\udc80-\udcff]+")


def decoded_text(content: bytes, encoding: str) -> str:
    r"""Return what bytes say, with line feeds alone at line ends.

    It is UTF-8, or UTF-16 with its mark. Where most characters beyond ASCII are UTF-8, the few bytes that are none are
    in the other encoding, as in a file that was put together from several; else all is.

    Args:
        content: The bytes.
        encoding: What they are in where they are not UTF-8; ISO 8859-1 for bytes that it has no character for.

    >>> decoded_text("caf\u00e9, na\u00efve, ".encode() + b"fa\xe7ade", "cp1252")
    'café, naïve, façade'
    """
    if content.startswith(_UTF_16):
        text = content.decode("utf-16", "replace")
    else:
        text = content.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
        strays = _STRAY.findall(text)
        if strays:
            beyond_ascii = len(re.findall(r"[^\x00-\x7f\udc80-\udcff]", text))
            if beyond_ascii > sum(map(len, strays)):
                text = _STRAY.sub(lambda stray: _other(stray[0].encode("utf-8", "surrogateescape"), encoding), text)
            else:
                text = _other(content, encoding)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def escaped(text: str) -> str:
    r"""Return text with what is no character, halves of surrogate pairs, as its escape: it can be written as UTF-8.

    So Python spells bytes of names of files and of members of archives that are no UTF-8.

    >>> escaped("caf\udce9.tex")
    'caf\\udce9.tex'
    """
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def _other(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return content.decode("iso-8859-1")
