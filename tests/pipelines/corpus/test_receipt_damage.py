from pathlib import Path

import pytest

from pipelines.corpus import Outcome, Receipt, Shelf, Unit
from pipelines.corpus.receipts import read_receipts
from pipelines.errors import CorpusError

UNIT = Unit("select", "docs/a", 0, (), {"rules": ["word_count > 5", 0.1, None]})


def committed(root: Path) -> Receipt:
    shelf = Shelf(root)
    shelf.temporary("decisions/docs/a.txt").write_bytes(b"1234")
    return shelf.commit(UNIT, 1, {}, Outcome(3, 2, {"short": 1}, 40))


def test_a_receipt_reads_back_as_it_was_written(tmp_path: Path) -> None:
    receipt = committed(tmp_path)
    assert list(read_receipts(tmp_path)) == [receipt]
    assert receipt.stands(tmp_path, UNIT, UNIT.fingerprint(1, {}))
    assert not receipt.stands(tmp_path, UNIT, UNIT.fingerprint(2, {}))


@pytest.mark.parametrize("content", [b"123", b"12345", None])
def test_a_receipt_is_complete_with_all_its_outputs_in_full_size(tmp_path: Path, content: bytes | None) -> None:
    receipt = committed(tmp_path)
    assert receipt.is_complete(tmp_path)
    output = tmp_path / "decisions/docs/a.txt"
    output.unlink()
    if content is not None:
        output.write_bytes(content)
    assert not receipt.is_complete(tmp_path)


def test_any_changed_byte_of_a_receipt_is_seen(tmp_path: Path) -> None:
    path = tmp_path / committed(tmp_path).path
    sound = path.read_bytes()
    for position in range(len(sound)):
        path.write_bytes(sound[:position] + bytes([sound[position] ^ 1]) + sound[position + 1 :])
        assert list(read_receipts(tmp_path, tolerant=True)) == []
        with pytest.raises(CorpusError, match=r"ledger/select/docs/a.json: damaged receipt .*delete it and run again"):
            list(read_receipts(tmp_path))


@pytest.mark.parametrize("content", ["", "[]", "7", "null", "{}", '{"outputs": []}', '{"stage": "select"'])
def test_what_is_no_receipt_is_passed_over_or_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / committed(tmp_path).path
    path.write_text(content, encoding="utf-8")
    assert list(read_receipts(tmp_path, tolerant=True)) == []
    with pytest.raises(CorpusError, match="damaged receipt"):
        list(read_receipts(tmp_path))


def test_a_copied_receipt_vouches_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / committed(tmp_path).path
    path.rename(path.with_name("b.json"))
    assert list(read_receipts(tmp_path, tolerant=True)) == []
    with pytest.raises(CorpusError, match="names itself"):
        list(read_receipts(tmp_path))
