"""Places in edited texts lead back to the characters that stood there."""

from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.edits.places import Replaced, in_original_text


@st.composite
def edited(draw: st.DrawFn) -> tuple[int, list[Replaced], tuple[int, int]]:
    cuts = sorted(draw(st.lists(st.integers(0, 30), min_size=0, max_size=8)))
    replaced = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        if not replaced or start > replaced[-1].end:  # what touches the edit before is part of it
            replaced.append(Replaced(start, end, draw(st.integers(0, 4))))
    length = 30 + sum(edit.length - (edit.end - edit.start) for edit in replaced)
    start = draw(st.integers(0, max(0, length - 1)))
    return 30, replaced, (start, draw(st.integers(start + 1, max(length, start + 1))))


def origins(length: int, replaced: list[Replaced]) -> list[tuple[int, int]]:
    """Return for each character of the edited text the span that it came from."""
    found, behind = [], 0
    for edit in replaced:
        found += [(place, place + 1) for place in range(behind, edit.start)]
        found += [(edit.start, edit.end)] * edit.length
        behind = edit.end
    return found + [(place, place + 1) for place in range(behind, length)]


@given(edited())
@example((30, [Replaced(3, 5, 2)], (3, 5)))
@example((30, [Replaced(3, 3, 2), Replaced(6, 9, 0)], (4, 8)))
def test_spans_hold_all_that_their_characters_came_from(case: tuple[int, list[Replaced], tuple[int, int]]) -> None:
    length, replaced, (start, end) = case
    places = origins(length, replaced)[start:end]
    expected = (min(first for first, _ in places), max(last for _, last in places)) if places else None
    assert expected is None or in_original_text([(start, end)], replaced) == [expected]


def test_without_edits_places_stay() -> None:
    assert in_original_text([(2, 5), (7, 9)], []) == [(2, 5), (7, 9)]
