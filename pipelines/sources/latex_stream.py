"""LaTeX as a stream of tokens in which a paper's own macros are expanded: by substitution, within bounds."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.sources.latex_verbatim import VERBATIM

MAX_EXPANSIONS = 200_000  # of macros in one paper …
MAX_PUSHED = 4_000_000  # … and tokens that these come to; beyond, macros stay as they are
MAX_ARGUMENTS = 9
MAX_NESTED = 8  # of a macro in its own arguments; without arguments, one within itself has no end
MAX_DELIMITED = 20_000  # tokens up to a delimiter
MAX_UNCLOSED = 20  # groups that nothing closes, beyond which they take what is left
MAX_OPTION = 500  # tokens of an argument in square brackets

_TOKEN = re.compile(
    r"(?P<comment>%[^\n]*(?:\n[ \t]*(?!\s*\n))?)"
    rf"|(?P<raw>\\begin\{{(?P<name>{VERBATIM})\}}.*?(?:\\end\{{(?P=name)\}}|\Z))"
    r"|(?P<verb>\\(?:verb|lstinline)\*?(?P<mark>[^\sa-zA-Z*{])[^\n]*?(?P=mark))"
    r"|(?P<link>\\(?:url|nolinkurl|path|href))[ \t]*\{(?P<address>[^{}\n]*%[^{}\n]*)\}"
    r"|(?P<token>\\(?:[a-zA-Z@]+|.|\Z)|[{}&~]|\$\$?|\#[1-9#]?|\n[ \t]*\n\s*|\s+|[^\\{}$&~#%\s]+)",
    re.DOTALL,
)
_BRACKETED = r"[ \t]*(?:\[(?:[^\[\]{}]|\{[^{}]{0,500}\}){0,500}\])?"
_RAW_OPTIONS = {
    **dict.fromkeys(("lstlisting", "Verbatim", "BVerbatim", "LVerbatim", "tcblisting"), re.compile(_BRACKETED)),
    "minted": re.compile(_BRACKETED + r"[ \t]*\{[^{}\n]*\}"),
}
_WORD = re.compile(r"\\[a-zA-Z@]+")


class Verbatim(str):
    """A token that is text as it stands."""

    __slots__ = ()


def tokens(source: str) -> list[str]:
    """Return the tokens of a source: commands, braces, dollar signs, spaces, blank lines, runs of text; no comments."""
    found: list[str] = []
    for match in _TOKEN.finditer(source):
        if match["token"] is not None:
            found.append(match["token"])
        elif match["raw"] is not None:
            inner = match["raw"][len("\\begin{}") + len(match["name"]) :].removesuffix(f"\\end{{{match['name']}}}")
            options = _RAW_OPTIONS[match["name"]].match(inner) if match["name"] in _RAW_OPTIONS else None
            found += ["\n\n", Verbatim(inner[options.end() if options else 0 :].strip("\n")), "\n\n"]
        elif match["verb"] is not None:
            found.append(Verbatim(match["verb"].partition(match["mark"])[2][:-1]))
        elif match["link"] is not None:
            found += [match["link"], "{", Verbatim(match["address"]), "}"]
    return found


def is_word(token: str) -> bool:
    """Tell whether a token is a command of letters, which eats the spaces behind it."""
    return _WORD.fullmatch(token) is not None


def written(parts: Iterable[str]) -> str:
    """Return tokens as source: a space parts a command from letters that were not behind it before."""
    out: list[str] = []
    after_word = False
    for part in parts:
        if after_word and part[:1].isalpha():
            out.append(" ")
        out.append(part)
        after_word = is_word(part)
    return "".join(out)


@dataclass(frozen=True)
class Macro:
    """What a command stands for: a body with `#1` to `#9`, and the first argument's default where it is optional."""

    body: tuple[str, ...]
    arguments: int = 0
    default: tuple[str, ...] | None = None
    delimiter: str | None = None  # the command up to which the last argument goes, of TeX's own definitions


@dataclass
class Spent:
    """What expansion has cost so far in a paper."""

    expansions: int = 0
    pushed: int = 0
    refused: bool = False  # whether a macro was left as it is, within itself too often


class TokenStream:
    """Tokens still to be read; what a macro stands for is put in front of them.

    Args:
        source: The tokens of a paper, or of an argument in it.
        within: The stream of the paper that the argument is of: macros and bounds are the paper's.
    """

    def __init__(self, source: Sequence[str], within: "TokenStream | None" = None) -> None:
        self._left = list(reversed(source))
        self.macros: dict[str, Macro] = {} if within is None else within.macros
        self.spent: Spent = Spent() if within is None else within.spent
        self._unclosed = 0
        self._open: list[tuple[str, int]] = []  # macros that are being read, and what was left behind each
        self._nested: Counter[str] = Counter() if within is None else Counter(within._nested)  # noqa: SLF001 -- one of its kind
        self.endless: set[str] = set()  # environments that nothing ends any more: looked for once

    @property
    def is_exhausted(self) -> bool:
        """Whether no macro is expanded any more."""
        return self.spent.expansions >= MAX_EXPANSIONS or self.spent.pushed >= MAX_PUSHED

    @property
    def has_left_macros(self) -> bool:
        """Whether macros were left unexpanded because there was no end to them."""
        return self.is_exhausted or self.spent.refused

    def push(self, parts: Sequence[str]) -> None:
        """Put tokens in front."""
        self._left.extend(reversed(parts))

    def next(self) -> str | None:
        """Return the next token that is no macro of the paper's own, None at the end."""
        while self._left:
            token = self._left.pop()
            macro = self.macros.get(token) if token[:1] == "\\" else None
            if macro is None or self.is_exhausted or isinstance(token, Verbatim):
                return token
            if macro.delimiter is not None and not self._holds(macro.delimiter):
                return token
            if macro.arguments == 0 and is_word(token):
                self.skip_spaces()
            if not self._may_open(token, MAX_NESTED if macro.arguments else 1):
                return token
            body = self._substituted(macro)
            self._nested[token] += 1
            self._open.append((token, len(self._left)))
            self.push(body)
        return None

    def _may_open(self, token: str, most: int) -> bool:
        """Tell whether a macro may be expanded, as it is not within itself that often already."""
        while self._open and len(self._left) < self._open[-1][1]:
            self._nested[self._open.pop()[0]] -= 1
        if self._nested[token] >= most:
            self.spent.refused = True
            return False
        return True

    def raw(self) -> str | None:
        """Return the next token as it stands, None at the end."""
        return self._left.pop() if self._left else None

    def expand(self, macro: Macro) -> None:
        """Put what a macro stands for in front, with the arguments that are next."""
        self.push(self._substituted(macro))

    def _substituted(self, macro: Macro) -> list[str]:
        """Take the arguments that are next, and return what a macro stands for with them."""
        self.spent.expansions += 1
        given: list[Sequence[str]] = []
        if macro.default is not None:
            given.append(self.optional(macro.default) or ())
        given += [self.argument() for _ in range(macro.arguments - len(given) - (macro.delimiter is not None))]
        if macro.delimiter is not None:
            given.append(self._until(macro.delimiter))
        body: list[str] = []
        for part in macro.body:
            if len(part) == 2 and part[0] == "#" and part[1].isdigit():  # noqa: PLR2004 -- `#1`
                body += given[int(part[1]) - 1] if int(part[1]) <= len(given) else ()
            else:
                body.append(part)
        self.spent.pushed += len(body) + 1
        return body

    def _holds(self, delimiter: str) -> bool:
        """Tell whether a command comes before long."""
        searched = self._left[-MAX_DELIMITED:]
        self.spent.pushed += len(searched) // 8
        return delimiter in searched

    def _until(self, delimiter: str) -> list[str]:
        taken: list[str] = []
        while self._left and (token := self._left.pop()) != delimiter:
            taken.append(token)
        return taken

    def skip_spaces(self) -> None:
        """Pass over spaces, but no blank line."""
        while self._left and self._left[-1].isspace() and not isinstance(self._left[-1], Verbatim):
            if "\n" in self._left[-1] and self._left[-1].count("\n") > 1:
                return
            self._left.pop()

    def takes(self, mark: str) -> bool:
        """Pass over a character, such as a star, if it is next."""
        if self._left and self._left[-1].startswith(mark) and not isinstance(self._left[-1], Verbatim):
            rest = self._left.pop()[len(mark) :]
            if rest:
                self._left.append(rest)
            return True
        return False

    def argument(self) -> list[str]:
        """Return a command's argument: a group without its braces, or one token."""
        self.skip_spaces()
        if not self._left or self._left[-1] == "}":
            return []
        token = self._left.pop()
        if token == "{":
            return self._until_brace()
        if token[0] != "\\" and len(token) > 1 and not isinstance(token, Verbatim) and not token.isspace():
            self._left.append(token[1:])
            token = token[0]
        return [token]

    def _until_brace(self) -> list[str]:
        taken: list[str] = []
        depth = 1
        while self._left:
            token = self._left.pop()
            depth += (token == "{") - (token == "}")
            if depth == 0:
                return taken
            taken.append(token)
        self._unclosed += 1
        if self._unclosed > MAX_UNCLOSED:
            return taken
        self.push(taken)  # nothing closes it: what follows is no argument
        return []

    def optional(self, default: tuple[str, ...] | None = None) -> Sequence[str] | None:
        """Return an argument in square brackets if one is next, else the default."""
        self.skip_spaces()
        if not self.takes("["):
            return default
        taken: list[str] = []
        depth = 0
        while self._left:
            token = self._left.pop()
            depth += (token == "{") - (token == "}")
            if depth == 0 and "]" in token and token[0] != "\\" and not isinstance(token, Verbatim):
                before, _, after = token.partition("]")
                taken += [before] if before else []
                if after:
                    self._left.append(after)
                break
            if depth < 0 or token.count("\n") > 1:  # no bracket closes it: it was text
                self._left.append(token)
                break
            taken.append(token)
        return taken

    def skip_options(self) -> None:
        """Pass over arguments in square brackets that one in braces follows; other brackets are text."""
        while self._left and self._left[-1].startswith("[") and not isinstance(self._left[-1], Verbatim):
            depth = 0
            for place in range(len(self._left) - 1, max(len(self._left) - MAX_OPTION, 0) - 1, -1):
                token = self._left[place]
                depth += (token == "{") - (token == "}")
                if depth < 0 or token.count("\n") > 1:
                    return
                if depth == 0 and "]" in token and token[0] != "\\" and not isinstance(token, Verbatim):
                    after = token.partition("]")[2]
                    following = after or (self._left[place - 1] if place else "")
                    if not following.startswith(("{", "[")):
                        return
                    self._left[place:] = [after] if after else []
                    break
            else:
                return

    def has_argument(self) -> bool:
        """Tell whether a group that holds something is next."""
        return self._left[-1:] == ["{"] and self._left[-2:-1] != ["}"]

    def name(self) -> str:
        """Return an argument that is a name, such as that of an environment."""
        return "".join(self.argument()).strip()
