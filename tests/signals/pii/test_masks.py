import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import signals
from signals.pii import masks
from signals.pii.find import found_in_text
from signals.pii.kinds import KINDS, Kind
from tests.signals.pii.samples import KEY_BLOCK, PIECES, TEXTS


def masked(text: str) -> str:
    parts, behind = [], 0
    for mask in masks(pa.array([text])).to_pylist():
        parts += [text[behind : mask["start"]], mask["replacement"]]
        behind = mask["end"]
    return "".join([*parts, text[behind:]])


def test_each_kind_has_its_placeholder() -> None:
    assert masked(f"john@company.org 130.89.148.77 2001:67c:2564:a119::77 +33 1 42 68 53 00 {KEY_BLOCK}") == (
        "<EMAIL> <IPV4> <IPV6> <PHONE> <SECRET>"
    )
    assert masked("é漢\U0001f600 IBAN: DE89 3704 0044 0532 0130 00; Twitter: @jane_doe, 4111 1111 1111 1111.") == (
        "é漢\U0001f600 IBAN: <IBAN>; Twitter: <USER>, <CARD>."
    )


def test_masks_are_rows_of_a_table() -> None:
    table = masks(pa.chunked_array([[None, "漢 a@b.org"], ["", "x"]]))
    assert table.to_pylist() == [{"row": 1, "start": 2, "end": 9, "replacement": "<EMAIL>", "rule": "pii_email"}]
    types = [pa.int64(), pa.int64(), pa.int64(), pa.string(), pa.string()]
    assert table.schema.types == masks(pa.array([], pa.string())).schema.types == types


@settings(max_examples=500, deadline=None)
@given(TEXTS)
@example("".join(PIECES))
@example(" ".join(PIECES))
@example("4111111111111111 5500000000000004 john@company.org 4111 1111 1111 1111")
def test_masking_twice_adds_nothing(text: str) -> None:
    once = masked(text)
    assert masked(once) == once


@settings(max_examples=500, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4))
@example(["".join(PIECES), "\n".join(PIECES)])
def test_masks_are_those_of_every_rule_asked_everywhere(texts: list[str]) -> None:
    table = masks(pa.array(texts))
    expected = [
        (row, found.start, found.end, found.rule.kind.placeholder, f"pii_{found.rule.name}")
        for row, text in enumerate(texts)
        for found in found_in_text(text)
    ]
    assert list(zip(*table.to_pydict().values(), strict=True)) == expected


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_masks_never_overlap_and_lie_within_the_text(text: str) -> None:
    behind = 0
    for mask in masks(pa.array([text])).to_pylist():
        assert behind <= mask["start"] < mask["end"] <= len(text)
        behind = mask["end"]


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_masks_depend_on_nothing_but_the_text(texts: list[str]) -> None:
    together = masks(pa.array(texts)).to_pylist()
    alone = [mask | {"row": row} for row, text in enumerate(texts) for mask in masks(pa.array([text])).to_pylist()]
    assert together == alone


def test_counts_are_those_of_the_masks() -> None:
    texts = pa.array([*PIECES, None, " ".join(PIECES)])
    counts = signals.compute_group("pii", signals.Inputs(texts), {})
    table = masks(texts)
    for row, values in enumerate(counts.to_pylist()):
        if not texts[row].is_valid:
            assert set(values.values()) == {None}
            continue
        found = [mask for mask in table.to_pylist() if mask["row"] == row]
        assert values.pop("pii_count") == len(found) == sum(values.values())
        for kind in KINDS:
            assert values[f"{kind.name}_count"] == sum(mask["replacement"] == kind.placeholder for mask in found)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_placeholders_are_no_personal_data(kind: Kind) -> None:
    assert masks(pa.array([kind.placeholder, f"({kind.placeholder})", f"Tel: {kind.placeholder}"])).num_rows == 0
