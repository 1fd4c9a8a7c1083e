import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from signals.pii import masks
from signals.pii.excerpts import lines_with
from signals.pii.find import RULES, found_in_text
from signals.pii.spans import Found
from tests.signals.pii.samples import KEY_BLOCK, PIECES

LINES = st.lists(st.tuples(st.text("ab é", max_size=5), st.booleans()), max_size=12)


@given(LINES)
def test_spans_stand_in_their_lines_and_in_the_whole_text_alike(lines: list[tuple[str, bool]]) -> None:
    text, spans, kept = "", list[Found](), list[str]()
    for line, holds in lines:
        if holds:
            spans += [Found(len(text) + len(line) + at, len(text) + len(line) + at + 1, RULES[0]) for at in (0, 1)]
            kept.append(f"{line}XYZ\n")
        text += kept[-1] if holds else f"{line}\n"
    excerpt = lines_with(text, spans)
    assert excerpt.text == "".join(kept)
    assert [excerpt.text[span.start : span.end] for span in excerpt.spans] == ["X", "Y"] * len(kept)
    assert excerpt.in_whole_text(excerpt.spans) == spans


def test_the_last_line_needs_no_end() -> None:
    excerpt = lines_with("a\nb\nX", [Found(4, 5, RULES[0])])
    assert (excerpt.text, excerpt.spans) == ("X", [Found(0, 1, RULES[0])])


def test_a_text_that_may_hold_a_private_key_stays_whole() -> None:
    text, spans = f"a\n{KEY_BLOCK}\nX\n", [Found(0, 1, RULES[0])]
    assert lines_with(text, spans).text == text


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(["", " ", "\n", "\r\n", "\u2028"])), max_size=30))
def test_masks_in_many_lines_are_those_of_every_rule_asked_everywhere(pieces: list[tuple[str, str]]) -> None:
    text = "".join(piece + end for piece, end in pieces)
    found = masks(pa.array([text])).select(["start", "end", "rule"]).to_pylist()
    assert found == [
        {"start": span.start, "end": span.end, "rule": f"pii_{span.rule.name}"} for span in found_in_text(text)
    ]
