"""Edits of a text under no-derivatives terms, and edits that leave nothing, drop the document by name."""

import pyarrow as pa

from pipelines.corpus.schemas import EDITS
from pipelines.edits.permission import EMPTIED, NEEDS_EDIT, refused_edits


def edits(*places: tuple[str, int, int]) -> pa.Table:
    rows = [{"id": name, "start": start, "end": end, "replacement": "", "rule": "r"} for name, start, end in places]
    return pa.Table.from_pylist(rows, EDITS)


ALL = ["keep_whole", "alter", "translate"]
VERBATIM = ["keep_whole"]
DOCUMENTS = pa.table(
    {
        "id": ["free", "nd", "untouched", "gone", "blank", "choice"],
        "text": ["some text", "some text", "some text", "a\nb", " ", "some text"],
        "operations": pa.array([ALL, VERBATIM, VERBATIM, ALL, ALL, ALL], pa.list_(pa.string())),
    }
)
PLACES = (("free", 0, 4), ("nd", 0, 4), ("gone", 0, 1), ("gone", 2, 3), ("blank", 0, 1), ("choice", 0, 4))


def test_what_may_not_be_changed_is_dropped_where_it_would_be() -> None:
    found = refused_edits(DOCUMENTS, edits(*PLACES)).to_pylist()
    assert found == [None, NEEDS_EDIT, None, EMPTIED, None, None]


def test_where_nobody_asked_of_licences_texts_may_be_changed() -> None:
    unasked = pa.nulls(DOCUMENTS.num_rows, pa.list_(pa.string()))
    documents = DOCUMENTS.drop_columns("operations").append_column("operations", unasked)
    assert refused_edits(documents, edits(*PLACES)).to_pylist() == [None, None, None, EMPTIED, None, None]


def test_without_edits_nothing_is_refused() -> None:
    assert refused_edits(DOCUMENTS, edits()).null_count == DOCUMENTS.num_rows
