"""Notices of copyright and licence at the beginning of a program, and what is left of the program without them."""

import re
from pathlib import PurePosixPath

# A comment about code that deals with licences is no notice.
_NOTICE = re.compile(
    r"^\W*copyright\b|copyright\b[^\n]{0,40}(?:\d{4}|\(c\)|\u00a9|\bby\b|holder|notice|contributors|to this)"
    r"|\u00a9|\(c\)\s*\d{4}|all rights reserved|public domain|SPDX-|see copyright for"
    r"|licen[sc]ed|^\W*licen[sc]e\b|\b(?:under|see|distributed|terms)\b[^.]{0,80}\blicen[sc]e\b",
    re.IGNORECASE | re.MULTILINE,
)
# What must stay the first thing in a file.
_OPENING = re.compile(
    r"(?:\ufeff)?(?:#![^\n]*\n|#[^\n]*?coding[:=][^\n]*\n|<\?(?:php|xml|=)[^\n]*\n|<!DOCTYPE[^>]*>[^\n]*\n"
    r"|['\"]use strict['\"];?[^\n]*\n)*",
    re.IGNORECASE,
)
_BLANK_LINES = re.compile(r"\A(?:[ \t]*\r?\n)+")
_BLOCK = re.compile(
    r"/\*.*?\*/|<!--.*?-->|\{-.*?-\}|\(\*.*?\*\)|--\[\[.*?\]\]|<#.*?#>|=begin\b.*?\n=end\b|^\.\. .*?\n(?=\n\S)",
    re.DOTALL,
)
_LINES = {
    mark: re.compile(rf"(?:[ \t]*{pattern}[^\n]*(?:\n|\Z))+")
    for mark, pattern in {
        "//": r"//", "#": r"#(?![!A-Za-z])", "--": r"--(?!\[\[)", ";": r";", "%": r"%", "!": r"!", "'": r"'",
        "rem": r"(?:@?[Rr][Ee][Mm]\b|::)",
    }.items()
}  # fmt: skip

# Which comments of whole lines a language has; `#` begins a heading in Markdown and a directive in C.
_MARKS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys((".md", ".markdown", ".rst", ".html", ".xml", ".css"), ()),
    **dict.fromkeys((".c", ".h", ".cc", ".hh", ".cpp", ".hpp", ".c++", ".h++", ".cs", ".java", ".js", ".ts"), ("//",)),
    **dict.fromkeys((".tsx", ".go", ".rs", ".scala", ".m"), ("//", "%")),
    **dict.fromkeys((".tex",), ("%",)),
    **dict.fromkeys((".lua", ".hs", ".sql"), ("--",)),
    **dict.fromkeys((".asm",), (";", "#", "//")),
    **dict.fromkeys((".bat", ".cmd"), ("rem",)),
    **dict.fromkeys((".f", ".f77", ".f90", ".f95", ".f03", ".f08", ".for", ".fpp"), ("!",)),
    ".vb": ("'",),
    ".php": ("//", "#"),
}
_OTHERS = ("#",)


def without_notice(text: str, path: str) -> tuple[str, str]:
    r"""Return a program without the notice at its beginning, and the notice, empty where there is none.

    Only comments that speak of copyright or a licence go, up to the first that does not: include guards, shebangs,
    coding lines, headings and comments about the program stay.

    Args:
        text: The program.
        path: Its path: what begins a comment depends on the language.

    Examples:
        >>> without_notice("#!/bin/sh\n# Copyright 2020 A. B.\n\necho 1\n", "run.sh")
        ('#!/bin/sh\necho 1\n', '# Copyright 2020 A. B.')
    """
    opening = _OPENING.match(text)
    begin = opening.end() if opening else 0
    marks = _MARKS.get(PurePosixPath(path).suffix.lower(), _OTHERS)
    end = begin
    notices = []
    while True:
        at = end + len(text[end:]) - len(text[end:].lstrip())
        found = _BLOCK.match(text, at) or next(filter(None, (_LINES[mark].match(text, at) for mark in marks)), None)
        if found is None or not _NOTICE.search(found[0]):
            break
        notices.append(found[0].strip())
        end = found.end()
    if not notices:
        return text, ""
    return text[:begin] + _BLANK_LINES.sub("", text[end:], count=1), "\n\n".join(notices)
