"""What a translation is under: what its parent's licence lets be made, and what the model's licence adds."""

import json
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from pipelines.corpus.schemas import DOCUMENTS
from pipelines.licensing.documents import license_documents
from pipelines.licensing.imposed import imposed_licenses, without_imposed
from pipelines.licensing.openness import openness
from pipelines.licensing.profiles import Operation, load_profile
from pipelines.licensing.translations import Translator, change_note, translation_evidence, translation_license
from pipelines.stages.translation_rows import Lineage
from translate.documents import TranslatedDocument
from translate.engines import EngineIdentity, OutputLicense

FREE = Translator("fxtranslate", "0.5", "enpt", "MPL-2.0", restricts_outputs=False, evidence=("models/LICENSE",))
NLLB = Translator("ctranslate2", "4.6", "nllb-200", "CC-BY-NC-4.0", restricts_outputs=True)
LLAMA = replace(NLLB, model="llama-3", license="LicenseRef-llama3")


@pytest.mark.parametrize(
    ("parent", "free", "restricted"),
    [
        ("CC0-1.0", "CC0-1.0", "CC0-1.0 AND CC-BY-NC-4.0"),
        ("CC-BY-4.0", "CC-BY-4.0", "CC-BY-4.0 AND CC-BY-NC-4.0"),
        ("CC-BY-NC-4.0", "CC-BY-NC-4.0", "CC-BY-NC-4.0"),
        ("CC-BY-ND-4.0 OR MIT", "MIT", "MIT AND CC-BY-NC-4.0"),
        ("CC-BY-SA-3.0 AND CC-BY-SA-4.0", "CC-BY-SA-4.0", "CC-BY-SA-4.0 AND CC-BY-NC-4.0"),
        ("MIT OR Apache-2.0", "MIT OR Apache-2.0", "(MIT OR Apache-2.0) AND CC-BY-NC-4.0"),
        ("CC-BY-ND-4.0", "NONE", "NONE"),
        ("NONE", "NONE", "NONE"),
        ("NOASSERTION", "NOASSERTION", "NOASSERTION"),  # a model's licence is none of the text
        ("LicenseRef-x", "NOASSERTION", "NOASSERTION"),
    ],
)
def test_the_licence_of_a_translation(parent: str, free: str, restricted: str) -> None:
    assert translation_license(parent, [FREE]) == free
    assert translation_license(parent, [NLLB]) == restricted


def test_a_model_whose_licence_cannot_be_read_leaves_nothing_known() -> None:
    assert translation_license("CC-BY-4.0", [replace(NLLB, license="see the model card")]) == "NOASSERTION"


def _parent(license_: str, evidence_class: str) -> dict[str, Any]:
    entries = [
        {"class": evidence_class, "kind": "record_field", "value": license_, "locator": "f"},
        {"class": "E1", "kind": "link", "value": "CC0-1.0", "locator": "f", "about": "image"},
    ]
    return {"id": "p", "license_evidence": json.dumps(entries)}


def test_the_evidence_is_as_strong_as_the_parents_about_the_text() -> None:
    own, model = json.loads(translation_evidence(_parent("CC-BY-4.0", "E3"), "CC-BY-4.0", [FREE]))
    assert own == {"class": "E3", "kind": "parent_document", "value": "CC-BY-4.0", "locator": "p"}
    assert (model["kind"], model["value"], model["locator"]) == ("model_license", "MPL-2.0", "models/LICENSE")
    assert json.loads(translation_evidence({"id": "p", "license_evidence": None}, "NOASSERTION", [FREE]))[0] == {
        **own,
        "class": "E6",
        "value": "NOASSERTION",
    }


def test_every_translator_counts() -> None:
    assert translation_license("MIT", [FREE, NLLB]) == "MIT AND CC-BY-NC-4.0"
    kinds = [entry["kind"] for entry in json.loads(translation_evidence(_parent("MIT", "E2"), "MIT", [FREE, NLLB]))]
    assert kinds == ["parent_document", "model_license", "model_output_license"]
    note = change_note("eng_Latn", "por_Latn", [FREE, NLLB])
    assert note.endswith("by fxtranslate 0.5 (enpt, MPL-2.0) and ctranslate2 4.6 (nllb-200, CC-BY-NC-4.0)")


def _decided(profile: str, parent: str, translator: Translator, evidence_class: str = "E2") -> dict[str, Any]:
    documents = pa.table(
        {
            "id": ["t"],
            "license_declared": [translation_license(parent, [translator])],
            "license_evidence": [translation_evidence(_parent(parent, evidence_class), parent, [translator])],
            "preferences": pa.nulls(1, pa.string()),
        }
    )
    copies = pa.chunked_array([pa.nulls(1, pa.list_(pa.string()))])
    (row,) = license_documents(documents, copies, Operation.TRANSLATE, load_profile(profile)).to_pylist()
    found: dict[str, Any] = row
    return found


@pytest.mark.parametrize(
    ("profile", "parent", "translator", "license_", "status", "reason"),
    [
        ("open", "CC-BY-4.0", FREE, "CC-BY-4.0", "allow_with_obligations", None),
        ("open", "CC-BY-4.0", NLLB, "CC-BY-4.0 AND CC-BY-NC-4.0", "deny", "model_output"),
        ("research-nc", "CC-BY-4.0", NLLB, "CC-BY-4.0 AND CC-BY-NC-4.0", "allow_with_obligations", None),
        ("research-nc", "CC-BY-NC-4.0", NLLB, "CC-BY-NC-4.0", "allow_with_obligations", None),
        ("research-nc", "CC-BY-4.0", LLAMA, "CC-BY-4.0 AND LicenseRef-llama3", "deny", "model_output"),
        ("web-open-access", "CC-BY-4.0", NLLB, "CC-BY-4.0 AND CC-BY-NC-4.0", "allow_with_obligations", None),
        ("web-open-access", "NOASSERTION", NLLB, "NOASSERTION", "allow_with_obligations", "no_license"),
        ("web-open-access", "NOASSERTION", FREE, "NOASSERTION", "allow", "no_license"),
        # what the text itself forbids, no leniency towards models lets pass
        ("web-open-access", "CC-BY-NC-4.0", NLLB, "CC-BY-NC-4.0", "deny", "noncommercial"),
        # nothing may be added to share-alike terms
        *(
            (name, "CC-BY-SA-4.0", NLLB, "CC-BY-SA-4.0 AND CC-BY-NC-4.0", "deny", "incompatible_share_alike")
            for name in ("research-nc", "web-open-access")
        ),
        ("research-nc", "CC-BY-NC-SA-4.0", NLLB, "CC-BY-NC-SA-4.0 AND CC-BY-NC-4.0", "allow_with_obligations", None),
        # a model of unknown terms that reach its outputs
        ("web-open-access", "NOASSERTION", replace(NLLB, license="LicenseRef-x"), "NOASSERTION", "quarantine", None),
    ],
)
def test_what_is_decided(
    profile: str, parent: str, translator: Translator, license_: str, status: str, reason: str | None
) -> None:
    row = _decided(profile, parent, translator)
    assert (row["license"], row["status"]) == (license_, status)
    assert row["reason"] == (reason or ("unlisted_license" if status == "quarantine" else None))
    assert (row["operations"] == ["publish_statistics"]) == (status in ("deny", "quarantine"))


def test_a_limit_of_the_model_is_owed_and_keeps_the_release_from_being_openly_licensed() -> None:
    for parent in ("CC-BY-4.0", "NOASSERTION"):
        row = _decided("web-open-access", parent, NLLB)
        assert "noncommercial" in row["obligations"]
        assert openness([row["license"]]) == "open-access"
    assert "noncommercial" not in _decided("web-open-access", "CC-BY-4.0", FREE)["obligations"]


def test_weak_evidence_of_the_parent_stays_weak() -> None:
    strict = _decided("open", "CC-BY-4.0", FREE, "E5")
    assert (strict["status"], strict["reason"]) == ("deny", "weak_evidence")
    row = _decided("web-open-access", "CC-BY-4.0", NLLB, "E5")
    assert (row["status"], row["reason"]) == ("allow_with_obligations", "weak_evidence")


@pytest.mark.parametrize("evidence", [None, "", "[", '"model_output_license"', '[{"kind": "model_license"}, 3]'])
def test_other_evidence_imposes_nothing(evidence: str | None) -> None:
    assert imposed_licenses(evidence) == ()


def test_what_a_model_added_is_taken_off_again() -> None:
    assert without_imposed("CC-BY-4.0 AND CC-BY-NC-4.0", ("CC-BY-NC-4.0",)) == "CC-BY-4.0"
    assert without_imposed("CC-BY-NC-4.0", ("CC-BY-NC-4.0",)) == "CC-BY-NC-4.0"
    assert without_imposed("MIT OR CC-BY-NC-4.0", ("CC-BY-NC-4.0",)) == "MIT OR CC-BY-NC-4.0"
    assert without_imposed("NOASSERTION", ("CC-BY-NC-4.0",)) == "NOASSERTION"


def test_what_a_model_under_noncommercial_terms_writes_goes_on_under_them() -> None:
    terms = OutputLicense("CC-BY-NC-4.0", restricts_outputs=True, evidence=("https://example.org/model",))
    nllb = EngineIdentity("ctranslate2", "4.8", "nllb-200", {}, "sentence", 200, terms)
    lineage = Lineage("docs-to-por_Latn", "eng_Latn", "por_Latn", [nllb])
    parent = {
        **dict.fromkeys(DOCUMENTS.names),
        "id": "p",
        "text": "One.",
        "license_evidence": json.dumps([{"class": "E2", "kind": "x", "value": "CC-BY-4.0", "locator": "y"}]),
        "attribution": '{"creators": ["Ada"]}',
    }
    row = lineage.document(parent, "CC-BY-4.0", TranslatedDocument("Um.", None, ()))
    assert row["license_declared"] == "CC-BY-4.0 AND CC-BY-NC-4.0"
    model = json.loads(str(row["license_evidence"]))[1]
    assert (model["kind"], model["locator"]) == ("model_output_license", "https://example.org/model")
    assert json.loads(str(row["attribution"]))["changes"][-1].endswith("by ctranslate2 4.8 (nllb-200, CC-BY-NC-4.0)")
    copies = pa.chunked_array([pa.nulls(1, pa.list_(pa.string()))])
    statuses = {
        name: license_documents(
            pa.Table.from_pylist([row], DOCUMENTS), copies, Operation.TRANSLATE, load_profile(name)
        ).to_pylist()[0]["status"]
        for name in ("open", "research-nc", "web-open-access")
    }
    assert statuses == {
        "open": "deny",
        "research-nc": "allow_with_obligations",
        "web-open-access": "allow_with_obligations",
    }
