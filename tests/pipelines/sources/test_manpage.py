import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.manpage import encoding_of, is_alias, read_page
from pipelines.sources.troff import arguments, plain


def test_macros_of_man() -> None:
    source = """'\\" t
.\\" SPDX-License-Identifier: BSD-2-Clause \\" not a word
.de XX \\" of its own
.PP
..
.am YY
text that is passed over
. .
.TH "TOOL" 1 "2020" "Tools" "Manual"
.SH "NAME"
tool \\- does \\fBthings\\fP
.SS Options
.TP
.BR \\-a ", " \\-\\-all
all of
them
.IP "\\(bu" 2
an item
.PP
See
.UR https://example.org
the site
.UE .
.URL "https://a.example" "here" ","
.nf
  kept   as
    it is
.fi
.TS
tab(@) allbox;
l l.
one\ttwo
.TE
The end.
"""
    page = read_page(source)
    assert page.title == "TOOL(1)"
    assert page.spdx == ('BSD-2-Clause \\" not a word', 2)
    assert page.text.split("\n\n") == [
        "NAME",
        "tool - does things",
        "Options",
        "-a, --all\nall of them\n• an item",
        "See <https://example.org> the site . here <https://a.example>,\n  kept   as\n    it is\none\ttwo\nThe end.",
    ]


def test_macros_of_mdoc() -> None:
    source = """.Dd May 1, 2020
.Dt TOOL 8
.Os
.Sh NAME
.Nm tool
.Nd does things
.Sh DESCRIPTION
.Nm
takes
.Op Fl v
and
.Ar file ,
see
.Xr ls 1 .
.Bl -tag -width x
.It Fl v
is
.Dq loud
.El
"""
    page = read_page(source)
    assert page.title == "TOOL(8)"
    assert page.text == (
        "NAME\n\ntool \u2014 does things\n\nDESCRIPTION\n\n"
        "tool takes [-v] and file, see ls(1).\n\n-v is \u201cloud\u201d"
    )


def test_escapes() -> None:
    line = r"a\[:o]b \(co 2020 \[u00E9]\N'233' \s+2big\s0 \h'1m'x \*(lqq\*(rq \\e"
    assert plain(line) == "aöb © 2020 éé big x “q” \\e"
    assert plain(r"can\*(Aqt") == "can't"
    assert plain(r"\[u110000]\[uD800]\N'9999999'\[nonsense]") == ""
    assert arguments('"two words" one "in ""quotes""" \\" comment') == ["two words", "one", 'in "quotes"']


def test_strings_of_a_pages_own() -> None:
    page = read_page(
        '.ds Na "the tool\n.ds x \\*(Na it\\*(Aqs\n.SH \\*(Na\n\\*x \\*(lqquoted\\*(rq\n.BR "\\*(Na" (1)\n'
    )
    assert page.text == "the tool\n\nthe tool it's \u201cquoted\u201d the tool(1)"


def test_a_bomb_of_strings_ends() -> None:
    page = read_page(".ds a x\n" + ".ds a \\*a\\*a\n" * 60 + "\\*a" * 5000)
    assert len(page.text) <= 1000 * 1000 + 5000


def test_aliases_and_encodings() -> None:
    assert is_alias(b'.\\" a comment\n.so man1/ls.1\n')
    assert not is_alias(b".so man1/ls.1\nand more")
    assert encoding_of(b"'\\\" -*- coding: koi8-r -*-\n") == "koi8-r"
    assert encoding_of(b".TH A 1") == "utf-8"


def test_a_definition_that_never_ends() -> None:
    assert read_page(".de XX\ntext\n").text == ""


def test_tables_lose_no_cell() -> None:
    page = read_page(
        ".TS\nallbox tab(@);\nlb lb\nl l.\nName@Use\n_\n__start@T{\nCalled by\n.BR init (1),\nonce.\nT}\n=\n"
        "\\^@a \\- b\n.T&\nl l.\n.5@more\n.TE\nbehind\n"
    )
    assert page.text == "Name\tUse\n__start\tCalled by init(1), once.\na - b\n.5\tmore\nbehind"


def test_a_table_that_does_not_end_is_kept() -> None:
    assert read_page(".TS\nl.\nfirst\nT{\nsecond\n").text == "first\nsecond"


def test_a_page_is_shown_on_a_terminal() -> None:
    page = read_page(
        '.ie n .IP "shown" 4\n.el .IP "printed" 4\nthe item\n'
        ".if t \\{\\\nprinted too\n.if n \\{\\\nnested\n.\\}\n.\\}\n.if !t \\fBbold\\fP\n.if \\n(.g .br\nthe rest\n"
    )
    assert page.text == "shown the item bold the rest"


@given(
    st.lists(
        st.sampled_from([".TS\n", ".TE\n", "l l.\n", "T{\n", "T}\n", "a\tb\n", ".ie n \\{\n", ".el x\n", ".\\}\n"])
    )
)
def test_any_order_of_lines_is_read(lines: list[str]) -> None:
    text = read_page("".join(lines)).text
    assert ".T" not in text
    assert text.split().count("a") <= lines.count("a\tb\n")


@pytest.mark.parametrize("nested", [".if n " * 5000 + "end\n", ".TS\nl.\nT{\n" * 2000 + "text\n"])
def test_what_is_nested_deeply_ends(nested: str) -> None:
    assert read_page(nested + ".TE\n.SH LAST\n").text.endswith("LAST")
