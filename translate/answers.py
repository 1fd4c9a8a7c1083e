"""Answers: an engine behind its journal. What is known is looked up; what is new is asked once and logged at once."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from translate.engines.base import Engine, Request
from translate.journal import Entry, append_to_log, entry_key

# A kill loses at most the answers to so many segments: a second or two of one core.
_SEGMENTS_A_LOG_WRITE = 64


class Answers:
    """Answers masked texts from the journal, and from the engine where the journal has none.

    Args:
        engine: The engine.
        source: Language of the texts.
        target: The language wanted.
        known: Answers by journal key.
        log: Where new answers are appended as they come.

    Attributes:
        used: Every entry that was asked for, by masked text: what the finished part of the journal holds.
        asked: How many texts the engine itself was given.
    """

    def __init__(self, engine: Engine, source: str, target: str, known: Mapping[str, str], log: Path) -> None:
        self.used: dict[str, Entry] = {}
        self.asked = 0
        self._engine = engine
        self._source = source
        self._target = target
        self._known = known
        self._log = log

    def __call__(self, texts: Sequence[str]) -> dict[str, str]:
        """Return the answer to each masked text."""
        new = []
        for text in texts:
            if text in self.used:
                continue
            key = entry_key(text, self._source, self._target, self._engine.identity)
            if key in self._known:
                self.used[text] = Entry(key, text, self._known[key])
            else:
                new.append((key, text))
        for start in range(0, len(new), _SEGMENTS_A_LOG_WRITE):
            batch = new[start : start + _SEGMENTS_A_LOG_WRITE]
            requests = [Request(text) for _, text in batch]
            replies = self._engine.translate(requests, self._source, self._target)
            entries = [Entry(*batch[number], reply.text) for number, reply in replies]
            append_to_log(self._log, entries)
            self.used.update((entry.source, entry) for entry in entries)
            self.asked += len(entries)
        return {text: self.used[text].answer for text in texts}
