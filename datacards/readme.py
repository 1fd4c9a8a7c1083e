"""A card as Markdown: the README.md of a release."""

import re
from collections.abc import Iterable

from datacards.blocks import (
    Block,
    Bullets,
    Card,
    Code,
    Figures,
    Inline,
    InTable,
    Link,
    Listing,
    Paragraph,
    Picture,
    Section,
    Strong,
    Table,
)
from datacards.content import card
from datacards.huggingface import front_matter, front_matter_text
from datacards.manifest import Manifest
from datacards.measured import Pictures

_SPECIAL = re.compile(r"([\\`*_\[\]|~#])")
_ADDRESS = re.compile(r"https?://\S+")


def readme(manifest: Manifest, previous: Manifest | None = None, pictures: Pictures = None) -> str:
    """Return the README.md of a release: front matter for the Hub, then the card, with what changed since another."""
    return front_matter_text(front_matter(manifest)) + "\n" + markdown(card(manifest, previous, pictures))


def markdown(content: Card) -> str:
    """Return a card as GitHub-flavoured Markdown."""
    parts = [f"# {_plain(content.title)}", _plain(content.summary)]
    parts += [_block(block, 2) for block in content.blocks]
    return "\n\n".join(parts) + "\n"


def _block(block: Block, level: int) -> str:
    match block:
        case Paragraph(parts):
            text = _run(parts)
        case Bullets(items):
            text = "\n".join(f"- {_run(item)}" for item in items)
        case Figures(items):
            text = _rows([name for name, _ in items], [False] * len(items), [[value for _, value in items]])
        case Table():
            text = _table(block)
        case Listing():
            text = _listing(block)
        case Picture(path, _, alternative, folded):
            text = f"![{_plain(alternative)}]({_address(path)})"
            if folded is not None:
                text = f"<details>\n<summary>{_entities(folded)}</summary>\n\n{text}\n\n</details>"
        case Section(title, blocks):
            text = "\n\n".join([f"{'#' * level} {_plain(title)}", *(_block(inner, level + 1) for inner in blocks)])
    return text


def _table(table: Table) -> str:
    numbers = [table.is_number(column) for column in range(len(table.header))]
    shown, folded = table.split()
    text = f"*{_plain(table.caption)}*"
    if shown or not folded:
        text += "\n\n" + _rows(table.header, numbers, map(_cells, shown))
    if folded:
        rest = _rows(table.header, numbers, map(_cells, folded))
        text += f"\n\n<details>\n<summary>{_entities(table.summary)}</summary>\n\n{rest}\n\n</details>"
    return text


def _rows(header: Iterable[str], numbers: list[bool], rows: Iterable[Iterable[str]]) -> str:
    rule = ["---:" if number else "---" for number in numbers]
    lines = [map(_plain, header), rule, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(row: tuple[InTable, ...]) -> list[str]:
    return [_cell(value) for value in row]


def _cell(value: InTable) -> str:
    match value:
        case None:
            return ""
        case int():
            return f"{value:,}"
        case tuple():
            return " ".join(_code(code.text).replace("|", "\\|") for code in value)
        case Code(text):
            return _code(text).replace("|", "\\|")
        case str() | Strong() | Link():
            return _inline(value)
        case _:
            return _entities(str(value))


def _listing(listing: Listing) -> str:
    longest = max((len(run) for run in re.findall(r"`+", listing.text)), default=0)
    fence = "`" * max(3, longest + 1)
    code = f"{fence}{listing.language}\n{listing.text.rstrip()}\n{fence}"
    if listing.summary is None:
        return code
    return f"<details>\n<summary>{_entities(listing.summary)}</summary>\n\n{code}\n\n</details>"


def _run(parts: tuple[Inline, ...]) -> str:
    return "".join(map(_inline, parts))


def _inline(part: Inline) -> str:
    match part:
        case Code(text):
            return _code(text)
        case Strong(text):
            return f"**{_plain(text)}**"
        case Link(text, url):
            return f"[{_plain(text)}]({_address(url)})" if _ADDRESS.fullmatch(url) else _plain(text)
        case str():
            return _plain(part)


def _code(text: str) -> str:
    text = " ".join(text.split())
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    if longest == 0:
        return f"`{text}`" if text else ""
    fence = "`" * (longest + 1)
    return f"{fence} {text} {fence}"


def _plain(text: str) -> str:
    """Escape text so that nothing in it acts as Markdown or HTML; line breaks become spaces."""
    return _SPECIAL.sub(r"\\\1", _entities(re.sub(r"[\r\n]+", " ", text)))


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _address(url: str) -> str:
    return url.replace(" ", "%20").replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")
