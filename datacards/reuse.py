"""`REUSE.toml`: which licences the tables of a release are under, for tools that read no README (REUSE 3.3)."""

import json

from datacards.licences import licence_url
from datacards.manifest import Manifest

COPYRIGHT = "The holders whom ATTRIBUTION.parquet names"


def reuse_toml(manifest: Manifest) -> str:
    """Return the file: a folder's tables are under all the licences of its documents, each of these under its own."""
    parts = ["version = 1\n"]
    for language in sorted({file.path.split("/")[1] for file in manifest.files}):
        licences = sorted({cell.license for cell in manifest.published if cell.language == language})
        parts.append(
            "[[annotations]]\n"
            f"path = {_text(f'data/{language}/**')}\n"
            'precedence = "override"\n'
            f"SPDX-FileCopyrightText = {_text(COPYRIGHT)}\n"
            f"SPDX-License-Identifier = [{', '.join(map(_text, licences))}]\n"
        )
    return "\n".join(parts)


def text_of_unlisted(name: str) -> str:
    """Return what lies in `LICENSES/` for a licence whose text no list has."""
    url = licence_url(name)
    where = f"It is described at {url}." if url else "The documents under it carry, as evidence, how it was stated."
    return f"{name}\n\nThe SPDX license list has no text of this name. {where}\n"


def _text(value: str) -> str:
    return json.dumps(value)  # a string of JSON is one of TOML
