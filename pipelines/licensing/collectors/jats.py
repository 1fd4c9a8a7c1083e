"""What an article in JATS (the XML of PubMed Central and many publishers) says about its licence.

Read are `<license>` with its address, `ali:license_ref` (NISO RP-22) and the address in a licence's text. A licence
that stands in a figure, table or supplement is about that part alone. Where an article states none, what its
`<copyright-statement>` says of one counts: publishers put both in one sentence, or keep all rights there.
"""

import re
import xml.etree.ElementTree as ET

from pipelines.licensing.collectors.page_text import line_statements
from pipelines.licensing.collectors.statements import Statement, ordered, statement
from pipelines.licensing.normalise import normalise
from pipelines.licensing.spdx import NOASSERTION

_HREF = "{http://www.w3.org/1999/xlink}href"
_PARTS = frozenset({"fig", "table-wrap", "supplementary-material", "media", "graphic", "boxed-text", "disp-quote"})


def jats_root(xml: str, locator: str) -> ET.Element:
    """Return the root element of an article.

    Args:
        xml: The article.
        locator: Its address or file, for messages.

    Raises:
        ValueError: It is no well-formed XML, or declares entities.
    """
    if "<!ENTITY" in xml:
        raise ValueError(f"{locator}: declares entities; expected an article without")
    try:
        return ET.fromstring(xml)  # noqa: S314  # without entities there is nothing that expands
    except ET.ParseError as error:
        raise ValueError(f"{locator}: no well-formed XML: {error}") from None


def jats_evidence(root: ET.Element, locator: str, sha256: str) -> list[Statement]:
    """Return the licence statements of an article.

    Args:
        root: Its root element.
        locator: What the places of the statements are named after: its address or file.
        sha256: Of the article as it was read.
    """
    found, copyright_ = list[Statement](), list[Statement]()
    pending: list[tuple[ET.Element, str, str | None]] = [(root, _tag(root), None)]
    while pending:
        element, path, part = pending.pop()
        part = _tag(element) if _tag(element) in _PARTS else part
        place = f"{locator}#{path}"
        found += [
            statement("E1" if part is None else "E5", kind, value, place, about=part, sha256=sha256)
            for kind, value in _statements(element)
        ]
        if part is None and _tag(element) == "copyright-statement":
            copyright_ += [
                statement("E1", "jats_copyright", value, place, sha256=sha256) for value in _in_copyright(element)
            ]
        pending += [(child, f"{path}/{_tag(child)}", part) for child in reversed(element)]
    if all("about" in entry for entry in found):
        found += copyright_
    return ordered(found)


def _statements(element: ET.Element) -> list[tuple[str, str]]:
    """Return what one element itself states, as (kind, value)."""
    name = _tag(element)
    if name == "license_ref":
        return [("jats_license_ref", (element.text or "").strip())] if (element.text or "").strip() else []
    if name != "license":
        return []
    addresses = [(element.get(_HREF) or "").strip(), *_linked(element)]
    stated = [("jats_license", address) for address in addresses if address]
    nested = any(_tag(child) == "license_ref" for child in element.iter())
    words = _words(element)
    return stated if stated or nested or not words else [("jats_license", words)]


def _in_copyright(element: ET.Element) -> list[str]:
    """Return the licences that a copyright statement names, and the words in it that keep all rights."""
    named = [address for address in _linked(element) if normalise(address).expression != NOASSERTION]
    return named + [value for _, value in line_statements(re.split(r"(?<=[.;])\s", _words(element)))]


def _linked(element: ET.Element) -> list[str]:
    addresses = ((link.get(_HREF) or "").strip() for link in element.iter() if _tag(link) == "ext-link")
    return [address for address in addresses if address]


def _words(element: ET.Element) -> str:
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else "comment"
