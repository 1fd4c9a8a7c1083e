import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources import latex_project, latex_stream
from pipelines.sources.latex_project import decoded, source_of
from pipelines.sources.latex_text import paper_text


def text(source: str) -> str:
    return paper_text(source).text


def body(source: str) -> str:
    return text("\\documentclass{article}\n\\begin{document}\n" + source + "\n\\end{document}\n")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Plain \\emph{text}, {\\bf bold}.", "Plain text, bold."),
        ("no heading at all", "no heading at all"),
        ("\\section{One}A\\subsection*{Two}B\\paragraph{Three}C", "One\n\nA\n\nTwo\n\nB\n\nThree\n\nC"),
        ("5\\% of it % a comment\n and more", "5% of it and more"),
        ("kept %dropped\nx\\\\% y\nz", "kept x z"),
        ("%only a comment\n\nNext", "Next"),
        ("\\begin{abstract}We show.\\end{abstract}", "Abstract\n\nWe show."),
        ("\\abstract{We show.}", "Abstract\n\nWe show."),
        ("A\\appendix\\section{B}C", "A\n\nB\n\nC"),
        ("A\\begin{thebibliography}{9}\\bibitem{x} X\\end{thebibliography}B", "A B"),
        ("A\\bibliography{refs}\\bibliographystyle{plain}", "A"),
        ("A\\printbibliography[title=R]", "A"),
        ("see \\cite[p.~3]{a,b}, \\ref{s:1}, \\eqref{e}", "see [a,b], [s:1], [e]"),
        ("\\label{x}\\includegraphics[width=3cm]{f.png}A\\vspace*{1cm}", "A"),
        ("$a<b$, \\(c\\) and \\[d\\]", "$a<b$, $c$ and $$d$$"),
        ("costs \\$5 and \\$6", "costs $5 and $6"),
        (
            "\\begin{align*}\na &= b \\label{e}\\\\\nc &= d\n\\end{align*}",
            "\\begin{align*}\na &= b \\\\\nc &= d\n\\end{align*}",
        ),
        (
            'Schr\\"odinger, \\\'Elan, na\\"{\\i}ve, \\c{c}a, \\v Z, Erd\\H{o}s, \\O re, \\ss',
            "Schr\u00f6dinger, \u00c9lan, na\u00efve, \u00e7a, \u017d, Erd\u0151s, \u00d8re, \u00df",
        ),
        ("``quoted'' -- and --- it's", "\u201cquoted\u201d \u2013 and \u2014 it's"),
        ("word\\footnote{A note.} on", "word (A note.) on"),
        ("\\href{http://x.example/}{here} \\url{http://a_b.example/~c}", "here http://a_b.example/~c"),
        ("\\begin{itemize}\\item a\\item[b)] c\\end{itemize}d", "- a\n- b) c\n\nd"),
        ("\\begin{enumerate}\n\\item a\n\\item b\n\\end{enumerate}", "1. a\n2. b"),
        ("\\begin{tabular}{|l|r|}\\hline a & b\\\\ \\multicolumn{2}{c}{d} \\\\\\end{tabular}", "a | b\nd"),
        ("\\begin{figure}\\includegraphics{f}\\caption{A \\emph{cat}.}\\label{f}\\end{figure}", "A cat."),
        ("\\begin{verbatim}\n  if x % 2:\n    $y\n\\end{verbatim}", "  if x % 2:\n    $y"),
        ("\\tolerance=10000 \\parindent = 1em A `quote' isn't it's", "A \u2018quote\u2019 isn't it's"),
        ("run \\verb|a_%b| now", "run a_%b now"),
        ("\\SI{3.5}{\\kilo\\meter}, \\qty[mode=text]{2}{m.s^{-1}}", "3.5 km, 2 m\u00b7s^-1"),
        ("\\si{\\square\\metre\\per\\second}, \\num{1e5}, \\ang{12;30}", "m\u00b2/s, 1e5, 12\u00b030\u2032"),
        ("\\SIrange{1}{2}{\\percent}, \\unit{\\foo}", "1\u20132 %, foo"),
        ("\\begin{lstlisting}[language=C,\n caption={[a] b}]\nx % y\n\\end{lstlisting}", "x % y"),
        ("\\begin{minted}[a=b]{py}\nx[0]\n\\end{minted}", "x[0]"),
        ("\\newenvironment{w}{\\textbf{W.}\\itshape}{}\\begin{w} It holds.\\end{w}", "W. It holds."),
        ("\\newtheorem{satz}{Satz}\\begin{satz}[Gau\\ss] Es gilt.\\end{satz}", "Satz (Gau\u00df). Es gilt."),
        ("A\\iffalse B\\ifx C\\fi D\\else E\\fi F", "A EF"),
        ("A\\begin{comment}B\\end{comment}C", "A C"),
        ("\\textcolor{red}{A} \\color{blue}B \\hspace{1em}C\\vskip -3pt D", "A B C D"),
        ("\\hyperref[s:1]{the first part} and \\nameref{s:2}", "the first part and [s:2]"),
        ("\\newcommand{\\AB}{AB\\xspace}\\AB is, \\AB, \\AB{} or (\\AB) \\AB $x$", "AB is, AB, AB or (AB) AB $x$"),
        ("\\begin{minipage}[t][2cm]{0.4\\textwidth}A\\end{minipage}\\begin{multicols}{2}B\\end{multicols}", "A\n\nB"),
        ("\\begin{CJK*}{UTF8}{gbsn}\u6587\\end{CJK*} \\foreignlanguage{german}{Wort}", "\u6587 Wort"),
        (
            "A\\begin{IEEEeqnarray}{rCl}a&=&b\\end{IEEEeqnarray}",
            "A\n\n\\begin{IEEEeqnarray}\n{rCl}a&=&b\n\\end{IEEEeqnarray}",
        ),
        ("\\begin{tabu} to \\textwidth {XX} a & b \\\\ \\end{tabu}", "a | b"),
        ("\\newtheorem*{rem*}{Bemerkung}\\begin{rem*} So.\\end{rem*}", "Bemerkung. So."),
        ("\\foo[opt][more]{shown} \\foo [not an option] and \\foo[neither", "shown [not an option] and [neither"),
        ("\\pagenumbering{arabic}\\todo[inline]{fix}\\parbox[t]{5cm}{A} \\footnotemark[3]B", "A B"),
        ("\\url{http://x.example/a%20b} \\href{http://x.example/%7Ec}{here} % gone", "http://x.example/a%20b here"),
        ("14~\\TeV\\ or 5\\,\\percent{}, \\degree{Doctor}", "14 TeV or 5 %, Doctor"),
        ("$\\text{if $x$ is}$ then", "$\\text{if $x$ is}$ then"),
        ("A\\ifx\\b\\c D\\fi \\csname e\\endcsname F", "AD F"),
        ("\\parskip=5pt plus 1pt minus 2pt A \\hskip 2pt plus 1fil B \\textwidth wide", "A B wide"),
        ("\\enquote{A} \\glqq B\\grqq{} \\replaced{new}{old}", "\u201cA\u201d \u201eB\u201c new"),
        ("A \\begin{tikzcd} B \\arrow[r] & C \\end{tikzcd} D", "A D"),
        ("unclosed $math here\n\nnext paragraph", "unclosed $math here\n\nnext paragraph"),
        ("unclosed {\\bf group", "unclosed group"),
        ("\\end{nothing} } ] \\", "]"),
    ],
)
def test_what_a_reader_sees(source: str, expected: str) -> None:
    assert body(source) == expected


@pytest.mark.parametrize(
    ("definition", "use", "expected"),
    [
        ("\\newcommand{\\R}{\\mathbb{R}}", "$\\R x$ and $\\R^n$", "$\\mathbb{R}x$ and $\\mathbb{R}^n$"),
        ("\\newcommand\\pair[2]{#2, #1}", "\\pair{a}{b}", "b, a"),
        ("\\newcommand{\\opt}[2][x]{#1-#2}", "\\opt{a} \\opt[b]{c}", "x-a b-c"),
        ("\\def\\half#1{\\frac{#1}{2}}", "$\\half 3$", "$\\frac{3}{2}$"),
        ("\\def\\alp{\\alpha}", "$\\alp x$", "$\\alpha x$"),
        ("\\let\\old=\\alpha", "$\\old$", "$\\alpha$"),
        ("\\DeclareMathOperator{\\rank}{rank}", "$\\rank A$", "$\\operatorname{rank}A$"),
        (
            "\\newcommand{\\be}{\\begin{equation}}\\newcommand{\\ee}{\\end{equation}}",
            "\\be x\\ee",
            "\\begin{equation}\nx\n\\end{equation}",
        ),
        ("\\newenvironment{note}[1]{Note #1: }{ (end)}", "\\begin{note}{7}text\\end{note}", "Note 7: text (end)"),
        ("\\newenvironment{slogan}{\\comment}{\\endcomment}", "A\\begin{slogan}no\\end{slogan}B", "AB"),
        ("\\newcommand{\\caf}{caf\u00e9 \\x41 \\1 \\g<0>}", "\\caf", "caf\u00e9 41 <0>"),
        ("\\def\\until#1.{[#1]}", "\\until a. b", "a. b"),
        ("\\def\\ba#1\\ea{\\begin{align}#1\\end{align}}", "\\ba x\\ea", "\\begin{align}\nx\n\\end{align}"),
        ("\\def\\ba#1\\ea{[#1]}", "\\ba without end", "without end"),
        ("\\def\\a{x\\a}\\def\\b{\\a y}", "\\a\\ \\b\\ z", "x xy z"),
        ("\\newcommand{\\q}[1]{<#1>}", "\\q{a\\q{b\\q{c}}}", "<a<b<c>>>"),
        ("\\NewDocumentCommand{\\of}{O{a} +m}{#1 of #2}", "\\of{b}, \\of[c]{d}", "a of b, c of d"),
        ("\\NewDocumentCommand\\of{s m}{#2}", "\\of{b}", "b"),
    ],
)
def test_macros(definition: str, use: str, expected: str) -> None:
    source = f"{definition}\n\\begin{{document}}\n{use}\n\\end{{document}}"
    assert " ".join(text(source).split(" ")) == expected


@pytest.mark.parametrize(
    "bomb",
    [
        "\\def\\a{\\a\\a}\\a",
        "\\def\\xa{\\xb\\xb\\xb}\\def\\xb{\\xc\\xc\\xc}\\def\\xc{\\xa}\\xa",
        "\\newcommand{\\a}[1]{\\a{#1#1}}\\a{x}",
        "\\newenvironment{e}{\\begin{e}}{}\\begin{e}x\\end{e}",
        "\\newenvironment{e}{}{\\end{e}}\\begin{e}x\\end{e}",
        "\\def\\a#1\\z{\\a#1\\z\\a#1\\z}\\a x\\z",
    ],
)
def test_macros_without_end_are_left(bomb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latex_stream, "MAX_EXPANSIONS", 500)
    monkeypatch.setattr(latex_stream, "MAX_PUSHED", 5000)
    paper = paper_text(f"{bomb} and the rest")
    assert paper.cut
    assert paper.text.endswith("and the rest")


def test_deep_nesting_does_not_end_the_program() -> None:
    assert "end" in text("\\footnote{" * 5000 + "}" * 5000 + "\\begin{itemize}" * 5000 + "{" * 5000 + "end")


def test_percent_signs_in_what_stands_as_it_is_are_no_comments() -> None:
    files = {
        "a.tex": b"\\begin{verbatim}\n1 % 2\n\\end{verbatim}% out\n\\verb|%d| 5\\% \\\\% out\n\\begin{minted}{c}% in"
    }
    source = source_of(files)
    assert source is not None
    assert source.startswith("\\begin{verbatim}\n1 % 2\n\\end{verbatim}\n\\verb|%d| 5\\% \\\\\n\\begin{minted}{c}% in")


def test_each_author_is_a_creator() -> None:
    paper = paper_text(
        "\\author{J. Doe$^{1}$\\thanks{A}\\footnote{Dept.} \\and R. \\'Etat \\\\ University \\\\ r@e.org}"
        "\\author{Third One}Text"
    )
    assert paper.authors == ("J. Doe", "R. \u00c9tat", "Third One")


def test_title_and_authors() -> None:
    paper = paper_text(
        "\\title{On \\emph{it}\\thanks{Money}}\\author{A. B\\\\ x}\\begin{document}\\maketitle Text\\end{document}"
    )
    assert (paper.title, paper.authors, paper.text) == ("On it", ("A. B",), "On it\n\nText")


def test_files_in_the_order_in_which_they_are_input() -> None:
    files = {
        "z/main.tex": b"\\begin{document}a \\input{parts/two} b \\include{one}\\import{parts/}{three} %\\input{no}\n"
        b"\\end{document}x",
        "z/parts/two.tex": b"TWO",
        "z/one.tex": b"ONE \\input{z/main}",
        "z/parts/three.tex": b"THREE",
        "z/no.tex": b"NO",
    }
    found = source_of(files)
    assert found is not None
    assert text(found) == "a TWO b ONE THREE"


def test_a_paper_in_plain_tex_is_not_lost() -> None:
    assert text(source_of({"b.tex": b"Second.\\bye", "a.tex": b"First."}) or "") == "First.\n\nSecond."
    assert source_of({"a.tex": b" \n% only a comment\n"}) is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("\u00e9\u03b1".encode(), "\u00e9\u03b1"),
        (b"\\usepackage[latin1]{inputenc} caf\xe9", "caf\u00e9"),
        (b"\\usepackage[cp1251]{inputenc} \xcf\xf0", "\u041f\u0440"),
        (b"smart \x93quote\x94 \x81", "smart \x93quote\x94 \x81"),
        (b"caf\xe9 \x93q\x94", "caf\u00e9 \u201cq\u201d"),
        (b"% \\usepackage[cp1251]{inputenc}\n\\usepackage[latin2]{inputenc} \xb1", "\u0105"),
        (b"\\usepackage[koi8-r]{inputenc} \xf0", "\u041f"),
        (b"\\begin{CJK}{GBK}{song}\xce\xc4\\end{CJK}", "\u6587"),
        ("na\u00efve \u03b1".encode() + b" caf\xe9", "na\u00efve \u03b1 caf\u00e9"),
    ],
)
def test_other_encodings(content: bytes, expected: str) -> None:
    found = source_of({"a.tex": content})
    assert found is not None
    assert text(found) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Before. \\begin{tikzpicture} \\draw; After.", "Before. ; After."),
        ("\\def\\ep{\\end{picture}}A \\begin{picture}(1,2) no \\ep B", "A B"),
        ("Before. \\iffalse After.", "Before. After."),
        ("Before. \\index{a\\verb|b}| After. \\emph{Last.}", "Before. ab} After. Last."),
        ("Before. \\comment{no}After. Last.", "Before. After. Last."),
    ],
)
def test_what_nothing_ends_leaves_nothing_out(source: str, expected: str) -> None:
    assert body(source) == expected


def test_environments_without_end_take_no_time_squared() -> None:
    assert body("\\begin{picture} \\iffalse x " * 20_000).count("x") == 20_000


def _whole(source: str) -> str:
    found = source_of({"main.tex": source.encode()})
    assert found is not None
    return text(found)


def test_documents_that_are_spoken_of_are_no_bounds() -> None:
    found = _whole(
        "\\documentclass{ltxguide}\\DefineVerbatimEnvironment{ex}{Verbatim}{}\\begin{document}\n"
        "First |\\begin{document} % x| and\n\\verb+\\end{document}+.\n"
        "\\begin{ex}\n\\begin{document}\n\\end{document}\n\\end{ex}\n\\begin{shown}\n\\begin{document}\n"
        "Example.\n\\end{document}\n\\end{shown}\nLast.\n\\end{document}\nNever read.\n\\end{document}\n"
    )
    for said in ("First", "\\begin{document} % x", "Example.", "Last."):
        assert said in found
    assert "Never" not in found


def test_a_chapter_by_itself_is_read_whole() -> None:
    found = _whole("\\section{One}\nFirst.\n\\documentclass{a}\n\\begin{document}\nShown.\n\\end{document}\nLast.")
    assert all(said in found for said in ("First.", "Shown.", "Last."))


def test_files_in_a_file_do_not_end_it() -> None:
    source = "\\begin{filecontents}{a.sty}\n\\endinput\n\\end{filecontents}\n\\begin{document}\nText.\n\\end{document}"
    assert _whole(source) == "Text."


def test_what_a_paper_declares_to_stand_as_it_is() -> None:
    found = _whole(
        "\\lstnewenvironment{code}[1][]{\\lstset{#1}}{}\n\\newenvironment{raw}{\\small\\verbatim}{\\endverbatim}\n"
        "\\MakeShortVerb{\\!}\\excludecomment{hidden}\n\\begin{document}\n"
        "\\begin{code}[language=C]\na % b\n\\end{code}\n"
        "\\begin{raw}\n$x\n\\end{raw}\n!\\y%z! \\begin{hidden}no\\end{hidden}end\n\\end{document}"
    )
    assert found == "a % b\n\n$x\n\n\\y%z end"


def test_a_file_ends_alone_with_its_endinput() -> None:
    source = source_of(
        {
            "main.tex": b"\\begin{document}\\input{one}\n\\input{two}\n\\end{document}\n\\endinput\nbehind",
            "one.tex": b"\\ifx\\undefined\\once\\else\\endinput\\fi\nFirst.\n"
            b"\\begin{verbatim}\n\\endinput\n\\end{verbatim}\n  \\endinput % of this file\nNever read.",
            "two.tex": b"Second.",
        }
    )
    assert source is not None
    assert text(source) == "First.\n\n\\endinput\n\nSecond."


def test_input_loops_and_bombs_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latex_project, "MAX_SOURCE_BYTES", 10_000)
    files = {f"{n}.tex": f"\\input{{{n + 1}}}\\input{{{n + 1}}} x".encode() for n in range(40)}
    assert len(source_of({"m.tex": b"\\begin{document}\\input{0}", **files}) or "") < 20_000


@given(
    st.lists(
        st.sampled_from(
            [
                "\\def\\a{\\b}",
                "\\a",
                "\\begin{align}",
                "\\end{align}",
                "$",
                "{",
                "}",
                "[",
                "]",
                "#1",
                "\\",
                "%",
                "\n\n",
                "x ",
                "\\item",
                "\\caption{",
                "\\begin{itemize}",
                "\\newcommand",
                "\\verb|",
                "&",
                "\\end{document}",
                "\\iffalse",
                "\\fi",
                "\\let",
                "\\input{a}",
            ]
        ),
        max_size=25,
    )
)
def test_any_source_is_read(parts: list[str]) -> None:
    source = source_of({"a.tex": "".join(parts).encode()})
    if source is not None:
        assert not set(text(source)) & set("\ue000\ue001\ue002")


def test_decoded_loses_no_byte() -> None:
    assert decoded(bytes(range(1, 256)), "cp1252") == bytes(range(1, 256)).decode("latin-1").replace("\r", "\n")
