"""Croissant descriptions: what they say, and what the check finds."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from datacards.croissant import croissant, croissant_text
from datacards.croissant_check import check_croissant
from datacards.croissant_records import data_type
from datacards.published import Column
from datacards.release import Creator, Release
from tests.datacards.example import MANIFEST

RELEASE = Release(
    url="https://example.org/corpus",
    creators=(Creator("A Group", organization=True, url=None), Creator("Someone", organization=False, url=None)),
    description=None,
    version=None,
    contact="data@example.org",
    citation=None,
)
COLUMNS = (Column("id", "string", "the id"), Column("obligations", "list<string>", "what is owed"))
DESCRIBED = replace(MANIFEST, columns=COLUMNS)
FILES = {file.path: (file.bytes, file.sha256) for file in DESCRIBED.files}
TYPES = {"id": "sc:Text", "obligations": "sc:Text"}
SPDX = frozenset({"CC-BY-SA-4.0", "MIT"})


def described() -> dict[str, Any]:
    return croissant(DESCRIBED, RELEASE, "Texts.")


def found(node: dict[str, Any]) -> list[str]:
    return [str(problem) for problem in check_croissant(node, FILES, {"documents": TYPES}, SPDX)]


def test_what_is_written_passes_the_check() -> None:
    assert found(json.loads(croissant_text(described()))) == []


def test_a_release_says_who_made_it_when_and_from_what() -> None:
    node = described()
    assert node["license"] == ["https://spdx.org/licenses/CC-BY-SA-4.0.html", "https://spdx.org/licenses/MIT.html"]
    assert [creator["@type"] for creator in node["creator"]] == ["sc:Organization", "sc:Person"]
    assert node["citeAs"] == "A Group, Someone (2026): An example. https://example.org/corpus"
    assert (node["version"], node["datePublished"]) == ("2026.11.24", "2026-11-24")
    assert node["sdLicense"] == "https://spdx.org/licenses/CC0-1.0.html"
    limits = node["rai:dataLimitations"].splitlines()
    assert [line.split(" ")[0] for line in limits] == ["An", "Labels", "Language"]
    assert [source["name"] for source in node["prov:wasDerivedFrom"]] == ["wiki", "packages"]
    assert node["prov:wasGeneratedBy"][0]["description"] == (
        "2,150 rows in, 2,143 out, 7 dropped; bad_utf8: 5; no_text: 2"
    )
    fields = {field["name"]: field for field in node["recordSet"][0]["field"]}
    assert fields["id"]["equivalentProperty"] == "sc:identifier"
    assert (fields["obligations"]["isArray"], fields["obligations"]["arrayShape"]) == (True, "-1")


def test_a_build_without_a_date_cannot_be_described() -> None:
    with pytest.raises(ValueError, match="build_date: missing"):
        croissant(replace(DESCRIBED, build_date=None), RELEASE, "Texts.")


def test_personal_data_is_spoken_of_as_the_recipe_treats_it() -> None:
    said = described()["rai:personalSensitiveInformation"]
    masked = replace(DESCRIBED, masks_personal_data=True)
    assert "not masked" in said
    assert "were masked where" in croissant(masked, RELEASE, "Texts.")["rai:personalSensitiveInformation"]


def test_a_column_of_an_unknown_type_is_refused() -> None:
    with pytest.raises(ValueError, match="no Croissant type for map"):
        data_type("map<string, int64>")


def _remove(*path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(node: Any) -> None:  # noqa: ANN401 -- plain JSON
        for key in path[:-1]:
            node = node[key]
        del node[path[-1]]

    return change


def _put(value: object, *path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(node: Any) -> None:  # noqa: ANN401 -- plain JSON
        for key in path[:-1]:
            node = node[key]
        node[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_remove("name"), "name: missing or empty"),
        (_remove("license"), "license: missing or empty"),
        (_put(["https://spdx.org/licenses/CC-BY-5.0.html"], "license"), "neither the page of an SPDX licence"),
        (_put("CC-BY-SA-4.0", "license"), "neither the page of an SPDX licence"),
        (_put("x", "rai:dataBias"), "rai:dataBias: is no property"),
        (_put("x", "foo:bar"), "foo:bar: is no property"),
        (_put("http://mlcommons.org/croissant/1.0", "conformsTo"), "conformsTo: expected"),
        (_put({}, "@context"), "@context: is not that of"),
        (_put("last week", "datePublished"), "datePublished: expected a date"),
        (_put("here", "url"), "url: expected an address"),
        (_put([{"@type": "sc:Person"}], "creator"), "creator[0]: expected a Person"),
        (_put("f" * 64, "distribution", 0, "sha256"), "but the file has"),
        (_remove("distribution", 0, "sha256"), "sha256: missing or malformed"),
        (_put("1 B", "distribution", 0, "contentSize"), "contentSize: 1 B, but"),
        (_remove("distribution", 0), "is published, but not described"),
        (_put("other/*.parquet", "distribution", -1, "includes"), "matches no file"),
        (_put("elsewhere.parquet", "distribution", 0, "contentUrl"), "is described, but not published"),
        (_put({"@id": "nowhere"}, "recordSet", 0, "key"), "nowhere: is referred to"),
        (_put("documents/id", "recordSet", 0, "field", 1, "@id"), "documents/id: stands for two things"),
        (_put("sc:Integer", "recordSet", 0, "field", 0, "dataType"), "dataType: sc:Integer, but"),
        (_remove("recordSet", 0, "field", 1), "documents/obligations: the column is not described"),
        (_put("other", "recordSet", 0, "field", 0, "name"), "documents/other: the tables have no such column"),
        (_put({"column": "text"}, "recordSet", 0, "field", 0, "source", "extract"), "expected to be extracted"),
    ],
)
def test_what_other_checks_let_pass_is_found(change: Callable[[dict[str, Any]], None], message: str) -> None:
    node = copy.deepcopy(described())
    change(node)
    problems = found(node)
    assert any(message in problem for problem in problems), problems


@pytest.mark.parametrize("node", [None, [], "text", 3])
def test_what_is_no_object_is_no_description(node: object) -> None:
    assert [str(problem) for problem in check_croissant(node, FILES, {}, SPDX)] == [
        f"croissant.json: @type: expected an object, found {type(node).__name__}"
    ]
