"""Blocks: what a line of a document is (paragraph, heading, list item, table row, code, maths), and what joins lines.

Markdown conventions are read, because plain text follows them too, and those of reStructuredText and of Perl's POD;
nothing here changes a character.
"""

from translate.blocks.code_lines import is_code
from translate.blocks.kinds import Block, BlockSpan
from translate.blocks.split import split_blocks

__all__ = ["Block", "BlockSpan", "is_code", "split_blocks"]
