"""The structure of a document, counted from its text alone: nothing here is shared with segmentation or masking.

Every element is known by what must not change when the words around it are translated: a heading by its mark, code by
its content, a link by its target.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from types import MappingProxyType

Elements = Counter[str]

# Tildes after a line of text underline it, in reStructuredText.
_FENCED = re.compile(r"^[ \t]*(`{3,}|(?<=\n\n)~{3,})[^\n]*\n(.*?)^[ \t]*\1[`~]*[ \t]*$", re.MULTILINE | re.DOTALL)
# A link's words between backquotes, `words <target>`_, are no code.
_INLINE = re.compile(r"(?<![`\w])(`{1,2})(?![`_\s])([^`\n]+(?:\n[^`\n]+)?)\1(?![`_])")
_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+\S", re.MULTILINE)
_RULE = re.compile(r"([=\-~^\"'+*#.])\1{2,}[ \t]*")
_ITEM = re.compile(r"^[ \t]*([-*+•]|\d{1,3}[.)])[ \t]+\S", re.MULTILINE)
_ROW = re.compile(r"^[ \t]*\|.*\|[ \t]*$", re.MULTILINE)
_URL = re.compile(r"(?:https?|ftp)://[^\s<>\"'`]+[\w/]|(?<![\w/.])www\.[^\s<>\"'`]+[\w/]")
_TARGET = re.compile(r"\]\(([^()\s]+)\)")
_TAG = re.compile(r"(?<![A-Z])</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>\n]*)?/?>")


def headings(text: str) -> Elements:
    """Count headings by the mark before them, or by the line of marks under them."""
    found = Counter(match[1] for match in _HEADING.finditer(_prose(text)))
    for above, line in pairwise(_prose(text).split("\n")):
        if above.strip() and not _RULE.fullmatch(above) and _RULE.fullmatch(line):
            found[f"{line[0]} below"] += 1
    return found


def list_items(text: str) -> Elements:
    """Count list items by their marks, numbers and all."""
    return Counter(match[1] for match in _ITEM.finditer(_prose(text)))


def table_rows(text: str) -> Elements:
    """Count rows between bars by their number of cells."""
    return Counter(f"{match[0].count('|') - 1} cells" for match in _ROW.finditer(_prose(text)))


def code_blocks(text: str) -> Elements:
    """Count fenced blocks of code by their content."""
    return Counter(match[2] for match in _FENCED.finditer(text))


def inline_code(text: str) -> Elements:
    """Count pieces of code between backquotes by their content, whose line breaks count as spaces."""
    return Counter(" ".join(match[2].split()) for match in _INLINE.finditer(_prose(text)))


def links(text: str) -> Elements:
    """Count URLs and targets of links."""
    found = Counter(match[0] for match in _URL.finditer(text))
    found.update(match[1] for match in _TARGET.finditer(text) if not _URL.match(match[1]))
    return found


def tags(text: str) -> Elements:
    """Count HTML tags outside of code, attributes and all."""
    return Counter(match[0] for match in _TAG.finditer(_INLINE.sub("", _prose(text))))


def paragraphs(text: str) -> Elements:
    """Count what empty lines part."""
    return Counter({"paragraphs": sum(1 for part in re.split(r"\n[ \t]*\n", text) if part.strip())})


STRUCTURES: Mapping[str, Callable[[str], Elements]] = MappingProxyType(
    {
        "headings": headings,
        "list items": list_items,
        "table rows": table_rows,
        "code fences": code_blocks,
        "inline code": inline_code,
        "links": links,
        "HTML tags": tags,
        "paragraphs": paragraphs,
    }
)
MARKUP = tuple(name for name in STRUCTURES if name != "paragraphs")


def differences(source: Elements, translation: Elements) -> Iterator[str]:
    """Yield what a translation lost or has too much of, in words."""
    for element, count in (source - translation).items():
        yield f"lost {count} times {element!r}"
    for element, count in (translation - source).items():
        yield f"gained {count} times {element!r}"


def _prose(text: str) -> str:
    return _FENCED.sub("", text)
