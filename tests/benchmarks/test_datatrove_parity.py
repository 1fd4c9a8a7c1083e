"""Packs and datatrove's filters decide alike; where they do not, it is for one of the reasons told here."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from signals.reference.lines import begins_item, ends_sentence, lines_of
from signals.segmentation import words as words_of_texts

pytest.importorskip("datatrove")
pytest.importorskip("spacy")

from benchmarks.datatrove_parity import C4, FINEWEB, QUALITY, REPETITION, compare, english_texts

EVERY = 6  # of the English documents; `python -m benchmarks.datatrove_parity` compares all


def _copied(text: str) -> int:
    """Return the characters of lines that an equal line stands before."""
    lines = lines_of(text)
    return sum(len(line) for place, line in enumerate(lines) if line in lines[:place])


def _is_near_among_lines(text: str) -> bool:
    """The share of copied lines is of the characters of lines, not of line feeds and spaces around them too."""
    return _copied(text) / len(text) <= 0.2 < _copied(text) / sum(map(len, lines_of(text)))


def _has_blank_lines(text: str) -> bool:
    """Blank lines are no lines: with them, fewer would begin with a bullet or end with an ellipsis."""
    items, ellipses = (sum(map(tells, lines_of(text))) for tells in (begins_item, _trails_off))
    every = len(text.splitlines())
    return (items / len(lines_of(text)) > 0.9 >= items / every) or (
        ellipses / len(lines_of(text)) > 0.3 >= ellipses / every
    )


def _trails_off(line: str) -> bool:
    return line.endswith(("...", "…"))


def _has_hyphenated_lines(text: str) -> bool:
    """Some line of one or two words by white space has three by Unicode."""
    import pyarrow as pa  # noqa: PLC0415

    lines = [line for line in lines_of(text) if len(line.split()) < 3]
    return any(len(words) >= 3 for words in words_of_texts(pa.array(lines, pa.string())).to_pylist())


def _closes_behind_marks(text: str) -> bool:
    """Some lines end with a mark and a quote or bracket that closes behind it."""
    lines = lines_of(text)
    plain = sum(ends_sentence(line) and ends_sentence(line[-1]) for line in lines)
    return plain / len(lines) < 0.12 <= sum(map(ends_sentence, lines)) / len(lines)


EXPLANATIONS: Mapping[str, Callable[[str], bool]] = {
    REPETITION: _is_near_among_lines,
    QUALITY: _has_blank_lines,
    C4: _has_hyphenated_lines,
    FINEWEB: _closes_behind_marks,
}


def test_filters_and_packs_agree_on_english_documents(shared: Path) -> None:
    texts = english_texts(shared / "data/debian_docs.parquet", EVERY)
    assert len(texts) > 800
    for found in compare(texts):
        assert found.agreement >= 0.995
        assert len(set(found.theirs) - {None}) >= 2  # documents are dropped, for several reasons
        for place in found.differing:
            assert EXPLANATIONS[found.filter](texts[place]), (found.filter, texts[place][:200])


PROSE = "The harbour was quiet in the morning of that day, and boats have come with all the bread there was to be had"
LINES = [f"{letter * 12} {letter.upper() * 12}" for letter in "abcdefghij"]
DIFFERING = {
    REPETITION: ("\n" * 12).join([LINES[k] for k in (0, 1, 2, 3, 4, 1, 5, 3, 6, 0, 7, 2, 8, 9)]),
    QUALITY: f"{PROSE}...\n\n\n\n{PROSE[::-1]}...\n\n\n\n{PROSE}.",
    C4: "One-two-three.\n" * 5,
    FINEWEB: f"{PROSE} (in brackets.)\n" + "".join(f"{PROSE} {word}\n" for word in ("a", "b", "c", "d")),
}


@pytest.mark.parametrize("name", DIFFERING)
def test_each_reason_does_make_them_differ(name: str) -> None:
    text = DIFFERING[name]
    (found,) = [found for found in compare([text]) if found.filter == name]
    assert found.differing == (0,), (found.theirs, found.ours)
    assert EXPLANATIONS[name](text)
