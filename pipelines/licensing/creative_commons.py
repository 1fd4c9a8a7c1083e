"""Creative Commons licences by URL or by name, of every age, element order, version and port.

The URL forms are those of the licence deeds, the badges (`i.creativecommons.org/l/…`, `licensebuttons.net/l/…`) and
the retired tools. SPDX lists few of the ported licences; the others become `LicenseRef-cc-by-sa-3.0-fr`. A name
without a version is never given one: it becomes `LicenseRef-cc-by-unversioned`.
"""

import re

from pipelines.licensing import spdx

VERSIONS = frozenset({"1.0", "2.0", "2.1", "2.5", "3.0", "4.0"})
INTERNATIONAL_VERSION = "4.0"  # the first version that was never ported: a country after it is a language
ELEMENT_ORDER = ("by", "nc", "nd", "sa")
UNVERSIONED = "unversioned"

# Retired licences that are no combination of the four elements.
RETIRED = {
    "sampling": "sampling",
    "sampling+": "sampling-plus",
    "nc-sampling+": "nc-sampling-plus",
    "devnations": "devnations",
}
# The public domain tools have one version each.
PUBLIC_DOMAIN = {"zero": "CC0-1.0", "mark": "CC-PDM-1.0", "certification": "CC-PDDC"}

# Jurisdictions that versions 1.0 to 3.0 were ported to. In prose any two letters may follow a version.
PORTS = frozenset(
    {
        *("ar", "at", "au", "az", "be", "bg", "br", "ca", "ch", "cl", "cn", "co", "cr", "cz", "de", "dk", "ec", "ee"),
        *("eg", "es", "fi", "fr", "ge", "gr", "gt", "hk", "hr", "hu", "ie", "igo", "il", "in", "it", "jp", "kr", "lu"),
        *("mk", "mt", "mx", "my", "nl", "no", "nz", "pe", "ph", "pl", "pr", "pt", "ro", "rs", "scotland", "se", "sg"),
        *("si", "th", "tw", "ua", "ug", "uk", "us", "ve", "vn", "za"),
    }
)

_PORT = r"[a-z]{2}|igo|scotland"
_TAIL = r"(?:/(?:deed|legalcode|rdf)(?:[.-][a-z_@-]+)?)?(?:/[0-9]+x[0-9]+\.(?:png|svg))?"
_URL = re.compile(
    r"(?:(?:https?:)?//)?(?:(?:www\.)?creativecommons\.org/|i\.creativecommons\.org/(?:l/)?|"
    r"(?:i\.)?licensebuttons\.net/(?:l/)?)(?P<path>\S*)",
    re.IGNORECASE,
)
_LICENSE_PATH = re.compile(
    rf"(?:licen[sc]es/)?(?P<elements>[a-z+-]+)(?:/(?P<version>[0-9.]+)(?:/(?P<port>{_PORT}))?)?{_TAIL}"
)
_PUBLIC_DOMAIN_PATH = re.compile(
    rf"(?:publicdomain/|p/)?(?P<tool>zero|mark|certification)(?:/1\.0(?:/(?:{_PORT}))?)?{_TAIL}"
)
_DEDICATION_PATH = re.compile(rf"licen[sc]es/publicdomain{_TAIL}")

_NAME_PHRASES = (
    (re.compile(r"\b(?:creative commons|cc)\b"), " cc "),
    (re.compile(r"\bshare ?alike\b"), " sa "),
    (re.compile(r"\bnon ?commercial\b"), " nc "),
    (re.compile(r"\bno ?deriv(?:s|ative|atives|ative works)?\b"), " nd "),
    (re.compile(r"\battribution\b"), " by "),
)
_LEGAL_TITLE = frozenset({"international", "unported", "generic"})
_NAME_NOISE = _LEGAL_TITLE | {"cc", "public"}
_REFERENCE = re.compile(r"LicenseRef-cc-(?P<elements>[a-z-]+?)-(?:[0-9.]+)(?:-(?P<port>[a-z]+))?", re.IGNORECASE)


def license_of_url(url: str) -> str | None:
    """Return the licence id that a Creative Commons URL names; None when it names none.

    Args:
        url: With `http`, `https`, `//` or no scheme; escapes must be undone.
    """
    match = _URL.fullmatch(url.strip())
    if match is None:
        return None
    path = re.split(r"[?#]", match["path"].casefold())[0].strip("/")
    path = re.sub(r"/{2,}", "/", path)
    if tool := _PUBLIC_DOMAIN_PATH.fullmatch(path):
        return PUBLIC_DOMAIN[tool["tool"]]
    if _DEDICATION_PATH.fullmatch(path):
        return PUBLIC_DOMAIN["certification"]
    if licence := _LICENSE_PATH.fullmatch(path):
        return license_id(licence["elements"], licence["version"], licence["port"])
    return None


def license_of_name(name: str) -> str | None:
    """Return the licence id that a folded name (see `names.fold`) names; None when it names none.

    Args:
        name: Such as `cc by sa 4`, `creative commons attribution 3 unported` or `cc by nc 2.5 es`.
    """
    for pattern, replacement in _NAME_PHRASES:
        name = pattern.sub(replacement, name)
    words = name.split()
    if "cc" not in words and not {"by", "sa"} <= set(words) and not _LEGAL_TITLE & set(words):
        return None
    rest = [word for word in words if word not in _NAME_NOISE]
    elements = [word for word in rest if word in ELEMENT_ORDER]
    versions = [word for word in rest if re.fullmatch(r"[0-9](?:\.[0-9])?", word)]
    ports = [word for word in rest if word not in elements and word in PORTS]
    if len(elements) + len(versions) + len(ports) != len(rest) or len(versions) > 1 or len(ports) > 1:
        return None
    version = None if not versions else versions[0] if "." in versions[0] else f"{versions[0]}.0"
    if ports and (version is None or version == INTERNATIONAL_VERSION):
        return None
    return license_id("-".join(elements), version, ports[0] if ports else None)


def license_id(elements: str, version: str | None, port: str | None) -> str | None:
    """Return the SPDX id, or a LicenseRef, of a Creative Commons licence; None when there is no such licence.

    Args:
        elements: Such as `by-nd-nc`, in any order, or the name of a retired licence.
        version: Such as `3.0`; None when it is not stated.
        port: Jurisdiction such as `fr` or `igo`; None for the unported or international licence.
    """
    if version is not None and version not in VERSIONS:
        return None
    name = RETIRED.get(elements) or _ordered(elements)
    if name is None:
        return None
    if version is None:
        return f"LicenseRef-cc-{name}-{UNVERSIONED}"
    ported = port is not None and version != INTERNATIONAL_VERSION
    full = f"{name}-{version}-{port}" if ported else f"{name}-{version}"
    listed = f"CC-{full.upper()}"
    return listed if listed in spdx.license_ids() else f"LicenseRef-cc-{full}"


def unported(license_ref: str) -> str | None:
    """Return the id whose terms a Creative Commons LicenseRef inherits: the unported one of the same elements.

    A version that was only ever ported (2.1) inherits from the unversioned row.
    """
    match = _REFERENCE.fullmatch(license_ref)
    if match is None:
        return None
    version = license_ref.removeprefix(f"LicenseRef-cc-{match['elements']}-").split("-")[0]
    parent = license_id(match["elements"], version, None)
    if parent is None or parent == license_ref:
        return f"LicenseRef-cc-{match['elements']}-{UNVERSIONED}"
    return parent


def _ordered(elements: str) -> str | None:
    parts = elements.split("-")
    if len(set(parts)) != len(parts) or not set(parts) <= set(ELEMENT_ORDER) or {"nd", "sa"} <= set(parts):
        return None
    return "-".join(part for part in ELEMENT_ORDER if part in parts)
