"""Which programming language a file is in, by its extension and by what stands in it.

The languages are the thirteen of ROOTS (BigScience's model card of BLOOM). Its list of extensions has `.C` and `.H`,
which are C++, and neither `.c` nor `.h`; here each extension is read as its language has it.
"""

import re
from functools import lru_cache
from importlib.resources import files
from pathlib import PurePosixPath

LANGUAGES = (
    *("C", "C#", "C++", "Go", "Java", "JavaScript", "Lua", "PHP", "Python", "Ruby", "Rust", "Scala", "TypeScript"),
)

_CPP_BY_CASE = frozenset({".C", ".H"})
_CPP = re.compile(
    rb"^\s*(?:class\s+\w+\s*[:{;]|namespace\b|template\s*<|using\s+(?:namespace\s+)?\w+|(?:public|private|protected)\s*:)"
    rb"|\bstd::|^\s*#\s*include\s*<(?:\w+)>",
    re.MULTILINE,
)
_SHEBANG = re.compile(rb"#!\s*\S*?(?:/env\s+(?:-\S+\s+)*)?(?P<program>[A-Za-z]+)[\d.]*(?:\s|$)")
_PROGRAMS = dict(
    [
        *[("python", "Python"), ("pypy", "Python"), ("ruby", "Ruby"), ("node", "JavaScript"), ("nodejs", "JavaScript")],
        *[("lua", "Lua"), ("luajit", "Lua"), ("php", "PHP"), ("scala", "Scala"), ("deno", "TypeScript")],
    ]
)
_HEAD = 65536


@lru_cache(maxsize=1)
def extensions() -> dict[str, str]:
    """Return the language of each extension, in lower case."""
    table = files("pipelines.sources").joinpath("data/code_languages.tsv").read_text(encoding="utf-8")
    return dict(line.split("\t") for line in table.splitlines())


def may_be_code(path: str) -> bool:
    """Tell whether a file of that name can be a program: by its extension, or without one by its first line."""
    suffix = PurePosixPath(path).suffix
    return suffix == "" or suffix.lower() in extensions()


def language_of_code(path: str, content: bytes) -> str | None:
    """Return the language of a file, None where it is in none of `LANGUAGES`.

    An extension that several formats share is believed only where the content allows it: a `.ts` of Qt is XML, a `.h`
    may be C++, a `.php` without a tag is text. A file without an extension is known by its first line.

    >>> [language_of_code(*file) for file in (("a.h", b"int f();"), ("a.H", b""), ("run", b"#!/usr/bin/env python3"))]
    ['C', 'C++', 'Python']
    """
    suffix = PurePosixPath(path).suffix
    head = content[:_HEAD]
    if suffix == "":
        found = _SHEBANG.match(head)
        return _PROGRAMS.get(found["program"].decode().lower()) if found else None
    if suffix in _CPP_BY_CASE:
        return "C++"
    language = extensions().get(suffix.lower())
    if language == "TypeScript" and head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return None
    if language == "PHP" and b"<?" not in head:
        return None
    if suffix == ".h" and _CPP.search(head) and not re.search(rb"^\s*#\s*include\s*<\w+\.h>", head, re.MULTILINE):
        return "C++"
    return language
