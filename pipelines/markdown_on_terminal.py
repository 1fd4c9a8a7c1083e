"""Markdown on a terminal, with nothing of its tables cut off."""

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions
from rich.markdown import Markdown, TableElement
from rich.table import Table


class _WholeTable(TableElement):
    """A table whose words are broken where a column is too narrow for them."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Table]:
        for table in super().__rich_console__(console, options):
            if isinstance(table, Table):
                for column in table.columns:
                    column.overflow = "fold"
                yield table


class WholeMarkdown(Markdown):
    """Markdown whose tables tell all."""

    elements = {**Markdown.elements, "table_open": _WholeTable}  # noqa: RUF012 -- overrides what rich leaves so
