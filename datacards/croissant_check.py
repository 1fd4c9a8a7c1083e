"""A strict check of a Croissant description, offline.

`mlcroissant` takes unknown licences, misspelt properties, references to nothing and wrong checksums for good; this
check does not.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from datacards.croissant import CONFORMS_TO, CONTEXT
from datacards.licences import TEXTS
from datacards.problems import Problem
from datacards.responsible_ai import PROPERTIES

FILE = "croissant.json"

_REQUIRED = ("name", "description", "license", "url", "creator", "datePublished")
_KNOWN = frozenset(
    {
        *("@context", "@type", "conformsTo", *_REQUIRED),
        *("alternateName", "citeAs", "distribution", "inLanguage", "isLiveDataset", "keywords", "publisher"),
        *("recordSet", "sameAs", "sdLicense", "sdVersion", "usageInfo", "version"),
        *("prov:wasAttributedTo", "prov:wasDerivedFrom", "prov:wasGeneratedBy"),
        *PROPERTIES,
    }
)
_DATA_TYPES = frozenset(f"sc:{name}" for name in ("Text", "Integer", "Float", "Boolean", "URL", "Date", "DateTime"))
_SPDX_PAGE = re.compile(r"https://spdx\.org/licenses/([A-Za-z0-9.+-]+)\.html")
_SCANCODE_PAGE = re.compile(r"https://scancode-licensedb\.aboutcode\.org/[a-z0-9.+-]+\.html")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ADDRESS = re.compile(r"https?://\S+")


def check_croissant(
    node: object,
    files: Mapping[str, tuple[int, str]],
    records: Mapping[str, Mapping[str, str]],
    licence_ids: frozenset[str],
) -> list[Problem]:
    """Return what is wrong with a description; an empty list when nothing is.

    Args:
        node: The parsed JSON-LD.
        files: Bytes and SHA-256 of each published table, as they lie there, by path relative to the release.
        records: Croissant type of each column of the tables, by record set.
        licence_ids: The ids of the SPDX licence list.
    """
    if not isinstance(node, Mapping):
        return [Problem(FILE, "@type", f"expected an object, found {type(node).__name__}")]
    problems = [*_dataset(node), *_licences(node.get("license"), licence_ids), *_identities(node)]
    problems += _distribution(node.get("distribution"), files)
    problems += _record_sets(node.get("recordSet"), records)
    return [Problem(FILE, where, what) for where, what in problems]


def _dataset(node: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if node.get("@context") != dict(CONTEXT):
        yield "@context", "is not that of Croissant 1.1 with PROV-O"
    if node.get("@type") != "sc:Dataset":
        yield "@type", "expected sc:Dataset"
    if node.get("conformsTo") != list(CONFORMS_TO):
        yield "conformsTo", f"expected {' and '.join(CONFORMS_TO)}"
    yield from ((key, "missing or empty") for key in _REQUIRED if not node.get(key))
    yield from ((key, "is no property of Croissant 1.1 or its RAI extension") for key in node if key not in _KNOWN)
    yield from ((key, "empty") for key in node if key in PROPERTIES and not node[key])
    if not _ADDRESS.fullmatch(str(node.get("url", ""))):
        yield "url", "expected an address that begins with http:// or https://"
    try:
        dt.date.fromisoformat(str(node.get("datePublished")))
    except ValueError:
        yield "datePublished", "expected a date, as 2026-11-23"
    for number, creator in enumerate(_listed(node.get("creator"))):
        if creator.get("@type") not in ("sc:Person", "sc:Organization") or not creator.get("name"):
            yield f"creator[{number}]", "expected a Person or an Organization with a name"


def _licences(given: object, known: frozenset[str]) -> Iterator[tuple[str, str]]:
    for licence in [given] if isinstance(given, str) else given or [] if isinstance(given, list) else []:
        page = _SPDX_PAGE.fullmatch(str(licence))
        listed = page is not None and page[1] in known
        if not listed and not _SCANCODE_PAGE.fullmatch(str(licence)) and not str(licence).startswith(f"{TEXTS}/"):
            yield "license", f"{licence!r} is neither the page of an SPDX licence nor a text below {TEXTS}/"


def _identities(node: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield ids that stand for two things, and references to nothing."""
    defined, used = Counter[str](), set[str]()
    for part in _nodes(node):
        if "@id" in part:
            if set(part) == {"@id"}:
                used.add(part["@id"])
            else:
                defined[part["@id"]] += 1
    yield from ((id_, "stands for two things") for id_, times in sorted(defined.items()) if times > 1)
    yield from ((id_, "is referred to, but stands nowhere") for id_ in sorted(used - defined.keys()))


def _nodes(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        for key, inner in value.items():
            if key != "@context":
                yield from _nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)


def _distribution(given: object, files: Mapping[str, tuple[int, str]]) -> Iterator[tuple[str, str]]:
    described: dict[str, Mapping[str, Any]] = {}
    for part in _listed(given):
        if part.get("@type") == "cr:FileObject":
            described[str(part.get("contentUrl"))] = part
        elif part.get("@type") != "cr:FileSet":
            yield str(part.get("@id")), "expected a cr:FileObject or a cr:FileSet"
        elif not any(_matches(str(part.get("includes")), path) for path in files):
            yield str(part.get("@id")), f"includes {part.get('includes')!r} matches no file"
    yield from ((path, "is published, but not described") for path in sorted(files.keys() - described.keys()))
    for path, part in sorted(described.items()):
        if path in files:
            yield from ((path, what) for what in _file(part, *files[path]))
        else:
            yield path, "is described, but not published"


def _file(part: Mapping[str, Any], size: int, sha256: str) -> Iterator[str]:
    if not _SHA256.fullmatch(str(part.get("sha256"))):
        yield "sha256: missing or malformed"
    elif part["sha256"] != sha256:
        yield f"sha256: {part['sha256']}, but the file has {sha256}"
    if part.get("contentSize") != f"{size} B":
        yield f"contentSize: {part.get('contentSize')}, but the file has {size} B"
    if not part.get("encodingFormat"):
        yield "encodingFormat: missing"


def _matches(pattern: str, path: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", "[^/]*"), path) is not None


def _record_sets(given: object, expected: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    found = {str(records.get("@id")): _listed(records.get("field")) for records in _listed(given)}
    yield from ((name, "no tables hold such records") for name in sorted(found.keys() - expected.keys()))
    for name, columns in expected.items():
        yield from _fields(name, found.get(name, []), columns)


def _fields(records: str, given: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    fields = {str(field.get("name")): field for field in given}
    yield from ((f"{records}/{name}", "the tables have no such column") for name in sorted(fields.keys() - columns))
    for name, type_ in columns.items():
        field = fields.get(name)
        if field is None:
            yield f"{records}/{name}", "the column is not described"
            continue
        if field.get("dataType") not in _DATA_TYPES or field.get("dataType") != type_:
            yield f"{records}/{name}", f"dataType: {field.get('dataType')}, but the column has {type_}"
        if not field.get("description"):
            yield f"{records}/{name}", "description: missing"
        if (field.get("source") or {}).get("extract") != {"column": name}:
            yield f"{records}/{name}", "source: expected to be extracted from the column"


def _listed(value: object) -> list[Mapping[str, Any]]:
    items = value if isinstance(value, list) else [value] if value else []
    return [item for item in items if isinstance(item, Mapping)]
