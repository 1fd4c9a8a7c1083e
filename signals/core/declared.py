"""Declarations of group `core`, in the order of its columns."""

from signals.core.declared_content import CONTENT
from signals.core.declared_lines import LINES
from signals.core.declared_redpajama import REDPAJAMA
from signals.core.declared_words import WORDS
from signals.signal import Signal

CORE: tuple[Signal, ...] = (*REDPAJAMA, *WORDS, *CONTENT, *LINES)
