"""Group `lines`: values worked out by hand, and the kernel held to the reference."""

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import signals
from signals.lines.declared import LINE_SIGNALS
from signals.reference.line_content import line_signals

NAMES = [signal.name for signal in LINE_SIGNALS]
PARTS = (
    *("JavaScript", "javascripT", "java", "terms of use", "Privacy Policy", "cookie policy", "uses cookies", "use "),
    *(
        "use of cookies",
        "use cookies",
        "cookies",
        "lorem ipsum",
        "Lorem",
        "{",
        "[12]",
        "[]",
        "[edit]",
        "[citation needed]",
    ),
    *(
        "...",
        ".",
        '"',
        "'",
        "!",
        "?",
        "”",
        ")",
        "\n",
        "\n\n",
        " ",
        "\t",
        "\u3000",
        "é",
        "Ä",
        "ab",
        "日本",
        "½",
        "9",
        "_",
    ),
)
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(PARTS), max_size=24).map("".join),
    st.lists(st.sampled_from(PARTS), max_size=24).map(" ".join),
)


def by_line(text: str) -> dict[str, list[int]]:
    """Return the signals of each line of one text."""
    row: dict[str, list[int]] = signals.compute(pa.array([text]), names=NAMES).to_pylist()[0]
    return row


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4))
@example(
    [
        "a.[1][edit]\n.[ 1]\n].\n[1]\n\u00a0b?\u3000\n...[2]\n[3",
        "javascript javascriptjavascript use cookies uses cookies",
    ]
)
def test_the_kernel_equals_the_reference(texts: list[str]) -> None:
    rows = signals.compute(pa.array(texts), names=NAMES).to_pylist()
    for text, row in zip(texts, rows, strict=True):
        expected = line_signals(text)
        assert {name: row[name] for name in expected} == expected


def test_sentences_are_those_of_the_line_alone() -> None:
    texts = ["One. Two!\nThree", "He said e.g. this.\n\nSo? Yes. 日本語。はい。", "No\nend"]
    for text in texts:
        counts = by_line(text)["line_sentence_count"]
        lines = text.splitlines()
        assert counts == signals.compute(pa.array(lines), names=["sentence_count"])["sentence_count"].to_pylist()


@pytest.mark.parametrize("line", ["3 likes", "1,204 Comments", "12 views.", "1.2K followers"])
def test_counters(line: str) -> None:
    assert by_line(f"He likes it.\n{line}\nlikes 3\n3\n3 men\n")["line_counter"] == [0, 1, 0, 0, 0]


def test_null_and_empty_texts() -> None:
    table = signals.compute_group("lines", signals.Inputs(pa.array(["", None, "a"])), {})
    assert table.schema.equals(signals.schema("lines"), check_metadata=True)
    assert table["line_length"].to_pylist() == [[], None, [1]]
    assert signals.compute(pa.array([], pa.string()), names=NAMES).num_rows == 0


def test_lines_are_those_of_redpajama() -> None:
    text = "a\n\nb c\n é "
    row = signals.compute(pa.array([text]), names=["line_start", "line_end", "line_length"]).to_pylist()[0]
    assert [end - start for start, end in zip(row["line_start"], row["line_end"], strict=True)] == row["line_length"]
