"""Declarations: signals of what a text is made of: kinds of characters, markup, links, code."""

from signals.signal import Signal

CONTENT: tuple[Signal, ...] = ()
