from pathlib import Path

import pytest

from pipelines.corpus.receipts import Receipt
from pipelines.errors import CorpusError
from pipelines.removals.applying import settle
from pipelines.removals.pins import DERIVED_BY, PINS, find_pin, write_pin
from pipelines.removals.tombstones import Tombstone, add_tombstones
from pipelines.stages import thresholds
from tests.pipelines.stages.curation import PATHS, PROSE, Curation, document_id


def test_a_pin_holds_as_long_as_the_same_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "made").write_text("of documents")
    write_pin(tmp_path, "stage/unit", "made", {"size": 3})
    pin = find_pin(tmp_path, "stage/unit", {"size": 3, "share": 0.5}, ["size"])
    assert pin is not None
    assert (tmp_path / pin.path).read_text() == "of documents"
    assert find_pin(tmp_path, "stage/unit", {"size": 4}, ["size"]) is None
    assert find_pin(tmp_path, "stage/other", {"size": 3}, ["size"]) is None
    (tmp_path / pin.path).write_text("of others")
    with pytest.raises(CorpusError, match="not the file that was kept when documents were removed"):
        find_pin(tmp_path, "stage/unit", {"size": 3}, ["size"])


def test_figures_derived_from_removed_documents_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thresholds, "FEWEST_DOCUMENTS", 10)
    curation = Curation(tmp_path, select={"use": ["fineweb2"], "thresholds": {"fineweb2": "derived"}})
    words = " ".join("supercalifragilistic" for _ in range(40))
    curation.add("one", [{"name": str(n), "text": f"{PROSE} {words if n < 9 else ''} {n}"} for n in range(20)])
    curation.run(*PATHS[:-1])
    (derived,) = curation.run(thresholds.STAGE)
    assert set(derived.parameters) == {*DERIVED_BY, "tables", "shards", "share"}, "a pin must know every setting"
    add_tombstones(tmp_path, [Tombstone("id", document_id(str(n))) for n in range(9)])
    settle(curation.plan, 0, restores=False)
    curation.run(*PATHS[:-1])
    assert curation.plan.output("documents/docs/one.parquet").rows == 11
    (pinned,) = curation.run(thresholds.STAGE)
    assert (pinned.inputs, derived.inputs != {}) == ({}, True)
    assert pinned.outputs == derived.outputs, "what was derived is written otherwise when it is pinned"
    (tmp_path / PINS / "thresholds/fineweb2.json").unlink()
    assert figures(curation.run(thresholds.STAGE)) != figures([derived]), "the removed documents changed no figure"


def figures(receipts: list[Receipt]) -> list[str]:
    return [output.sha256 for receipt in receipts for output in receipt.outputs.values()]
