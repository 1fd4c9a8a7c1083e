"""Any document in any language gives values or the nulls that are documented, never an error."""

import pyarrow as pa
import pytest

import signals

DOCUMENTS = {
    "empty": "",
    "blank": " \n\t\u3000\u2028",
    "a character": "x",
    "a word": "word",
    "a Chinese word": "词",
    "a mark": ".",
    "one line": "a long line of words " * 20_000,
    "one word": "x" * 500_000,
    "one Chinese line": "漢字かな" * 50_000,
    "line feeds": "\n" * 200_000,
    "full stops": "." * 200_000,
    "one letter and its marks": "e" + "\u0301" * 200_000,
    "nothing assigned": "\U000e0fff\ue000\U0010fffd" * 1000,
}
LANGUAGES = ("qaa_Zzzz", "yor_Latn", "junk!", None)
GROUPS = [name for name in signals.groups() if name not in ("perplexity", "own")]  # which compute with files of others


@pytest.mark.parametrize("group", GROUPS)
def test_every_document_has_a_row_of_the_declared_types(group: str) -> None:
    if group == "cld2":
        pytest.importorskip("pycld2", reason="needs the extra cld2")
    texts = pa.array([text for text in DOCUMENTS.values() for _ in LANGUAGES])
    languages = [*LANGUAGES] * len(DOCUMENTS)
    urls = pa.array([f"https://example.org/{place}" for place in range(len(texts))])
    table = signals.compute_group(group, signals.Inputs(texts, languages, urls, pa.nulls(len(texts), pa.string())), {})
    table.validate(full=True)
    assert table.num_rows == len(texts)
    assert table.schema.equals(signals.schema(group))


def test_nulls_are_where_a_range_says_so() -> None:
    """In the group of which every signal has a value for usual text."""
    declared = {signal.name: signal for signal in signals.declared_signals() if signal.group == "core"}
    table = signals.compute(pa.array([*DOCUMENTS.values()]), ["qaa"] * len(DOCUMENTS), [*declared])
    for name in table.column_names:
        if table[name].null_count:
            assert "null" in declared[name].range, name


def test_fifty_megabytes_are_one_document() -> None:
    text = "The harbour was quiet in the morning, and the boats lay still.\n" * 800_000
    names = [
        "byte_count",
        "word_count",
        "sentence_count",
        "line_count",
        "duplicate_line_fraction",
        "rps_doc_word_count",
    ]
    (row,) = signals.compute(pa.array([text], pa.large_string()), ["eng_Latn"], names).to_pylist()
    assert row == {
        "byte_count": 50_400_000,
        "word_count": 12 * 800_000,
        "sentence_count": 800_000,
        "line_count": 800_000,
        "duplicate_line_fraction": round(799_999 / 800_000, 8),
        "rps_doc_word_count": 12 * 800_000,
    }
