"""Signals of words and sentences that are right in every script."""

from collections.abc import Callable

from signals.core.formulas import Values
from signals.core.measures import Measures

DOCUMENT_FORMULAS: dict[str, Callable[[Measures], Values]] = {
    "word_count": lambda m: m.word_counts,
}
