"""Kinds of blocks, and where one stands in a document."""

import enum
from typing import NamedTuple


class Block(enum.Enum):
    """What kind of block a piece of text belongs to."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    CODE = "code"
    MATHS = "maths"
    BLANK = "blank"

    @property
    def is_prose(self) -> bool:
        """Whether its text is language, to be translated."""
        return self not in (Block.CODE, Block.MATHS, Block.BLANK)


class BlockSpan(NamedTuple):
    """A run of whole lines that is one block.

    Attributes:
        block: What it is.
        start: First character.
        body: First character after its mark (`# `, `- `, `> `); `start` when it has none.
        end: First character after its last line break.
    """

    block: Block
    start: int
    body: int
    end: int
