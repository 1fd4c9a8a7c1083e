"""Commands of LaTeX that mean more than the text of their arguments."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from pipelines.sources.latex_definitions import environment
from pipelines.sources.latex_environments import begin, end
from pipelines.sources.latex_lengths import LENGTH_COMMANDS
from pipelines.sources.latex_stream import TokenStream, written
from pipelines.sources.latex_units import quantity_text, unit_text
from pipelines.sources.latex_words import FORMULAS, HEADINGS, LEFT_OUT, LINE_BREAK, LISTS, TABLES

if TYPE_CHECKING:
    from pipelines.sources.latex_text import Reading

_AFFILIATION_MARK = re.compile(r"\$\s*(?:\{\})?\^[^$]{0,40}\$")
_WITHOUT_SPACE_BEFORE = frozenset({"\\/", "\\ ", "\\@", "\\footnote", "\\footnotemark", "\\xspace", "\\space", "\\,"})


def _title(reading: "Reading") -> None:
    reading.stream.optional()
    found = reading.argument().strip()
    reading.state.titles += [found] if found else []


def _make_title(reading: "Reading") -> None:
    if reading.state.titles:
        reading.out.append(f"\n\n{reading.state.titles[-1]}\n\n")


def _author(reading: "Reading") -> None:
    r"""Note the names that `\and` parts, each without the address on the lines below it."""
    reading.stream.optional()
    person: list[str] = []
    is_name = True
    reading.state.in_authors = True
    for token in [*reading.stream.argument(), "\\and"]:
        if token in ("\\and", "\\And", "\\AND"):
            reading.state.authors.append(
                _AFFILIATION_MARK.sub("", reading.finished(reading.text_of(person))).strip(" ,;")
            )
            person, is_name = [], True
        elif token in ("\\\\", "\\newline"):
            is_name = False
        elif is_name:
            person.append(token)
    reading.state.in_authors = False


def _footnote(reading: "Reading") -> None:
    reading.stream.optional()
    note = reading.argument().strip()
    if reading.state.in_authors:
        return  # where somebody works
    reading.out.append(f" ({note})" if note else "")


def _paragraph(reading: "Reading") -> None:
    reading.stream.takes("*")
    reading.stream.optional()
    reading.out.append(f"\n\n{reading.argument()}\n\n")


def _abstract(reading: "Reading") -> None:
    reading.out.append("\n\nAbstract\n\n")
    _paragraph(reading)


def _link(reading: "Reading") -> None:
    reading.stream.optional()
    reading.stream.argument()
    reading.out.append(reading.argument())


def _xspace(reading: "Reading") -> None:
    """Set a space where a word follows, as the package xspace does."""
    following = reading.stream.raw()
    if following is None:
        return
    reading.stream.push([following])
    closes = following[0] in "{}~.,:;!?/')-" or following.isspace() or following in _WITHOUT_SPACE_BEFORE
    if not closes:
        reading.out.append(" ")


def _quoted(reading: "Reading") -> None:
    reading.stream.takes("*")
    words = reading.argument().strip()
    reading.out.append(f"\u201c{words}\u201d" if words else "")


def _replaced(reading: "Reading") -> None:
    """Show what an author put in place of other words."""
    reading.stream.optional()
    reading.out.append(reading.argument())
    reading.stream.argument()


def _named_command(reading: "Reading") -> None:
    r"""Pass over the name that `\csname` begins."""
    while (token := reading.stream.raw()) is not None and token != "\\endcsname":
        if token.count("\n") > 1:
            reading.stream.push([token])
            return


def _dropped_option(reading: "Reading") -> None:
    """Leave out a reference's target; what it is shown as follows."""
    reading.stream.optional()


def _quantity(reading: "Reading") -> None:
    reading.stream.optional()
    number = reading.argument().strip()
    reading.stream.optional()
    reading.out.append(quantity_text(number, unit_text(reading.stream.argument())))


def _range(reading: "Reading") -> None:
    reading.stream.optional()
    first, last = reading.argument().strip(), reading.argument().strip()
    reading.out.append(quantity_text(f"{first}--{last}", unit_text(reading.stream.argument())))


def _unit(reading: "Reading") -> None:
    reading.stream.optional()
    reading.out.append(unit_text(reading.stream.argument()))


def _number(reading: "Reading") -> None:
    reading.stream.optional()
    reading.out.append(reading.argument().strip())


def _angle(reading: "Reading") -> None:
    reading.stream.optional()
    parts = zip(reading.argument().split(";"), "\u00b0\u2032\u2033", strict=False)
    reading.out.append("".join(f"{number.strip()}{mark}" for number, mark in parts if number.strip()))


def _address(reading: "Reading") -> None:
    reading.out.append(reading.keep(written(reading.stream.argument())))


def _inline_formula(reading: "Reading") -> None:
    inner = TokenStream([*reading.stream.argument(), "$"], reading.stream)
    stream, reading.stream = reading.stream, inner
    reading.formula("$")
    reading.stream = stream


def _new_environment(reading: "Reading") -> None:
    name, begin, end = environment(reading.stream)
    known = name in FORMULAS or name in LEFT_OUT or name in LISTS or name in TABLES or name in ("document", "abstract")
    if not known:
        reading.state.environments[name] = (begin, end)


def _new_theorem(reading: "Reading") -> None:
    reading.stream.takes("*")
    name = reading.stream.name()
    reading.stream.optional()
    reading.state.theorems[name.rstrip("*")] = reading.argument().strip() or name
    reading.stream.optional()


def _comment(reading: "Reading") -> None:
    r"""Pass over what `\comment` begins, to its end, or what it has for an argument."""
    if reading.stream.has_argument():
        reading.stream.argument()
        return
    taken: list[str] = []
    while "comment" not in reading.stream.endless and (token := reading.stream.raw()) is not None:
        if token == "\\endcomment":
            return
        if token == "\\end":
            end(reading, reading.stream.name())
            return
        taken.append(token)
    reading.stream.endless.add("comment")
    reading.stream.push(taken)


def _never(reading: "Reading") -> None:
    r"""Pass over what `\iffalse` leaves out."""
    depth, taken = 1, list[str]()
    while depth and "iffalse" not in reading.stream.endless and (token := reading.stream.raw()) is not None:
        taken.append(token)
        if token == "\\fi" or (token == "\\else" and depth == 1):
            depth -= 1
        elif token.startswith("\\if") and token != "\\iff":
            depth += 1
    if depth:
        reading.stream.endless.add("iffalse")
        reading.stream.push(taken)


def _new_switch(reading: "Reading") -> None:
    reading.stream.skip_spaces()
    reading.stream.raw()


def _begin(reading: "Reading") -> None:
    begin(reading, reading.stream.name())


def _end(reading: "Reading") -> None:
    end(reading, reading.stream.name())


def _line_end(reading: "Reading") -> None:
    reading.stream.takes("*")
    reading.stream.optional()
    reading.out.append(LINE_BREAK if reading.state.tables else "\n")


def _item(reading: "Reading") -> None:
    label = reading.stream.optional()
    lists = reading.state.lists
    mark = "- "
    if lists and lists[-1] is not None:
        lists[-1] += 1
        mark = f"{lists[-1]}. "
    if label is not None:
        mark = f"- {reading.text_of(label)} "
    reading.out.append(f"{LINE_BREAK}{'  ' * (len(lists) - 1)}{mark}")
    reading.stream.skip_spaces()


COMMANDS: dict[str, Callable[["Reading"], None]] = {
    "begin": _begin,
    "end": _end,
    "item": _item,
    **dict.fromkeys(("\\", "newline", "linebreak", "tabularnewline", "cr"), _line_end),
    **dict.fromkeys(HEADINGS, _paragraph),
    "title": _title,
    "maketitle": _make_title,
    "author": _author,
    "abstract": _abstract,
    "caption": _paragraph,
    "href": _link,
    **dict.fromkeys(("url", "nolinkurl", "path"), _address),
    "hyperref": _dropped_option,
    "xspace": _xspace,
    "enquote": _quoted,
    "replaced": _replaced,
    "csname": _named_command,
    "ensuremath": _inline_formula,
    "newtheorem": _new_theorem,
    "comment": _comment,
    "iffalse": _never,
    "newif": _new_switch,
    **LENGTH_COMMANDS,
    **dict.fromkeys(("footnote", "footnotetext"), _footnote),
    **dict.fromkeys(("SI", "qty"), _quantity),
    **dict.fromkeys(("SIrange", "qtyrange"), _range),
    **dict.fromkeys(("si", "unit"), _unit),
    "num": _number,
    "ang": _angle,
    **dict.fromkeys(("newenvironment", "renewenvironment"), _new_environment),
}
