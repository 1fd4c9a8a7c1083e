"""Licences on the whole way: what may be translated is, under its terms; the rest is kept, held back or refused."""

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.tokens.provenance import FOLDER
from tests.pipelines.conftest import HAS_ENGINE, loam
from tests.pipelines.licensing.parallel_corpus import LICENSES, build, rows

pytestmark = pytest.mark.skipif(not HAS_ENGINE, reason="no engine for translations: install the extra `mt`")

DOCUMENTS = """
    SELECT d.id, source_id, split_part(source_id, '.', 1) AS name, generation, derived_from, license_declared, license,
           status, obligations, operations, kept, rule, attribution, license_evidence
    FROM documents AS d JOIN licences USING (id) JOIN decisions USING (id) ORDER BY source_id, generation
"""
FATES = {
    "by_sa": ("CC-BY-SA-3.0", None),
    "gfdl": ("GFDL-1.3-no-invariants-or-later", None),
    "gpl": ("GPL-2.0-or-later", None),
    "no_derivatives": ("CC-BY-ND-4.0", "license:no_derivatives"),
    "noncommercial": ("CC-BY-NC-4.0", "license:noncommercial"),
    "unknown": ("NOASSERTION", "license:unknown_license"),
    "dual": ("CC-BY-SA-3.0", None),  # for prose; the profile prefers it to copyleft
    "dual_nd": ("CC-BY-SA-4.0", None),  # the branch that may be translated
    "weak": ("CC-BY-4.0", "license:weak_evidence"),
}
TRANSLATED = ["by_sa", "dual", "dual_nd", "gfdl", "gpl"]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("open"), "open")


@pytest.fixture(scope="module")
def documents(corpus: Path) -> list[dict[str, Any]]:
    return rows(corpus, DOCUMENTS)


def test_every_document_meets_the_fate_of_its_licence(documents: list[dict[str, Any]]) -> None:
    originals = [row for row in documents if row["generation"] == 0]
    assert len(originals) == 2 * len(LICENSES)
    for row in originals:
        assert (row["license"], row["rule"]) == FATES[row["name"]], row
        assert row["kept"] == (FATES[row["name"]][1] is None)


def test_what_is_translated_stays_under_its_terms(documents: list[dict[str, Any]]) -> None:
    by_id = {row["id"]: row for row in documents}
    translations = [row for row in documents if row["generation"] == 1]
    assert sorted(row["name"] for row in translations) == TRANSLATED
    for row in translations:
        parent = by_id[row["derived_from"]]
        assert parent["source_id"] == f"{row['name']}.eng_Latn"
        assert row["license_declared"] == row["license"] == parent["license"]
        assert row["kept"]
        assert {"share_alike", "keep_notices"} & set(row["obligations"])
        assert set(parent["obligations"]) <= set(row["obligations"])
        attribution = json.loads(row["attribution"])
        assert attribution["creators"] == [f"The author of {row['name']}"]
        assert attribution["changes"][-1].startswith("machine-translated eng_Latn → por_Latn by fxtranslate ")
        assert attribution["changes"][-1].endswith("MPL-2.0)")
        kinds = {entry["kind"]: entry for entry in json.loads(row["license_evidence"])}
        assert kinds["parent_document"]["locator"] == parent["id"]
        assert kinds["model_license"]["value"] == "MPL-2.0"


def test_every_token_sequence_carries_its_licence(corpus: Path, documents: list[dict[str, Any]]) -> None:
    licensed = {row["id"]: row["license"] for row in documents if row["kept"]}
    paths = sorted(corpus.glob(f"{FOLDER}/**/*.provenance.parquet"))
    sequences = [row for path in paths for row in pq.read_table(path, partitioning=None).to_pylist()]
    assert {row["id"]: row["license"] for row in sequences} == licensed
    assert len(sequences) == len(licensed)


def test_what_is_published_says_what_is_owed(corpus: Path, documents: list[dict[str, Any]]) -> None:
    kept = {row["id"]: row for row in documents if row["kept"]}
    published = [
        row
        for path in sorted(corpus.glob("data/**/*.parquet"))
        for row in pq.read_table(path, partitioning=None).to_pylist()
    ]
    assert {row["id"]: (row["license"], row["obligations"]) for row in published} == {
        id_: (row["license"], row["obligations"]) for id_, row in kept.items()
    }
    notices = pq.read_table(corpus / "card/ATTRIBUTION.parquet").to_pylist()
    for notice in notices:
        row = kept[notice["id"]]
        assert notice["creators"] == [f"The author of {row['name']}"]
        assert bool(notice["changes"]) == (row["generation"] == 1)
        assert notice["url"].endswith("/eng_Latn" if row["generation"] else f"/{row['source_id'].split('.')[1]}")
    texts = {path.name for path in (corpus / "card/LICENSES").iterdir()}
    assert {"GFDL-1.3-no-invariants-or-later.txt", "GPL-2.0-or-later.txt", "CC-BY-SA-3.0.txt"} <= texts


def test_the_report_counts_what_sql_counts(corpus: Path) -> None:
    report = json.loads((corpus / "card/license-report.json").read_text(encoding="utf-8"))
    counted = rows(
        corpus,
        """SELECT licences.license, status, count(*) AS documents, sum(byte_count)::BIGINT AS bytes,
                  coalesce(sum(s.length), 0)::BIGINT AS tokens
           FROM licences JOIN signals USING (id) LEFT JOIN sequences AS s USING (id)
           GROUP BY ALL ORDER BY ALL""",
    )
    sums: dict[tuple[str, str], list[int]] = {}
    for row in report["counts"]:
        total = sums.setdefault((row["license"], row["status"]), [0, 0, 0])
        for place, name in enumerate(("documents", "bytes", "tokens")):
            total[place] += row[name]
    assert sums == {(row["license"], row["status"]): [row["documents"], row["bytes"], row["tokens"]] for row in counted}
    reasons = rows(corpus, "SELECT reason, count(*) AS documents FROM licences GROUP BY reason")
    told: dict[str | None, int] = {}
    for finding in report["findings"]:
        told[finding["reason"]] = told.get(finding["reason"], 0) + finding["documents"]
    assert told == {row["reason"]: row["documents"] for row in reasons}


def test_the_corpus_passes_its_checks(corpus: Path) -> None:
    assert loam("license", "check", str(corpus)).exit_code == 0
    assert loam("verify", str(corpus)).exit_code == 0


def test_no_derivatives_texts_are_kept_whole_and_never_translated(tmp_path: Path) -> None:
    corpus = build(tmp_path, "nd-verbatim")
    documents = rows(corpus, DOCUMENTS)
    verbatim = [row for row in documents if row["name"] == "no_derivatives"]
    assert [(row["generation"], row["kept"], row["license"]) for row in verbatim] == [(0, True, "CC-BY-ND-4.0")] * 2
    assert all("translate" not in row["operations"] and "alter" not in row["operations"] for row in verbatim)
    assert sorted(row["name"] for row in documents if row["generation"] == 1) == TRANSLATED
    (outcome,) = rows(corpus, "SELECT dropped FROM ledger WHERE stage = 'choose-translations'")
    assert "license_forbids_translation" in json.dumps(outcome["dropped"])
    assert loam("license", "check", str(corpus)).exit_code == 0

    # A text that is changed after all is found.
    (edits,) = corpus.glob("edits/pii/texts/*.parquet")
    changed = {"id": verbatim[0]["id"], "start": 0, "end": 1, "replacement": "", "rule": "pii_email"}
    pq.write_table(pa.Table.from_pylist([changed], pq.read_schema(edits)), edits)
    found = loam("license", "check", str(corpus))
    assert found.exit_code == 1
    assert f"edits/: 1 kept documents are changed, which their licence forbids: {verbatim[0]['id']}" in found.output


def test_a_document_that_is_forgotten_takes_its_translation_and_its_tokens_along(corpus: Path, tmp_path: Path) -> None:
    shutil.copytree(corpus, tmp_path / "corpus")
    left = tmp_path / "corpus"
    before = {row["id"]: row for row in rows(left, DOCUMENTS)}
    (gone,) = (row for row in before.values() if row["source_id"] == "gfdl.eng_Latn" and row["generation"] == 0)
    (translation,) = (row for row in before.values() if row["derived_from"] == gone["id"])
    result = loam("forget", str(left), "--id", gone["id"], "--reason", "asked for by its author", "--workers", "1")
    assert result.exit_code == 0, result.output
    after = {row["id"] for row in rows(left, DOCUMENTS)}
    assert after == before.keys() - {gone["id"], translation["id"]}
    paths = sorted(left.glob(f"{FOLDER}/**/*.provenance.parquet"))
    sequences = {id_ for path in paths for id_ in pq.read_table(path, partitioning=None)["id"].to_pylist()}
    assert sequences == {id_ for id_ in after if before[id_]["kept"]}
    for path in (left / "data").rglob("*.parquet"):
        assert not {gone["id"], translation["id"]} & set(pq.read_table(path, partitioning=None)["id"].to_pylist())
    assert loam("verify", str(left)).exit_code == 0
    assert loam("license", "check", str(left)).exit_code == 0
