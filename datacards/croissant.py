"""The card as Croissant: JSON-LD that says which files there are, what their records hold, and how they came to be.

Croissant 1.1 (http://mlcommons.org/croissant/1.1, 2026-01-29), its Responsible AI extension 1.0
(http://mlcommons.org/croissant/RAI/1.0) and PROV-O for provenance.
"""

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from datacards.croissant_records import described_records
from datacards.languages import hub_language
from datacards.licences import TEXTS, licence_ids, licence_url
from datacards.manifest import Manifest
from datacards.release import Creator, Release, dated_version
from datacards.responsible_ai import responsible_ai

Node: TypeAlias = dict[str, Any]

CONFORMS_TO = ("http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0")

# The terms that every Croissant file of version 1.1 begins with.
CONTEXT: Mapping[str, object] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "prov": "http://www.w3.org/ns/prov#",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def croissant(manifest: Manifest, release: Release, summary: str) -> Node:
    """Return the Croissant description of a release.

    Args:
        manifest: What the card says.
        release: Who publishes it, and where.
        summary: What the release is, in a sentence.

    Raises:
        ValueError: The manifest states no build date, which Croissant requires.
    """
    if manifest.build_date is None:
        raise ValueError("build_date: missing; a Croissant description states when a release was made")
    published = manifest.published
    languages = sorted({code for cell in published if (code := hub_language(cell.language)) is not None})
    return {
        "@context": dict(CONTEXT),
        "@type": "sc:Dataset",
        "conformsTo": list(CONFORMS_TO),
        "name": manifest.title,
        "alternateName": manifest.name,
        "description": release.description or summary,
        "url": release.url,
        "creator": [_creator(creator) for creator in release.creators],
        "datePublished": manifest.build_date,
        "version": release.version or dated_version(manifest.build_date),
        "license": _licences(manifest),
        "sdLicense": licence_url(manifest.own_terms.metadata) or manifest.own_terms.metadata,
        "inLanguage": languages,
        "keywords": ["text", "language modelling", "pretraining", *(["multilingual"] if len(languages) > 1 else [])],
        "isLiveDataset": False,
        "citeAs": release.citation or cited(manifest, release),
        **responsible_ai(manifest, release),
        **_provenance(manifest),
        **described_records(manifest),
    }


def croissant_text(node: Node) -> str:
    """Return a description as the text of `croissant.json`."""
    return json.dumps(node, indent=1, ensure_ascii=False) + "\n"


def cited(manifest: Manifest, release: Release) -> str:
    """Return how a release is cited where its publisher does not say."""
    names = ", ".join(creator.name for creator in release.creators)
    return f"{names} ({str(manifest.build_date)[:4]}): {manifest.title}. {release.url}"


def _creator(creator: Creator) -> Node:
    kind = "sc:Organization" if creator.organization else "sc:Person"
    return {"@type": kind, "name": creator.name, **({"url": creator.url} if creator.url else {})}


def _licences(manifest: Manifest) -> list[str]:
    """Return the page of each licence of a published document; of those that no list has, the text that lies beside."""
    names = sorted({name for cell in manifest.published for name in licence_ids(cell.license)})
    return [licence_url(name) or f"{TEXTS}/{name}.txt" for name in names]


def _provenance(manifest: Manifest) -> Node:
    agent = {"@id": "software", "@type": "prov:SoftwareAgent", "name": manifest.software}
    sources = [
        {
            "@id": f"source/{source.name}",
            "@type": "prov:Entity",
            "name": source.name,
            "description": f"{source.kind}: {', '.join(source.patterns)}",
            **({"license": licence_url(source.license) or source.license} if source.license else {}),
        }
        for source in manifest.sources
    ]
    activities = [
        {
            "@id": f"activity/{flow.stage}/{flow.generation}",
            "@type": "prov:Activity",
            "name": flow.stage,
            "description": (
                f"{flow.rows_in:,} rows in, {flow.rows_out:,} out, {sum(flow.dropped.values()):,} dropped"
                + "".join(f"; {reason}: {rows:,}" for reason, rows in flow.dropped.items())
            ),
            "prov:wasAssociatedWith": {"@id": "software"},
        }
        for flow in manifest.stages
    ]
    return {
        "prov:wasAttributedTo": agent,
        "prov:wasDerivedFrom": sources,
        "prov:wasGeneratedBy": activities,
    }
