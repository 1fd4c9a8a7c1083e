r"""What a LaTeX paper declares to stand as it is, in LaTeX's own forms: `lstlisting`, `comment`, `\verb`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

# Environments whose content stands as it is, of LaTeX and of its packages, as an alternative of a pattern.
VERBATIM = r"verbatim\*?|lstlisting|minted|alltt|[BL]?Verbatim\*?|boxedverbatim|tcblisting"
_PLAIN_NAMES = frozenset(
    {"verbatim", "lstlisting", "minted", "alltt", "Verbatim", "BVerbatim", "LVerbatim", "tcblisting"}
)

_ENVIRONMENTS = re.compile(
    r"\\(?:DefineVerbatimEnvironment|CustomVerbatimEnvironment|lstnewenvironment|newtcblisting(?:\[[^\[\]\n]*\])?)\s*"
    r"\{\s*([A-Za-z@]+\*?)\s*\}"
    r"|\\newminted\[([A-Za-z@]+)\]"
    r"|\\(?:re)?newenvironment\*?\s*\{([A-Za-z@]+\*?)\}(?:(?!\\(?:re)?newenvironment)[^\n]*\n){0,3}?"
    r"(?:(?!\\(?:re)?newenvironment)[^\n])*?\\(?:begin\{(?:verbatim|lstlisting|alltt)\}|verbatim(?![A-Za-z@]))"
)
_CODE = re.compile(r"\\newminted\s*\{([A-Za-z]+)\}")
_EXCLUDED = re.compile(r"\\excludecomment\s*\{\s*([A-Za-z@]+)\s*\}")
_MARKS = re.compile(r"\\(?:MakeShortVerb\*?|DefineShortVerb(?:\[[^\[\]\n]*\])?)\s*\{?\s*\\([^\sA-Za-z{}\\%])")
_CLASSES = re.compile(
    r"\\documentclass\s*(?:\[[^\[\]]*\]\s*)?\{(?:ltxdoc|ltxguide|ltnews|l3doc|ltxdockit|ltxdockit2|amsldoc)\}"
)
_MOST_DECLARED = 100


@dataclass(frozen=True)
class Declared:
    r"""What a paper declares.

    Attributes:
        verbatim: Environments whose content stands as it is.
        excluded: Environments whose content is left out.
        marks: Characters between two of which a text stands as it is, as between those behind `\verb`.
    """

    verbatim: frozenset[str]
    excluded: frozenset[str]
    marks: frozenset[str]


def declared(sources: Iterable[str]) -> Declared:
    """Return what the files of a paper declare."""
    verbatim, excluded, marks = set[str](), set[str](), set[str]()
    for source in sources:
        verbatim |= {match[1] or match[2] or match[3] for match in _ENVIRONMENTS.finditer(source)}
        verbatim |= {f"{match[1]}code" for match in _CODE.finditer(source)}
        excluded |= set(_EXCLUDED.findall(source))
        marks |= {*_MARKS.findall(source), *("|" for _ in _CLASSES.finditer(source))}
    named = sorted(verbatim - _PLAIN_NAMES)[:_MOST_DECLARED]
    return Declared(frozenset(named), frozenset(sorted(excluded)[:_MOST_DECLARED]), frozenset(marks))


def in_own_forms(text: str, found: Declared) -> str:
    r"""Return a file with what the paper has declared in LaTeX's own forms.

    >>> in_own_forms(r"\begin{code}[x]a%\end{code} and |b|", Declared(frozenset({"code"}), frozenset(), frozenset("|")))
    '\\begin{lstlisting}[x]a%\\end{lstlisting} and \\verb|b|'
    """
    for names, form in ((found.verbatim, "lstlisting"), (found.excluded, "comment")):
        if names:
            one = "|".join(map(re.escape, sorted(names)))
            text = re.sub(rf"\\(begin|end)\s*\{{(?:{one})\}}", rf"\\\1{{{form}}}", text)
    for mark in sorted(found.marks):
        text = _short_verb(mark).sub(lambda match: match["kept"] or f"\\verb{match[0]}", text)
    return text


def _short_verb(mark: str) -> re.Pattern[str]:
    escaped = re.escape(mark)
    return re.compile(
        rf"(?P<kept>\\begin\{{(?P<name>{VERBATIM})\}}.*?(?:\\end\{{(?P=name)\}}|\Z)"
        r"|\\(?:verb|lstinline)\*?(?P<own>[^\sa-zA-Z*{])[^\n]*?(?P=own)"
        r"|\\begin\{(?:tabular[*xy]?|array|longtable)\}(?:\[[^\[\]\n]*\]|\{[^{}\n]*\})*"
        rf"|\\.|(?<!\\)%[^\n]*)|{escaped}(?:(?!{escaped})[^\n])*{escaped}",
        re.DOTALL,
    )
