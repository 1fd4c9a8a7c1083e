"""Entries of the BigScience catalogue: who keeps a dataset, in which languages, on which terms, with whose data in it.

Source: bigscience-workshop/data_sourcing, the form that wrote the entries (2021). What volunteers entered there about a
licence is the word of a third party, so it is the weakest evidence and never enough to pass a text on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from pipelines.errors import RecipeError
from pipelines.sources.stored import file_at, open_binary

TYPES = ("primary", "processed", "organization")
EVIDENCE_CLASS = "E6"
MAX_VALUE = 1000

_RESERVED = "copyright - all rights reserved"
_PUBLIC_DOMAIN = "public domain"
_OTHER = frozenset({"other", "unknown"})


@dataclass(frozen=True)
class Entry:
    """What of an entry goes with each document.

    Attributes:
        uid: Its key in the catalogue.
        license: The licences it names, as found, `; ` between them; null where it names none.
        statements: Licence statements: (class, kind, value, locator).
        attribution: Title, custodian and home page.
        governance: Everything else, less the names and addresses of people.
        preferences: On which terms the custodian lets data be had.
    """

    uid: str
    license: str | None
    statements: tuple[tuple[str, str, str, str], ...]
    attribution: Mapping[str, Any]
    governance: Mapping[str, Any]
    preferences: Mapping[str, Any]


def load_entry(paths: Sequence[str], uid: str | None) -> Entry:
    """Return an entry of a catalogue.

    Args:
        paths: Its files: an entry each, or a list of entries.
        uid: Which; may be left out where there is but one.

    Raises:
        RecipeError: A file holds no entry, there is no such entry, or it is open which one is meant.
    """
    entries = {entry.uid: entry for path in paths for entry in _entries(path)}
    if uid is None and len(entries) == 1:
        return next(iter(entries.values()))
    if uid is None or uid not in entries:
        known = ", ".join(sorted(entries)[:10]) or "none"
        raise RecipeError(f"options.entry: {uid or 'which entry'}? The catalogue has {known}")
    return entries[uid]


def _entries(path: str) -> list[Entry]:
    file = file_at(path, path)
    if file is None:
        raise RecipeError(f"options.catalogue: {path}: there is no such file")
    with open_binary(file) as stored:
        content = stored.read()
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise RecipeError(f"options.catalogue: {path}: no JSON ({error.msg}, line {error.lineno})") from None
    return [_entry(path, value) for value in (found if isinstance(found, list) else [found])]


def _entry(path: str, value: object) -> Entry:
    if not isinstance(value, dict) or not isinstance(value.get("uid"), str) or value.get("type") not in TYPES:
        raise RecipeError(
            f"options.catalogue: {path}: no entry of the BigScience catalogue; expected `uid` and a `type` of "
            + ", ".join(TYPES)
        )
    uid = value["uid"]
    licensing = _section(value, "availability", "licensing")
    identifiers = [text.partition(":")[0].strip() for text in _words(licensing, "license_list")]
    properties = _words(licensing, "license_properties")
    named = [identifier for identifier in identifiers if identifier.lower() not in _OTHER]
    return Entry(
        uid,
        _license(named, properties),
        tuple(_statements(uid, named, properties, licensing)),
        _attribution(value),
        _governance(value, properties),
        _preferences(uid, value, properties),
    )


def _license(named: Sequence[str], properties: Sequence[str]) -> str | None:
    """Return what the entry says the licence is; a reservation counts for more than a licence beside it."""
    if _RESERVED in properties:
        return "All rights reserved"
    if named:
        return "; ".join(named)
    return "Public domain" if _PUBLIC_DOMAIN in properties else None


def _statements(
    uid: str, named: Sequence[str], properties: Sequence[str], licensing: Mapping[str, Any]
) -> list[tuple[str, str, str, str]]:
    where = f"catalogue:{uid}#availability.licensing"
    values = [("license_list", value) for value in named]
    values += [("license_properties", value) for value in properties]
    text = licensing.get("license_text")
    if isinstance(text, str) and text.strip():
        values.append(("license_text", text.strip()[:MAX_VALUE]))
    return [(EVIDENCE_CLASS, f"catalogue_{key}", value, f"{where}.{key}") for key, value in values]


def _attribution(value: Mapping[str, Any]) -> dict[str, Any]:
    description, custodian = _section(value, "description"), _section(value, "custodian")
    return {
        "title": description.get("name") or value["uid"],
        "creators": [custodian["name"]] if custodian.get("name") else [],
        "source_url": description.get("homepage") or None,
    }


def _governance(value: Mapping[str, Any], properties: Sequence[str]) -> dict[str, Any]:
    custodian, languages = _section(value, "custodian"), _section(value, "languages")
    procurement, pii = _section(value, "availability", "procurement"), _section(value, "availability", "pii")
    licensing = _section(value, "availability", "licensing")
    return {
        "uid": value["uid"],
        "type": value["type"],
        "custodian": {key: custodian.get(key) or None for key in ("name", "type", "location")},
        "languages": _words(languages, "language_names"),
        "language_locations": _words(languages, "language_locations"),
        "has_licenses": licensing.get("has_licenses") or None,
        "license_properties": list(properties),
        "for_download": procurement.get("for_download") or None,
        "pii": {key: found for key, found in pii.items() if found},
        "source_category": {key: v for key, v in _section(value, "source_category").items() if v},
        "processed_from_primary": {key: v for key, v in _section(value, "processed_from_primary").items() if v},
        "media": {key: v for key, v in _section(value, "media").items() if v},
        "validated": sorted(
            name
            for name, part in value.items()
            if isinstance(part, dict) and part.get("validated") is True  # volunteers read few of them again
        ),
    }


def _preferences(uid: str, value: Mapping[str, Any], properties: Sequence[str]) -> dict[str, Any]:
    """Return the terms of access, in the form of `documents.preferences`, empty where data can simply be had."""
    procurement = _section(value, "availability", "procurement")
    where = f"catalogue:{uid}#availability"
    terms = []
    access = procurement.get("for_download")
    if isinstance(access, str) and access and "direct download" not in access:
        terms.append({"kind": "catalogue_procurement", "value": access, "locator": f"{where}.procurement.for_download"})
    terms += [
        {"kind": "catalogue_license_property", "value": found, "locator": f"{where}.licensing.license_properties"}
        for found in properties
        if found in ("research use", "non-commercial use")
    ]
    return {"access_terms": terms} if terms else {}


def _section(value: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    found: Any = value
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _words(section: Mapping[str, Any], key: str) -> list[str]:
    found = section.get(key)
    return [word for word in found if isinstance(word, str) and word] if isinstance(found, list) else []
