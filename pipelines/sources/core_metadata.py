"""Core metadata of a Python distribution: who, what, and under which licence it says it is."""

import email.message
import email.parser
import re
from dataclasses import dataclass
from email.utils import getaddresses

_MAX_SHORT_LICENSE = 100  # a longer License field is the licence's text
_MAX_EVIDENCE = 1000
_EMPTY = frozenset({"", "unknown", "none", "n/a"})


@dataclass(frozen=True)
class License:
    """One licence statement: its kind (`license_expression`, `license_field`, `classifier`) and its words."""

    kind: str
    value: str


@dataclass(frozen=True)
class Distribution:
    """What the metadata says.

    Attributes:
        licenses: Licence statements, the most exact first: the SPDX expression (PEP 639), a short License field, the
            classifiers, a License field that holds a licence's text.
        description: The long description, as written.
        description_type: Its media type, such as `text/markdown`.
    """

    name: str
    version: str
    summary: str | None
    authors: tuple[str, ...]
    homepage: str | None
    licenses: tuple[License, ...]
    description: str
    description_type: str | None

    @property
    def package_url(self) -> str:
        """The package URL (purl-spec), which names a distribution without naming an index."""
        return f"pkg:pypi/{re.sub(r'[-_.]+', '-', self.name).lower()}@{self.version}"

    @property
    def license_declared(self) -> str | None:
        """The most exact statement; several classifiers are one statement of several parts."""
        if not self.licenses:
            return None
        first = self.licenses[0]
        if first.kind == "classifier":
            return "; ".join(found.value for found in self.licenses if found.kind == "classifier")
        return first.value.strip().splitlines()[0]


def parse_metadata(content: bytes) -> Distribution:
    """Read METADATA or PKG-INFO.

    Args:
        content: The file; bytes that are no UTF-8 are replaced, as only description and names can be hurt.
    """
    message = email.parser.Parser().parsestr(content.decode("utf-8", "replace"))
    return Distribution(
        name=_header(message, "Name") or "unknown",
        version=_header(message, "Version") or "0",
        summary=_header(message, "Summary"),
        authors=_authors(message),
        homepage=_homepage(message),
        licenses=tuple(_licenses(message)),
        description=_description(message),
        description_type=_header(message, "Description-Content-Type"),
    )


def _header(message: email.message.Message, name: str) -> str | None:
    value = str(message.get(name, "")).strip()
    return None if value.lower() in _EMPTY else value


def _authors(message: email.message.Message) -> tuple[str, ...]:
    """Return names without mail addresses, which are nobody's business in a corpus."""
    names = [_header(message, "Author") or ""]
    names += [name for name, _ in getaddresses([str(message.get("Author-email", ""))])]
    return tuple(dict.fromkeys(name for name in names if name and "@" not in name))


def _homepage(message: email.message.Message) -> str | None:
    stated = (str(value).partition(",") for value in message.get_all("Project-URL", []))
    projects = {label.strip().lower(): url.strip() for label, _, url in stated}
    labels = ("homepage", "home", "source", "source code", "repository", "documentation")
    found = [_header(message, "Home-page"), *(projects.get(label) for label in labels)]
    return next((url for url in found if url), None)


def _licenses(message: email.message.Message) -> list[License]:
    found = []
    expression = _header(message, "License-Expression")
    if expression:
        found.append(License("license_expression", expression))
    stated = _header(message, "License")
    short = stated is not None and len(stated) <= _MAX_SHORT_LICENSE and "\n" not in stated
    if stated and short:
        found.append(License("license_field", stated))
    classifiers = [str(value).strip() for value in message.get_all("Classifier", [])]
    found += [License("classifier", value) for value in classifiers if value.startswith("License ::")]
    if stated and not short:
        found.append(License("license_field", stated[:_MAX_EVIDENCE]))
    return found


def _description(message: email.message.Message) -> str:
    body = message.get_payload()
    if isinstance(body, str) and body.strip():
        return body.strip("\n")
    folded = str(message.get("Description", ""))
    if folded.strip().lower() in _EMPTY:
        return ""
    # Metadata before version 2.1 folds the description into a header, indented by eight spaces or seven and a bar.
    return re.sub(r"^(?: {7}\|| {8})", "", folded, flags=re.MULTILINE).strip("\n")
