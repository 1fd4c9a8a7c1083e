"""The summary for providers of models, and the sites that it lists."""

import json
from dataclasses import replace

import pytest
import yaml

from datacards.citation import citation
from datacards.domains import Domain, Domains, domains_csv, largest_tenth
from datacards.manifest import Source, Translator
from datacards.readme import readme
from datacards.release import Creator, Release
from datacards.training_summary import (
    NOT_APPLICABLE,
    NOT_RECORDED,
    training_summary,
    training_summary_json,
    training_summary_page,
)
from tests.datacards.example import CELLS, MANIFEST, cell

RELEASE = Release("https://example.org/c", (Creator("A | B", organization=True, url=None),), None, None, None, None)


def test_every_question_has_an_answer() -> None:
    domains = Domains(12, (Domain("a.org", 3, 9), Domain("b.org", 1, 4)))
    summary = training_summary(replace(MANIFEST, domains=domains), RELEASE)
    assert json.loads(training_summary_json(summary)) == summary
    size = summary["1_general_information"]["1.3_modalities_and_size"]
    published = [cell for cell in CELLS if cell.rule is None]
    assert size["documents"] == sum(cell.documents for cell in published)
    assert sum(size["bytes_by_language"].values()) == size["bytes"]
    sources = summary["2_data_sources"]
    assert [source["name"] for source in sources["2.1_public_datasets"]] == ["wiki", "packages"]
    assert sources["2.4_user_data"] == sources["2.6_other"] == NOT_APPLICABLE
    assert sources["2.3_crawled"]["domains"] == {"count": 12, "largest_tenth": "top_domains.csv", "listed": 2}
    assert sources["2.5_synthetic_data"]["documents"] == 12
    page = training_summary_page(summary)
    assert "- fra_Latn: 120,000" in page
    assert "  - A \\| B" in page
    assert "500 documents were left out" in page


def test_sources_stand_where_their_kind_belongs() -> None:
    kinds = ("commoncrawl", "fineweb", "parquet")
    sources = tuple(Source(kind, kind, None, None, ("x",)) for kind in kinds)
    told = training_summary(replace(MANIFEST, sources=sources), RELEASE)["2_data_sources"]
    assert [source["name"] for source in told["2.1_public_datasets"]] == ["fineweb"]
    assert [source["name"] for source in told["2.3_crawled"]["crawls"]] == ["commoncrawl"]
    assert [source["name"] for source in told["2.6_other"]] == ["parquet"]


def test_nothing_translated_and_no_sites_are_said_not_to_apply() -> None:
    cells = tuple(cell for cell in CELLS if cell.generation == 0)
    sources = training_summary(replace(MANIFEST, cells=cells), RELEASE)["2_data_sources"]
    assert sources["2.5_synthetic_data"] == sources["2.3_crawled"]["domains"] == NOT_APPLICABLE


def test_translators_are_named_as_far_as_they_are_known() -> None:
    translators = (Translator("vllm", "0.9", "org/model", "Apache-2.0", 9), Translator("own", None, None, None, 3))
    summary = training_summary(replace(MANIFEST, translators=translators), RELEASE)
    page = training_summary_page(summary)
    assert "- Engine: vllm; Engine version: 0.9; Model: org/model; Model license: Apache-2.0; Documents: 9" in page
    assert "- Engine: own; Documents: 3" in page
    assert training_summary(MANIFEST, RELEASE)["2_data_sources"]["2.5_synthetic_data"]["generators"] == NOT_RECORDED
    assert "Made by: vllm 0.9 (org/model, Apache-2.0) 9; own 3." in readme(replace(MANIFEST, translators=translators))


def test_the_largest_tenth_is_listed() -> None:
    domains = largest_tenth([Domain(f"{number}.org", 1, number % 7) for number in range(21)])
    assert (domains.count, [domain.name for domain in domains.largest]) == (21, ["13.org", "20.org", "6.org"])
    assert domains_csv(domains).splitlines() == ["domain,documents,bytes", "13.org,1,6", "20.org,1,6", "6.org,1,6"]
    assert largest_tenth([]) == Domains(0, ())


def test_a_citation_names_title_and_creators() -> None:
    found = yaml.safe_load(citation(MANIFEST, RELEASE))
    assert found["cff-version"] == "1.2.0"
    assert (found["title"], found["authors"]) == ("An example", [{"name": "A | B"}])
    assert found["version"] == "2026.11.24"
    assert "license" not in found  # of several, a reader could take one for all: the format's list is a choice


@pytest.mark.parametrize(
    ("license_", "named"),
    [("MIT", "MIT"), ("GPL-3.0-only", "GPL-3.0-only"), ("MIT OR ISC", None), ("CDLA-Permissive-2.0", None)],
)
def test_a_citation_names_the_licence_of_all_documents_if_its_format_can(license_: str, named: str | None) -> None:
    one = replace(MANIFEST, cells=(cell(license_=license_), cell(license_="ISC", rule="duplicate")))
    assert yaml.safe_load(citation(one, RELEASE)).get("license") == named
