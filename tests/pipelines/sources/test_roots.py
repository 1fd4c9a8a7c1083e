import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.errors import RecipeError
from pipelines.sources import roots
from pipelines.stages import ingest
from tests.pipelines.sources.reading import read_all
from tests.pipelines.stages.curation import Curation

DATA = Path(__file__).parents[4] / "shared" / "data" / "roots" / "catalogue"
ENTRY = {
    "uid": "harbour_news",
    "type": "primary",
    "description": {"name": "Harbour News", "homepage": "https://example.org", "validated": True},
    "languages": {"language_names": ["French"], "language_locations": ["France"], "validated": False},
    "custodian": {"name": "Harbour Press", "type": "A commercial entity", "contact_email": "ada@example.org"},
    "availability": {
        "procurement": {"for_download": "No - but the current owners/custodians have contact information"},
        "licensing": {
            "has_licenses": "Yes",
            "license_text": " Terms. ",
            "license_properties": ["open license", "non-commercial use"],
            "license_list": ["cc-by-nc-2.0: Creative Commons Attribution Non Commercial 2.0 Generic", "other: Other"],
        },
        "pii": {"has_pii": "Yes", "generic_pii_list": ["names"], "numeric_pii_list": []},
    },
}


def _lines(path: Path, *rows: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_meta_as_python_wrote_it(tmp_path: Path) -> None:
    meta = {"url": "https://a.example/1", "title": "It's", "seed_id": 341, "type": "text", "lang": "pt"}
    path = _lines(
        tmp_path / "lm_es_pseudocrawl-filtered_341_es.jsonl",
        {"text": "uno", "meta": str(meta)},
        {"text": "dos", "meta": {"license": "CC-BY-4.0", "date": "2020-01-02"}},
        {"text": "tres"},
    )
    first, second, third = read_all(roots.READER, path).records
    assert (first["url"], first["title"], first["lang"]) == ("https://a.example/1", "It's", "por_Latn")
    assert json.loads(first["meta"]) == {**meta, "source_dataset": "lm_es_pseudocrawl-filtered_341_es.jsonl"}
    assert (second["license_declared"], second["created"], second["lang"]) == ("CC-BY-4.0", "2020-01-02", "spa_Latn")
    assert json.loads(second["license_evidence"])[0]["class"] == "E2"
    assert (third["lang"], third["license_evidence"]) == ("spa_Latn", None)


def test_meta_that_runs_code_is_put_aside(tmp_path: Path) -> None:
    target = tmp_path / "made"
    meta = "{'a': __import__('pathlib').Path(" + repr(str(target)) + ").touch()}"
    path = _lines(tmp_path / "a.jsonl", {"text": "sound", "meta": "{}"}, {"text": "not", "meta": meta})
    found = read_all(roots.READER, path)
    assert [record["text"] for record in found.records] == ["sound"]
    assert found.reasons == [(2, "bad_meta")]
    assert not target.exists()


def test_parquet_of_a_crawl(tmp_path: Path) -> None:
    path = tmp_path / "part.parquet"
    rows = [
        {"text": "a page", "url": "https://a", "html_title": "T", "fetch_time": "2021", "content_languages": "spa,eng"}
    ]
    pq.write_table(pa.Table.from_pylist(rows), path)
    (record,) = read_all(roots.READER, path).records
    assert (record["url"], record["title"], record["created"], record["lang"]) == ("https://a", "T", "2021", "spa_Latn")


def test_the_catalogue_goes_with_each_document(tmp_path: Path) -> None:
    catalogue = tmp_path / "entry.json"
    catalogue.write_text(json.dumps(ENTRY))
    path = _lines(tmp_path / "a.jsonl", {"text": "un"}, {"text": "deux", "meta": {"license": "CC0-1.0"}})
    options = {"catalogue": (str(catalogue),), "dataset": "lm_fr_harbour"}
    first, second = read_all(roots.READER, path, options=options).records
    assert first["license_declared"] == "cc-by-nc-2.0"
    assert [(entry["class"], entry["kind"], entry["value"]) for entry in json.loads(first["license_evidence"])] == [
        ("E6", "catalogue_license_list", "cc-by-nc-2.0"),
        ("E6", "catalogue_license_properties", "open license"),
        ("E6", "catalogue_license_properties", "non-commercial use"),
        ("E6", "catalogue_license_text", "Terms."),
    ]
    assert json.loads(first["attribution"]) == {
        "title": "Harbour News",
        "creators": ["Harbour Press"],
        "source_url": "https://example.org",
    }
    assert [term["kind"] for term in json.loads(first["preferences"])["access_terms"]] == [
        "catalogue_procurement",
        "catalogue_license_property",
    ]
    governance = json.loads(first["meta"])["catalogue"]
    assert (governance["custodian"]["name"], governance["languages"]) == ("Harbour Press", ["French"])
    assert governance["pii"] == {"has_pii": "Yes", "generic_pii_list": ["names"]}
    assert "ada@example.org" not in first["meta"]
    assert second["license_declared"] == "CC0-1.0"
    assert [entry["class"] for entry in json.loads(second["license_evidence"])] == ["E2", *["E6"] * 4]


def test_reservations_count_for_more_than_a_list(tmp_path: Path) -> None:
    licensing = {"license_properties": ["copyright - all rights reserved"], "license_list": ["mit: MIT"]}
    catalogue = tmp_path / "entry.json"
    catalogue.write_text(json.dumps([{**ENTRY, "availability": {"licensing": licensing}}]))
    path = _lines(tmp_path / "a.jsonl", {"text": "un"})
    (record,) = read_all(roots.READER, path, options={"catalogue": (str(catalogue),)}).records
    assert record["license_declared"] == "All rights reserved"


def test_a_catalogue_that_cannot_be_used(tmp_path: Path) -> None:
    path = _lines(tmp_path / "a.jsonl", {"text": "un"})
    catalogue = tmp_path / "entry.json"
    for content, why in (
        ("{", "no JSON"),
        ('{"uid": "a"}', "no entry of the BigScience catalogue"),
        ("[]", "which entry"),
    ):
        catalogue.write_text(content)
        with pytest.raises(RecipeError, match=why):
            read_all(roots.READER, path, options={"catalogue": (str(catalogue),)})


@pytest.mark.skipif(not DATA.exists(), reason="no catalogue entries here")
def test_real_entries(tmp_path: Path) -> None:
    path = _lines(tmp_path / "a.jsonl", {"text": "un"})
    catalogue = tuple(str(entry) for entry in sorted(DATA.glob("*.json")))
    expected = {
        "le_monde_newspaper": "All rights reserved",
        "ksucca_king_saud_university_corpus_of_classical_arabic": "cc-by-nc-2.0",
        "masakhane": None,
    }
    for uid, license_ in expected.items():
        (record,) = read_all(roots.READER, path, options={"catalogue": catalogue, "entry": uid}).records
        assert record["license_declared"] == license_
        assert json.loads(record["meta"])["catalogue"]["custodian"]["name"]
        assert "@" not in json.dumps(json.loads(record["meta"])["catalogue"]["custodian"])
    with pytest.raises(RecipeError, match="which entry"):
        read_all(roots.READER, path, options={"catalogue": catalogue})


def test_a_folder_of_entries_is_a_part_of_the_recipe(tmp_path: Path) -> None:
    _lines(tmp_path / "a.jsonl", {"text": "un"})
    (tmp_path / "catalogue").mkdir()
    entry = tmp_path / "catalogue" / "entry.json"
    source = {"name": "roots", "kind": "roots", "path": ["a.jsonl"], "options": {"catalogue": "catalogue"}}

    def planned(license_: str) -> tuple[str, str | None]:
        licensing = {"license_list": [license_]}
        entry.write_text(json.dumps({**ENTRY, "availability": {"licensing": licensing}}), encoding="utf-8")
        curation = Curation(tmp_path / license_, sources=[source])
        curation.plan.recipe_directory = tmp_path
        (unit,) = ingest.STAGE.plan(curation.plan, 0)
        curation.run(ingest.STAGE)
        (document,) = curation.rows("documents").values()
        return unit.fingerprint(1, {}), document["license_declared"]

    first, second = planned("mit"), planned("cc0-1.0")
    assert (first[1], second[1]) == ("mit", "cc0-1.0")
    assert first[0] != second[0]
