"""The files of a LaTeX paper, put together in the order in which they are read."""

import bisect
import posixpath
import re
import sys
from collections.abc import Mapping, Sequence

from pipelines.sources.latex_verbatim import VERBATIM, declared, in_own_forms
from pipelines.sources.plain_text import decoded_text

MAX_DEPTH = 20
MAX_SOURCE_BYTES = 32 * 2**20  # a file that is read twice counts twice

_INPUT = re.compile(
    r"(?<!\\)\\(?:input|include|subfile|@input)\s*(?:\{\s*([^{}\n]+?)\s*\}|([A-Za-z0-9_./-]+))"
    r"|(?<!\\)\\(?:sub)?import\*?\s*\{\s*([^{}\n]*?)\s*\}\s*\{\s*([^{}\n]+?)\s*\}"
)
# In what stands as it is, and in an address, a percent sign is one. The rest of a file behind `\endinput` is not read;
# where that stands in a condition, as a guard against a second reading, the file is.
_COMMENT = re.compile(
    rf"(?P<kept>\\begin\{{(?P<name>{VERBATIM}|filecontents\*?)\}}.*?(?:\\end\{{(?P=name)\}}|\Z)"
    r"|\\(?:verb|lstinline)\*?(?P<mark>[^\sa-zA-Z*{])[^\n]*?(?P=mark)"
    r"|\\(?:url|nolinkurl|path|href)[ \t]*\{[^{}\n]*\}|(?:\\\\)+|\\%)|%[^\n]*"
    r"|(?P<end>^[ \t]*\\(?:endinput|bye)[ \t]*(?:%[^\n]*)?$)",
    re.DOTALL | re.MULTILINE,
)
_BEGIN = re.compile(r"\\begin\s*\{document\}")
_BOUNDS = re.compile(r"(?P<line>^[ \t]*)?(?P<bound>\\(?:(?P<begin>begin)|end)\s*\{document\})", re.MULTILINE)
_HEADING = re.compile(r"^[ \t]*\\(?:part|chapter|section|subsection)\*?\s*[\[{]", re.MULTILINE)
_CLASS = re.compile(r"\\document(?:class|style)(?![a-zA-Z@])")
_ENCODING = re.compile(
    rb"^[^%\n]*?\\(?:usepackage\s*\[([A-Za-z0-9-]+)\]\s*\{inputenc\}|inputencoding\s*\{([A-Za-z0-9-]+)\}"
    rb"|begin\s*\{CJK\*?\}\s*\{([A-Za-z0-9+]+)\})",
    re.MULTILINE,
)
_ENCODINGS = {
    "latin1": "iso-8859-1", "latin2": "iso-8859-2", "latin3": "iso-8859-3", "latin4": "iso-8859-4",
    "latin5": "iso-8859-9", "latin9": "iso-8859-15", "latin10": "iso-8859-16", "iso88595": "iso-8859-5",
    "ansinew": "cp1252", "applemac": "mac-roman", "macce": "mac-latin2", "maccyr": "mac-cyrillic",
    **{name: name for name in ("cp437", "cp850", "cp852", "cp865", "cp866", "cp1250", "cp1251", "cp1252", "cp1257")},
    "koi8-r": "koi8-r", "koi8-u": "koi8-u", "koi8-ru": "koi8-u",
    "gbk": "gb18030", "gb": "gb18030", "bg5": "big5hkscs", "bg5+": "big5hkscs", "sjis": "cp932",
    "jis": "euc_jp", "ks": "cp949",
}  # fmt: skip


def source_of(files: Mapping[str, bytes]) -> str | None:
    r"""Return the source of a paper, each file where another one inputs it; None where no file holds any text.

    A file with `\begin{document}` that no other inputs begins a document; of several, those follow each other in the
    order of their names. Where no file has it, all files that no other inputs do, so that a paper in plain TeX, or
    one of its parts alone, is not lost.

    Args:
        files: The contents of each `.tex` file, and of others of that kind, by its path in the paper.
    """
    encoding = _declared_encoding(files)
    texts = {posixpath.normpath(path): decoded(content, encoding) for path, content in files.items()}
    standing = declared(texts.values())
    bare = {path: _read_part(in_own_forms(text, standing)) for path, text in texts.items()}
    inputs = {
        path: {found for match in _INPUT.finditer(text) if (found := _target(match, path, texts))}
        for path, text in bare.items()
    }
    used = {target for path, targets in inputs.items() for target in targets if target != path}
    begins = sorted(path for path, text in bare.items() if _BEGIN.search(text))
    roots = [path for path in begins if path not in used] or begins or sorted(texts.keys() - used) or sorted(texts)
    budget = [MAX_SOURCE_BYTES]
    documents = (_document(_inlined(path, bare, (), budget), is_root=True) for path in roots)
    whole = "".join(f"{preamble}{body}\n\\end{{document}}\n\n" for preamble, body in documents)
    return whole if any(text.strip() for text in bare.values()) else None


def _read_part(text: str) -> str:
    r"""Return what of a file is read: all without its comments, up to its `\endinput`."""
    kept: list[str] = []
    place = 0
    for match in _COMMENT.finditer(text):
        kept += [text[place : match.start()], match["kept"] or ""]
        place = match.end()
        if match["end"] is not None:
            return "".join(kept)
    return "".join([*kept, text[place:]])


def _document(text: str, *, is_root: bool) -> tuple[str, str]:
    r"""Return what of a file comes before its body, with the mark that begins that, and the body.

    In a paper about LaTeX, documents are spoken of: neither does what is told of one end the paper, nor begin it.
    """
    kept = [match.span() for match in _COMMENT.finditer(text) if match["name"] or match["mark"]]
    bounds = [match for match in _BOUNDS.finditer(text) if not _is_within(match.start("bound"), kept)]
    first = _beginning(text, bounds, kept, is_root=is_root)
    start = 0 if first is None else first.end()
    bounds = [match for match in bounds if match.start() >= start]
    last = _ending(bounds, is_open=first is not None)
    stop = len(text) if last is None else last.start("bound")
    body, place = [], start
    for match in bounds:
        if match.end() <= stop:
            body += [text[place : match.start("bound")], f"\\verb|{match['bound']}|"]
            place = match.end()
    return text[:start], "".join([*body, text[place:stop]])


def _is_within(place: int, spans: Sequence[tuple[int, int]]) -> bool:
    number = bisect.bisect_right(spans, (place, sys.maxsize)) - 1
    return number >= 0 and place < spans[number][1]


def _beginning(
    text: str, bounds: "Sequence[re.Match[str]]", kept: Sequence[tuple[int, int]], *, is_root: bool
) -> "re.Match[str] | None":
    begins = [match for match in bounds if match["begin"]]
    class_ = next((match for match in _CLASS.finditer(text) if not _is_within(match.start(), kept)), None)
    if class_ is not None:
        if _HEADING.search(text, 0, class_.start()):
            return None  # a chapter by itself, which shows what a document looks like
        return next((match for match in begins if match.start() > class_.start()), None)
    of_lines = [match for match in begins if match["line"] is not None]
    return next(iter(of_lines or (begins if is_root else ())), None)


def _ending(bounds: "Sequence[re.Match[str]]", *, is_open: bool) -> "re.Match[str] | None":
    """Return what ends a document: the marks of others that are shown in it are pairs.

    Args:
        bounds: The marks behind its beginning.
        is_open: Whether it has one.
    """
    of_lines = [match for match in bounds if match["line"] is not None]
    depth = 1 if is_open else 0
    for match in of_lines:
        depth += 1 if match["begin"] else -1
        if depth == (0 if is_open else -1):
            return match
    if not is_open:
        return None
    ends = [match for match in of_lines if not match["begin"]] or [match for match in bounds if not match["begin"]]
    return ends[-1] if ends else None


def _declared_encoding(files: Mapping[str, bytes]) -> str:
    named = (match[1] or match[2] or match[3] for content in files.values() for match in _ENCODING.finditer(content))
    return next(filter(None, (_ENCODINGS.get(name.decode().lower()) for name in named)), "cp1252")


def decoded(content: bytes, encoding: str = "cp1252") -> str:
    """Return a file's text: UTF-8, else what the paper declares, in which no byte is lost."""
    return decoded_text(content, encoding).replace("\0", "")


def _target(match: "re.Match[str]", path: str, texts: Mapping[str, str]) -> str | None:
    """Return the file of a paper that a command inputs: named from the paper's folder, or from that of the file."""
    folder, name = (match[3] or "", match[4]) if match[4] else ("", match[1] or match[2])
    name = name.strip().strip('"')
    for base in ("", posixpath.dirname(path)):
        for suffix in ("", ".tex", ".TEX", ".ltx"):
            found = posixpath.normpath(posixpath.join(base, folder, name + suffix))
            if found in texts:
                return found
    return None


def _inlined(path: str, texts: Mapping[str, str], above: tuple[str, ...], budget: list[int]) -> str:
    text = texts[path]
    budget[0] -= len(text)
    if budget[0] < 0:
        return ""

    def replaced(match: "re.Match[str]") -> str:
        target = _target(match, path, texts)
        if target is None or target == path or target in above or len(above) >= MAX_DEPTH:
            return ""
        return _document(_inlined(target, texts, (*above, path), budget), is_root=False)[1]

    return _INPUT.sub(replaced, text)
