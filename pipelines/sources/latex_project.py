"""The files of a LaTeX paper, put together in the order in which they are read."""

import posixpath
import re
from collections.abc import Mapping

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
    r"(?P<kept>\\begin\{(?P<name>verbatim\*?|lstlisting|Verbatim|minted|alltt)\}.*?(?:\\end\{(?P=name)\}|\Z)"
    r"|\\(?:verb|lstinline)\*?(?P<mark>[^\sa-zA-Z*{])[^\n]*?(?P=mark)"
    r"|\\(?:url|nolinkurl|path|href)[ \t]*\{[^{}\n]*\}|(?:\\\\)+|\\%)|%[^\n]*"
    r"|(?P<end>^[ \t]*\\endinput(?![a-zA-Z@])(?![^\n]*\\fi))",
    re.DOTALL | re.MULTILINE,
)
_BEGIN = re.compile(r"\\begin\s*\{document\}")
_END = re.compile(r"\\end\s*\{document\}")
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
    bare = {path: _read_part(text) for path, text in texts.items()}
    inputs = {
        path: {found for match in _INPUT.finditer(text) if (found := _target(match, path, texts))}
        for path, text in bare.items()
    }
    used = {target for path, targets in inputs.items() for target in targets if target != path}
    begins = sorted(path for path, text in bare.items() if _BEGIN.search(text))
    roots = [path for path in begins if path not in used] or begins or sorted(texts.keys() - used) or sorted(texts)
    budget = [MAX_SOURCE_BYTES]
    whole = "".join(f"{_END.split(_inlined(path, bare, (), budget))[0]}\n\\end{{document}}\n\n" for path in roots)
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
        inner = _inlined(target, texts, (*above, path), budget)
        begin = _BEGIN.search(inner)
        return _END.split(inner[begin.end() :] if begin else inner)[0]

    return _INPUT.sub(replaced, text)
