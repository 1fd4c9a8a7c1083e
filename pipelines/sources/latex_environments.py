"""Environments of LaTeX: what a reader sees of each."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.sources.latex_stream import Macro, TokenStream
from pipelines.sources.latex_words import ARGUMENTS_OF_ENVIRONMENTS, FLOATS, FORMULAS, LEFT_OUT, LISTS, TABLES

if TYPE_CHECKING:
    from pipelines.sources.latex_text import Reading

MAX_LISTS = 20


def begin(reading: "Reading", name: str) -> None:
    """Read what begins an environment: for formulas and what is left out, all of it."""
    stream, state = reading.stream, reading.state
    if name in state.environments and not stream.is_exhausted:
        macro = state.environments[name][0]
        stream.expand(replace(macro, body=(*macro.body, "{", "}")))  # a command at its end eats no space of the text
    elif name == "document":
        del reading.out[reading.before :]
    elif name in FORMULAS:
        _formula(reading, name)
    elif name in LEFT_OUT:
        _skipped(reading, name)
        reading.out.append("\n")
    elif name in FLOATS:
        _captions(reading, name)
    elif name in TABLES:
        _begin_table(reading, name)
    elif name in LISTS:
        _begin_list(reading, name)
    elif name == "abstract":
        reading.out.append("\n\nAbstract\n\n")
    elif name.rstrip("*") in state.theorems:
        addition = stream.optional()
        shown = f" ({reading.text_of(addition)})" if addition else ""
        reading.out.append(f"\n\n{state.theorems[name.rstrip('*')]}{shown}. ")
    else:
        _pass_over_arguments(stream, ARGUMENTS_OF_ENVIRONMENTS.get(name, 0))
        reading.out.append("\n")


def _pass_over_arguments(stream: TokenStream, count: int) -> None:
    while stream.optional() is not None:
        pass
    for _ in range(count):
        stream.argument()


def _formula(reading: "Reading", name: str) -> None:
    formula = reading.until(f"\\end{{{name}}}") or ""
    inner = re.sub(r"\n\s*\n", "\n", formula.strip())
    if inner:
        reading.out += ["\n\n", reading.keep(f"\\begin{{{name}}}\n{inner}\n\\end{{{name}}}"), "\n\n"]


def _begin_list(reading: "Reading", name: str) -> None:
    reading.stream.optional()
    if len(reading.state.lists) < MAX_LISTS:
        reading.state.lists.append(0 if name in ("enumerate", "compactenum", "inparaenum") else None)
    reading.out.append("\n\n")


def _begin_table(reading: "Reading", name: str) -> None:
    if name in ("tabular*", "tabularx", "tabulary", "xltabular"):
        reading.stream.argument()
    elif name in ("tabu", "longtabu"):
        _skipped_width(reading.stream)
    reading.stream.optional()
    reading.stream.argument()
    reading.state.tables += 1
    reading.out.append("\n\n")


def _skipped_width(stream: TokenStream) -> None:
    r"""Pass over `to \textwidth` or `spread 1cm`, up to the columns."""
    while (token := stream.raw()) is not None:
        if token in ("{", "}") or "\n" in token:
            stream.push([token])
            return


def end(reading: "Reading", name: str) -> None:
    """Read what ends an environment."""
    state = reading.state
    if name == "document":
        reading.out.append("\n\n")
        reading.before = len(reading.out)
        return
    if name in state.environments:
        if not reading.stream.is_exhausted:
            reading.stream.expand(Macro(tuple(state.environments[name][1])))
        return
    if name in TABLES and state.tables:
        state.tables -= 1
    elif name in LISTS and state.lists:
        state.lists.pop()
    paragraph = name in TABLES or name in LISTS or name.rstrip("*") in state.theorems or name in ("abstract", "table")
    reading.out.append("\n\n" if paragraph else "\n")


def _skipped(reading: "Reading", name: str) -> list[str]:
    """Return the tokens up to an environment's end, unread; none where nothing ends it."""
    stream = reading.stream
    taken: list[str] = []
    while name not in stream.endless and (token := stream.raw()) is not None:
        macro = stream.macros.get(token)
        if macro is not None and "\\end" in macro.body and not stream.is_exhausted:
            stream.expand(macro)  # a paper's own command may end it
        elif token == "\\end":
            found = stream.name()
            if found == name:
                return taken
            taken += ["\\end", "{", found, "}"]
        else:
            taken.append(token)
    stream.endless.add(name)
    stream.push(taken)
    return []


def _captions(reading: "Reading", name: str) -> None:
    """Keep what a figure says of itself."""
    part = _skipped(reading, name)
    for place, token in enumerate(part):
        if token == "\\caption":
            caption = TokenStream(part[place + 1 :], reading.stream)
            caption.takes("*")
            caption.optional()
            reading.out.append(f"\n\n{reading.text_of(caption.argument())}\n\n")
