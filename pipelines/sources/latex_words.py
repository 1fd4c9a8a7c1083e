"""What LaTeX's commands in running text show, and which take arguments that are no text."""

LINE_BREAK = "\ue002"  # a private-use character: a line feed that outlives the tidying of white space

ACCENTS = {
    "\\'": "\u0301", "\\`": "\u0300", "\\^": "\u0302", '\\"': "\u0308", "\\~": "\u0303", "\\=": "\u0304",
    "\\.": "\u0307", "\\c": "\u0327", "\\v": "\u030c", "\\u": "\u0306", "\\H": "\u030b", "\\k": "\u0328",
    "\\r": "\u030a", "\\d": "\u0323", "\\b": "\u0331",
}  # fmt: skip

SYMBOLS = {
    "\\ss": "\u00df", "\\ae": "\u00e6", "\\AE": "\u00c6", "\\oe": "\u0153", "\\OE": "\u0152", "\\o": "\u00f8",
    "\\O": "\u00d8", "\\l": "\u0142", "\\L": "\u0141", "\\aa": "\u00e5", "\\AA": "\u00c5", "\\i": "\u0131",
    "\\j": "\u0237", "\\dh": "\u00f0", "\\th": "\u00fe", "\\S": "\u00a7", "\\P": "\u00b6", "\\dag": "\u2020",
    "\\ddag": "\u2021", "\\copyright": "\u00a9", "\\pounds": "\u00a3", "\\euro": "\u20ac", "\\ldots": "...",
    "\\dots": "...", "\\textellipsis": "...", "\\&": "&", "\\%": "%", "\\$": "$", "\\#": "#", "\\_": "_",
    "\\{": "{", "\\}": "}", "\\textbackslash": "\\", "\\textasciitilde": "~", "\\textasciicircum": "^",
    "\\textunderscore": "_", "\\textendash": "\u2013", "\\textemdash": "\u2014", "\\textbullet": "\u2022",
    "\\textdegree": "\u00b0", "\\textregistered": "\u00ae", "\\texttrademark": "\u2122", "\\slash": "/",
    "\\textless": "<", "\\textgreater": ">", "\\textbar": "|", "\\guillemotleft": "\u00ab",
    "\\guillemotright": "\u00bb", "\\og": "\u00ab ", "\\fg": " \u00bb", "\\textquotedblleft": "\u201c",
    "\\textquotedblright": "\u201d", "\\glqq": "\u201e", "\\grqq": "\u201c", "\\glq": "\u201a",
    "\\grq": "\u2018", "\\flqq": "\u00ab", "\\frqq": "\u00bb", "\\textquoteleft": "\u2018",
    "\\textquoteright": "\u2019",
    "\\quotedblbase": "\u201e", "\\quotesinglbase": "\u201a", "\\XeLaTeX": "XeLaTeX", "\\LuaLaTeX": "LuaLaTeX",
    "\\LaTeX": "LaTeX", "\\TeX": "TeX",
    "\\AmS": "AmS", "\\AMS": "AMS", "\\and": ", ", "\\And": ", ", "\\BibTeX": "BibTeX", "\\LaTeXe": "LaTeX2e",
    "\\ ": " ", "\\\n": " ", "\\,": " ", "\\;": " ", "\\:": " ", "\\!": "", "\\quad": " ", "\\qquad": " ",
    "\\space": " ", "\\-": "", "\\/": "", "\\@": "", "\\par": "\n\n", "\\bigskip": "\n\n", "\\medskip": "\n\n",
    "\\smallskip": "\n\n", "\\newpage": "\n\n", "\\clearpage": "\n\n", "\\qed": "",
}  # fmt: skip

# Commands with that many arguments of which none is text. Optional arguments are passed over too.
ARGUMENTS_TO_DROP = {
    **dict.fromkeys(
        (
            *("label", "vspace", "hspace", "includegraphics", "bibliography", "bibliographystyle", "usepackage"),
            *("documentclass", "documentstyle", "pagestyle", "thispagestyle", "newcounter", "hypersetup", "color"),
            *("special", "cline", "raisebox", "scalebox", "rotatebox", "phantom", "hphantom", "vphantom", "index"),
            *("thanks", "cellcolor", "rowcolor", "selectlanguage", "geometry", "graphicspath", "tikzset", "textcolor"),
            *("pgfplotsset", "subjclass", "date", "markright", "RequirePackage", "bibitem", "tabcolsep", "cmidrule"),
            *("xyoption", "nocite", "epsfig", "psfig", "epsfbox", "externaldocument", "addbibresource", "pdfinfo"),
            *("hyphenation", "usetikzlibrary", "theoremstyle", "pacs", "preprint", "allowdisplaybreaks", "stepcounter"),
            *("refstepcounter", "input", "include", "colorbox", "fontfamily", "hypertarget", "tag", "captionsetup"),
            *("email", "ead", "orcid", "ORCID", "affiliation", "affil", "institute", "address", "pagenumbering"),
            *("setstretch", "linespread", "fancyhead", "fancyfoot", "fancyhf", "lhead", "chead", "rhead", "lfoot"),
            *("cfoot", "rfoot", "lstset", "sisetup", "enlargethispage", "includepdf", "pdfbookmark", "todo", "parbox"),
            *("foreignlanguage", "mintinline", "deleted", "addtocontents", "typeout", "includesvg", "setlist"),
            *("captionof", "DeclareGraphicsExtensions"),
        ),
        1,
    ),
    **dict.fromkeys(
        (
            *("setlength", "addtolength", "setcounter", "addtocounter", "rule", "resizebox", "fontsize", "multirow"),
            *("numberwithin", "markboth", "multicolumn", "settowidth", "DeclareOption", "fcolorbox", "ifx", "if"),
        ),
        2,
    ),
    **dict.fromkeys(("definecolor", "crefname", "addcontentsline"), 3),
    **dict.fromkeys(("printbibliography", "tableofcontents", "listoffigures", "listoftables"), 0),
    **dict.fromkeys(("hline", "toprule", "midrule", "bottomrule", "appendix", "centering", "noindent"), 0),
    **dict.fromkeys(("footnotemark", "pagebreak", "nopagebreak", "nolinebreak"), 0),
    "newlength": 1,
}

HEADINGS = frozenset({"part", "chapter", "section", "subsection", "subsubsection", "paragraph", "subparagraph"})

_DISPLAYS = (
    *("equation", "align", "eqnarray", "gather", "multline", "flalign", "alignat", "displaymath", "dmath", "dgroup"),
    *("IEEEeqnarray", "xalignat", "xxalignat", "numcases", "subnumcases", "empheq", "mathpar"),
)
FORMULAS = frozenset({"math", *_DISPLAYS, *(f"{name}*" for name in _DISPLAYS)})

LEFT_OUT = frozenset(
    {
        *("thebibliography", "references", "REFERENCES", "comment", "tikzpicture", "pspicture", "picture", "CCSXML"),
        *("filecontents", "filecontents*", "xy", "pgfpicture", "biblist", "tikzcd", "forest", "axis", "circuitikz"),
        *("feynman", "feynmandiagram", "fmffile", "psmatrix", "pspicture*", "overpic", "gnuplot", "asy", "prooftree"),
    }
)
FLOATS = frozenset({"figure", "figure*", "wrapfigure", "SCfigure", "sidewaysfigure", "subfigure"})
TABLES = frozenset(
    {
        *("tabular", "tabular*", "tabularx", "longtable", "array", "tabulary", "tabu", "longtabu", "supertabular"),
        *("xltabular", "mpsupertabular", "xtabular", "NiceTabular", "tblr", "longtblr"),
    }
)

# How many arguments that are no text stand behind what begins an environment of running text.
ARGUMENTS_OF_ENVIRONMENTS = {
    **dict.fromkeys(
        (
            *("minipage", "multicols", "multicols*", "spacing", "otherlanguage", "otherlanguage*", "column"),
            *("addmargin", "labeling", "turn", "rotate", "subtable", "textblock", "adjustbox", "varwidth"),
        ),
        1,
    ),
    **dict.fromkeys(("adjustwidth", "wraptable", "CJK", "CJK*", "list", "changemargin", "restatable"), 2),
}

LISTS = frozenset({"itemize", "enumerate", "description", "compactitem", "compactenum", "asparaenum", "inparaenum"})

THEOREMS = {
    name: name.capitalize()
    for name in (
        *("theorem", "lemma", "proposition", "corollary", "definition", "remark", "example", "conjecture", "claim"),
        *("proof", "exercise", "assumption", "question", "problem", "observation", "notation", "fact"),
    )
}
