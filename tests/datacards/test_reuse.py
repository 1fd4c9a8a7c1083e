import tomllib
from dataclasses import replace
from typing import Any

from datacards.manifest import Manifest
from datacards.own_terms import ExplorerTerms, OwnTerms
from datacards.published import PublishedFile
from datacards.readme import readme
from datacards.release import Creator, Release
from datacards.reuse import HOLDERS, LOAM_AUTHORS, all_licences, reuse_toml, text_of_unlisted
from tests.datacards.example import CELLS, EMPTY, MANIFEST, cell

ADA = Creator("Ada", organization=False, url=None)


def _annotations(manifest: Manifest) -> dict[str, dict[str, Any]]:
    """Return the annotation of each path."""
    told = tomllib.loads(reuse_toml(manifest))
    assert told["version"] == 1
    return {path: one for one in told["annotations"] for path in one["path"]}


def test_each_language_has_the_licences_of_its_published_documents() -> None:
    cells = (*CELLS, cell("fra_Latn", "MIT OR ISC"), cell("fra_Latn", "CC-BY-ND-4.0", rule="license:no_derivatives"))
    by_path = _annotations(replace(MANIFEST, cells=cells))
    languages = ("ast_Latn", "fra_Latn", "nob_Latn", "por_Latn")
    assert list(by_path) == ["**", "index.html", *(f"data/{lang}/**" for lang in languages)]
    assert by_path["data/nob_Latn/**"] is by_path["data/por_Latn/**"]
    assert by_path["data/fra_Latn/**"] == {
        "path": ["data/fra_Latn/**"],
        "precedence": "override",
        "SPDX-FileCopyrightText": [HOLDERS],
        "SPDX-License-Identifier": ["CC-BY-SA-4.0", "MIT OR ISC"],
    }


def test_what_is_no_document_has_a_licence_of_its_own() -> None:
    own = OwnTerms("CC-BY-4.0", ExplorerTerms(("GPL-3.0-only", "MIT"), ("ISC", "MIT")))
    manifest = replace(MANIFEST, own_terms=own, release=Release("https://example.org", (ADA,), None, None, None, None))
    by_path = _annotations(manifest)
    stated = {path: one["SPDX-License-Identifier"] for path, one in by_path.items() if not path.startswith("data/")}
    assert stated == {
        "**": ["CC-BY-4.0"],
        "index.html": ["CC-BY-4.0", "Apache-2.0"],
        "explorer/*.js": ["Apache-2.0"],
        "explorer/*.css": ["Apache-2.0"],
        "explorer/documents/**": ["CC-BY-4.0", "GPL-3.0-only", "MIT"],
        "explorer/libraries/**": ["ISC", "MIT"],
    }
    assert by_path["**"]["SPDX-FileCopyrightText"] == ["Ada"]
    assert by_path["explorer/*.js"]["SPDX-FileCopyrightText"] == [LOAM_AUTHORS]
    of_documents = {"CC-BY-SA-4.0", "MIT"}
    assert set(all_licences(manifest)) == of_documents | {"CC-BY-4.0", "Apache-2.0", "GPL-3.0-only", "ISC"}
    text = readme(manifest)
    assert "is under `CC-BY-4.0`; the style of its page is Loam's, under `Apache-2.0`" in text
    assert "others' work, under ISC and MIT" in text


def test_names_cannot_break_out_of_it() -> None:
    name = 'x"]\npath = "**'
    hostile = replace(MANIFEST, files=(PublishedFile(f"data/{name}/a.parquet", 1, 1, "00" * 32),), cells=(cell(name),))
    assert list(_annotations(hostile)) == ["**", "index.html", f"data/{name}/**"]


def test_nothing_published_leaves_the_card_itself() -> None:
    assert list(_annotations(EMPTY)) == ["**", "index.html"]


def test_a_licence_without_a_text_says_where_it_is_described() -> None:
    text = text_of_unlisted("LicenseRef-scancode-public-domain")
    assert "https://scancode-licensedb.aboutcode.org/public-domain.html" in text
    assert "as evidence" in text_of_unlisted("LicenseRef-ours")
