import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.corpus import Outcome, Receipt, Unit
from pipelines.corpus.receipts import Output, read_receipts, write_receipt
from pipelines.corpus.timing import Timing, read_timing, timing_path, write_timing
from pipelines.corpus.units import canonical_json
from pipelines.errors import CorpusError

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def _receipt(name: str = "docs/one", **changes: object) -> Receipt:
    unit = Unit("annotate", name, 0, ("documents/docs/one.parquet",), {"rule": "é"})
    hashes = {"documents/docs/one.parquet": "0" * 64}
    outputs = {f"signals/{name}.parquet": Output("1" * 64, 10, 3)}
    receipt = Receipt(
        "annotate", 2, name, 0, unit.fingerprint(2, hashes), hashes, unit.parameters, outputs, Outcome(3, 3, {}, 9)
    )
    return dataclasses.replace(receipt, **changes)  # type: ignore[arg-type]


@given(
    parameters=st.dictionaries(st.text(), JSON, max_size=4),
    dropped=st.dictionaries(st.text(min_size=1), st.integers(1, 9)),
)
def test_a_receipt_survives_being_written(parameters: dict[str, object], dropped: dict[str, int]) -> None:
    receipt = _receipt(parameters=parameters, outcome=Outcome(sum(dropped.values()), 0, dropped, 0))
    text = receipt.to_json()
    assert Receipt.from_json(text).to_json() == text
    assert Receipt.from_json(text) == dataclasses.replace(
        receipt, parameters=json.loads(canonical_json(receipt.parameters))
    )


def test_receipts_are_read_in_order_without_what_lies_beside_them(tmp_path: Path) -> None:
    for name in ("docs/two", "docs/one", "web/a/b"):
        receipt = _receipt(name)
        write_receipt(tmp_path, receipt)
        write_timing(tmp_path, receipt, Timing(1.0, 1.0, 5, "host", 1))
    (tmp_path / "ledger/annotate/docs/.three.json.tmp").write_text("{")
    assert [receipt.name for receipt in read_receipts(tmp_path)] == ["docs/one", "docs/two", "web/a/b"]
    assert [receipt.name for receipt in read_receipts(tmp_path, stage="annotate")] == [
        "docs/one",
        "docs/two",
        "web/a/b",
    ]
    assert list(read_receipts(tmp_path, stage="select")) == []
    assert list(read_receipts(tmp_path / "nowhere")) == []


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "null", '{"stage": "annotate"}'])
def test_a_damaged_receipt_is_an_error_or_is_due_again(tmp_path: Path, text: str) -> None:
    write_receipt(tmp_path, _receipt("docs/fine"))
    (tmp_path / "ledger/annotate/docs/one.json").write_text(text)
    assert [receipt.name for receipt in read_receipts(tmp_path, tolerant=True)] == ["docs/fine"]
    with pytest.raises(
        CorpusError, match=r"ledger/annotate/docs/one\.json: damaged receipt .*; delete it and run again"
    ):
        list(read_receipts(tmp_path))


def test_a_receipt_at_anothers_place(tmp_path: Path) -> None:
    write_receipt(tmp_path, _receipt("docs/one"))
    (tmp_path / "ledger/annotate/docs/one.json").rename(tmp_path / "ledger/annotate/docs/two.json")
    assert list(read_receipts(tmp_path, tolerant=True)) == []
    with pytest.raises(CorpusError, match=r"two\.json: names itself ledger/annotate/docs/one\.json"):
        list(read_receipts(tmp_path))


def test_what_stands(tmp_path: Path) -> None:
    receipt = _receipt()
    unit = Unit("annotate", "docs/one", 0, ("documents/docs/one.parquet",), {"rule": "é"})
    (tmp_path / "signals/docs").mkdir(parents=True)
    file = tmp_path / "signals/docs/one.parquet"
    assert not receipt.stands(tmp_path, unit, receipt.fingerprint)
    file.write_bytes(b"123456789")
    assert not receipt.stands(tmp_path, unit, receipt.fingerprint)
    file.write_bytes(b"1234567890")
    assert receipt.stands(tmp_path, unit, receipt.fingerprint)
    assert not receipt.stands(tmp_path, unit, "another")
    assert not receipt.stands(tmp_path, dataclasses.replace(unit, generation=1), receipt.fingerprint)


def test_a_fingerprint_knows_all_that_an_output_depends_on() -> None:
    unit = Unit("annotate", "docs/one", 0, ("a", "b"), {"x": 1, "y": [1, 2]}, ("/somewhere/model.bin",))
    hashes = {"a": "1", "b": "2"}
    base = unit.fingerprint(1, hashes)
    same = [
        unit.fingerprint(1, {"b": "2", "a": "1", "not read": "3"}),
        dataclasses.replace(unit, externals=("/elsewhere/model.bin",)).fingerprint(1, hashes),
        dataclasses.replace(unit, parameters={"y": [1, 2], "x": 1}).fingerprint(1, hashes),
    ]
    assert set(same) == {base}
    others = [
        unit.fingerprint(2, hashes),
        unit.fingerprint(1, {"a": "1", "b": "3"}),
        dataclasses.replace(unit, stage="select").fingerprint(1, hashes),
        dataclasses.replace(unit, name="docs/two").fingerprint(1, hashes),
        dataclasses.replace(unit, generation=1).fingerprint(1, hashes),
        dataclasses.replace(unit, inputs=("a",)).fingerprint(1, hashes),
        dataclasses.replace(unit, parameters={"x": 1, "y": [2, 1]}).fingerprint(1, hashes),
        dataclasses.replace(unit, parameters={"x": "1", "y": [1, 2]}).fingerprint(1, hashes),
    ]
    assert len({base, *others}) == 1 + len(others)


def test_a_number_that_json_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"x": float("nan")})


@pytest.mark.parametrize("damage", ["", "{", "{}", "[1]"])
def test_timings_are_not_vital(tmp_path: Path, damage: str) -> None:
    receipt = _receipt()
    assert read_timing(tmp_path, receipt) is None
    write_receipt(tmp_path, receipt)
    timing = Timing(1.5, 1.25, 1024, "host", 7)
    write_timing(tmp_path, receipt, timing)
    assert read_timing(tmp_path, receipt) == timing
    (tmp_path / timing_path(receipt)).write_text(damage)
    assert read_timing(tmp_path, receipt) is None
