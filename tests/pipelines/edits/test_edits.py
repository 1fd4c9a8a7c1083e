"""Spans are resolved and replaced as a plain string loop would."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.corpus.schemas import EDITS
from pipelines.edits.edited import edited_texts
from pipelines.edits.resolve import Spans, resolve
from pipelines.edits.splice import SpanError, splice
from pipelines.errors import CorpusError

Edit = tuple[int, int, int, str]
TEXTS = st.lists(st.text(max_size=12), min_size=1, max_size=4)


def table(edits: list[Edit]) -> pa.Table:
    rows = [
        {"id": str(row), "start": start, "end": end, "replacement": new, "rule": "r"} for row, start, end, new in edits
    ]
    return pa.Table.from_pylist(rows, EDITS)


def ids(count: int) -> "pa.Array[Any]":
    return pa.array([str(row) for row in range(count)])


def plainly_edited(text: str, edits: list[tuple[int, int, str]]) -> str:
    """Walk the spans from left to right, the longer first; each takes what those before it left."""
    result, reached = "", 0
    for start, end, new in sorted(edits, key=lambda edit: (edit[0], -edit[1])):
        if end <= reached and (end > start or start < reached):
            continue
        result += text[reached : max(start, reached)] + new
        reached = max(end, reached)
    return result + text[reached:]


@st.composite
def edited(draw: st.DrawFn) -> tuple[list[str], list[Edit]]:
    texts = draw(TEXTS)
    edits = []
    for _ in range(draw(st.integers(0, 8))):
        row = draw(st.integers(0, len(texts) - 1))
        start = draw(st.integers(0, len(texts[row])))
        edits.append((row, start, draw(st.integers(start, len(texts[row]))), draw(st.text(max_size=3))))
    return texts, edits


@given(edited())
def test_as_a_loop_over_strings(case: tuple[list[str], list[Edit]]) -> None:
    texts, edits = case
    found = edited_texts(pa.array(texts), ids(len(texts)), table(edits)).to_pylist()
    for row, text in enumerate(texts):
        assert found[row] == plainly_edited(text, [edit[1:] for edit in edits if edit[0] == row])


@given(edited(), st.randoms())
def test_spans_never_overlap_and_cover_all_that_was_wanted_gone(
    case: tuple[list[str], list[Edit]],
    order: Any,  # noqa: ANN401 -- hypothesis's random
) -> None:
    texts, edits = case
    order.shuffle(edits)
    spans = resolve(table(edits), ids(len(texts)))
    wanted = {(row, place) for row, start, end, _ in edits for place in range(start, end)}
    gone = [
        (row, place)
        for row, start, end in zip(spans.rows, spans.starts, spans.ends, strict=True)
        for place in range(start, end)
    ]
    assert len(gone) == len(set(gone))
    assert set(gone) == wanted


def test_a_mask_inside_a_removed_line_adds_nothing() -> None:
    text = "keep\nmail a@b.org now\nkeep"
    edits = table([(0, 10, 17, "<EMAIL>"), (0, 5, 22, "")])
    assert edited_texts(pa.array([text]), ids(1), edits).to_pylist() == ["keep\nkeep"]


def test_of_two_on_one_place_the_first_listed_counts() -> None:
    assert edited_texts(pa.array(["abc"]), ids(1), table([(0, 1, 2, "x"), (0, 1, 2, "y")])).to_pylist() == ["axc"]


def test_null_stays_null_and_slices_are_read_where_they_begin() -> None:
    texts = pa.array(["no", "ägé", None, "end"])[1:]
    edits = table([(0, 1, 2, "GG"), (2, 0, 3, "")])
    assert edited_texts(texts, ids(3), edits).to_pylist() == ["äGGé", None, ""]


def test_edits_of_other_documents_are_left_out() -> None:
    assert edited_texts(pa.array(["abc"]), pa.array(["0"]), table([(7, 0, 3, "")])).to_pylist() == ["abc"]


def test_a_span_beyond_the_text_is_refused_with_its_document() -> None:
    with pytest.raises(CorpusError, match="document 1: an edit reaches beyond"):
        edited_texts(pa.array(["abc", "ab"]), ids(2), table([(1, 1, 3, "")]))
    spans = Spans(*(np.array([value], np.int64) for value in (0, 4, 5)), pa.array([""]))
    with pytest.raises(SpanError):
        splice(pa.array(["abc"]), spans)
