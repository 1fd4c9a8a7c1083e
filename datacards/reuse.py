"""`REUSE.toml`: which licences each file of a release is under, for tools that read no README (REUSE 3.3)."""

import json
from collections.abc import Iterator, Sequence

from datacards.licences import licence_url
from datacards.manifest import Manifest
from datacards.own_terms import LOAM

HOLDERS = "The holders whom ATTRIBUTION.parquet names"
LOAM_AUTHORS = "The authors of Loam"
LIBRARY_AUTHORS = "The holders whom explorer/libraries/LICENSES.txt and LICENSE-duckdb.txt name"


def reuse_toml(manifest: Manifest) -> str:
    """Return the file: tables are under all the licences of their documents, each document under its own.

    Of several annotations that cover a file the last one counts: the first is of all that no other names.
    """
    return "\n".join(["version = 1\n", *_annotations(manifest)])


def text_of_unlisted(name: str) -> str:
    """Return what lies in `LICENSES/` for a licence whose text no list has."""
    url = licence_url(name)
    where = f"It is described at {url}." if url else "The documents under it carry, as evidence, how it was stated."
    return f"{name}\n\nThe SPDX license list has no text of this name. {where}\n"


def all_licences(manifest: Manifest) -> list[str]:
    """Return every SPDX expression that a file of a release is under, sorted."""
    return sorted({*(cell.license for cell in manifest.published), *manifest.own_terms.expressions})


def _annotations(manifest: Manifest) -> Iterator[str]:
    own, makers = manifest.own_terms, _makers(manifest)
    yield _annotation(["**"], [makers], [own.metadata])
    yield _annotation(["index.html"], [makers, LOAM_AUTHORS], [own.metadata, LOAM])
    for licences, languages in _languages_by_licences(manifest).items():
        yield _annotation([f"data/{language}/**" for language in languages], [HOLDERS], licences)
    if own.explorer is not None:
        yield _annotation(["explorer/*.js", "explorer/*.css"], [LOAM_AUTHORS], [LOAM])
        texts = sorted({own.metadata, *own.explorer.texts})
        yield _annotation(["explorer/documents/**"], [makers, "The holders whom its documents name"], texts)
        yield _annotation(["explorer/libraries/**"], [LIBRARY_AUTHORS], own.explorer.libraries)


def _languages_by_licences(manifest: Manifest) -> dict[tuple[str, ...], list[str]]:
    """Return the folders of tables by all the licences of their documents."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for language in sorted({file.path.split("/")[1] for file in manifest.files}):
        licences = sorted({cell.license for cell in manifest.published if cell.language == language})
        groups.setdefault(tuple(licences), []).append(language)
    return groups


def _makers(manifest: Manifest) -> str:
    if manifest.release is None:
        return f"The makers of {manifest.title}"
    return ", ".join(creator.name for creator in manifest.release.creators)


def _annotation(paths: Sequence[str], holders: Sequence[str], licences: Sequence[str]) -> str:
    return (
        "[[annotations]]\n"
        f"path = {_texts(paths)}\n"
        'precedence = "override"\n'
        f"SPDX-FileCopyrightText = {_texts(holders)}\n"
        f"SPDX-License-Identifier = {_texts(licences)}\n"
    )


def _texts(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def _text(value: str) -> str:
    return json.dumps(value)  # a string of JSON is one of TOML
