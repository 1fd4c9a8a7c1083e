from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.dedup import span_index
from pipelines.dedup.span_index import Windows
from pipelines.dedup.span_rules import LINE_RULES, SpanRule, token_rule
from tests.pipelines.dedup.span_corpus import Spans, removed_from
from tests.pipelines.dedup.span_reference import removed_spans, tokens_of

RULES = {**LINE_RULES, "words": token_rule(5)}

# Pieces that texts repeat: long enough to be spans, short enough to meet in the middle of others.
BLOCKS = (
    "one two three four five ",
    "three four five six seven ",
    "FIVE, six -- seven; eight nine. ",
    "東京の人口は何人ですか。",
    "人口は何人ですか。大阪",
    "ก ข ค ง จ ฉ",
    "ΟΔΟΣ οδος e\u0301te\u0301 été İı ß ",
    "A line that is long enough.\n",
    "a LINE that is long enough 12\n",
    "A line that is long enough 34\n",
    " \n\n",
    "No. No! No? Yes… Well.\n",
    "One. Two. Three. ",
    "Two. Three. Four.\n",
    "\u2028\u0085\x1c",
    "x\r\n",
    "😀 ++ ",
    "last",
)
TEXTS = st.lists(st.sampled_from(BLOCKS), max_size=12).map("".join)


def apart(texts: Sequence[str], cuts: Sequence[int]) -> list[list[int]]:
    """Deal the numbers of texts to shards, out of order."""
    numbers = sorted(range(len(texts)), key=lambda number: (number * 7) % 11)
    bounds = [0, *sorted(set(cuts)), len(texts)]
    return [numbers[start:end] for start, end in pairwise(bounds)]


@pytest.mark.parametrize("name", RULES)
@settings(deadline=None, max_examples=60)
@given(
    texts=st.lists(TEXTS, min_size=1, max_size=8), cuts=st.lists(st.integers(0, 8), max_size=3), bits=st.integers(1, 3)
)
@example(texts=["spam " * 40, "spam " * 12], cuts=[1], bits=2)
@example(texts=["".join(BLOCKS) * 2, "".join(BLOCKS[::-1]) * 2], cuts=[], bits=1)
@example(texts=["a line that is long enough\n" * 9, "a line that is long enough"], cuts=[1], bits=1)
@example(texts=["", "", "x"], cuts=[0, 0], bits=1)
def test_the_same_goes_as_by_brute_force_however_texts_are_dealt(
    tmp_path_factory: pytest.TempPathFactory, name: str, texts: list[str], cuts: list[int], bits: int
) -> None:
    rule = RULES[name]
    cuts = [cut for cut in cuts if cut <= len(texts)]
    found = removed_from(tmp_path_factory.mktemp("spans"), apart(texts, cuts), texts, rule, bits)
    assert found == removed_spans(texts, rule)
    for spans in found:
        assert all(start < end for start, end, _ in spans)
        assert all(one[1] <= other[0] for one, other in pairwise(spans))


@settings(deadline=None, max_examples=40)
@given(texts=st.lists(TEXTS, min_size=1, max_size=6))
def test_the_first_copy_of_every_repeated_span_stays(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    rule = token_rule(5)
    found = removed_from(tmp_path_factory.mktemp("spans"), [list(range(len(texts)))], texts, rule)
    left = {window for text in without(texts, found) for window in windows_of(text, rule)}
    lost = {window for text in texts for window in windows_of(text, rule)} - left
    # What is lost is at most windows that lay across the border of a removed copy, and these stood there only.
    counts: dict[tuple[str, ...], int] = {}
    for text in texts:
        for window in windows_of(text, rule):
            counts[window] = counts.get(window, 0) + 1
    assert all(counts[window] == 1 for window in lost)


@settings(deadline=None, max_examples=40)
@given(texts=st.lists(TEXTS, min_size=2, max_size=6))
def test_hashes_that_collide_delete_nothing_that_is_not_repeated(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    whole = span_index.window_hashes

    def few(*arguments: Any) -> Windows:  # noqa: ANN401 -- whatever the function takes
        windows = whole(*arguments)
        return Windows(windows.hashes >> np.uint64(62) << np.uint64(62), windows.places)

    for rule in (token_rule(5), *LINE_RULES.values()):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(span_index, "window_hashes", few)
            found = removed_from(tmp_path_factory.mktemp("spans"), [list(range(len(texts)))], texts, rule)
        counts: dict[tuple[str, ...], int] = {}
        for text in texts:
            for window in windows_of(text, rule):
                counts[window] = counts.get(window, 0) + 1
        for text, spans in zip(texts, found, strict=True):
            tokens = tokens_of(text, rule)
            repeated = {
                start + k
                for start, window in enumerate(windows_of(text, rule))
                if counts[window] > 1
                for k in range(rule.size)
            }
            for start, end, _ in spans:
                gone = {number for number, token in enumerate(tokens) if start <= token.start and token.end <= end}
                assert gone <= repeated


def test_a_frozen_shard_is_compared_with_and_left(tmp_path: Path) -> None:
    texts = ["one two three four five six", "Seven. One two, three four five six!", "one two three four five six"]
    assert removed_from(tmp_path, [[1], [0, 2]], texts, token_rule(5), frozen=1) == [[], [(7, 36, "")], []]


def test_sources_are_looked_at_apart_where_a_rule_says_so(tmp_path: Path) -> None:
    line = "a line of some length\n"
    rule = LINE_RULES["roots"]
    assert removed_from(tmp_path, [[0]], [line * 10], rule) == [[(0, len(line) * 10, "")]]
    other = tmp_path / "apart"
    other.mkdir()
    names = []
    for number, source in enumerate(("a", "b")):
        paths = other / f"{number}.windows", other / f"{number}.folded"
        span_index.write_index(pa.array([line * 5]), rule, source, 1, *paths)
        names.append({int(value) for part in (0, 1) for value in span_index.read_windows(paths[0], part).hashes})
    assert not names[0] & names[1]


def test_a_giant_line_and_many_copies(tmp_path: Path) -> None:
    words = " ".join(f"w{number}" for number in range(30_000))
    texts = [words, "x " + words, *["tail " + words[-600:]] * 50]
    found = removed_from(tmp_path, [list(range(len(texts)))], texts, token_rule(50))
    assert found[:2] == [[], [(2, len(texts[1]), "")]]
    assert all(spans and spans[-1][1] == len(text) for spans, text in zip(found[2:], texts[2:], strict=True))


def without(texts: Sequence[str], found: Spans) -> list[str]:
    left = []
    for whole, spans in zip(texts, found, strict=True):
        text = whole
        for start, end, replacement in reversed(spans):
            text = text[:start] + replacement + text[end:]
        left.append(text)
    return left


def windows_of(text: str, rule: SpanRule) -> list[tuple[str, ...]]:
    tokens = [token.folded for token in tokens_of(text, rule)]
    return [tuple(tokens[start : start + rule.size]) for start in range(len(tokens) - rule.size + 1)]
