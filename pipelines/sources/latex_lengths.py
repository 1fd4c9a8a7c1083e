"""Lengths in LaTeX: what is given to them, and what spaces measure, is no text."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from pipelines.sources.latex_stream import Verbatim

if TYPE_CHECKING:
    from pipelines.sources.latex_text import Reading

_UNIT = "(?:pt|cm|mm|in|em|ex|bp|pc|truecm)"
_DIMENSION = re.compile(rf"[-+]?[0-9.]*{_UNIT}?")
_GIVEN = re.compile(rf"[-+]?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+){_UNIT}?")
_SKIPS = ("vskip", "hskip", "kern", "vglue", "hglue")
_LENGTHS = (
    *("parskip", "parindent", "baselineskip", "lineskip", "leftskip", "rightskip", "abovedisplayskip", "tabskip"),
    *("belowdisplayskip", "hsize", "vsize", "textheight", "topmargin", "oddsidemargin", "evensidemargin", "columnsep"),
    *("itemsep", "parsep", "topsep", "hangindent", "arraycolsep", "textwidth", "linewidth", "columnwidth"),
)


def _skip(reading: "Reading") -> None:
    r"""Pass over what `\vskip` and its kin measure."""
    reading.stream.skip_spaces()
    reading.stream.takes("-")
    following = reading.stream.raw()
    rest = _DIMENSION.sub("", following, count=1) if following and not isinstance(following, Verbatim) else following
    if rest:
        reading.stream.push([rest])
    else:
        _stretch(reading)


def _length(reading: "Reading") -> None:
    r"""Pass over what is given to a length, as in `\parskip=5pt plus 1pt` and `\parindent 0pt`."""
    reading.stream.skip_spaces()
    if reading.stream.takes("="):
        reading.stream.skip_spaces()
    following = reading.stream.raw()
    if following is None or isinstance(following, Verbatim) or _GIVEN.fullmatch(following) is None:
        reading.stream.push([] if following is None else [following])
    else:
        _stretch(reading)


def _stretch(reading: "Reading") -> None:
    """Pass over how far a space may be stretched and shrunk: `plus 1fil minus 2pt`."""
    while True:
        spaces: list[str] = []
        while (word := reading.stream.raw()) is not None and word.isspace() and word.count("\n") <= 1:
            spaces.append(word)
        if word not in ("plus", "minus"):
            reading.stream.push(spaces if word is None else [*spaces, word])
            return
        reading.stream.skip_spaces()
        reading.stream.raw()


LENGTH_COMMANDS: dict[str, Callable[["Reading"], None]] = {
    **dict.fromkeys(_SKIPS, _skip),
    **dict.fromkeys(_LENGTHS, _length),
}
