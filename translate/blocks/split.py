"""A document as blocks."""

from collections.abc import Iterator

from translate.blocks.kinds import Block, BlockSpan
from translate.blocks.lines import Line, lines_of
from translate.blocks.verbatim import Verbatim
from translate.blocks.wrapping import wrap_width, wrapped_until


def split_blocks(text: str) -> Iterator[BlockSpan]:
    """Yield the blocks of a text in order; together they cover every character once."""
    lines = lines_of(text)
    verbatim, usual = Verbatim(lines), wrap_width(lines)
    number = 0
    while number < len(lines):
        found = verbatim.end(number)
        if found is not None:
            block, last = found
            yield _span(block, lines, number, last)
            number = last + 1
            continue
        block, mark = lines[number].block, lines[number].mark
        last = number
        if block in (Block.PARAGRAPH, Block.LIST_ITEM):
            last = wrapped_until(lines, number, usual)
        yield _span(block, lines, number, last, mark)
        literal = verbatim.literal_after(last) if block.is_prose else None
        if literal is not None:
            if literal[0] > last + 1:
                yield _span(Block.BLANK, lines, last + 1, literal[0] - 1)
            yield _span(Block.CODE, lines, *literal)
            last = literal[1]
        number = last + 1


def _span(block: Block, lines: list[Line], first: int, last: int, mark: int = 0) -> BlockSpan:
    start = lines[first].start
    return BlockSpan(block, start, start + mark, lines[last].end)
