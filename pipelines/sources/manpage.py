"""Manual pages: the text of the man(7) and mdoc(7) macros, as a reader sees it, one paragraph a line.

Requests and macros that only lay out are left out. Of conditions, those count that ask whether a page is shown on a
terminal: it is. Strings of a page's own are read; what else it computes (other conditions, number registers, macros of
its own) is not run.
"""

import re
from dataclasses import dataclass

from pipelines.sources.mdoc import Mdoc, is_macro, joined
from pipelines.sources.troff import arguments, plain, with_strings
from pipelines.sources.troff_tables import Table

MAX_CONDITIONS = 20  # in one line
MAX_STRING = 1000  # characters; longer strings are cut off

_HEADINGS = frozenset({"SH", "SS", "Sh", "Ss"})
_SPACED = frozenset({"PP", "LP", "P", "HP", "RS", "RE", "sp", "Sp", "Pp", "Bl", "El"})
_BROKEN = frozenset({"br", "TP", "TQ", "IP", "It"})
_SPELLED = frozenset({"B", "I", "SM", "SB", "R", "SY", "OP", "MR"})
_JOINED = frozenset({"BI", "BR", "IB", "IR", "RB", "RI"})
_LINKS = frozenset({"UR", "MT", "UE", "ME"})
_DEFINITIONS = frozenset({"ds", "de", "ig", "am", "de1", "am1"})

_COMMENT = re.compile(r"[.']\s*\\[\"#](?P<text>.*)")
_SPDX = re.compile(r"SPDX-License-Identifier:\s*(?P<value>\S[^\r\n]*)")
_ALIAS = re.compile(rb"\.so\s+\S+\s*")
_CODING = re.compile(rb"-\*-.*?coding:\s*([A-Za-z0-9._-]+).*?-\*-")
_TERMINAL = re.compile(r"(?P<is_not>!?)\s*(?P<output>[nt])\s*(?P<body>(?:[.'\\\s].*)?)")
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Page:
    """A manual page.

    Attributes:
        title: Its name and section, such as `ls(1)`.
        text: Its text; headings on lines of their own.
        spdx: (licence, line) of an SPDX header in its comments.
    """

    title: str | None
    text: str
    spdx: tuple[str, int] | None


def is_alias(content: bytes) -> bool:
    """Tell whether a page says no more than where another one is."""
    said = [line for line in content.splitlines() if line.strip() and not line.startswith((b'.\\"', b"'\\\""))]
    return len(said) == 1 and _ALIAS.fullmatch(said[0]) is not None


def encoding_of(content: bytes) -> str:
    """Return the encoding that the first line of a page names, as Emacs and man read it; UTF-8 where none does."""
    match = _CODING.search(content.split(b"\n", 1)[0])
    return match[1].decode("ascii") if match else "utf-8"


def read_page(source: str) -> Page:
    """Return what a reader sees of a page."""
    return _read(source, _Reader())


def _read(source: str, reader: "_Reader") -> Page:
    spdx = None
    for number, line in enumerate(source.splitlines(), 1):
        comment = _COMMENT.match(line)
        if comment is None:
            reader.take(line)
        elif spdx is None and (found := _SPDX.search(comment["text"])):
            spdx = (found["value"].strip(), number)
    return Page(reader.title, reader.text(), spdx)


class _Reader:
    """Sets the lines of a page.

    Args:
        within: Whether they stand in a table, where no other table does.
    """

    def __init__(self, *, within: bool = False) -> None:
        self._within = within
        self._depth = 0  # of conditions in one line
        self.title: str | None = None
        self._lines: list[str] = []
        self._words: list[str] = []  # of the paragraph that is not finished
        self._filled = True
        self._until: str | None = None  # what ends a definition, which is passed over
        self._table: Table | None = None
        self._passed_over = 0  # groups (`\\{` to `\\}`) of a condition that does not hold
        self._else: bool | None = None  # whether the other branch of the last condition holds, if that is known
        self._tag_follows = False  # the line behind .TP has a line of its own
        self._mdoc = Mdoc()
        self._strings: dict[str, str] = {}

    def text(self) -> str:
        """Return what was set."""
        self._end()
        if self._table is not None:
            self._lines += self._table.end()
        return _BLANK_LINES.sub("\n\n", "\n".join(self._lines)).strip()

    def take(self, line: str) -> None:
        """Set one more line."""
        line = with_strings(line, self._strings)
        if self._until is not None:
            ends = line.startswith(".") and line[1:].strip() == self._until
            self._until = None if ends else self._until
        elif self._passed_over:
            self._passed_over += line.count("\\{") - line.count("\\}")
        elif self._table is not None:
            self._take_row(self._table, line)
        elif line.startswith((".", "'")):
            name, _, rest = line[1:].strip().partition(" ")
            self._request(name, rest)
        elif line.strip():
            if line.startswith(" "):
                self._end()  # a line that begins with a space breaks
            self._add(plain(line))
        elif self._filled:
            self._skip()
        else:
            self._lines.append("")

    def _request(self, name: str, rest: str) -> None:
        if name in _DEFINITIONS:
            self._define(name, rest)
        elif name in ("TH", "Dt"):
            self.title = self.title or _title(arguments(rest))
        elif name in ("nf", "EX", "Vb", "fi", "EE", "Ve", "TS"):
            self._end()
            self._filled = name in ("fi", "EE", "Ve", "TS")
            is_table = name == "TS" and not self._within
            self._table = Table(lambda lines: _read(lines, _Reader(within=True)).text) if is_table else None
        elif name in _HEADINGS:
            self._filled = True
            self._skip()
            heading = (
                joined(self._mdoc.words([], arguments(rest))) if name in ("Sh", "Ss") else " ".join(arguments(rest))
            )
            self._lines += [heading, ""]
            self._mdoc.section = heading
        elif name in ("Bd", "Ed"):
            self._skip()
            self._filled = not {"-literal", "-unfilled"} & set(rest.split()) or name == "Ed"
        elif name in _SPACED:
            self._skip()
        elif name in _BROKEN:
            self._item(name, rest)
        elif name in ("D1", "Dl"):
            self._end()
            self._add(self._mdoc.line(name, rest))
            self._end()
        elif name in ("if", "ie", "el"):
            self._condition(name, rest)
        else:
            self._add(self._said(name, rest))

    def _define(self, name: str, rest: str) -> None:
        if name == "ds":
            string, _, value = rest.partition(" ")
            self._strings[string] = value.lstrip().removeprefix('"')[:MAX_STRING]
        else:
            words = arguments(rest)
            self._until = words[1] if len(words) > 1 else "."

    def _condition(self, name: str, rest: str) -> None:
        """Set what a condition guards, if it is known to hold; a group that is not known to is set, a line is not."""
        if name == "el":
            holds, body, self._else = self._else, rest.strip(), None
        else:
            asked = _TERMINAL.match(rest.strip())
            holds = None if asked is None else (asked["output"] == "n") != bool(asked["is_not"])
            body = "" if asked is None else asked["body"].strip()
            self._else = None if holds is None or name == "if" else not holds
        if holds:
            body = body.removeprefix("\\{").removesuffix("\\}").strip()
            if body not in ("", "\\") and self._depth < MAX_CONDITIONS:
                self._depth += 1
                self.take(body)
                self._depth -= 1
        elif holds is False and body.startswith("\\{"):
            self._passed_over = body.count("\\{") - body.count("\\}")

    def _item(self, name: str, rest: str) -> None:
        self._end()
        self._tag_follows = name in ("TP", "TQ")
        words = arguments(rest)
        if name == "IP" and words:
            self._add(words[0])
        elif name == "It" and words:
            self._add(self._mdoc.line("No", rest))

    def _said(self, name: str, rest: str) -> str:
        """Return what a macro for words prints."""
        words = arguments(rest)
        if name in _SPELLED or name in _LINKS:
            return f"<{' '.join(words)}>" if name in ("UR", "MT") and words else " ".join(words)
        if name in ("URL", "MTO"):  # of Asciidoctor: address, words, what follows
            address, said, behind = (*words, "", "", "")[:3]
            return f"{said} <{address}>{behind}".strip()
        if name in _JOINED:
            return "".join(words)
        return self._mdoc.line(name, rest) if is_macro(name) else ""

    def _take_row(self, table: Table, line: str) -> None:
        if line.startswith(".TE"):
            self._lines += table.end()
            self._table = None
        else:
            table.take(line)

    def _add(self, text: str) -> None:
        if self._filled:
            self._words += [text.strip()] if text.strip() else []
            if self._tag_follows and text.strip():
                self._tag_follows = False
                self._end()
        elif text:
            self._lines.append(joined(text).rstrip())

    def _end(self) -> None:
        if self._words:
            self._lines.append(joined(" ".join(self._words)))
            self._words = []

    def _skip(self) -> None:
        self._end()
        if self._lines and self._lines[-1]:
            self._lines.append("")


def _title(words: list[str]) -> str | None:
    if not words:
        return None
    return f"{words[0]}({words[1]})" if len(words) > 1 else words[0]
