"""Signals of lines and paragraphs, and of repetition inside a document."""

from collections.abc import Callable

from signals.core.formulas import Values
from signals.core.measures import Measures

DOCUMENT_FORMULAS: dict[str, Callable[[Measures], Values]] = {}
LINE_FORMULAS: dict[str, Callable[[Measures], Values]] = {}
