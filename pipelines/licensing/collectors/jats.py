"""What an article in JATS (the XML of PubMed Central and many publishers) says about its licence.

Read are `<license>` with its address, `ali:license_ref` (NISO RP-22) and the address in a licence's text. A licence
that stands in a figure, table or supplement is about that part alone.
"""

import re
import xml.etree.ElementTree as ET

from pipelines.licensing.collectors.statements import Statement, ordered, statement

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
    found = list[Statement]()
    pending: list[tuple[ET.Element, str, str | None]] = [(root, _tag(root), None)]
    while pending:
        element, path, part = pending.pop()
        part = _tag(element) if _tag(element) in _PARTS else part
        found += [
            statement("E1" if part is None else "E5", kind, value, f"{locator}#{path}", about=part, sha256=sha256)
            for kind, value in _statements(element)
        ]
        pending += [(child, f"{path}/{_tag(child)}", part) for child in reversed(element)]
    return ordered(found)


def _statements(element: ET.Element) -> list[tuple[str, str]]:
    """Return what one element itself states, as (kind, value)."""
    name = _tag(element)
    if name == "license_ref":
        return [("jats_license_ref", (element.text or "").strip())] if (element.text or "").strip() else []
    if name != "license":
        return []
    addresses = [element.get(_HREF), *(link.get(_HREF) for link in element.iter() if _tag(link) == "ext-link")]
    stated = [("jats_license", address.strip()) for address in addresses if address and address.strip()]
    nested = any(_tag(child) == "license_ref" for child in element.iter())
    words = re.sub(r"\s+", " ", "".join(element.itertext())).strip()
    return stated if stated or nested or not words else [("jats_license", words)]


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else "comment"
