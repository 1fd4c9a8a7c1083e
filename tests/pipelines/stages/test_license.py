from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipelines.corpus import Json, Outcome, Plan, Shelf, Unit
from pipelines.corpus.schemas import DOCUMENTS, DUPLICATES, LICENCES
from pipelines.errors import RecipeError
from pipelines.recipe import Recipe
from pipelines.stages import license as license_stage

PATH = "licences/docs/part-0.parquet"


def _evidence(evidence_class: str, value: str) -> str:
    return f'[{{"class":"{evidence_class}","kind":"record_field","locator":"part.jsonl:license","value":"{value}"}}]'


def _documents(licenses: list[str | None], generation: int = 0) -> pa.Table:
    rows = [
        {
            "id": f"{position:032x}",
            "text": f"text {position}",
            "source": "docs",
            "license_declared": declared,
            "license_evidence": declared and _evidence("E2", declared),
            "generation": generation,
        }
        for position, declared in enumerate(licenses)
    ]
    return pa.Table.from_pylist(rows, DOCUMENTS)


def _write(plan: Plan, stage: str, path: str, table: pa.Table, generation: int = 0) -> None:
    shelf = Shelf(plan.root)
    shelf.write(path, table)
    unit = Unit(stage, path, generation, (), {})
    plan.add(shelf.commit(unit, 1, {}, Outcome(table.num_rows, table.num_rows, {}, 0)))


def _plan(root: Path, **sections: object) -> Plan:
    recipe = {"name": "test", "sources": [{"name": "docs", "kind": "jsonl", "path": ["none"]}], **sections}
    return Plan(Recipe.model_validate(recipe), root, root)


def _run(plan: Plan, generation: int = 0) -> list[dict[str, Any]]:
    (unit,) = license_stage.STAGE.plan(plan, generation)
    shelf = Shelf(plan.root)
    hashes = {path: plan.output(path).sha256 for path in unit.inputs}
    receipt = shelf.commit(unit, license_stage.STAGE.version, hashes, license_stage.STAGE.work(unit, shelf))
    plan.add(receipt)
    assert receipt.outcome.dropped == {}
    (path,) = receipt.outputs
    table = Shelf(plan.root).read(path)
    assert table.schema.equals(LICENCES.remove_metadata(), check_metadata=False)
    return table.to_pylist()


def test_every_document_gets_a_row(tmp_path: Path) -> None:
    plan = _plan(tmp_path, licensing={"profile": "open"})
    _write(plan, "ingest", "documents/docs/part-0.parquet", _documents(["MIT", None, "CC-BY-ND-4.0", "CC0"]))
    rows = _run(plan)
    assert [row["id"] for row in rows] == [f"{position:032x}" for position in range(4)]
    assert [(row["license"], row["status"], row["reason"]) for row in rows] == [
        ("MIT", "allow_with_obligations", None),
        ("NOASSERTION", "quarantine", "no_license"),
        ("CC-BY-ND-4.0", "deny", "no_derivatives"),
        ("CC0-1.0", "allow", None),
    ]
    assert rows[0]["obligations"] == ["keep_notices", "include_license_text"]


def test_copies_elsewhere_count(tmp_path: Path) -> None:
    plan = _plan(tmp_path, licensing={"profile": "open"})
    _write(plan, "ingest", "documents/docs/part-0.parquet", _documents(["MIT", "MIT", "MIT"]))
    copies = [
        {"id": f"{2:032x}", "cluster": "c", "cluster_licenses": ["CC-BY-NC-4.0", "MIT"]},
        {"id": f"{0:032x}", "cluster": "d", "cluster_licenses": ["GPL-2+", "MIT"]},
    ]
    _write(plan, "dedup", "duplicates/docs/part-0.parquet", pa.Table.from_pylist(copies, DUPLICATES))
    (unit,) = license_stage.STAGE.plan(plan, 0)
    assert unit.inputs == ("documents/docs/part-0.parquet", "duplicates/docs/part-0.parquet")
    assert [(row["license"], row["status"], row["reason"]) for row in _run(plan)] == [
        ("GPL-2.0-or-later", "allow_with_obligations", "stricter_duplicate"),
        ("MIT", "allow_with_obligations", None),
        ("MIT AND CC-BY-NC-4.0", "deny", "possible_laundering"),
    ]


def test_without_a_licensing_section_the_licence_is_recorded_and_nothing_decided(tmp_path: Path) -> None:
    plan = _plan(tmp_path)
    _write(plan, "ingest", "documents/docs/part-0.parquet", _documents(["GPL-2+"]))
    (row,) = _run(plan)
    assert row["license"] == "GPL-2.0-or-later"
    assert (row["status"], row["obligations"], row["profile"]) == (None, None, None)


def test_a_translation_is_decided_as_an_adaptation(tmp_path: Path) -> None:
    plan = _plan(tmp_path, licensing={"profile": "open"})
    _write(plan, "ingest", "documents/docs/part-0.parquet", _documents(["CC-BY-4.0", "GFDL-1.3-invariants-only"]))
    originals = _run(plan)
    assert [row["status"] for row in originals] == ["allow_with_obligations", "allow_with_obligations"]
    assert "state_changes" not in originals[0]["obligations"]
    translations = _documents(["CC-BY-4.0", "GFDL-1.3-invariants-only"], generation=1)
    _write(plan, "translate", "documents/docs-to-por_Latn/part-0.parquet", translations, generation=1)
    rows = _run(plan, generation=1)
    assert "state_changes" in rows[0]["obligations"]
    assert (rows[1]["status"], rows[1]["reason"]) == ("deny", "invariant_sections")


def test_an_empty_shard_gives_an_empty_shard(tmp_path: Path) -> None:
    plan = _plan(tmp_path, licensing={"profile": "open"})
    _write(plan, "ingest", "documents/docs/part-0.parquet", _documents([]))
    assert _run(plan) == []


def test_what_decides_licences_enters_the_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_plan, plain_plan = _plan(tmp_path, licensing={"profile": "open"}), _plan(tmp_path)
    for plan in (open_plan, plain_plan):
        _write(plan, "ingest", "documents/docs/part-0.parquet", _documents(["MIT"]))

    def fingerprint(plan: Plan) -> str:
        (unit,) = license_stage.STAGE.plan(plan, 0)
        return unit.fingerprint(1, {path: plan.output(path).sha256 for path in unit.inputs})

    before = fingerprint(open_plan)
    assert fingerprint(open_plan) == before
    assert fingerprint(plain_plan) != before
    monkeypatch.setattr(license_stage, "rules_digest", lambda: "other tables")
    assert fingerprint(open_plan) != before


def test_a_licence_that_is_not_believed_holds_a_document_back(tmp_path: Path) -> None:
    plan = _plan(tmp_path, licensing={"profile": "open"})
    documents = _documents(["CC-BY-4.0", "CC-BY-4.0"])
    titles = pa.array(["lyrics of a song", "a page"], pa.string())
    documents = documents.set_column(documents.schema.get_field_index("title"), documents.schema.field("title"), titles)
    _write(plan, "ingest", "documents/docs/part-0.parquet", documents)
    held, kept = _run(plan)
    assert (held["license"], held["status"], held["reason"]) == ("CC-BY-4.0", "quarantine", "others_work")
    assert (held["operations"], held["obligations"]) == (["publish_statistics"], [])
    assert (kept["status"], kept["reason"]) == ("allow_with_obligations", None)


def test_open_access_takes_what_nobody_reserves(tmp_path: Path) -> None:
    plan = _plan(tmp_path, licensing={"profile": "web-open-access"})
    documents = _documents([None, None])
    wishes = pa.array([None, '{"train_ai": "n"}'], pa.string())
    place = documents.schema.get_field_index("preferences")
    documents = documents.set_column(place, documents.schema.field("preferences"), wishes)
    _write(plan, "ingest", "documents/docs/part-0.parquet", documents)
    rows = _run(plan)
    assert [(row["license"], row["status"], row["reason"]) for row in rows] == [
        ("NOASSERTION", "allow", "no_license"),
        ("NOASSERTION", "deny", "opted_out"),
    ]


def test_a_profile_of_ones_own_enters_the_fingerprint(tmp_path: Path) -> None:
    own = tmp_path / "ours.yaml"
    own.write_text("{name: ours, extends: open}", encoding="utf-8")
    plan = _plan(tmp_path, licensing={"profile": "ours.yaml"})
    _write(plan, "ingest", "documents/docs/part-0.parquet", _documents(["CC-BY-NC-4.0"]))
    (before,) = license_stage.STAGE.plan(plan, 0)
    (row,) = _run(plan)
    assert (row["status"], row["profile"]) == ("deny", "ours")
    own.write_text("{name: ours, extends: research-nc}", encoding="utf-8")
    (after,) = license_stage.STAGE.plan(plan, 0)
    assert after.parameters != before.parameters
    assert str(tmp_path) not in repr(after.parameters)


REVIEWED = """\
- {by: Ada, date: 2026-01-02, read: the terms, sha256: %(sha)s, license: CC-BY-4.0, source: docs, expires: 2026-06-30}
- {by: Ada, date: 2026-01-02, read: their mail, sha256: %(sha)s, license: MIT, source: books}
"""


def test_reviews_count_until_they_expire(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "reviews.yaml").write_text(REVIEWED % {"sha": "ab" * 32}, encoding="utf-8")
    licensing = {"profile": "open", "reviews": ["reviews.yaml"]}
    statuses = {}
    for day in ("2026-06-30", "2026-07-01"):
        recipe = _plan(tmp_path, licensing=licensing, build_date=day).recipe
        plan = Plan(recipe, tmp_path, tmp_path / day)
        _write(plan, "ingest", "documents/docs/part-0.parquet", _documents([None]))
        (row,) = _run(plan)
        statuses[day] = (row["license"], row["status"], row["reason"])
    assert statuses == {
        "2026-06-30": ("CC-BY-4.0", "allow_with_obligations", "reviewed"),
        "2026-07-01": ("NOASSERTION", "quarantine", "no_license"),
    }
    assert caplog.messages == ["licensing.reviews: reviews.yaml, entry 1: expired on 2026-06-30, not counted"]
    with pytest.raises(RecipeError, match=r"^licensing\.reviews: reviews\.yaml, entry 1: it expires, so that"):
        license_stage.STAGE.plan(_plan(tmp_path, licensing=licensing), 0)


def test_a_review_makes_due_again_what_it_may_concern(tmp_path: Path) -> None:
    def parameters(text: str, generation: int) -> dict[str, Json]:
        (tmp_path / "reviews.yaml").write_text(text, encoding="utf-8")
        plan = _plan(tmp_path, licensing={"profile": "open", "reviews": ["reviews.yaml"]}, build_date="2026-03-01")
        for source, of in (("docs", 0), ("books", 0), ("docs-to-por_Latn", 1)):
            _write(plan, "ingest", f"documents/{source}/part-0.parquet", _documents(["MIT"], of), of)
        return {unit.name: dict(unit.parameters) for unit in license_stage.STAGE.plan(plan, generation)}

    both = REVIEWED % {"sha": "ab" * 32}
    changed = both.replace("license: MIT", "license: ISC")
    unscoped = both + "- {kind: override, by: Ada, date: 2026-01-02, reason: r, license: MIT, id: x}\n"
    before, after = parameters(both, 0), parameters(changed, 0)
    assert [name for name in before if before[name] != after[name]] == ["books/part-0"]
    assert before != parameters(unscoped, 0)
    assert parameters(both, 1) == parameters("[]", 1) != parameters(unscoped, 1)


def test_a_part_of_a_text_that_may_be_kept_only_whole_is_held_back(tmp_path: Path) -> None:
    plan = _plan(tmp_path, licensing={"profile": "nd-verbatim"})
    documents = _documents(["CC-BY-ND-4.0", "CC-BY-ND-4.0", "CC-BY-4.0"])
    meta = pa.array(['{"truncated":"length"}', '{"charset":"utf-8"}', '{"truncated":"length"}'], pa.string())
    place = documents.schema.get_field_index("meta")
    documents = documents.set_column(place, documents.schema.field("meta"), meta)
    _write(plan, "ingest", "documents/docs/part-0.parquet", documents)
    rows = _run(plan)
    assert [(row["status"], row["reason"]) for row in rows] == [
        ("quarantine", "incomplete"),
        ("allow_with_obligations", None),
        ("allow_with_obligations", None),
    ]
