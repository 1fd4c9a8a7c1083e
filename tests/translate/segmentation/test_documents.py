from hypothesis import given
from hypothesis import strategies as st

from translate.blocks import Block, split_blocks
from translate.segmentation import finer, is_code, join, segment_document, sentence_splitter

SPLIT = sentence_splitter("en")

PIECES = st.sampled_from(
    [
        "# ",
        "- ",
        "1. ",
        "> ",
        "|",
        " | ",
        "```",
        "~~~\n",
        "$$",
        "\\[",
        "\\begin{equation}",
        "\\begin{verbatim}",
        "\\end{verbatim}",
        "<pre>",
        "</pre>",
        "\n",
        "\n\n",
        "\r\n",
        "\t",
        " ",
        "Dr. Smith went home.",
        "See e.g. this?",
        "word",
        "http://a.b/c",
        "a\u2028b",
        "\x1c",
        "\x85",
        "é",
        "中文。",
        "😀",
        "...",
    ]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=40).map("".join))
def test_segments_joined_are_the_document(text: str) -> None:
    assert join(segment_document(text, SPLIT)) == text
    assert join(segment_document(text, None)) == text


@given(st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=40).map("".join))
def test_blocks_cover_every_character_once(text: str) -> None:
    position = 0
    for span in split_blocks(text):
        assert span.start == position
        assert span.start <= span.body <= span.end
        position = span.end
    assert position == len(text)


@given(st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=12).map("".join))
def test_finer_parts_joined_are_the_segment(text: str) -> None:
    segment = text.strip()
    cut = finer(segment, SPLIT)
    assert not cut or (join(cut) == segment and sum(bool(part.text) for part in cut) > 1)


def texts(document: str) -> list[str]:
    return [segment.text for segment in segment_document(document, SPLIT) if segment.text]


def test_sentences_are_segments() -> None:
    assert texts("Dr. Smith left. He was late!\n\nWhy?") == ["Dr. Smith left.", "He was late!", "Why?"]


def test_marks_of_headings_lists_and_quotes_stay_outside() -> None:
    document = "## Title here\n\n- first item\n2) second item\n> quoted words\n"
    assert texts(document) == ["Title here", "first item", "second item", "quoted words"]
    assert [segment.block for segment in segment_document(document, SPLIT)][:2] == [Block.HEADING, Block.LIST_ITEM]


def test_code_maths_and_lines_without_letters_are_not_translated() -> None:
    document = "Run this:\n```sh\nls -l | wc\n```\n$$\nx = y\n$$\n12,345.6\n-----\nDone.\n"
    assert texts(document) == ["Run this:", "Done."]


def test_elements_and_environments_of_code_are_not_translated() -> None:
    document = (
        "Before.\n<pre>\nint main() is code\n</pre>\n<script>var x</script>\n"
        "\\begin{lstlisting}[language=C]\nprint this\n\\end{lstlisting}\nAfter.\n"
    )
    assert texts(document) == ["Before.", "After."]


def test_code_inside_a_line_of_prose_is_no_block() -> None:
    assert texts("<code>x</code> is a name.\n<pre>never closed\n") == ["<code>x</code> is a name.", "<pre>never closed"]


def test_words_that_look_like_marks_are_words() -> None:
    portuguese = "o gato dorme\na casa caiu\n"
    assert [part.text for part in segment_document(portuguese, None)][:2] == ["o gato dorme", "a casa caiu"]
    assert texts("・ 最初の項目\n◦ second\n") == ["最初の項目", "second"]


def test_an_unclosed_fence_swallows_nothing() -> None:
    assert texts("```\nStill prose here.\n") == ["Still prose here."]


def test_cells_of_a_table_row_are_segments() -> None:
    assert texts("| Name of it | 12 | What it does |\n|---|---|---|\n") == ["Name of it", "12", "What it does"]


def test_hard_wrapped_lines_are_one_sentence() -> None:
    document = (
        "This paragraph was wrapped by hand at a width of seventy or so characters, as\n"
        "mails and manual pages are, and its first sentence runs over three of these\n"
        "lines. The second is short.\n"
    )
    first, second = texts(document)
    assert first.endswith("three of these\nlines.")
    assert second == "The second is short."


def test_lines_of_a_menu_are_not_joined() -> None:
    assert texts("Open a file of any kind whatever it may be\nClose\nQuit the program\n") == [
        "Open a file of any kind whatever it may be",
        "Close",
        "Quit the program",
    ]


def test_code_lines_are_told_from_prose() -> None:
    for code in ("int x = 3;", "foo.bar(baz)", "reg = <0x10 0x4>;", "else {", 'compatible = "a,b"'):
        assert is_code(code), code
    for prose in ("the name of the package;", "It has two parts; one is empty.", "Use foo(1) to do it.", "Title"):
        assert not is_code(prose), prose


def test_a_document_of_marks_that_nothing_closes_is_read_once() -> None:
    document = "```x\n<pre>\n$$\n\\begin{lstlisting}\nplain words in a row\n" * 4000
    assert join(segment_document(document, None)) == document


def test_a_closed_block_after_unclosed_ones_is_found() -> None:
    assert texts("<pre>\nWords.\n```\ncode here\n```\nMore.\n") == ["<pre>", "Words.", "More."]


def test_a_row_of_tildes_under_a_title_opens_no_fence() -> None:
    document = "evdev interface\n~~~~~~~~~~~~~~~\n\nWords about it.\n\nusbkbd\n~~~~~~\n\nMore words.\n"
    assert texts(document) == ["evdev interface", "Words about it.", "usbkbd", "More words."]
    assert texts("For example:\n~~~\nint main\n~~~\nDone.\n") == ["For example:", "Done."]


def test_literal_blocks_are_not_translated() -> None:
    indented = "Load the module::\n\n    modprobe usb\n\n      or so\n\nThen go on.\n"
    assert texts(indented) == ["Load the module::", "Then go on."]
    flat = "Load the module::\n\nmodprobe usb\nlsmod usb\n\nThen go on.\n"
    assert texts(flat) == ["Load the module::", "Then go on."]
    assert texts("Names such as std::\nare not announcements.\n") == ["Names such as std::", "are not announcements."]
    assert texts("See below::\n\n.. note:: Words here.\n") == ["See below::", "Words here."]


def test_directives_are_told_from_their_words() -> None:
    document = (
        ".. SPDX-License-Identifier: GPL-2.0\n.. _the_label:\n\n.. code-block:: bash\n   :caption: How\n\n"
        "   ls the files\n\n.. note:: This is for you.\n.. include:: <isonum.txt>\n.. image:: some picture.png\n"
        "\nThe end.\n"
    )
    assert texts(document) == ["SPDX-License-Identifier: GPL-2.0", "This is for you.", "The end."]
    assert texts(".. note::\n\nWords of the note.\n\n#) An item.\n") == ["Words of the note.", "An item."]
    assert texts(".. list-table:: The title\n") == ["The title"]


def test_marks_of_pod_stay_outside() -> None:
    document = "=pod\n\n=head1 NAME OF IT\n\n=over 4\n\n=item * First thing\n\n=item second thing\n\n=back\n\n=cut\n"
    assert texts(document) == ["NAME OF IT", "First thing", "second thing"]
    assert [one.block for one in segment_document(document, SPLIT) if one.text][:2] == [Block.HEADING, Block.LIST_ITEM]


def test_commands_after_roots_prompt_are_no_headings() -> None:
    assert texts("# dmesg | tail -40\n# the name of it\n# numpy\n") == ["the name of it", "numpy"]


def test_the_width_of_a_document_joins_what_two_lines_could_not() -> None:
    wrapped = (
        "The first paragraph of this document says so many words that it had to be\n"
        "broken into lines, of which there are several, all about as long as this\n"
        "one. It is here to show how wide the document is, and for nothing else at\n"
        "all, so that whoever reads it need not take any of its words for earnest.\n"
    )
    document = f"{wrapped}\nAfter extracting it you copy the whole directory tree to your own\nEBCDIC filesystem.\n"
    assert "After extracting it you copy the whole directory tree to your own\nEBCDIC filesystem." in texts(
        f"{wrapped}\n{document}"
    )
    alone = "After extracting it you copy the whole directory tree to your own\nEBCDIC filesystem.\n"
    assert len(texts(alone)) == 2


def test_lines_of_a_log_are_not_joined() -> None:
    log = "".join(f"eth{number}: the adapter is on a bus of sixty-four bits at full speed\n" for number in range(4))
    assert len(texts(log)) == 4


def test_comments_and_definitions_of_links_are_not_translated() -> None:
    assert texts("<!-- made by\na tool of words -->\nWords.\n") == ["Words."]
    assert texts("Words.\n\n[name]: https://a.org/the.Page 'Its title'\n[^1]: More words.\n") == [
        "Words.",
        "[^1]: More words.",
    ]


def test_indented_code_is_told_from_a_quotation() -> None:
    assert texts("Get it from the index:\n\n    pip install words\n    pip check\n\nDone.\n") == [
        "Get it from the index:",
        "Done.",
    ]
    assert texts("He said to them:\n\n    Go where you want to go.\n") == [
        "He said to them:",
        "Go where you want to go.",
    ]
