import random

import pyarrow as pa

from datacards.explorer.choice import documents_to_read


def _decided() -> pa.Table:
    rows = [{"id": f"k{number}", "rule": None, "language": "eng_Latn"} for number in range(200)]
    rows += [{"id": f"f{number}", "rule": None, "language": "fra_Latn"} for number in range(3)]
    rows += [{"id": f"s{number}", "rule": "short", "language": "eng_Latn"} for number in range(5)]
    rows += [{"id": "u", "rule": "license:unknown", "language": None}]
    return pa.Table.from_pylist(rows)


def test_every_decision_and_language_is_seen() -> None:
    chosen = documents_to_read(_decided(), 12)
    assert len(chosen) == len(set(chosen)) == 12
    assert "u" in chosen
    assert sum(id_.startswith("s") for id_ in chosen) == 5
    assert sum(id_.startswith("f") for id_ in chosen) == 3


def test_all_are_chosen_where_there_is_room_and_none_where_there_is_none() -> None:
    assert len(documents_to_read(_decided(), 1000)) == 209
    assert documents_to_read(_decided(), 0) == []


def test_the_order_of_the_documents_does_not_matter() -> None:
    rows = _decided().to_pylist()
    random.Random(3).shuffle(rows)  # noqa: S311 -- test data
    assert documents_to_read(pa.Table.from_pylist(rows), 20) == documents_to_read(_decided(), 20)
