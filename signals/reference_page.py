"""The reference page of all signals, made from their declarations."""

from collections.abc import Sequence
from itertools import groupby

from signals.signal import Signal

_HEAD = """\
# Signals

Every number that Loam computes about a document, from the declarations in `signals/`; `loam signals --markdown`
writes this page. Names that begin with `rps_` or `ccnet_` are RedPajama-V2's and equal its values; `roots_` ones are
those of ROOTS. A signal is null where its text is null, and where its range says so.
"""


def reference_page(declared: Sequence[Signal]) -> str:
    """Return the page in Markdown: a section a group, a row a signal, in declared order."""
    parts = [_HEAD]
    for group, signals in groupby(declared, key=lambda signal: signal.group):
        parts.append(
            f"\n## {group}\n\n| signal | type | unit | range | definition | source |\n|---|---|---|---|---|---|\n"
        )
        parts += [_row(signal) for signal in signals]
    return "".join(parts)


def _row(signal: Signal) -> str:
    cells = (str(signal.type), signal.unit, signal.range, signal.definition, signal.source)
    return f"| `{signal.name}` | {' | '.join(map(_escaped, cells))} |\n"


def _escaped(text: str) -> str:
    """Return text that cannot end a cell, start a tag or become emphasis."""
    for character in "\\|<*_`":
        text = text.replace(character, f"\\{character}")
    return text
