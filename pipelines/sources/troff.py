"""Escapes of troff (groff(7), groff_char(7)), as the characters that they print."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

_ACCENTS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", ":": "\u0308", "~": "\u0303", ",": "\u0327", "o": "\u030a"}
_ONE = {
    **dict(zip("e\\-'`._", "\\\\-'`._", strict=True)),
    " ": " ",
    "~": "\u00a0",
    "0": " ",
    "t": "\t",
}
_STRINGS = {"Aq": "'", "lq": "\u201c", "rq": "\u201d", "R": "\u00ae", "Tm": "\u2122", "--": "\u2014"}
_STRINGS |= dict.fromkeys(('L"', 'R"', "C`", "C'"), '"')

_ESCAPE = re.compile(
    r"""\\(?:
        f(?:\(..|\[[^\]]*\]|.)                                       # fonts
      | s(?:[+-]?\d|[+-]?\(\d\d|\[[^\]]*\]|'[^']*')                  # sizes
      | [*n](?:\((?P<string2>..)|\[(?P<string>[^\]]*)\]|(?P<string1>.))  # strings and registers
      | \((?P<two>..) | \[(?P<name>[^\]\s]*)[^\]]*\]                 # characters
      | C'(?P<quoted>[^']*)' | N'(?P<code>\d{1,7})'
      | [hvwoblLDXYZRAS]'[^']*' | [mMFkV](?:\(..|\[[^\]]*\]|.) | z.  # movements and colours
      | (?P<one>.)
    )""",
    re.VERBOSE,
)
_STRING = re.compile(r"\\\*(?:\((?P<two>..)|\[(?P<name>[^\]]*)\]|(?P<one>.))")
_MOST_STRINGS = 1000  # in a line
_COMMENT = re.compile(r'\\".*$')
_ARGUMENT = re.compile(r'"((?:[^"]|"")*)"?|(\S+)')
_HEXADECIMAL = re.compile(r"u[0-9A-Fa-f]{4,6}(_[0-9A-Fa-f]{4,6})*")
_CHARACTERS_OF_UNICODE = 0x110000


@lru_cache(maxsize=1)
def _characters() -> dict[str, str]:
    table = files("pipelines.sources").joinpath("data/troff_characters.tsv").read_text(encoding="utf-8")
    return dict(line.split("\t") for line in table.splitlines())


def plain(line: str) -> str:
    r"""Return what a line of text prints.

    >>> plain(r"na\(:ive \fBbold\fP, \[em] \-x \(lqso\(rq\" and a comment")
    'naïve bold, — -x “so”'
    """
    return _ESCAPE.sub(_printed, _COMMENT.sub("", line))


def with_strings(line: str, defined: Mapping[str, str]) -> str:
    r"""Return a line with the strings that its page has defined, those of the macro packages apart.

    >>> with_strings(r"\*(Nm reads \*[files] \*(lqnow\*(rq", {"Nm": "tool", "files": "files", "lq": "<"})
    'tool reads files \\*(lqnow\\*(rq'
    """

    def said(match: re.Match[str]) -> str:
        name = match["two"] or match["name"] or match["one"] or ""
        return match[0] if name in _STRINGS else defined.get(name, match[0])

    return _STRING.sub(said, line, count=_MOST_STRINGS) if defined and "\\*" in line else line


def arguments(rest: str) -> list[str]:
    """Return what the arguments of a macro print, those in quotation marks whole."""
    bare = _COMMENT.sub("", rest).strip()
    return [plain(word or quoted.replace('""', '"')) for quoted, word in _ARGUMENT.findall(bare)]


def _printed(match: re.Match[str]) -> str:
    found = match.groupdict()
    if found["one"] is not None:
        return _ONE.get(found["one"], "")
    if found["code"] is not None:
        return _of_code(int(found["code"]))
    name = found["two"] or found["name"] or found["quoted"]
    if name is not None:
        return _named(name)
    return _STRINGS.get(found["string2"] or found["string"] or found["string1"] or "", "")


def _named(name: str) -> str:
    if name in _characters():
        return _characters()[name]
    if _HEXADECIMAL.fullmatch(name):
        return "".join(_of_code(int(code, 16)) for code in name[1:].split("_"))
    accent, letter = name[:1], name[1:]
    if accent not in _ACCENTS or len(letter) != 1 or not letter.isalpha():
        return ""
    return unicodedata.normalize("NFC", letter + _ACCENTS[accent])


def _of_code(code: int) -> str:
    is_character = 0 < code < _CHARACTERS_OF_UNICODE and not 0xD800 <= code < 0xE000  # noqa: PLR2004 -- surrogates
    return chr(code) if is_character else ""
