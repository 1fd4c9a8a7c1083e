from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.corpus.schemas import LICENCES
from pipelines.licensing import conclude, documents, spdx
from pipelines.licensing.documents import license_documents, rules_digest
from pipelines.licensing.profiles import Operation, load_profile

OPEN = load_profile("open")


def _evidence(evidence_class: str, value: str | None, locator: str = "a:1") -> str:
    return f'[{{"class":"{evidence_class}","kind":"record_field","locator":"{locator}","value":"{value}"}}]'


def _table(rows: list[tuple[str | None, str | None]]) -> pa.Table:
    return pa.table(
        {
            "id": [f"{position:032x}" for position in range(len(rows))],
            "license_declared": pa.array([declared for declared, _ in rows], pa.string()),
            "license_evidence": pa.array([evidence for _, evidence in rows], pa.string()),
            "preferences": pa.nulls(len(rows), pa.string()),
        }
    )


def _copies(values: list[list[str] | None]) -> "pa.ChunkedArray[Any]":
    return pa.table({"copies": pa.array(values, pa.list_(pa.string()))})["copies"]


def test_rows_keep_their_order_and_types() -> None:
    table = _table(
        [
            ("MIT", _evidence("E2", "MIT")),
            (None, None),
            ("CC-BY-NC-4.0", _evidence("E2", "CC-BY-NC-4.0")),
            ("MIT", _evidence("E6", "MIT")),
            ("MIT", _evidence("E2", "MIT")),
        ]
    )
    licences = license_documents(
        table, _copies([None, None, None, None, ["MIT", "GPL-3+"]]), Operation.KEEP_WHOLE, OPEN
    )
    assert licences.schema.equals(LICENCES)
    assert licences["id"].to_pylist() == table["id"].to_pylist()
    assert licences["license"].to_pylist() == ["MIT", "NOASSERTION", "CC-BY-NC-4.0", "MIT", "GPL-3.0-or-later"]
    assert licences["status"].to_pylist() == [
        *("allow_with_obligations", "quarantine", "deny", "quarantine", "allow_with_obligations")
    ]
    assert licences["reason"].to_pylist() == [
        *(None, "no_license", "noncommercial", "weak_evidence", "stricter_duplicate")
    ]
    assert licences["obligations"][0].as_py() == ["keep_notices", "include_license_text"]
    assert licences["obligations"][1].as_py() == []
    assert set(licences["profile"].to_pylist()) == {"open"}


def test_without_a_profile_only_the_licence_is_recorded() -> None:
    licences = license_documents(_table([("MIT", _evidence("E2", "MIT"))]), _copies([None]), Operation.KEEP_WHOLE, None)
    assert licences.to_pylist() == [
        {
            "id": "0" * 32,
            "license": "MIT",
            "status": None,
            "obligations": None,
            "reason": None,
            "operations": None,
            "profile": None,
            "review": None,
        }
    ]


def test_terms_that_forbid_changes_are_recorded_without_a_profile_too() -> None:
    rows = _table([("CC-BY-ND-4.0", _evidence("E2", "CC-BY-ND-4.0")), ("CC-BY-4.0", _evidence("E5", "CC-BY-ND-4.0"))])
    licences = license_documents(rows, _copies([None, None]), Operation.KEEP_WHOLE, None)
    assert licences["status"].to_pylist() == [None, None]
    assert licences["operations"].to_pylist() == [["keep_whole", "redistribute", "publish_statistics"]] * 2


def test_no_documents_give_no_rows() -> None:
    licences = license_documents(_table([]), _copies([]), Operation.KEEP_WHOLE, OPEN)
    assert licences.schema.equals(LICENCES)
    assert licences.num_rows == 0


def test_each_distinct_case_is_decided_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def counted(*arguments: object) -> conclude.Conclusion:
        calls.append(arguments)
        return conclude.conclude(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(documents, "conclude", counted)
    rows: list[tuple[str | None, str | None]] = [
        ("MIT", _evidence("E2", "MIT", locator=f'file \\"{position}\\"')) for position in range(1000)
    ]
    licences = license_documents(_table(rows), _copies([None] * 1000), Operation.KEEP_WHOLE, OPEN)
    assert len(calls) == 1
    assert set(licences["license"].to_pylist()) == {"MIT"}


def test_the_digest_is_stable_and_covers_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    before = rules_digest()
    assert rules_digest() == before
    monkeypatch.setattr(spdx, "list_version", lambda: "another list")
    assert rules_digest() != before


def test_the_debian_documents(shared: Path) -> None:
    found = pq.read_table(shared / "data/debian_docs.parquet", columns=["id", "license"])
    evidence = [_evidence("E2", value) for value in found["license"].to_pylist()]
    table = pa.table({"id": found["id"], "license_declared": found["license"], "license_evidence": evidence})
    table = table.append_column("preferences", pa.nulls(table.num_rows, pa.string()))
    copies = _copies([None] * table.num_rows)
    licences = license_documents(table, copies, Operation.KEEP_WHOLE, OPEN)
    counts = licences.group_by(["status", "reason"]).aggregate([([], "count_all")]).to_pylist()
    assert {(row["status"], row["reason"]): row["count_all"] for row in counts} == {
        ("allow_with_obligations", None): 10476,
        ("quarantine", "unknown_license"): 13348 + 57 + 55,
        ("quarantine", "ambiguous_license"): 2637,
    }
