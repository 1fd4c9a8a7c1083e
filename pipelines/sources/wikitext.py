"""Wikitext to the text a reader sees: prose, headings, lists and formulas, without templates, tables and notes."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import unquote

import mwparserfromhell
from mwparserfromhell.nodes import ExternalLink, Heading, HTMLEntity, Node, Tag, Template, Text, Wikilink
from mwparserfromhell.wikicode import Wikicode

from pipelines.sources.wikitext_quotes import without_quotes
from pipelines.sources.wikitext_templates import shown_template

# Elements whose content is no part of the running text.
_DROPPED_TAGS = frozenset(
    {
        *("ref", "references", "gallery", "table", "timeline", "score", "imagemap", "hiero", "graph", "chart", "rss"),
        *("mapframe", "maplink", "templatedata", "templatestyles", "section", "categorytree", "inputbox", "style"),
        *("includeonly", "noinclude", "indicator", "script"),
    }
)
_FORMULA_TAGS = frozenset({"math", "ce", "chem"})
_VERBATIM_TAGS = frozenset({"nowiki", "pre", "code", "source", "syntaxhighlight"})
_WITH_ENTITIES = frozenset({"nowiki", "pre", "code"})
_LIST_TAGS = frozenset({"li", "dt", "dd"})
_BLOCK_TAGS = frozenset({"p", "div", "center", "blockquote", "ul", "ol", "dl", "poem", *(f"h{n}" for n in range(1, 7))})
_EXPONENT = re.compile("[-\u2212+]?[0-9]+|[a-z]|[-\u2212+]")

# Namespaces whose links show something else than text, by number and by the English names that work in every wiki.
_MEDIA_NAMESPACES = (-2, 6, 14)
_ENGLISH_MEDIA_NAMES = frozenset({"media", "file", "image", "category"})

_MEDIA_FILE = re.compile(r"\.(?:jpe?g|png|gif|svg|tiff?|webp|og[agv]|webm|mp3|wav|pdf|djvu)$", re.IGNORECASE)

_BEHAVIOUR_SWITCH = re.compile(r"__[A-Z]{3,}__")
_TABLE_REMAINS = re.compile(r"^[ :*#]*(?:\{\||\|\}|\|-|\|\+|[|!]).*$\n?", re.MULTILINE)
_BRACE_REMAINS = re.compile(r"\{\{|\}\}|\[\[|\]\]")
_MARKUP_REMAINS = re.compile(
    r"</?(?:ref|small|sup|sub|span|div|br|center|font|big|nowiki)\b[^<>\n]{0,200}>", re.IGNORECASE
)
_LANGUAGE_PREFIX = re.compile(r"[a-z]{2,3}(?:-[a-z]{2,10}){0,2}|simple")
_LIST_MARK = re.compile(r"^([*#:;]+)[ \t]*", re.MULTILINE)


@dataclass(frozen=True)
class _Line:
    """A finished line: its kind decides what becomes of it when its neighbours are known."""

    text: str
    kind: str  # "text", "item", "heading", "link" (an item that is one link), "blank"
    level: int = 0


# Private-use characters carry what is known of a line through plain text until lines are put together.
_HEADING, _LINK_START, _LINK_END, _EXTERNAL_START = "\ue000", "\ue001", "\ue002", "\ue003"
_GAP = "\ue004"  # a template left out; keeps the apostrophes around it apart
_VERBATIM_START, _VERBATIM_END = "\ue005", "\ue006"
_PRIVATE = re.compile("[\ue000-\ue006]")
_MARKS = re.compile("[\ue000-\ue004]")
_VERBATIM = re.compile(f"{_VERBATIM_START}([0-9]+){_VERBATIM_END}")


def plain_text(wikitext: str, namespaces: dict[int, str] | None = None) -> str:
    """Return the running text of a page.

    Headings stay as lines of their own, list items begin with "- ", formulas stay as LaTeX between dollar signs. Boxes,
    tables, notes, files and categories are left out, and so are sections that only list links or hold nothing.

    Args:
        wikitext: The page's source.
        namespaces: Local namespace names by number, from the export's siteinfo.
    """
    shown = _Shown(_media_names(namespaces or {}))
    source = _PRIVATE.sub("", wikitext)
    code = mwparserfromhell.parse(source, skip_style_tags=True)
    text = without_quotes(shown.code(code))
    for pattern in (_BEHAVIOUR_SWITCH, _TABLE_REMAINS, _BRACE_REMAINS, _MARKUP_REMAINS):
        text = pattern.sub("", text)
    lines = [_line(line) for line in text.split("\n")]
    text = _joined(_without_bare_sections(lines))
    return _VERBATIM.sub(lambda match: shown.verbatim[int(match[1])], text)


def _media_names(namespaces: dict[int, str]) -> frozenset[str]:
    local = (namespaces.get(number, "") for number in _MEDIA_NAMESPACES)
    return _ENGLISH_MEDIA_NAMES | {name.lower() for name in local if name}


class _Shown:
    """What a reader sees of each kind of node."""

    def __init__(self, media_names: frozenset[str]) -> None:
        self._media_names = media_names
        self.verbatim: list[str] = []  # formulas and code, kept from every later step
        self._by_kind: tuple[tuple[type[Node], Callable[[Any], str]], ...] = (
            (Wikilink, self._wikilink),
            (Template, self._template),
            (Tag, self._tag),
            (ExternalLink, self._external_link),
            (HTMLEntity, self._entity),
            (Heading, self._heading),
        )

    def _kept(self, content: str) -> str:
        self.verbatim.append(_PRIVATE.sub("", content).strip("\n"))
        return f"{_VERBATIM_START}{len(self.verbatim) - 1}{_VERBATIM_END}"

    def code(self, code: Wikicode | None) -> str:
        return "" if code is None else "".join(self.node(node) for node in code.nodes)

    def node(self, node: Node) -> str:
        if isinstance(node, Text):
            return str(node.value)
        for kind, shown in self._by_kind:
            if isinstance(node, kind):
                return shown(node)
        return ""  # comments and template arguments

    def _heading(self, node: Heading) -> str:
        return f"\n{_HEADING * node.level}{' '.join(self.code(node.title).split())}\n"

    def _entity(self, node: HTMLEntity) -> str:
        shown = unescape(str(node))  # never half a surrogate pair, which no UTF-8 can hold
        return " " if shown == "\xa0" else _PRIVATE.sub("", shown)

    def _wikilink(self, node: Wikilink) -> str:
        target = str(node.title).strip()
        prefix, colon, _ = target.partition(":")
        if colon and not target.startswith(":"):
            prefix = prefix.strip().lower()
            if prefix in self._media_names or _MEDIA_FILE.search(target):
                return ""
            if node.text is None and _LANGUAGE_PREFIX.fullmatch(prefix):
                return ""  # the same page in another language
        shown = (
            self.code(node.text) if node.text is not None else _PRIVATE.sub("", unescape(unquote(target.lstrip(":"))))
        )
        return f"{_LINK_START}{shown}{_LINK_END}"

    def _external_link(self, node: ExternalLink) -> str:
        if not node.brackets:
            return str(node.url)
        title = self.code(node.title) if node.title is not None else ""
        return f"{_EXTERNAL_START}{title}" if title.strip() else ""

    def _template(self, node: Template) -> str:
        name = " ".join(str(node.name).replace("_", " ").split()).lower()
        arguments = [self.code(parameter.value).strip() for parameter in node.params if not parameter.showkey]
        shown = shown_template(name, arguments)
        return _GAP if shown is None else shown

    def _tag(self, node: Tag) -> str:
        name = str(node.tag).strip().lower()
        if name in _DROPPED_TAGS:
            return ""
        if name in _FORMULA_TAGS or name in _VERBATIM_TAGS:
            return self._verbatim_tag(name, str(node.contents or ""))
        if node.wiki_markup is not None and name in _LIST_TAGS:
            return str(node.wiki_markup)
        content = "\n" if name in ("br", "hr") else self.code(node.contents)
        if name == "li":
            return f"\n* {content.strip()}\n"
        if name == "sup" and _EXPONENT.fullmatch(content):
            return f"^{content}"
        return f"\n{content}\n" if name in _BLOCK_TAGS else content

    def _verbatim_tag(self, name: str, content: str) -> str:
        if not content.strip():
            return ""
        if name in _FORMULA_TAGS:
            return self._kept(f"${' '.join(content.split())}$")
        return self._kept(unescape(content) if name in _WITH_ENTITIES else content)


def _line(line: str) -> _Line:
    """Tell the kind of a line and tidy it."""
    level = line.count(_HEADING)
    if level:
        return _Line(_tidy(_MARKS.sub("", line)), "heading", level)
    mark = _LIST_MARK.match(line.strip())
    if mark is None:
        text = _tidy(_MARKS.sub("", line))
        return _Line(text, "text" if text else "blank")
    rest = line.strip()[mark.end() :]
    text = _tidy(_MARKS.sub("", rest)).lstrip(",;:. ")
    if not any(character.isalnum() for character in text):
        return _Line("", "blank")
    if mark[1][-1] in ":;":
        return _Line(text, "text")
    return _Line(f"{'  ' * (len(mark[1]) - 1)}- {text}", "link" if _is_link(rest) else "item")


def _is_link(item: str) -> bool:
    """Tell whether a list item is a link and nothing else, or leads out of the wiki."""
    if item.startswith(_EXTERNAL_START):
        return True
    whole = item.startswith(_LINK_START) and item.rstrip(" .,;").endswith(_LINK_END)
    return whole and item.count(_LINK_START) == 1


_TIDYINGS = (
    (re.compile(r"[ \t\xa0\u2009\u202f]+"), " "),
    (re.compile(r"\((?:\s*[,;:،、])+\s*"), "("),  # what stood before it in the brackets was a template
    (re.compile(r"(?:\s*[,;:،、])+\s*\)"), ")"),
    (re.compile(r"[,;]\s*(?=[,;])"), ""),
    (re.compile(r" ?\(\s*\)| ?\[\s*\]|\uff08\s*\uff09"), ""),
    (re.compile(r"\(\s+"), "("),
    (re.compile(r"\s+(?=\)|[,.](?:\s|$))"), ""),
)

# Without any of these in it, a line is tidy: to look for them takes a tenth of the time of the patterns.
_UNTIDY = (
    *(
        "  ",
        "( ",
        " )",
        "()",
        "(,",
        "(;",
        "(:",
        "(\u060c",
        "(\u3001",
        ",)",
        ";)",
        ":)",
        "\u060c)",
        "\u3001)",
        "[]",
        "[ ]",
    ),
    *(",,", ",;", ";,", ";;", ", ,", ", ;", "; ,", "; ;", " , ", " . ", "\uff08"),
)
_UNUSUAL_SPACE = re.compile(r"[^\S ]")


def _tidy(line: str) -> str:
    line = line.strip()
    if (
        not any(mark in line for mark in _UNTIDY)
        and not line.endswith((" ,", " ."))
        and not _UNUSUAL_SPACE.search(line)
    ):
        return line
    for pattern, replacement in _TIDYINGS:
        line = pattern.sub(replacement, line)
    return line.strip()


def _without_bare_sections(lines: Iterable[_Line]) -> list[_Line]:
    """Leave out sections that hold nothing, or whose lines are for the most part items that are one link each."""
    kept: list[_Line] = []
    for line in reversed(list(lines)):
        if line.kind == "heading":
            body = _own_lines(kept)
            own = [later.kind for later in kept[body:] if later.kind != "blank"]
            deeper = body > 0 and kept[body - 1].level > line.level
            if own and "text" not in own and own.count("link") * 3 >= len(own) * 2:
                del kept[body:]
                own = []
            if not own and not deeper:
                continue
        kept.append(line)
    return kept[::-1]


def _own_lines(reversed_lines: Sequence[_Line]) -> int:
    """Return where the lines before the next heading begin, in lines that are kept from the end backwards."""
    position = len(reversed_lines)
    while position > 0 and reversed_lines[position - 1].kind != "heading":
        position -= 1
    return position


def _joined(lines: Sequence[_Line]) -> str:
    """Put lines together: one blank line around headings, lists and paragraphs, none within them."""
    out: list[str] = []
    previous = "blank"
    for line in lines:
        if line.kind == "blank":
            previous = "blank"
            continue
        together = {line.kind, previous} <= {"item", "link"} or previous == line.kind == "text"
        if out and not together:
            out.append("")
        out.append(line.text)
        previous = line.kind
    return "\n".join(out).strip("\n")
