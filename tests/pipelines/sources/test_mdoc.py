import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.manpage import read_page


def body(source: str) -> str:
    return read_page(source).text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (".Fx 8.0 ,\n.Nx\nand\n.Bx 4.3 Reno .", "FreeBSD 8.0, NetBSD and 4.3BSD-Reno."),
        (".At v7\nor\n.At V.3 ;\n.Ux", "Version 7 AT&T UNIX or AT&T System V Release 3 UNIX; UNIX"),
        ('.Fn foo "int a" "char *b" ,\n.Fn bar .', "foo(int a, char *b), bar()."),
        ('.Ft int\n.Fo foo\n.Fa "int a"\n.Fa "int b"\n.Fc\nend', "int foo(int a, int b) end"),
        (".Sh SYNOPSIS\n.In stdio.h\n.Sh USE\n.In stdio.h", "SYNOPSIS\n\n#include <stdio.h>\n\nUSE\n\n<stdio.h>"),
        (".Oo\n.Fl a b\n.Oc\n.Op Ar .\n.Brq x", "[-a -b] [file ...]. {x}"),
        (".Sm off\n.Op Ar user No @\n.Ar host :\n.Sm on\nend", "[user@]host: end"),
        (".Pf ( Ar x )\n.Ap s\n.Dq a , b", "(x)'s \u201ca, b\u201d"),
        (".Xr ls 1 ,\n.Xr intro", "ls(1), intro"),
        (
            ".St -p1003.1-2001 .\n.St -none\n.Lb libm",
            "IEEE Std 1003.1-2001 (\u201cPOSIX.1\u201d). none Math Library (libm, -lm)",
        ),
        (".Nm tool\n.Ex -std\n.Rv -std a", ""),
        (".Rs\n.%A A. Author\n.%T A Title\n.%D 1999\n.Re", "A. Author, \u201cA Title\u201d, 1999."),
        (".An -nosplit\n.An A. Author Aq Mt a@example.org", "A. Author <a@example.org>"),
        (".Bd -literal\nint a;\n  int b;\n.Ed\nafter\nit", "int a;\n  int b;\n\nafter it"),
        ("text\n.Dl a command\nmore", "text\na command\nmore"),
        (".Em \\&No , Li \\&.", "No, ."),
        (".Lk https://example.org the site .", "the site: https://example.org."),
        (".Ss The Fn main No function", "The main() function"),
    ],
)
def test_what_a_reader_sees(source: str, expected: str) -> None:
    text = body(source)
    if expected:
        assert text == expected
    else:
        assert text.startswith("tool The tool utility exits 0 on success")
        assert text.endswith("errno is set to indicate the error.")


NAMES = [
    "Fn",
    "Fo",
    "Fc",
    "Oo",
    "Oc",
    "Op",
    "Nm",
    "Sm off",
    "Sm on",
    "Rs",
    "Re",
    "%A",
    "Xr",
    "Fl",
    "Ns",
    "Pf",
    "Bx",
    "It",
]


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(["", "a", "a 1 ,", "Op Fl x Ar y", '"', ". ."]))))
def test_any_line_is_read(lines: list[tuple[str, str]]) -> None:
    text = body("".join(f".{name} {rest}\n" for name, rest in lines))
    assert not set(text) & set("\ue000\ue001")
