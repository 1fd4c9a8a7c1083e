"""Definitions in a LaTeX source: what they say is kept for the stream to expand."""

import re
from collections.abc import Callable, Sequence

from pipelines.sources.latex_stream import MAX_ARGUMENTS, Macro, TokenStream, is_word, tokens, written

_WANTED = re.compile(r"(?:O\{(?P<default>[^{}]*)\})?(?P<needed>m*)")

# Names that mean structure to the reader; papers that define them anew mean the same.
_KEPT = frozenset(
    {
        *("\\section", "\\subsection", "\\subsubsection", "\\paragraph", "\\chapter", "\\part", "\\title", "\\author"),
        *("\\begin", "\\end", "\\item", "\\cite", "\\ref", "\\label", "\\caption", "\\footnote", "\\maketitle"),
        *("\\def", "\\newcommand", "\\renewcommand", "\\par", "\\abstract", "\\\\", "\\emph", "\\input"),
    }
)


def _command(stream: TokenStream) -> None:
    r"""`\newcommand{\name}[2][default]{body}` and its kin."""
    stream.takes("*")
    name = stream.name()
    count = "".join(stream.optional() or ()).strip()
    default = stream.optional() if count else None
    body = stream.argument()
    arguments = int(count) if count.isdecimal() else 0
    if arguments <= MAX_ARGUMENTS:
        _put(stream, name, Macro(tuple(body), arguments, None if default is None else tuple(default)))


def _def(stream: TokenStream) -> None:
    r"""`\def\name#1#2\end{body}`; a pattern with more between the arguments, or behind them, is passed over."""
    stream.skip_spaces()
    name = stream.raw() or ""
    pattern: list[str] = []
    while (token := stream.raw()) is not None:
        if token == "{":
            stream.push([token])
            break
        pattern.append(token)
    body = stream.argument()
    delimiter = pattern.pop() if len(pattern) > 1 and is_word(pattern[-1]) else None
    if pattern == [f"#{number}" for number in range(1, len(pattern) + 1)]:
        _put(stream, name, Macro(tuple(body), len(pattern), None, delimiter))


def _document_command(stream: TokenStream) -> None:
    r"""`\NewDocumentCommand{\name}{O{default} m m}{body}`; other kinds of arguments are passed over."""
    name = stream.name()
    wanted = _WANTED.fullmatch(re.sub(r"[+\s]", "", written(stream.argument())))
    body = stream.argument()
    if wanted is not None and len(wanted["needed"]) < MAX_ARGUMENTS:
        default = None if wanted["default"] is None else tuple(tokens(wanted["default"]))
        _put(stream, name, Macro(tuple(body), len(wanted["needed"]) + (default is not None), default))


def _let(stream: TokenStream) -> None:
    stream.skip_spaces()
    name = stream.raw() or ""
    stream.skip_spaces()
    stream.takes("=")
    stream.skip_spaces()
    target = stream.raw()
    if target is not None and target != name:
        _put(stream, name, stream.macros.get(target, Macro((target,))))


def _operator(stream: TokenStream) -> None:
    starred = "*" if stream.takes("*") else ""
    name = stream.name()
    body = stream.argument()
    _put(stream, name, Macro(("\\operatorname" + starred, "{", *body, "}")))


def _put(stream: TokenStream, name: str, macro: Macro) -> None:
    if name.startswith("\\") and len(name) > 1 and name not in _KEPT and macro.body != (name,):
        stream.macros[name] = macro


DEFINITIONS: dict[str, Callable[[TokenStream], None]] = {
    **dict.fromkeys(("\\newcommand", "\\renewcommand", "\\providecommand", "\\DeclareRobustCommand"), _command),
    **dict.fromkeys(("\\def", "\\gdef", "\\edef", "\\xdef"), _def),
    "\\let": _let,
    **dict.fromkeys(
        ("\\NewDocumentCommand", "\\RenewDocumentCommand", "\\ProvideDocumentCommand", "\\DeclareDocumentCommand"),
        _document_command,
    ),
    "\\DeclareMathOperator": _operator,
}


def environment(stream: TokenStream) -> tuple[str, Macro, Sequence[str]]:
    r"""Read what follows `\newenvironment`: its name, what begins it, and what ends it."""
    stream.takes("*")
    name = stream.name()
    count = "".join(stream.optional() or ()).strip()
    default = stream.optional() if count else None
    begin, end = stream.argument(), stream.argument()
    arguments = int(count) if count.isdecimal() else 0
    return name, Macro(tuple(begin), arguments, None if default is None else tuple(default)), end
