from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.edits.resolve import Spans, resolve
from pipelines.edits.splice import splice
from pipelines.transforms.compose import Composed, compose
from pipelines.transforms.documents import spans_of


@dataclass
class Steps:
    texts: list[str]
    edits: list[list[tuple[int, int, int, str]]]  # of each step: row, start, end, replacement


def _edited(texts: list[str], edits: list[tuple[int, int, int, str]]) -> list[str]:
    found = list(texts)
    for row, start, end, new in reversed(edits):
        found[row] = found[row][:start] + new + found[row][end:]
    return found


@st.composite
def steps(draw: st.DrawFn) -> Steps:
    texts = draw(st.lists(st.text("abcdé\n ", max_size=14), min_size=1, max_size=3))
    present, edits = list(texts), []
    for _ in range(draw(st.integers(1, 4))):
        step = []
        for row, text in enumerate(present):
            places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
            for start, end in zip(places[::2], places[1::2], strict=False):
                new = draw(st.sampled_from(["", "X", "yz"]))
                if end > start or new:
                    step.append((row, start, end, new))
        # Two insertions at one place, or one before a removal there, are one edit to an operation.
        step = [s for k, s in enumerate(step) if k == 0 or s[:2] != step[k - 1][:2]]
        edits.append(step)
        present = _edited(present, step)
    return Steps(texts, edits)


@settings(max_examples=300, deadline=None)
@given(steps())
def test_edits_of_edits_are_edits(found: Steps) -> None:
    composed, current = Composed.nothing(), found.texts
    for number, step in enumerate(found.edits):
        composed = compose(composed, spans_of(step), number, pa.array(current, pa.large_string()))
        current = _edited(current, step)
    original = pa.array(found.texts, pa.large_string())
    assert splice(original, composed.spans).to_pylist() == current
    assert len(composed.rules) == len(composed.spans.rows)
    assert _through_the_table(original, composed.spans) == current


def _through_the_table(texts: "pa.Array[pa.LargeStringScalar]", spans: Spans) -> list[str | None]:
    """The same by way of the table `edits`, whose rows may come in any order."""
    ids = pa.array([str(row) for row in range(len(texts))])
    edits = pa.table(
        {
            "id": ids.take(pa.array(spans.rows)),
            "start": spans.starts,
            "end": spans.ends,
            "replacement": spans.replacements,
        }
    )
    return splice(texts, resolve(edits, ids)).to_pylist()


def test_the_later_rule_answers_for_what_it_touches() -> None:
    first = Composed(spans_of([(0, 1, 2, "XX"), (0, 4, 5, "Y")]), np.array([0, 0]))
    then = compose(first, spans_of([(0, 2, 4, "")]), 1, pa.array(["aXXcdYf"], pa.large_string()))
    spans = list(
        zip(then.spans.starts.tolist(), then.spans.ends.tolist(), then.spans.replacements.to_pylist(), strict=True)
    )
    assert spans == [(1, 3, "X"), (4, 5, "Y")]
    assert then.rules.tolist() == [1, 0]
