"""Defects found in other projects' handling of licences: each of these inputs was once let pass, or misread."""

from pathlib import Path

import pyarrow as pa
import pytest

from datacards.huggingface import licence_fields
from pipelines.dedup.keep_order import keep_order_sql
from pipelines.licensing.collectors.web_page import page_evidence
from pipelines.licensing.conclude import Evidence, conclude
from pipelines.licensing.decide import decide, derive
from pipelines.licensing.normalise import normalise
from pipelines.licensing.obligations import terms_of
from pipelines.licensing.profiles import Operation, load_profile
from pipelines.licensing.statuses import ALLOWED, Status
from pipelines.recipe import Recipe
from pipelines.rules.columns import recipe_columns
from pipelines.rules.expressions import RuleError
from pipelines.stages.publish import PUBLISHED

OPEN = load_profile("open")
RECIPE = {"name": "r", "sources": [{"name": "s", "kind": "jsonl", "path": "x"}], "licensing": {"profile": "open"}}
CC = "https://creativecommons.org"


@pytest.mark.parametrize(
    ("url", "license_"),
    [
        (f"{CC}/licenses/by-sa/2.0/", "CC-BY-SA-2.0"),
        (f"{CC}/licenses/by/1.0/", "CC-BY-1.0"),
        (f"{CC}/licenses/by/2.1/jp/", "LicenseRef-cc-by-2.1-jp"),
        (f"{CC}/licenses/by/3.0/igo/", "CC-BY-3.0-IGO"),
        (f"{CC}/publicdomain/mark/1.0/", "CC-PDM-1.0"),
        (f"{CC}/publicdomain/zero/1.0/", "CC0-1.0"),
        (f"{CC}/licenses/by/2.0/", "CC-BY-2.0"),
    ],
)
def test_share_alike_versions_ports_and_tools_of_creative_commons_are_told_apart(url: str, license_: str) -> None:
    """Common Pile: by-sa/2.0 became BY 2.0, by/1.0 raised, ports were dropped (D1); BY 2.0 was out of reach (D4)."""
    assert normalise(url).expression == license_


@pytest.mark.parametrize("declared", ["", None, "None", "[]", "nan", "null"])
def test_no_licence_never_passes(declared: str | None) -> None:
    """Common Pile: an empty list passed `all()` (D2); a missing licence became the string "None" (D3)."""
    conclusion = conclude(declared, ())
    assert conclusion.license == "NOASSERTION"
    assert decide(conclusion.license, Operation.KEEP_WHOLE, OPEN).status is Status.QUARANTINE


def test_texts_joined_from_several_are_under_all_their_licences() -> None:
    """Common Pile: a thread had its question's licence alone (D3)."""
    joined = normalise("CC-BY-SA-2.5 AND CC-BY-SA-3.0 AND CC-BY-SA-4.0").expression
    assert joined == "CC-BY-SA-2.5 AND CC-BY-SA-3.0 AND CC-BY-SA-4.0"
    assert decide(joined, Operation.MERGE, OPEN).status is Status.ALLOW_WITH_OBLIGATIONS
    assert decide("CC-BY-SA-4.0 AND CC-BY-NC-4.0", Operation.MERGE, OPEN).status is Status.DENY


def test_published_documents_keep_their_licence() -> None:
    """Common Pile: the training set published was `text` alone (D5)."""
    assert {"license", "obligations", "attribution", "url", "id"} <= set(PUBLISHED.names)


@pytest.mark.parametrize("term", ["license", "status", "reason", "license_declared", "license_evidence"])
def test_no_copy_is_chosen_for_its_licence(tmp_path: Path, term: str) -> None:
    """BigCode: of copies the one under the most permissive licence was kept (D6)."""
    columns = recipe_columns(Recipe.model_validate(RECIPE), tmp_path)
    with pytest.raises(RuleError, match="a licence may not decide which copy stands for the others"):
        keep_order_sql([term], columns)
    assert conclude("MIT", (Evidence("E2", "MIT"),), ["GPL-3.0-only"]).license == "GPL-3.0-only"


@pytest.mark.parametrize(
    ("url", "license_"),
    [
        (f"{CC}/licenses/by-nd-nc/1.0/", "CC-BY-NC-ND-1.0"),
        ("https:\\/\\/creativecommons.org\\/licenses\\/by-nc\\/4.0\\/", "CC-BY-NC-4.0"),
        ("//creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ("http://www.creativecommons.org/licenses/by/4.0", "CC-BY-4.0"),
        (f"{CC}/licenses/by-nc-sa/3.0/", "CC-BY-NC-SA-3.0"),
    ],
)
def test_no_element_of_a_licence_is_lost(url: str, license_: str) -> None:
    """Dolma: by-nd-nc lost NC (D7); escaped, protocol-relative and `www.` addresses were missed (D8)."""
    assert normalise(url).expression == license_


def test_a_page_says_its_licence_in_many_places() -> None:
    """C5: graphs, `DC.rights` and `rel=license` were missed (D9); trafilatura gave the words of a link (D12)."""
    graph = f'{{"@graph": [{{"@type": "Article", "license": "{CC}/licenses/by-nd-nc/1.0/"}}]}}'
    html = f"""<html><head><meta name="DC.rights" content="{CC}/licenses/by/2.1/jp/">
        <link rel="license" href="{CC}/licenses/by-sa/3.0/fr/">
        <script type="application/ld+json">{graph}</script></head><body>
        <footer><a rel="license" href="{CC}/licenses/by-nd-nc/2.0/">Some rights</a></footer></body></html>"""
    found = [(entry["class"], normalise(entry["value"]).expression) for entry in page_evidence(html, None)]
    assert sorted(found) == [
        ("E1", "CC-BY-NC-ND-1.0"),
        ("E1", "LicenseRef-cc-by-2.1-jp"),
        ("E1", "LicenseRef-cc-by-sa-3.0-fr"),
        ("E4", "CC-BY-NC-ND-2.0"),
    ]


@pytest.mark.parametrize("license_", ["CC-BY-ND-4.0", "CC-BY-NC-ND-4.0", "LicenseRef-cc-by-nd-unversioned"])
def test_no_derivatives_is_a_dimension_of_its_own(license_: str) -> None:
    """C5's strict filter let ND pass (D9); the Data Provenance Initiative has no ND at all (D10)."""
    assert decide(license_, Operation.TRANSLATE, OPEN).status is Status.DENY
    assert decide(license_, Operation.TRANSLATE, load_profile("web-open-access")).status is Status.DENY


def test_spellings_of_one_licence_have_one_set_of_terms() -> None:
    """Data Provenance Initiative: MIT and "MIT License", versions of BY-NC-SA differed; cc-by-2.0 became 3.0 (D10)."""
    assert normalise("MIT").expression == normalise("MIT License").expression
    assert normalise("cc-by-2.0").expression == "CC-BY-2.0"
    unversioned, versioned = terms_of(normalise("CC BY-NC-SA").expression), terms_of("CC-BY-NC-SA-4.0")
    assert unversioned is not None
    assert versioned is not None
    assert unversioned.obligations == versioned.obligations
    assert normalise("ms-pl").expression == "MS-PL"


@pytest.mark.parametrize("license_", ["MIT AND CC-BY-NC-4.0", "CC-BY-NC-4.0 AND MIT", "CC-BY-NC-4.0"])
def test_one_refused_part_refuses_the_whole(license_: str) -> None:
    """data-prep-kit: a denied licence in a list or an expression passed (D11)."""
    assert decide(license_, Operation.KEEP_WHOLE, OPEN).status is Status.DENY


@pytest.mark.parametrize("expression", ["MIT AND GPL-3.0-only", "GPL-3.0-only", ""])
def test_what_a_profile_refuses_is_refused_in_any_company(expression: str) -> None:
    """data-prep-kit: with GPL-3.0 denied, a list of MIT and GPL-3.0, both joined and `GPL-3.0-only` passed (D11)."""
    permissive = load_profile("permissive")
    assert decide(expression, Operation.KEEP_WHOLE, permissive).status not in ALLOWED
    listed = conclude(None, (Evidence("E2", "MIT"), Evidence("E2", "GPL-3.0-only")))
    assert decide(listed.license, Operation.KEEP_WHOLE, permissive).status not in ALLOWED


def test_what_is_rewritten_stays_under_the_terms_of_what_it_was() -> None:
    """datatrove: no-derivatives and share-alike terms were not asked for texts that a model rewrote (D13)."""
    assert derive("CC-BY-ND-4.0", Operation.REWRITE) == "NONE"
    assert derive("CC-BY-SA-4.0", Operation.REWRITE) == "CC-BY-SA-4.0"
    assert "share_alike" in decide("CC-BY-SA-4.0", Operation.REWRITE, OPEN).obligations


def test_a_card_names_the_licences_of_its_documents() -> None:
    """datatrove: a card took over the licence of the source's collection (D13)."""
    assert licence_fields(["CC-BY-SA-4.0"])["license"] == "cc-by-sa-4.0"
    assert licence_fields(["CC-BY-SA-4.0", "NOASSERTION"])["license"] == "other"
    assert pa.types.is_string(PUBLISHED.field("license").type)
