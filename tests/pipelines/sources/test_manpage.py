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
    assert plain(r"\[u110000]\[uD800]\N'9999999'\[nonsense]") == ""
    assert arguments('"two words" one "in ""quotes""" \\" comment') == ["two words", "one", 'in "quotes"']


def test_aliases_and_encodings() -> None:
    assert is_alias(b'.\\" a comment\n.so man1/ls.1\n')
    assert not is_alias(b".so man1/ls.1\nand more")
    assert encoding_of(b"'\\\" -*- coding: koi8-r -*-\n") == "koi8-r"
    assert encoding_of(b".TH A 1") == "utf-8"


def test_a_definition_that_never_ends() -> None:
    assert read_page(".de XX\ntext\n").text == ""
