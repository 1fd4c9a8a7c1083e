"""A card's blocks as plain text, for formats that hold no markup."""

from collections.abc import Iterable

from datacards.blocks import Block, Bullets, Code, Inline, Link, Paragraph, Section, Strong


def plain_text(blocks: Iterable[Block]) -> str:
    """Return what blocks say in sentences; tables, listings and pictures are left out."""
    return "\n".join(_sentences(blocks))


def _sentences(blocks: Iterable[Block]) -> Iterable[str]:
    for block in blocks:
        match block:
            case Paragraph(parts):
                yield _joined(parts)
            case Bullets(items):
                yield from map(_joined, items)
            case Section(_, inner):
                yield from _sentences(inner)
            case _:
                pass


def _joined(parts: tuple[Inline, ...]) -> str:
    return "".join(_text(part) for part in parts)


def _text(part: Inline) -> str:
    match part:
        case Code(text) | Strong(text) | Link(text, _):
            return text
        case str():
            return part
