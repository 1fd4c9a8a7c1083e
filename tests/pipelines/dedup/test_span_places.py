import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from pipelines.corpus.schemas import EDITS
from pipelines.dedup.span_places import in_original_texts, original_spans

TEXT = "abcdefghijklmnopqrst"


@given(
    places=st.lists(st.integers(0, 20), max_size=8, unique=True), cut=st.tuples(st.integers(0, 20), st.integers(0, 20))
)
def test_spans_of_what_is_left_are_the_same_characters_of_the_whole(places: list[int], cut: tuple[int, int]) -> None:
    bounds = sorted(places)[: len(places) // 2 * 2]
    removed = list(zip(bounds[::2], bounds[1::2], strict=True))
    left = [place for place in range(20) if not any(start <= place < end for start, end in removed)]
    start, end = sorted(min(place, len(left)) for place in cut)
    if start == end:
        return
    pieces = list(original_spans((start, end), removed))
    assert [place for piece in pieces for place in range(*piece)] == left[start:end]
    assert all(first < behind for first, behind in pieces)


def test_an_edit_around_a_removed_span_becomes_two() -> None:
    def edit(id_: str, start: int, end: int, rule: str) -> dict[str, object]:
        return {"id": id_, "start": start, "end": end, "replacement": " ", "rule": rule}

    removed = pa.Table.from_pylist([edit("a", 4, 6, "lines"), edit("b", 0, 3, "lines")], EDITS)
    edits = pa.Table.from_pylist([edit("a", 2, 8, "words"), edit("c", 1, 2, "words"), edit("b", 0, 1, "words")], EDITS)
    assert in_original_texts(edits, removed).to_pylist() == [
        edit("a", 2, 4, "words"),
        edit("a", 6, 10, "words") | {"replacement": ""},
        edit("c", 1, 2, "words"),
        edit("b", 3, 4, "words"),
    ]
