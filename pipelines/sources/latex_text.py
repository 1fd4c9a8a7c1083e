"""LaTeX to the text a reader sees: abstract, headings, prose, lists, tables and captions; formulas stay LaTeX."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.sources.latex_commands import COMMANDS
from pipelines.sources.latex_definitions import DEFINITIONS
from pipelines.sources.latex_stream import Macro, TokenStream, Verbatim, is_word, tokens, written
from pipelines.sources.latex_units import unit_alone
from pipelines.sources.latex_words import ACCENTS, ARGUMENTS_TO_DROP, LINE_BREAK, SYMBOLS, THEOREMS

MAX_DEPTH = 40  # of arguments within arguments; deeper, they are left out

# Private-use characters stand for what must outlive the tidying of white space.
_KEPT_START, _KEPT_END = "\ue000", "\ue001"
_PRIVATE = re.compile("[\ue000-\ue002]")
_KEPT = re.compile(f"{_KEPT_START}([0-9]+){_KEPT_END}")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_CITATION_OR_REFERENCE = re.compile(r"\\(?:[a-zA-Z]*cite[a-zA-Z]*|[a-zA-Z]*ref)")
_LIGATURES = (("---", "\u2014"), ("--", "\u2013"), ("``", "\u201c"), ("''", "\u201d"))
_QUOTED = re.compile(r"`([^`'\n]{1,200})'(?!\w)")
_ASSIGNED = re.compile(r"=[-+]?(?:[0-9.]+(?:pt|cm|mm|in|em|ex|bp|pc|sp)?)?")


@dataclass
class Paper:
    """What a source says.

    Attributes:
        text: The text, paragraphs apart by a blank line.
        title: Its title, None where it states none.
        authors: Its authors as they stand there.
        cut: Whether macros were left unexpanded because there was no end to them.
    """

    text: str
    title: str | None
    authors: tuple[str, ...]
    cut: bool


def paper_text(source: str) -> Paper:
    """Return the text of a paper from its source, all files put together.

    Comments, the bibliography, pictures and what only concerns layout are left out; citations and references stay as
    their keys in square brackets, as the numbers are LaTeX's to give.
    """
    return Reading(_PRIVATE.sub("", source)).paper()


@dataclass
class _State:
    """What is known of a paper so far."""

    kept: list[str] = field(default_factory=list)  # formulas and code, by number
    theorems: dict[str, str] = field(default_factory=lambda: dict(THEOREMS))
    environments: dict[str, tuple[Macro, Sequence[str]]] = field(default_factory=dict)
    lists: list[int | None] = field(default_factory=list)  # the number of the last item; None without numbers
    tables: int = 0
    depth: int = 0
    titles: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    in_authors: bool = False


class Reading:
    """One pass over the tokens of a paper."""

    def __init__(self, source: str, state: _State | None = None) -> None:
        self.stream = TokenStream(tokens(source))
        self.state = state or _State()
        self.out: list[str] = []
        self.before = 0  # how much of it is of documents before this one in the source

    def paper(self) -> Paper:
        """Read everything."""
        self.run()
        state = self.state
        text = self.finished("".join(self.out))
        title = self.finished(state.titles[0]) if state.titles else None
        if title and not text.startswith(title):
            text = f"{title}\n\n{text}"
        return Paper(text, title, tuple(filter(None, state.authors)), self.stream.has_left_macros)

    def finished(self, text: str) -> str:
        """Return text with its white space tidied, and with formulas and code where they belong."""
        for marks, shown in _LIGATURES:
            text = text.replace(marks, shown)
        text = _QUOTED.sub("\u2018\\1\u2019", text)
        paragraphs = (" ".join(part.split()) for part in _PARAGRAPHS.split(text))
        tidy = (re.sub(f" *{LINE_BREAK} *", "\n", part).strip() for part in paragraphs)
        text = "\n\n".join(part for part in tidy if part)
        return _KEPT.sub(lambda found: self.state.kept[int(found[1])], text)

    def run(self) -> None:
        """Read all tokens that are left."""
        while (token := self.stream.next()) is not None:
            self._token(token)

    def text_of(self, part: Sequence[str]) -> str:
        """Return what tokens show, with this reading's macros."""
        if self.state.depth >= MAX_DEPTH:
            return ""
        self.state.depth += 1
        stream, out = self.stream, self.out
        self.stream, self.out = TokenStream(part, stream), []
        self.run()
        text = "".join(self.out)
        self.stream, self.out = stream, out
        self.state.depth -= 1
        return text

    def argument(self) -> str:
        """Return what the next argument shows."""
        return self.text_of(self.stream.argument())

    def keep(self, text: str) -> str:
        """Return what stands for text that must stay as it is."""
        self.state.kept.append(text)
        return f"{_KEPT_START}{len(self.state.kept) - 1}{_KEPT_END}"

    def _token(self, token: str) -> None:
        if isinstance(token, Verbatim):
            self.out.append(self.keep(str(token)))
        elif token in ("$", "$$", "\\(", "\\["):
            self.formula(token)
        elif token[0] == "\\":
            self._command(token)
        elif token == "&":
            self.out.append(" | " if self.state.tables else " ")
        elif token == "~":
            self.out.append(" ")
        elif token not in "{}":
            self.out.append(token)

    def formula(self, opening: str) -> None:
        """Keep the formula that a mark opens."""
        closing = {"\\(": "\\)", "\\[": "\\]"}.get(opening, opening)
        marks = "$$" if opening in ("$$", "\\[") else "$"
        formula = self.until(closing)
        if formula is None:
            self.out.append("$")  # a dollar sign that opens nothing
        elif inner := " ".join(formula.split()):
            self.out.append(self.keep(f"{marks}{inner}{marks}"))

    def until(self, closing: str) -> str | None:
        """Return what comes before the end of a formula, its macros expanded, as source; None where it is none."""
        taken: list[str] = []
        depth = 0
        while (token := self.stream.next()) is not None and (token != closing or (depth > 0 and closing == "$")):
            depth += (token == "{") - (token == "}")
            if token.isspace() and token.count("\n") > 1 and closing in ("$", "\\)"):
                self.stream.push([*taken, token])  # no formula within a paragraph has a blank line in it
                return None
            if token == "\\label":
                self.stream.argument()
            elif token in DEFINITIONS:
                DEFINITIONS[token](self.stream)
            elif token == "\\xspace":
                continue
            elif token == "\\end":
                name = self.stream.name()
                if closing == f"\\end{{{name}}}":
                    break
                taken += ["\\end", "{", name, "}"]
            else:
                taken.append(token)
        return written(taken)

    def _command(self, token: str) -> None:
        name = token[1:]
        if token in DEFINITIONS:
            DEFINITIONS[token](self.stream)
        elif name in COMMANDS:
            COMMANDS[name](self)
        elif token in ACCENTS:
            self.out.append(_accented(self.argument(), ACCENTS[token]))
        elif token in SYMBOLS:
            self.out.append(SYMBOLS[token])
            if is_word(token):
                self.stream.skip_spaces()
        elif name in ARGUMENTS_TO_DROP:
            self._drop_arguments(ARGUMENTS_TO_DROP[name])
        elif _CITATION_OR_REFERENCE.fullmatch(token):
            self._keys()
        elif (unit := unit_alone(name)) is not None and not self.stream.has_argument():
            self.out.append(unit)
        else:
            self._pass_over(token)  # layout, or unknown: its groups are text

    def _drop_arguments(self, count: int) -> None:
        self.stream.takes("*")
        self.stream.optional()
        for _ in range(count):
            self.stream.argument()
            self.stream.optional()

    def _keys(self) -> None:
        """Show the keys of a citation or reference."""
        self.stream.takes("*")
        while self.stream.optional() is not None:
            pass
        keys = self.stream.name()
        self.out.append(f"[{keys}]" if keys else "")

    def _pass_over(self, token: str) -> None:
        """Leave out a command, and the number that is assigned to it if it is a register."""
        if not is_word(token):
            return
        self.stream.skip_options()
        self.stream.skip_spaces()
        following = self.stream.raw()
        if following is not None:
            assigned = None if isinstance(following, Verbatim) else _ASSIGNED.fullmatch(following)
            self.stream.push([] if assigned and len(following) > 1 else [following])


def _accented(text: str, accent: str) -> str:
    """Return text with an accent on its first letter; an i without a dot gets its accent as one with a dot does."""
    plain = {"\u0131": "i", "\u0237": "j"}.get(text[:1], text[:1])
    return unicodedata.normalize("NFC", plain + accent) + text[1:] if plain.isalpha() else text
