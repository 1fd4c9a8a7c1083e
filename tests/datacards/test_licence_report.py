import json

from datacards.licence_report import licence_page, licence_report, licence_report_json
from datacards.licences import licence_ids, licence_url
from tests.datacards.example import EMPTY, MANIFEST


def test_the_report_accounts_for_every_document() -> None:
    report = json.loads(licence_report_json(MANIFEST))
    assert sum(row["documents"] for row in report["counts"]) == 2157
    assert sum(row["documents"] for row in report["counts"] if row["published"]) == 1552
    assert sum(finding["documents"] for finding in report["findings"]) == 2157
    assert [finding["license"] for finding in report["findings"]] == ["CC-BY-SA-4.0", "NOASSERTION", "MIT"]
    assert report["findings"][1]["samples"] == ["0d", "0e", "0f"]
    assert report["findings"][1]["meaning"] == "no licence is declared"
    assert report["profile"] == "open"


def test_the_readable_report_names_reasons_and_samples() -> None:
    text = licence_report(MANIFEST)
    assert "| `no_license` | no licence is declared | 500 | `0d` `0e` `0f` |" in text
    assert "| set aside until someone reviews it | 500 |" in text


def test_the_licence_page_lists_what_is_published_and_nothing_else() -> None:
    text = licence_page(MANIFEST)
    assert "https://spdx.org/licenses/CC-BY-SA-4.0.html" in text
    assert "NOASSERTION" not in text
    assert "- `share_alike`: pass adaptations on under the same licence" in text


def test_a_corpus_of_nothing_has_reports() -> None:
    assert json.loads(licence_report_json(EMPTY))["counts"] == []
    assert "Every licence found" in licence_report(EMPTY)
    assert licence_page(EMPTY).startswith("# Licences of")


def test_licences_of_expressions() -> None:
    assert licence_ids("MIT OR (Apache-2.0 WITH LLVM-exception AND MIT)") == ("MIT", "Apache-2.0", "LLVM-exception")
    assert licence_ids("NOASSERTION") == ()
    assert licence_url("NOASSERTION") is None
    assert licence_url("LicenseRef-scancode-public-domain") == (
        "https://scancode-licensedb.aboutcode.org/public-domain.html"
    )


def test_the_report_counts_by_evidence_and_says_who_is_named() -> None:
    report = json.loads(licence_report_json(MANIFEST))
    published = sum(row["documents"] for row in report["counts"] if row["published"])
    assert report["attribution"] == {"published": published, "attributed": published}
    assert {row["evidence"] for row in report["counts"]} == {"E2"}
    page = licence_report(MANIFEST)
    assert "1,552 of 1,552 published documents name their creators" in page
    assert "| `E2` |" in page
