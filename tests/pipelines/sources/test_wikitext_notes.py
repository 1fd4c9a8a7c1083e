"""Notes are left out of wikitext before it is parsed, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.wikitext import plain_text
from pipelines.sources.wikitext_notes import without_notes

WORDS = (
    "It was so.",
    " ''He'' went",
    "\n\n* an item",
    "\n== A heading ==\n",
    " [[a link|b]]",
    "{{nowrap|x y}}",
    "1 < 2",
)
NOTES = (
    "<ref>A book.</ref>",
    '<ref name="a">{{cite web|url=https://example.org|title=B}}</ref>',
    "<REF name=b />",
    "<ref\ngroup=c>''Two''\n\nparagraphs</ref >",
    "<ref>[[unclosed {{braces</ref>",
)


@given(st.lists(st.sampled_from([*((word, "") for word in WORDS), *((note, note) for note in NOTES)])))
def test_a_text_is_what_it_is_without_its_notes(pieces: list[tuple[str, str]]) -> None:
    bare = "".join(text for text, note in pieces if not note)
    assert without_notes("".join(text for text, _ in pieces)) == bare
    assert plain_text("".join(text for text, _ in pieces)) == plain_text(bare)


@pytest.mark.parametrize(
    "text",
    [
        "a <!-- <ref>b</ref> --> c",
        "a <nowiki><ref>b</ref></nowiki> c",
        "a <math>x <ref></math> y</ref> c",
        "a <source lang=xml><ref/></source> c",
        "a <ref>b",
        "a <references /> <refs>b</refs>",
        "a <ref",
    ],
)
def test_what_is_no_note_stays(text: str) -> None:
    assert without_notes(text) == text


def test_of_notes_in_each_other_the_inner_one_goes() -> None:
    assert without_notes("a <ref>b<ref>c</ref> d</ref>") == "a <ref>b d</ref>"


def test_what_no_end_is_left_of_hides_no_note() -> None:
    assert without_notes("<!-- <nowiki> a<ref>b</ref>") == "<!-- <nowiki> a"


def test_many_beginnings_without_an_end_are_looked_at_once() -> None:
    text = "<ref><nowiki><!--" * 50_000
    assert without_notes(text) == text
    assert without_notes("<ref>" * 100_000 + "</ref>") == "<ref>" * 99_999
