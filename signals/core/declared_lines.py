"""Declarations: signals of lines and paragraphs, and of repetition inside a document."""

from signals.signal import Signal

LINES: tuple[Signal, ...] = ()
