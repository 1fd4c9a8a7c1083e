"""Signals of what a text is made of: kinds of characters, markup, links, code."""

from collections.abc import Callable

from signals.core.formulas import Values
from signals.core.measures import Measures

DOCUMENT_FORMULAS: dict[str, Callable[[Measures], Values]] = {}
