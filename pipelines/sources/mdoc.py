"""Macros of mdoc(7), the language of BSD's manual pages, as the words that a reader sees."""

from collections import deque
from collections.abc import Callable, Sequence

from pipelines.sources.troff import arguments

# Private-use characters: no space is to stand here; what follows is a word, whatever macro has its name.
JOIN, _PLAIN = "\ue000", "\ue001"

_CLOSING, _OPENING = frozenset(".,;:)]?!"), frozenset("([")
_MARKS = {
    "D": ("\u201c", "\u201d"), "S": ("\u2018", "\u2019"), "Q": ('"', '"'), "P": ("(", ")"), "B": ("[", "]"),
    "A": ("<", ">"), "Br": ("{", "}"),
}  # fmt: skip
_ENCLOSED = {f"{name}q": marks for name, marks in _MARKS.items()} | {"Op": ("[", "]"), "Ql": ("\u2018", "\u2019")}
_BEGUN = {f"{name}o": marks[0] for name, marks in _MARKS.items()} | {"Oo": "["}
_ENDED = {f"{name}c": marks[1] for name, marks in _MARKS.items()} | {"Oc": "]"}
_SYSTEMS = {
    "Fx": "FreeBSD", "Nx": "NetBSD", "Ox": "OpenBSD", "Dx": "DragonFly", "Bsx": "BSD/OS", "Ux": "UNIX",
}  # fmt: skip
_WORDS = frozenset(
    {
        *("Ad", "An", "Ar", "Cd", "Cm", "Dv", "Em", "Er", "Ev", "Fa", "Ft", "Ic", "Li", "Lk", "Ms", "Mt", "No", "Pa"),
        *("Sx", "Sy", "Tn", "Va", "Vt", "Xc", "Xo", "Fl", "Nm", "Fn", "Fo", "Fc", "Xr", "Ns", "Ap", "Pf", "Ta", "Bx"),
        *("At", "St", "In", "Lb"),
    }
)
_CALLED = _WORDS | _ENCLOSED.keys() | _BEGUN.keys() | _ENDED.keys() | _SYSTEMS.keys()
_SPELLED = frozenset({"Nd", "Fd", "D1", "Dl", "Rv", "Ex", "Rs", "Re", "Sm"})
_WITHOUT_WORDS = {"Ar": "file ...", "Pa": "~", "Fl": "-", "Ux": "UNIX"}
_LIBRARIES = {
    "libc": "Standard C Library (libc, -lc)", "libm": "Math Library (libm, -lm)",
    "libutil": "System Utilities Library (libutil, -lutil)", "librt": "POSIX Real-time Library (librt, -lrt)",
    "libpthread": "POSIX Threads Library (libpthread, -lpthread)", "libcrypt": "Crypt Library (libcrypt, -lcrypt)",
    "libbsd": "Utility functions from BSD systems (libbsd, -lbsd)",
}  # fmt: skip
_STANDARDS = {
    "-ansiC": "ANSI X3.159-1989 (\u201cANSI C89\u201d)", "-isoC": "ISO/IEC 9899:1990 (\u201cISO C90\u201d)",
    "-isoC-99": "ISO/IEC 9899:1999 (\u201cISO C99\u201d)", "-isoC-2011": "ISO/IEC 9899:2011 (\u201cISO C11\u201d)",
    "-p1003.1": "IEEE Std 1003.1 (\u201cPOSIX.1\u201d)", "-p1003.1-88": "IEEE Std 1003.1-1988 (\u201cPOSIX.1\u201d)",
    "-p1003.1-90": "IEEE Std 1003.1-1990 (\u201cPOSIX.1\u201d)",
    "-p1003.1-96": "ISO/IEC 9945-1:1996 (\u201cPOSIX.1\u201d)",
    "-p1003.1b-93": "IEEE Std 1003.1b-1993 (\u201cPOSIX.1b\u201d)",
    "-p1003.1-2001": "IEEE Std 1003.1-2001 (\u201cPOSIX.1\u201d)",
    "-p1003.1-2004": "IEEE Std 1003.1-2004 (\u201cPOSIX.1\u201d)",
    "-p1003.1-2008": "IEEE Std 1003.1-2008 (\u201cPOSIX.1\u201d)", "-p1003.2": "IEEE Std 1003.2 (\u201cPOSIX.2\u201d)",
    "-p1003.2-92": "IEEE Std 1003.2-1992 (\u201cPOSIX.2\u201d)",
    "-susv2": "Version 2 of the Single UNIX Specification (\u201cSUSv2\u201d)",
    "-susv3": "Version 3 of the Single UNIX Specification (\u201cSUSv3\u201d)",
    "-xpg4.2": "X/Open Portability Guide Issue 4, Version 2 (\u201cXPG4.2\u201d)",
}  # fmt: skip


def is_macro(name: str) -> bool:
    """Tell whether a request is a macro of mdoc that shows words."""
    return name in _CALLED or name in _SPELLED or (len(name) == 2 and name[0] == "%")  # noqa: PLR2004 -- `%A`


def joined(text: str) -> str:
    """Return set words without the marks of this module."""
    return text.replace(f" {JOIN}", "").replace(f"{JOIN} ", "").replace(JOIN, "").replace(_PLAIN, "")


class Mdoc:
    """Sets the macros of a page, of which some go on from one line to another."""

    def __init__(self) -> None:
        self.section = ""
        self._name = ""  # `.Nm` without arguments says the page's name again
        self._given: int | None = None  # arguments so far of a function that `.Fo` began
        self._reference: list[str] | None = None
        self._spaced = True  # else no spaces stand between words, nor, behind the first line, before one
        self._begun = False

    def line(self, name: str, rest: str) -> str:
        """Return what a macro and its arguments show, with marks for `joined`."""
        words = arguments(rest.replace("\\&", _PLAIN))
        if name.startswith("%") or name in ("Rs", "Re"):
            return self._referred(name, words)
        if name == "Sm":
            self._spaced, self._begun = words[:1] != ["off"], False
            return ""
        if name in ("Rv", "Ex"):
            return self._promised(name, [word for word in words if word != "-std"])
        if name == "Nd":
            return "\u2014 " + " ".join(words)
        lays_out = name == "An" and words[:1] in (["-nosplit"], ["-split"])
        return "" if lays_out else self.words([] if name in _SPELLED else [name], words)

    def words(self, macro: list[str], words: list[str]) -> str:
        """Return what words show, among which there are macros.

        Args:
            macro: The macro that they are the arguments of, if any.
            words: They; those that close a sentence or bracket stand behind what the line encloses.
        """
        end = len(words)
        while end and words[end - 1] in _CLOSING:
            end -= 1
        left, closed = deque([*macro, *words[:end]]), [JOIN + word for word in words[end:]]
        shown: list[str] = []
        enclosed: list[str] = []
        while left:
            word = left.popleft()
            if word in _ENCLOSED:
                shown.append(_ENCLOSED[word][0] + JOIN)
                enclosed.append(JOIN + _ENCLOSED[word][1])
            elif word in _CALLED:
                shown += self._called(word, _own(left))
            else:
                shown += _plain([word])
        return self._set([*shown, *reversed(enclosed), *closed])

    def _set(self, pieces: list[str]) -> str:
        if self._spaced:
            return " ".join(pieces)
        before = JOIN if self._begun else ""
        self._begun = True
        return before + f" {JOIN}".join(pieces)

    def _called(self, macro: str, own: list[str]) -> list[str]:
        """Return what a macro shows with the words up to the next one."""
        if macro in _BEGUN:
            return [_BEGUN[macro] + JOIN, *_plain(own)]
        if macro in _ENDED:
            return [JOIN + _ENDED[macro], *_plain(own)]
        if macro in _SYSTEMS:
            return [_SYSTEMS[macro], *_plain(own)]
        if macro in _SHOWN:
            return _SHOWN[macro](own)
        if macro in _OF_STATE:
            return _OF_STATE[macro](self, own)
        return _plain(own) or [_WITHOUT_WORDS.get(macro, "")]

    def _named(self, own: list[str]) -> list[str]:
        if own and own[0] not in _CLOSING:
            self._name = self._name or own[0]
            return _plain(own)
        return [self._name, *_plain(own)]

    def _included(self, own: list[str]) -> list[str]:
        directive = "#include " if self.section == "SYNOPSIS" else ""
        return [f"{directive}<{own[0]}>", *_plain(own[1:])] if own else []

    def _function_begun(self, own: list[str]) -> list[str]:
        self._given = 0
        return [f"{' '.join(own)}({JOIN}"]

    def _function_ended(self, own: list[str]) -> list[str]:
        self._given = None
        return [f"{JOIN})", *_plain(own)]

    def _argument(self, own: list[str]) -> list[str]:
        if self._given is None:
            return _plain(own)
        before = f"{JOIN}, " if self._given else ""
        self._given += len(own)
        return [before + ", ".join(own)]

    def _referred(self, name: str, words: Sequence[str]) -> str:
        """Gather what a reference says, and show it at its end."""
        said = " ".join(words).rstrip(" ,")
        if name == "Rs":
            self._reference = []
        elif name == "Re":
            found, self._reference = self._reference or [], None
            return ", ".join(found) + "." if found else ""
        elif self._reference is None:
            return said
        elif said:
            self._reference.append(f"\u201c{said}\u201d" if name in ("%T", "%Q") else said)
        return ""

    def _promised(self, name: str, of: list[str]) -> str:
        """Return the sentences that manual pages have in common about what is returned."""
        named = of or [self._name]
        if name == "Ex":
            plural = "utilities exit" if len(named) > 1 else "utility exits"
            return f"The {', '.join(named)} {plural} 0 on success, and >0 if an error occurs."
        plural = "functions return" if len(named) > 1 else "function returns"
        functions = ", ".join(f"{function}()" for function in named)
        success = f"The {functions} {plural} the value 0 if successful"
        return (
            f"{success if of else 'Upon successful completion, the value 0 is returned'}; otherwise the value -1 is "
            "returned and the global variable errno is set to indicate the error."
        )


def _own(left: deque[str]) -> list[str]:
    """Take the words up to the next macro."""
    own: list[str] = []
    while left and left[0] not in _CALLED:
        own.append(left.popleft())
    return own


def _plain(words: Sequence[str]) -> list[str]:
    return [JOIN + word if word in _CLOSING else word + JOIN if word in _OPENING else word for word in words]


def _flags(own: list[str]) -> list[str]:
    return [word if word in _CLOSING else f"-{word}" for word in own] or ["-"]


def _page(own: list[str]) -> list[str]:
    match own:
        case [name, section, *others] if section not in _CLOSING:
            return [f"{name}({section})", *_plain(others)]
        case _:
            return _plain(own)


def _function(own: list[str]) -> list[str]:
    given = [word for word in own[1:] if word not in _CLOSING]
    behind = [word for word in own[1:] if word in _CLOSING]
    return [f"{own[0]}({', '.join(given)})", *_plain(behind)] if own else []


def _berkeley(own: list[str]) -> list[str]:
    match own:
        case [version, edition, *others] if version not in _CLOSING and edition not in _CLOSING:
            return [f"{version}BSD-{edition.capitalize()}", *_plain(others)]
        case [version, *others] if version not in _CLOSING:
            return [f"{version}BSD", *_plain(others)]
        case _:
            return ["BSD", *_plain(own)]


def _bell(own: list[str]) -> list[str]:
    version = own[0] if own else ""
    if version[:1] == "v" and version[1:].isdigit():
        return [f"Version {version[1:]} AT&T UNIX", *_plain(own[1:])]
    if version.startswith("V.") and version[2:]:
        return [f"AT&T System V Release {version[2:]} UNIX", *_plain(own[1:])]
    if version in ("III", "V"):
        return [f"AT&T System {version} UNIX", *_plain(own[1:])]
    return ["AT&T UNIX", *_plain(own)]


def _link(own: list[str]) -> list[str]:
    return [f"{' '.join(own[1:])}: {own[0]}" if len(own) > 1 else own[0]] if own else []


_SHOWN: dict[str, Callable[[list[str]], list[str]]] = {
    "Fl": _flags,
    "Xr": _page,
    "Fn": _function,
    "Bx": _berkeley,
    "At": _bell,
    "Lk": _link,
    "Ns": lambda own: [JOIN, *_plain(own)],
    "Ap": lambda own: [f"{JOIN}'{JOIN}", *_plain(own)],
    "Ta": lambda own: [f"{JOIN}\t{JOIN}", *_plain(own)],
    "Pf": lambda own: [own[0] + JOIN, *_plain(own[1:])] if own else [],
    "St": lambda own: [_STANDARDS.get(own[0], own[0].removeprefix("-")), *_plain(own[1:])] if own else [],
    "Lb": lambda own: [_LIBRARIES.get(own[0], f"library \u201c{own[0]}\u201d"), *_plain(own[1:])] if own else [],
}
_OF_STATE: dict[str, Callable[[Mdoc, list[str]], list[str]]] = {
    "Nm": Mdoc._named,  # noqa: SLF001 -- a table of its methods
    "In": Mdoc._included,  # noqa: SLF001
    "Fo": Mdoc._function_begun,  # noqa: SLF001
    "Fc": Mdoc._function_ended,  # noqa: SLF001
    "Fa": Mdoc._argument,  # noqa: SLF001
}
