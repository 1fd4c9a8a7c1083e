"""A card as one HTML page: it loads nothing from elsewhere, and is light or dark as the system asks.

With the explorer it runs the scripts in the folder beside it; without, it needs nothing but itself.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from html import escape
from importlib import resources

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
    Share,
    Strong,
    Table,
)
from datacards.content import card
from datacards.explorer import assets
from datacards.manifest import Manifest
from datacards.measured import Pictures

_ADDRESS = re.compile(r"https?://\S+")
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_SHARES = "".join(f".part-{part} {{ --share: {part}%; }}\n" for part in range(101))

_WITHOUT_EXPLORER = (
    '<p class="quiet">This page has no explorer: its libraries were not built when the card was '
    "(<code>make explorer</code>, which needs npm). The tables below say what there is without it.</p>"
)


def page(
    manifest: Manifest, previous: Manifest | None = None, pictures: Pictures = None, *, explorer: bool = False
) -> str:
    """Return the page of a release.

    Args:
        manifest: What the card says.
        previous: The release before, for a section on what changed.
        pictures: Its pictures besides the flow, by name; None where they are not drawn.
        explorer: Whether the explorer's files lie beside the page.
    """
    after_picture = assets.controls() if explorer else _WITHOUT_EXPLORER
    return html(card(manifest, previous, pictures), after_picture, explorer=explorer)


def html(content: Card, after_picture: str = "", *, explorer: bool = False) -> str:
    """Return a card as a whole HTML document.

    Args:
        content: The card.
        after_picture: HTML to stand before the first section.
        explorer: Whether the page runs the explorer's scripts.
    """
    style = resources.files("datacards").joinpath("data/page.css").read_text(encoding="utf-8")
    sections = [block for block in content.blocks if isinstance(block, Section)]
    before = [block for block in content.blocks if not isinstance(block, Section)]
    anchors = [("Explore", "explore")] if explorer else []
    anchors += [(part.title, _anchor(part.title)) for part in sections]
    contents = "".join(f'<li><a href="#{anchor}">{escape(title)}</a></li>' for title, anchor in anchors)
    body = "\n".join([*(_block(block, 2) for block in before), after_picture, *(_block(part, 2) for part in sections)])
    styles = (f"\n{style}{_SHARES}", *_STYLE.findall(body))
    scripts = f'<link rel="stylesheet" href="{assets.STYLE}">\n<script type="module" src="{assets.SCRIPT}"></script>\n'
    return (
        "<!doctype html>\n"
        '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(styles, explorer=explorer)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>{escape(content.title)}</title>\n"
        f'<meta name="description" content="{escape(content.summary)}">\n'
        f"<style>{styles[0]}</style>\n{scripts if explorer else ''}</head>\n<body>\n"
        f"<header>\n<h1>{escape(content.title)}</h1>\n<p>{escape(content.summary)}</p>\n</header>\n"
        f'<nav aria-label="Contents"><ol>{contents}</ol></nav>\n'
        f"<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _policy(styles: Iterable[str], *, explorer: bool) -> str:
    """Return what the page may load and run, whatever stands in a title or an address: its own files and no others.

    DuckDB is WebAssembly in a worker; the worker is made from a blob, and so stands under the same policy.
    """
    admitted = ["'self'"] if explorer else []
    for style in dict.fromkeys(styles):
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        admitted.append(f"'sha256-{digest}'")
    directives = [
        "default-src 'none'",
        f"style-src {' '.join(admitted)}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    if explorer:
        directives += ["script-src 'self' 'wasm-unsafe-eval'", "worker-src blob:", "connect-src 'self' blob:"]
    return "; ".join(directives)


def _block(block: Block, level: int) -> str:
    match block:
        case Paragraph(parts):
            text = f"<p>{_run(parts)}</p>"
        case Bullets(items):
            text = f"<ul>{''.join(f'<li>{_run(item)}</li>' for item in items)}</ul>"
        case Figures(items):
            pairs = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in items)
            text = f'<dl class="figures">{pairs}</dl>'
        case Table():
            text = _table(block)
        case Listing():
            text = _listing(block)
        case Picture(_, svg, alternative, folded):
            drawn = svg or f"<p>{escape(alternative)}</p>"  # until the explorer draws it
            text = f'<figure tabindex="0" data-picture="{escape(block.name)}">{drawn}</figure>'
            if folded is not None:
                text = f"<details><summary>{escape(folded)}</summary>\n{text}\n</details>"
        case Section(title, blocks):
            inner = "\n".join(_block(part, level + 1) for part in blocks)
            heading = f'<h{level} id="{_anchor(title)}">{escape(title)}</h{level}>'
            text = f"<section>\n{heading}\n{inner}\n</section>"
    return text


def _table(table: Table) -> str:
    shown, folded = table.split()
    caption = escape(table.caption)
    if not folded:
        return _rows(table, shown, caption)
    rest = _rows(table, folded, None if shown else caption)
    text = f"<details><summary>{escape(table.summary)}</summary>\n{rest}\n</details>"
    return f"{_rows(table, shown, caption)}\n{text}" if shown else text


def _rows(table: Table, rows: tuple[tuple[InTable, ...], ...], caption: str | None) -> str:
    numbers = [table.is_number(column) for column in range(len(table.header))]
    head = "".join(
        f'<th scope="col"{_class("number" if number else "")}>{escape(name)}</th>'
        for name, number in zip(table.header, numbers, strict=True)
    )
    body = "\n".join(
        f"<tr>{''.join(_cell(value, column == 0) for column, value in enumerate(row))}</tr>" for row in rows
    )
    title = "" if caption is None else f"<caption>{caption}</caption>"
    # The wrapper scrolls sideways on narrow screens; with the tab stop it does so by keyboard as well.
    content = f"{title}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>"
    return f'<div class="wide" tabindex="0"><table>{content}</table></div>'


def _cell(value: InTable, is_name: bool) -> str:
    if is_name:
        return f'<th scope="row">{_value(value)}</th>'
    match value:
        case Share(part):
            return f'<td class="number share part-{round(min(max(part, 0.0), 1.0) * 100)}">{value}</td>'
        case str() | Code() | Strong() | Link() | tuple() | None:
            return f"<td>{_value(value)}</td>"
        case _:
            return f'<td class="number">{_value(value)}</td>'


def _value(value: InTable) -> str:
    match value:
        case None:
            return ""
        case int():
            return f"{value:,}"
        case tuple():
            return " ".join(map(_inline, value))
        case str() | Code() | Strong() | Link():
            return _inline(value)
        case _:
            return escape(str(value))


def _listing(listing: Listing) -> str:
    code = f'<pre tabindex="0"><code>{escape(listing.text.rstrip())}</code></pre>'
    if listing.summary is None:
        return code
    return f"<details><summary>{escape(listing.summary)}</summary>\n{code}\n</details>"


def _run(parts: tuple[Inline, ...]) -> str:
    return "".join(map(_inline, parts))


def _inline(part: Inline) -> str:
    match part:
        case Code(text):
            return f"<code>{escape(text)}</code>"
        case Strong(text):
            return f"<strong>{escape(text)}</strong>"
        case Link(text, url):
            # Only web addresses become links: a `javascript:` address stays text.
            return f'<a href="{escape(url)}">{escape(text)}</a>' if _ADDRESS.fullmatch(url) else escape(text)
        case str():
            return escape(part)


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""


def _anchor(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
