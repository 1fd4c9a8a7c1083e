"""Declarations: signals of words and sentences that are right in every script."""

from signals.signal import Signal

WORDS: tuple[Signal, ...] = ()
