"""`CITATION.cff`: how a release is cited (Citation File Format 1.2.0)."""

from typing import Any

import yaml

from datacards.licences import licence_ids
from datacards.manifest import Manifest
from datacards.release import Creator, Release, dated_version


def citation(manifest: Manifest, release: Release) -> str:
    """Return the file.

    `license` holds ids of the SPDX list alone: a licence that no list has cannot be said there.
    """
    ids = sorted({name for cell in manifest.published for name in licence_ids(cell.license)})
    listed = [name for name in ids if not name.startswith("LicenseRef-")]
    fields: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": release.citation or "Please cite this dataset as below.",
        "type": "dataset",
        "title": manifest.title,
        "authors": [_author(creator) for creator in release.creators],
        "url": release.url,
        "version": release.version or dated_version(manifest.build_date),
        "date-released": manifest.build_date,
        **({"license": listed[0] if len(listed) == 1 else listed} if listed else {}),
        **({"abstract": release.description} if release.description else {}),
    }
    return yaml.safe_dump(fields, sort_keys=False, allow_unicode=True)


def _author(creator: Creator) -> dict[str, str]:
    """Return an author; a person's name is not taken apart, as names differ in what comes first."""
    return {"name": creator.name, **({"website": creator.url} if creator.url else {})}
