"""Checks of form: how the answer ended, whether there is one, and whether it has the marks and lines of its source."""

import re
from collections import Counter

import regex

from translate.checks.findings import Answered, Finding
from translate.masking import surrogate_difference

# What no engine may invent: addresses, tags, marks by which language models part turns of a conversation, emphasis, and
# the asterisk that Apertium puts before words that it does not know.
_INVENTED = regex.compile(
    r"\b[A-Za-z][A-Za-z0-9+.-]*://[^\s<>]+|\bwww\.[\w.-]+|[\w.+-]+@[\w-]+\.[\w.-]+"
    r"|</?[A-Za-z][A-Za-z0-9_]*(?:\s[^<>]*)?/?>|<\|[^<>|]*\|>|\[/?[A-Z_]{3,}\]|```|〘|〙|(?<![*\w])\*{1,3}(?=\w)"
)
# One of these is in every such span, and in few other texts.
_IN_INVENTED = re.compile(r"[@<\[〘〙*]|://|www\.|```")

_FINAL_BRACKETS = regex.compile(r"(?P<stop>[.!?。\uff01\uff1f।]\s*)?[(\uff08][^()\uff08\uff09]*[)\uff09]\W*$")
_CLOSES = re.compile(r"[)\uff09]")
_MOST_LONGER = 1.0


def finish(answered: Answered) -> Finding:
    """Return 1 for an answer that the engine did not end by itself, 0 for one that it did."""
    stopped = answered.finish == "stop"
    return Finding("finish", float(not stopped), stopped)


def empty(answered: Answered) -> Finding:
    """Return 1 for an answer without a letter or digit, 0 for one with."""
    is_empty = not any(map(str.isalnum, answered.answer))
    return Finding("empty", float(is_empty), not is_empty)


def placeholders(answered: Answered) -> Finding:
    """Count surrogates (URLs, code, tags, …) lost, repeated or invented, and such spans that the source has not."""
    count = surrogate_difference(answered.source, answered.answer)
    if _IN_INVENTED.search(answered.answer) and (found := _INVENTED.findall(answered.answer)):
        count += (Counter(found) - Counter(_INVENTED.findall(answered.source.text))).total()
    return Finding("placeholders", count, count == 0)


def lines(answered: Answered) -> Finding:
    """Return how many lines the answer has more than the source (fewer: negative); the numbers must agree."""
    difference = answered.answer.strip().count("\n") - answered.source.text.strip().count("\n")
    return Finding("lines", difference, difference == 0)


def remark(answered: Answered) -> Finding:
    """Return by how many standard deviations an answer is too long that ends in brackets which the source has not.

    "EBUSY" → "EBUSY (em inglês)": engines put explanations there. Humans do, too, but seldom at the end, and not after
    the last full stop, where no length is allowed.
    """
    at_end = _FINAL_BRACKETS.search(answered.answer) if _CLOSES.search(answered.answer) else None
    if at_end is None or _opened(answered.answer) <= _opened(answered.source.text):
        return Finding("remark", 0.0, passed=True)
    deviation = answered.deviation
    return Finding("remark", deviation, deviation <= _MOST_LONGER and at_end["stop"] is None)


def _opened(text: str) -> int:
    return sum(map(text.count, "(\uff08"))
