"""Tables in manual pages (tbl(1)): their rows, cells parted by tabs; rules and the layout are left out."""

import re
from collections.abc import Callable

from pipelines.sources.troff import plain

_TAB = re.compile(r"\btab\s*\((.)\)", re.IGNORECASE)
_NO_CELLS = frozenset({"_", "=", "\\_", "\\=", "\\^"})  # rules, and what goes on from the cell above


class Table:
    """Takes in the lines of a table, from behind `.TS` to before `.TE`.

    Args:
        text_of: Gives the text of the lines of a block (`T{` to `T}`), which are as any of the page.
    """

    def __init__(self, text_of: Callable[[str], str]) -> None:
        self.rows: list[str] = []
        self._text_of = text_of
        self._tab = "\t"
        self._is_first = True
        self._in_layout = True  # what columns look like, up to a full stop
        self._cells: list[str] = []  # of a row that is not finished
        self._block: list[str] | None = None

    def take(self, line: str) -> None:
        """Take in one more line."""
        if self._in_layout:
            self._lay_out(line)
        elif self._block is not None:
            self._take_block(line)
        elif line.startswith(".T&"):
            self._in_layout = True
        elif not re.match(r"[.'](?!\d)", line) and line.strip() not in ("_", "="):
            self._take_cells(line)

    def end(self) -> list[str]:
        """Return the rows, at the end of the table."""
        if self._block is not None:
            self._take_block("T}")
        return self.rows

    def _lay_out(self, line: str) -> None:
        if self._is_first and line.rstrip().endswith(";"):
            found = _TAB.search(line)
            self._tab = found[1] if found else self._tab
        else:
            self._in_layout = not line.rstrip().endswith(".")
        self._is_first = False

    def _take_cells(self, line: str) -> None:
        *whole, last = line.split(self._tab)
        self._cells += whole
        if last.strip() == "T{":
            self._block = []
            return
        shown = (plain(cell).strip() for cell in [*self._cells, last] if cell.strip() not in _NO_CELLS)
        row = "\t".join(shown).strip()
        self.rows += [row] if row else []
        self._cells = []

    def _take_block(self, line: str) -> None:
        if self._block is None or not line.startswith("T}"):
            self._block = [*(self._block or []), line]
            return
        text = " ".join(self._text_of("\n".join(self._block)).split())
        self._block = None
        self._take_cells(text.replace("\\", "\\e").replace(self._tab, " ") + line.removeprefix("T}"))
