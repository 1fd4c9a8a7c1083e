"""`debian/copyright`: which licence a package states for which of its files.

Source: the machine-readable format 1.0 (https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/, DEP-5).
Its globs name files of the source package; what is installed lies elsewhere, so that how sure a match is, is told.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

EXACT, HEURISTIC, DEFAULT = "exact", "heuristic", "default"
MAX_FREE_FORM = 1000
_MOST_HOLDERS = 50

_FORMAT = re.compile(
    r"^Format(?:-Specification)?:\s*\S*(?:copyright-format|dep5|dep-5|DEP5)", re.IGNORECASE | re.MULTILINE
)
_FIELD = re.compile(r"(?P<name>[A-Za-z][A-Za-z-]*):\s*(?P<value>.*)")
_YEARS = re.compile(r"(?:(?:\(c\)|©|copyright)[\s:]*|\d{4}[\s,–-]*)*", re.IGNORECASE)  # noqa: RUF001 -- an en dash
_ADDRESS = re.compile(r"\s*[<(][^<>()]*@[^<>()]*[>)]|\S+@\S+")


@dataclass(frozen=True)
class Stanza:
    """What is stated for some files.

    Attributes:
        globs: Patterns of paths in the source package.
        license: Short name of the licence, or several with `and`, `or` and commas, as found.
        holders: Names of the copyright holders, without years and addresses.
    """

    globs: tuple[str, ...]
    license: str
    holders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Copyright:
    """What a copyright file states.

    Attributes:
        stanzas: Statements about files, the later ones count; empty for a file of free form.
        free_form: The beginning of a file in no machine-readable form.
        source: Where the package's source comes from.
    """

    stanzas: tuple[Stanza, ...] = ()
    free_form: str | None = None
    source: str | None = None
    upstream: str | None = field(default=None)


@dataclass(frozen=True)
class Match:
    """The stanza that holds for a file, and how it was found: EXACT, HEURISTIC or DEFAULT."""

    stanza: Stanza
    how: str


def read_copyright(text: str) -> Copyright:
    """Return what a copyright file states; never an error."""
    if not _FORMAT.search(text):
        return Copyright(free_form=" ".join(text.split())[:MAX_FREE_FORM])
    stanzas, source, upstream = [], None, None
    for fields in _paragraphs(text):
        if "files" in fields and "license" in fields:
            globs = tuple(fields["files"].split())
            stanzas.append(Stanza(globs, _first_line(fields["license"]), _holders(fields.get("copyright", ""))))
        elif "format" in fields or "format-specification" in fields:
            source, upstream = _first_line(fields.get("source", "")) or None, fields.get("upstream-name")
    if not stanzas:
        return Copyright(free_form=" ".join(text.split())[:MAX_FREE_FORM])
    return Copyright(tuple(stanzas), None, source, upstream)


def _paragraphs(text: str) -> Iterator[dict[str, str]]:
    for paragraph in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")):
        fields: dict[str, str] = {}
        name = ""
        for line in paragraph.splitlines():
            if line.startswith("#"):
                continue
            match = None if line[:1].isspace() else _FIELD.fullmatch(line)
            if match:
                name = match["name"].lower()
                fields[name] = match["value"].strip()
            elif name:
                fields[name] += "\n" + line.strip()
        yield fields


def _first_line(value: str) -> str:
    return next((line.strip() for line in value.splitlines() if line.strip()), "")


def _holders(value: str) -> tuple[str, ...]:
    lines = (_YEARS.sub("", line.strip(), count=1) for line in value.splitlines())
    names = (_ADDRESS.sub("", line).strip(" ,.;") for line in lines)
    return tuple(dict.fromkeys(name for name in names if name))[:_MOST_HOLDERS]


def matching_stanza(copyright_: Copyright, candidates: Sequence[str]) -> Match | None:
    """Return the statement that holds for a file, the last one that fits; None where there is none.

    Args:
        copyright_: The copyright file.
        candidates: Paths that the file may have in the source package.
    """
    general = [stanza for stanza in copyright_.stanzas if "*" in stanza.globs]
    if len(copyright_.stanzas) == 1 and general:
        return Match(general[0], EXACT)  # it speaks of all files, wherever this one lay
    for stanza in reversed(copyright_.stanzas):
        if any(glob != "*" and any(_pattern(glob).fullmatch(path) for path in candidates) for glob in stanza.globs):
            return Match(stanza, HEURISTIC)
    return Match(general[-1], DEFAULT) if general else None


@lru_cache(maxsize=4096)
def _pattern(glob: str) -> re.Pattern[str]:
    r"""Return a glob of the format as a pattern: `*` and `?` match slashes too, and a backslash takes their meaning."""
    pieces = re.findall(r"\\.|[*?]|[^*?\\]+|\\", glob.removeprefix("./"))
    translated = {"*": ".*", "?": "."}
    return re.compile(
        "".join(translated.get(piece) or re.escape(piece.removeprefix("\\") or piece) for piece in pieces), re.DOTALL
    )
