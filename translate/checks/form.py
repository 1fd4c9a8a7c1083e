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
# One of these, or `://`, `www.` or "```", is in every such span, and in few other texts.
_IN_INVENTED = re.compile(r"[@<\[〘〙*]")

_FINAL_BRACKETS = regex.compile(r"(?P<stop>[.!?。\uff01\uff1f।]\s*)?[(\uff08][^()\uff08\uff09]*[)\uff09]\W*$")
_MOST_LONGER = 1.0

_ENDED, _CUT_SHORT = Finding("finish", 0.0, passed=True), Finding("finish", 1.0, passed=False)
_GIVEN, _EMPTY = Finding("empty", 0.0, passed=True), Finding("empty", 1.0, passed=False)
_SAME_LINES = Finding("lines", 0, passed=True)
_NO_REMARK = Finding("remark", 0.0, passed=True)


def finish(answered: Answered) -> Finding:
    """Return 1 for an answer that the engine did not end by itself, 0 for one that it did."""
    return _ENDED if answered.finish == "stop" else _CUT_SHORT


def empty(answered: Answered) -> Finding:
    """Return 1 for an answer without a letter or digit, 0 for one with."""
    return _GIVEN if any(map(str.isalnum, answered.answer)) else _EMPTY


def placeholders(answered: Answered) -> Finding:
    """Count surrogates (URLs, code, tags, …) lost, repeated or invented, and such spans that the source has not."""
    count = surrogate_difference(answered.source, answered.answer)
    if _may_invent(answered.answer) and (found := _INVENTED.findall(answered.answer)):
        count += (Counter(found) - Counter(_INVENTED.findall(answered.source.text))).total()
    return Finding("placeholders", count, count == 0)


def lines(answered: Answered) -> Finding:
    """Return how many lines the answer has more than the source (fewer: negative); the numbers must agree."""
    if "\n" not in answered.answer and "\n" not in answered.source.text:
        return _SAME_LINES
    difference = answered.answer.strip().count("\n") - answered.source.text.strip().count("\n")
    return Finding("lines", difference, difference == 0)


def remark(answered: Answered) -> Finding:
    """Return by how many standard deviations an answer is too long that ends in brackets which the source has not.

    "EBUSY" → "EBUSY (em inglês)": engines put explanations there. Humans do, too, but seldom at the end, and not after
    the last full stop, where no length is allowed.
    """
    may_end = ")" in answered.answer or "\uff09" in answered.answer
    at_end = _FINAL_BRACKETS.search(answered.answer) if may_end else None
    if at_end is None or _opened(answered.answer) <= _opened(answered.source.text):
        return _NO_REMARK
    deviation = answered.deviation
    return Finding("remark", deviation, deviation <= _MOST_LONGER and at_end["stop"] is None)


def _may_invent(text: str) -> bool:
    return "://" in text or "www." in text or "```" in text or _IN_INVENTED.search(text) is not None


def _opened(text: str) -> int:
    return sum(map(text.count, "(\uff08"))
