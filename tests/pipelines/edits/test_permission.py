"""Edits of a text under no-derivatives terms, and edits that leave nothing, drop the document by name."""

import pyarrow as pa

from pipelines.corpus.schemas import EDITS
from pipelines.edits.permission import EMPTIED, NEEDS_EDIT, refused_edits
from pipelines.licensing.profiles import load_profile


def edits(*places: tuple[str, int, int]) -> pa.Table:
    rows = [{"id": name, "start": start, "end": end, "replacement": "", "rule": "r"} for name, start, end in places]
    return pa.Table.from_pylist(rows, EDITS)


DOCUMENTS = pa.table(
    {
        "id": ["free", "nd", "untouched", "gone", "blank", "choice"],
        "text": ["some text", "some text", "some text", "a\nb", " ", "some text"],
        "license": ["CC-BY-4.0", "CC-BY-ND-4.0", "CC-BY-ND-4.0", "MIT", "MIT", "CC-BY-ND-4.0 OR MIT"],
    }
)
PLACES = (("free", 0, 4), ("nd", 0, 4), ("gone", 0, 1), ("gone", 2, 3), ("blank", 0, 1), ("choice", 0, 4))


def test_what_may_not_be_changed_is_dropped_where_it_would_be() -> None:
    found = refused_edits(DOCUMENTS, edits(*PLACES), load_profile("open")).to_pylist()
    assert found == [None, NEEDS_EDIT, None, EMPTIED, None, None]


def test_without_a_profile_nothing_is_asked_of_licences() -> None:
    assert refused_edits(DOCUMENTS, edits(*PLACES), None).to_pylist() == [None, None, None, EMPTIED, None, None]


def test_without_edits_nothing_is_refused() -> None:
    assert refused_edits(DOCUMENTS, edits(), load_profile("open")).null_count == DOCUMENTS.num_rows
