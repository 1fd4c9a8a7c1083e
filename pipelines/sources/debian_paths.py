"""Paths inside Debian packages: what a file is, in which language, and which other files say the same in others."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from signals.languages import UNKNOWN, to_flores

HTML, MAN, XML, CATALOGUE, TEXT = "html", "man", "xml", "catalogue", "text"

_COMPRESSED = frozenset({".gz", ".bz2", ".xz"})
_TEXT_SUFFIXES = frozenset({".txt", ".md", ".rst", ".text"})
_HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
_XML_SUFFIXES = frozenset({".page", ".docbook", ".xml"})
_NO_DOCUMENT = re.compile(
    r"(changelog|copyright|news\.debian|changes|todo|authors|credits|thanks|license|copying|search|genindex|"
    r"py-modindex|robots)\b",
    re.IGNORECASE,
)
_FOLDERS = frozenset({"doc", "docs", "help", "html", "manual"})  # of documentation outside /usr/share/doc
_LANGUAGE = re.compile(r"(?P<code>[a-z]{2,3})(?:[_-](?:[A-Z]{2}|[A-Z][a-z]{3}|[a-z]{2}|latin|Latn))?(?:@[a-z]+)?")
_ORIGINAL = "C"  # POSIX's locale: what was written first, in English
_ENGLISH = "en"


@dataclass(frozen=True)
class Place:
    """What a path tells.

    Attributes:
        kind: HTML, MAN, XML, CATALOGUE or TEXT.
        lang: The language as the path spells it; None where it does not tell.
        parallel_key: The path without what tells language, packaging and compression: translations share it.
    """

    kind: str
    lang: str | None
    parallel_key: str


def place_of(package: str, path: str) -> Place | None:
    """Return what a path of a package tells; None for what is no documentation.

    >>> place_of("manpages-de", "usr/share/man/de/man1/ls.1.gz")
    Place(kind='man', lang='de', parallel_key='man/man1/ls.1')
    >>> place_of("maint-guide-fr", "usr/share/doc/maint-guide-fr/html/start.fr.html")
    Place(kind='html', lang='fr', parallel_key='doc/maint-guide/html/start.html')
    """
    pure = PurePosixPath(path)
    if pure.suffix.lower() in _COMPRESSED:
        pure = pure.with_suffix("")
    parts = pure.parts
    if parts[:3] == ("usr", "share", "man"):
        return _manual(parts[3:])
    if parts[:3] in (("usr", "share", "help"), ("usr", "share", "locale")):
        return _by_folder(parts[2], parts[3:], pure.suffix)
    if parts[:4] == ("usr", "share", "gnome", "help") and len(parts) > 6:  # noqa: PLR2004 -- book, language, file
        return _by_folder("help", (parts[5], parts[4], *parts[6:]), pure.suffix)
    if parts[:3] == ("usr", "share", "doc") or _is_documented_elsewhere(package, parts):
        return _documentation(package, parts[2:], pure)
    if pure.suffix == ".po":
        return Place(CATALOGUE, _code(pure.stem), "/".join((*parts[:-1], "messages.po")))
    return None


def _manual(parts: tuple[str, ...]) -> Place | None:
    lang = _ENGLISH
    if parts and not parts[0].startswith("man"):
        lang, parts = parts[0].partition(".")[0], parts[1:]
    is_page = len(parts) == 2 and parts[0].startswith("man")  # noqa: PLR2004 -- section and page
    return Place(MAN, lang, "man/" + "/".join(parts)) if is_page else None


def _by_folder(root: str, parts: tuple[str, ...], suffix: str) -> Place | None:
    """Return the place of a file below a folder for its language."""
    if len(parts) < 2:  # noqa: PLR2004 -- language and file
        return None
    kind = CATALOGUE if suffix in (".mo", ".po") else XML if suffix in _XML_SUFFIXES else None
    lang = _ENGLISH if parts[0] == _ORIGINAL else parts[0]
    return None if kind is None else Place(kind, lang, f"{root}/" + "/".join(parts[1:]))


def _is_documented_elsewhere(package: str, parts: tuple[str, ...]) -> bool:
    """Tell whether a file of a folder of data is documentation: by the package's name, or by that of a folder."""
    if parts[:2] != ("usr", "share") or len(parts) < 4:  # noqa: PLR2004 -- folder and file
        return False
    _, base = language_of_package(package)
    return parts[2] in (package, base) or bool(_FOLDERS & set(parts[3:-1]))


def _documentation(package: str, parts: tuple[str, ...], pure: PurePosixPath) -> Place | None:
    suffix = pure.suffix.lower()
    if _NO_DOCUMENT.match(pure.name) or len(parts) < 2 + (parts[0] == "doc"):
        return None
    kind = HTML if suffix in _HTML_SUFFIXES else XML if suffix in _XML_SUFFIXES else None
    if suffix in _TEXT_SUFFIXES or (not suffix and pure.name.upper().startswith(("README", "FAQ"))):
        kind = TEXT
    if kind is None:
        return None
    lang, base = language_of_package(package)
    folders = [base if folder == package else folder for folder in parts[:-1]]
    for number in range(1, len(folders)):
        if (code := _code(folders[number])) is not None:
            lang, folders[number] = code, ""
    name = parts[-1] if suffix == pure.suffix else pure.name
    stem, ending = pure.name.removesuffix(pure.suffix), pure.suffix
    front, _, last = stem.rpartition(".")
    if front and (code := _code(last)) is not None:
        lang, name = code, front + ending
    else:
        name = pure.name
    return Place(kind, lang, "/".join([*filter(None, folders), name]))


def language_of_package(package: str) -> tuple[str | None, str]:
    """Return the language that a package's name ends with, and the name without it.

    >>> [language_of_package(name) for name in ("debian-reference-zh-cn", "maint-guide", "live-manual-html")]
    [('zh-cn', 'debian-reference'), (None, 'maint-guide'), (None, 'live-manual-html')]
    """
    words = package.split("-")
    for count in (2, 1):
        tail = "-".join(words[-count:])
        if len(words) > count and (code := _code(tail)) is not None:
            return code, "-".join(words[:-count])
    return None, package


def _code(word: str) -> str | None:
    """Return a word if it is a language's code of two letters, with or without a region."""
    if word == _ORIGINAL:
        return _ENGLISH
    match = _LANGUAGE.fullmatch(word)
    is_code = match is not None and len(match["code"]) == 2 and to_flores(word) != UNKNOWN  # noqa: PLR2004 -- ISO 639-1
    return word if is_code else None
