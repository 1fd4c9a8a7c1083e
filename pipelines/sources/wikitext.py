"""Wikitext to the text a reader sees: prose, headings, lists and formulas, without templates, tables and notes."""

import re
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import mwparserfromhell
from mwparserfromhell.nodes import ExternalLink, Heading, HTMLEntity, Node, Tag, Template, Text, Wikilink
from mwparserfromhell.wikicode import Wikicode

from pipelines.sources.wikitext_lines import EXTERNAL_START, GAP, HEADING, LINK_END, LINK_START, joined_lines
from pipelines.sources.wikitext_notes import without_notes
from pipelines.sources.wikitext_quotes import without_quotes
from pipelines.sources.wikitext_templates import shown_template
from pipelines.sources.wikitext_variants import one_variant

if TYPE_CHECKING:
    from collections.abc import Callable

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
_VERBATIM_START, _VERBATIM_END = "\ue005", "\ue006"
_PRIVATE = re.compile("[\ue000-\ue006]")  # the marks of lines among them
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
    source = without_notes(_PRIVATE.sub("", wikitext))
    code = mwparserfromhell.parse(source, skip_style_tags=True)
    text = one_variant(without_quotes(shown.code(code)))
    for pattern in (_BEHAVIOUR_SWITCH, _TABLE_REMAINS, _BRACE_REMAINS, _MARKUP_REMAINS):
        text = pattern.sub("", text)
    text = joined_lines(text)
    return _VERBATIM.sub(lambda match: shown.verbatim[int(match[1])], text)


def _media_names(namespaces: dict[int, str]) -> frozenset[str]:
    local = (namespaces.get(number, "") for number in _MEDIA_NAMESPACES)
    return _ENGLISH_MEDIA_NAMES | {name.lower() for name in local if name}


def _arguments(template: Template) -> list[Wikicode]:
    """Return the arguments that a template reads by their number, be it written or not; of a quotation its text."""
    numbered: dict[int, Wikicode] = {}
    named: dict[str, Wikicode] = {}
    for parameter in template.params:
        name = str(parameter.name).strip()
        if not parameter.showkey or name.isdecimal():
            numbered[int(name)] = parameter.value
        else:
            named[name] = parameter.value
    found = [numbered[number] for number in range(1, len(numbered) + 1) if number in numbered]
    return found or [named[name] for name in ("text", "quote") if name in named][:1]


class _Shown:
    """What a reader sees of each kind of node."""

    def __init__(self, media_names: frozenset[str]) -> None:
        self._media_names = media_names
        self.verbatim: list[str] = []  # formulas and code, kept from every later step
        self._by_kind: dict[type[Node], Callable[[Any], str]] = {
            Wikilink: self._wikilink,
            Template: self._template,
            Tag: self._tag,
            ExternalLink: self._external_link,
            HTMLEntity: self._entity,
            Heading: self._heading,
        }

    def _kept(self, content: str) -> str:
        self.verbatim.append(_PRIVATE.sub("", content).strip("\n"))
        return f"{_VERBATIM_START}{len(self.verbatim) - 1}{_VERBATIM_END}"

    def code(self, code: Wikicode | None) -> str:
        return "" if code is None else "".join(self.node(node) for node in code.nodes)

    def node(self, node: Node) -> str:
        if isinstance(node, Text):
            return str(node.value)
        shown = self._by_kind.get(type(node))
        return "" if shown is None else shown(node)  # comments and template arguments

    def _heading(self, node: Heading) -> str:
        return f"\n{HEADING * node.level}{' '.join(self.code(node.title).split())}\n"

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
        return f"{LINK_START}{shown}{LINK_END}"

    def _external_link(self, node: ExternalLink) -> str:
        if not node.brackets:
            return str(node.url)
        title = self.code(node.title) if node.title is not None else ""
        return f"{EXTERNAL_START}{title}" if title.strip() else ""

    def _template(self, node: Template) -> str:
        name = " ".join(str(node.name).replace("_", " ").split()).lower()
        shown = shown_template(name, [self.code(value).strip() for value in _arguments(node)])
        return GAP if shown is None else shown

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
