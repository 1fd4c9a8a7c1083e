"""`CITATION.cff`: how a release is cited (Citation File Format 1.2.0)."""

from typing import Any

import yaml

from datacards.huggingface import hub_licence
from datacards.manifest import Manifest
from datacards.release import Creator, Release, dated_version

_YOUNGER = frozenset({"CDLA-Permissive-2.0"})


def citation(manifest: Manifest, release: Release) -> str:
    """Return the file; it names a licence where all documents are under the same one, and the format knows it.

    A list would say that a reader may choose among the licences.
    """
    found = {cell.license for cell in manifest.published}
    only = found.pop() if len(found) == 1 else None
    fields: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": release.citation or "Please cite this dataset as below.",
        "type": "dataset",
        "title": manifest.title,
        "authors": [_author(creator) for creator in release.creators],
        "url": release.url,
        "version": release.version or dated_version(manifest.build_date),
        "date-released": manifest.build_date,
        **({"license": only} if only is not None and _is_known(only) else {}),
        **({"abstract": release.description} if release.description else {}),
    }
    return yaml.safe_dump(fields, sort_keys=False, allow_unicode=True)


def _is_known(expression: str) -> bool:
    """Tell whether the format's list of 2021 has a licence: of those that the Hub knows it has all but the youngest."""
    return len(hub_licence(expression) or ()) == 1 and expression not in _YOUNGER


def _author(creator: Creator) -> dict[str, str]:
    """Return an author; a person's name is not taken apart, as names differ in what comes first."""
    return {"name": creator.name, **({"website": creator.url} if creator.url else {})}
