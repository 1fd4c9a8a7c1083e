import tomllib
from dataclasses import replace

from datacards.manifest import PublishedFile
from datacards.reuse import COPYRIGHT, reuse_toml, text_of_unlisted
from tests.datacards.example import CELLS, EMPTY, MANIFEST, cell


def test_each_language_has_the_licences_of_its_published_documents() -> None:
    cells = (*CELLS, cell("fra_Latn", "MIT OR ISC"), cell("fra_Latn", "CC-BY-ND-4.0", rule="license:no_derivatives"))
    told = tomllib.loads(reuse_toml(replace(MANIFEST, cells=cells)))
    assert told["version"] == 1
    by_path = {one["path"]: one for one in told["annotations"]}
    assert list(by_path) == [f"data/{lang}/**" for lang in ("ast_Latn", "fra_Latn", "nob_Latn", "por_Latn")]
    assert by_path["data/fra_Latn/**"] == {
        "path": "data/fra_Latn/**",
        "precedence": "override",
        "SPDX-FileCopyrightText": COPYRIGHT,
        "SPDX-License-Identifier": ["CC-BY-SA-4.0", "MIT OR ISC"],
    }


def test_names_cannot_break_out_of_it() -> None:
    name = 'x"]\npath = "**'
    hostile = replace(MANIFEST, files=(PublishedFile(f"data/{name}/a.parquet", 1, 1, "00" * 32),), cells=(cell(name),))
    (only,) = tomllib.loads(reuse_toml(hostile))["annotations"]
    assert only["path"] == f"data/{name}/**"


def test_nothing_published_is_nothing_annotated() -> None:
    assert tomllib.loads(reuse_toml(EMPTY)) == {"version": 1}


def test_a_licence_without_a_text_says_where_it_is_described() -> None:
    text = text_of_unlisted("LicenseRef-scancode-public-domain")
    assert "https://scancode-licensedb.aboutcode.org/public-domain.html" in text
    assert "as evidence" in text_of_unlisted("LicenseRef-ours")
