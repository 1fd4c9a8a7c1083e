import csv
import gzip
import re
import string
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.edits.splice import splice
from pipelines.errors import RecipeError
from pipelines.transforms.catalogue import chosen_operations, known_operations, operation_named
from pipelines.transforms.documents import Documents, Edit, Filter, Repeats
from pipelines.transforms.line_operations import STOP_WORDS_ABOVE, UNWANTED
from pipelines.transforms.text_operations import WIKTIONARY_NOTES
from signals.roots.word_lists import shipped_stop_words

TABLE = Path(__file__).parents[4] / "shared" / "data" / "roots" / "cleaning_table.csv.gz"

WORDS = st.lists(
    st.sampled_from(
        [
            "a",
            " ",
            "\n",
            "{",
            "<span",
            "</a>",
            "br>",
            "À À",
            "the",
            " and ",
            "é",
            "e\u0301",
            "한",
            "\u1112\u1161\u11ab",
            "\t",
            "x",
        ]
    ),
    max_size=25,
).map("".join)


def documents(texts: list[str], **columns: list[str | None]) -> Documents:
    given_ = {name: columns.get(name, [None] * len(texts)) for name in ("url", "title", "meta")}
    table = pa.table({name: pa.array(values, pa.string()) for name, values in given_.items()})
    return Documents(pa.array(texts, pa.large_string()), table)


def edited(name: str, texts: list[str]) -> list[str]:
    operation = operation_named(name)
    assert isinstance(operation, Edit)
    found = documents(texts)
    result: list[str] = splice(found.texts, operation.spans(found)).to_pylist()
    return result


def stays(name: str, texts: list[str], **columns: list[str | None]) -> list[bool]:
    operation = operation_named(name)
    assert isinstance(operation, Filter)
    answer: list[bool] = operation.stays(documents(texts, **columns)).tolist()
    return answer


def keys(name: str, texts: list[str], **columns: list[str | None]) -> Any:  # noqa: ANN401 -- numbers
    operation = operation_named(name)
    assert isinstance(operation, Repeats)
    return operation.keys(documents(texts, **columns))


@pytest.mark.parametrize("name", UNWANTED)
@settings(max_examples=60, deadline=None)
@given(texts=st.lists(WORDS, max_size=4))
def test_lines_with_unwanted_words_go(name: str, texts: list[str]) -> None:
    expected = [
        "\n".join(line for line in text.split("\n") if not any(word in line for word in UNWANTED[name]))
        for text in texts
    ]
    assert edited(name, texts) == expected


@settings(max_examples=150, deadline=None)
@given(texts=st.lists(st.one_of(WORDS, st.text(max_size=20)), max_size=4))
def test_normalisation(texts: list[str]) -> None:
    assert edited("nfc", texts) == [unicodedata.normalize("NFC", text) for text in texts]


def test_normalisation_touches_only_what_changes() -> None:
    operation = operation_named("nfc")
    assert isinstance(operation, Edit)
    spans = operation.spans(documents(["plain", "cafe\u0301 au lait", "\u0958"]))
    assert list(zip(spans.rows, spans.starts, spans.ends, spans.replacements.to_pylist(), strict=True)) == [
        (1, 3, 5, "é"),
        (2, 0, 1, "\u0915\u093c"),  # excluded from composition
    ]


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(WORDS, max_size=4))
def test_line_feeds_become_spaces(texts: list[str]) -> None:
    assert edited("replace_newline_with_space", texts) == [text.replace("\n", " ") for text in texts]


def test_line_feeds_of_a_slice() -> None:
    operation = operation_named("replace_newline_with_space")
    assert isinstance(operation, Edit)
    found = documents(["ä\nb", "ü\n\nc", "d"])
    spans = operation.spans(Documents(found.texts.slice(1), found.columns.slice(1)))
    assert (spans.rows.tolist(), spans.starts.tolist()) == ([0, 0], [1, 2])


def test_notes_of_wiktionary_go() -> None:
    texts = [f"{note}A noun.{note}" for note in WIKTIONARY_NOTES]
    pattern = re.compile("|".join(map(re.escape, WIKTIONARY_NOTES)))
    assert len(WIKTIONARY_NOTES) == 17
    assert edited("strip_substrings_en_wiktionary", texts) == [pattern.sub("", text) for text in texts]


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(
        st.lists(st.sampled_from(["the", "and", "Smith", "1999", "\n", "of", ""]), max_size=14).map(" ".join),
        max_size=4,
    )
)
def test_references_behind_the_last_line_of_text_go(texts: list[str]) -> None:
    words = shipped_stop_words().list_of("en") or frozenset()

    def is_text(line: str) -> bool:
        return sum(word in words for word in line.split()) > len(line.split()) * STOP_WORDS_ABOVE["en"]

    expected = []
    for text in texts:
        lines = text.split("\n")
        kept = max([0, *(number + 1 for number, line in enumerate(lines) if is_text(line))])
        expected.append("\n".join(lines[:kept]))
    assert edited("remove_references_en", texts) == expected


def test_sentences_on_lines_of_their_own() -> None:
    pytest.importorskip("sentencex")
    text = "Mr. Smith came. He sat down.  Then he left.\nA second line. And more."
    assert edited("split_sentences_en", [text]) == [
        "Mr. Smith came.\nHe sat down.\nThen he left.\nA second line.\nAnd more."
    ]
    assert edited("split_sentences_zhs", ["你好。我来了。"]) == ["你好。\n我来了。"]


def test_filters() -> None:
    assert stays("filter_remove_empty_docs", ["", " \n\u00a0", "a"]) == [False, False, True]
    assert stays("filter_small_docs", [" ".join("a" * 15), " ".join("a" * 14)]) == [True, False]
    assert stays("filter_small_docs_bytes_300", ["a" * 299, "é" * 150]) == [False, True]
    assert stays("filter_wiki_user_titles", ["a"] * 3, title=["User Ada", "Userland", None]) == [False, True, True]
    metas: list[str | None] = ['{"type": "text"}', '{"type": "talk"}', "{}", None]
    assert stays("filter_wiki_non_text_type", ["a"] * 4, meta=metas) == [True, False, True, True]
    assert stays("KILL", ["a"]) == [False]


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(st.one_of(WORDS, st.text(max_size=12)), min_size=2, max_size=2))
def test_texts_of_the_same_letters_have_one_key(texts: list[str]) -> None:
    pattern = re.compile(rf"\s+|\d+|[{re.escape(string.punctuation)}]")
    first, second = (pattern.sub("", text) for text in texts)
    one, two = keys("dedup_document", texts)
    assert (one == two) == (first == second)


def test_keys_of_addresses() -> None:
    urls: list[str | None] = ["http://a/b?c=1", "http://a/b?d", "http://a/b/", None]
    assert np.unique(keys("dedup_document_on_url", ["x"] * 4, url=urls)).tolist()[0] == 0
    one, two, three, none = keys("dedup_document_on_url", ["x"] * 4, url=urls)
    assert one == two != three
    assert none == 0
    stories: list[str | None] = ["https://es.c.com/news/x/amp", "https://es.c.com/news/x?y", "https://es.c.com/news/x"]
    name = "dedup_document_on_url_lm_es_pseudocrawl-filtered_341_es_cointelegraph_com"
    assert len(set(keys(name, ["x"] * 3, url=stories).tolist())) == 1
    news: list[str | None] = ["http://q/n?id=1&a=2", "http://q/n?news-id=1", "http://q/n?id=2", "http://[q"]
    name = "dedup_document_on_url_lm_en_pseudocrawl_filtered_619_www_qut_edu_au"
    one, two, three, _ = keys(name, ["x"] * 4, url=news)
    assert one == two != three


def test_lines_are_compared_without_white_space() -> None:
    found = keys("dedup_template_soft", ["  exactly fifteen\nfourteen chars", "exactly fifteen\t\n"])
    assert found[0] == found[2] != 0
    assert found[1] == found[3] == 0


def test_every_operation_of_the_cleaning_table_is_known() -> None:
    if not TABLE.exists():
        pytest.skip("no cleaning table of ROOTS here")
    with gzip.open(TABLE, "rt", encoding="utf-8") as rows:
        named = [row["--preprocessings"].split() for row in csv.DictReader(rows)]
    chosen = [chosen_operations("roots", names) for names in named]
    assert [len(operations) for operations in chosen] == [len(names) for names in named]
    assert len({operation.name for operations in chosen for operation in operations}) > 30


def test_names() -> None:
    assert operation_named("roots.dedup_document") is operation_named("dedup_document")
    assert all(operation.name == name for name, operation in known_operations().items())
    with pytest.raises(
        RecipeError, match="source a: transforms: no operation 'remove_html_span'; did you mean 'remove_html_spans'"
    ):
        chosen_operations("a", ["nfc", "remove_html_span"])
    with pytest.raises(RecipeError, match="no operation 'filter_small_docs_bytes_x'"):
        operation_named("filter_small_docs_bytes_x")
    with pytest.raises(RecipeError, match="5 operations compare documents"):
        chosen_operations("a", ["dedup_document"] * 5)
