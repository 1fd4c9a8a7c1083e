"""Repeated spans once more, by brute force over plain strings: what the pipeline is held to."""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import regex

from pipelines.dedup.span_rules import SpanRule
from pipelines.dedup.span_tokens import Comparison, ccnet_replacements
from signals.character_breaks import UNSPACED_PATTERN

_WORD = regex.compile(rf"(?V1)[{UNSPACED_PATTERN}&&\w]|[\w--{UNSPACED_PATTERN}]+")
_SPACED = regex.compile(rf"(?V1)[\w--{UNSPACED_PATTERN}]")
_SENTENCE_END = re.compile(r"\n|[。！？｡।॥။។]|[.!?…؟۔።։][^\s]*\s")
_CCNET = str.maketrans(dict(ccnet_replacements()))


Edit = tuple[int, int, str]


class Token(NamedTuple):
    """What is compared, and the characters that it stands on."""

    folded: str
    start: int
    end: int


def tokens_of(text: str, rule: SpanRule) -> list[Token]:
    """Return what a rule compares of a text."""
    if rule.comparison == Comparison.WORDS:
        return _words(text)
    if rule.comparison == Comparison.SENTENCES:
        return _sentences(text)
    found = []
    for match in re.finditer(r"[^\n]*\n|[^\n]+$", text):
        line = match[0].strip()
        folded = line.translate(_CCNET) if rule.comparison == Comparison.CCNET_LINES else line.replace("\0", "")
        if folded and len(line) >= rule.at_least:
            found.append(Token(folded, *match.span()))
    return found


def _words(text: str) -> list[Token]:
    return [Token(_fold(match[0]), *match.span()) for match in _WORD.finditer(text)]


def _fold(word: str) -> str:
    return "".join(unicodedata.normalize("NFD", character.lower()) for character in word).replace("ς", "σ")


def _sentences(text: str) -> list[Token]:
    sentences: list[list[Token]] = [[]]
    words = _words(text)
    for word, following in zip(words, [*words[1:], None][: len(words)], strict=True):
        sentences[-1].append(word)
        if following is None or _SENTENCE_END.search(text[word.end : following.start]):
            sentences.append([])
    return [
        Token(" ".join(word.folded for word in sentence), sentence[0].start, sentence[-1].end)
        for sentence in sentences
        if sentence
    ]


def removed_spans(texts: Sequence[str], rule: SpanRule, sources: Sequence[str] | None = None) -> list[list[Edit]]:
    """Return the spans that go from each text; the first of the texts is the one preferred, and so on."""
    tokens = [tokens_of(text, rule) for text in texts]
    places: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for document, found in enumerate(tokens):
        own = (sources[document],) if sources is not None and rule.within_source else ()
        for start in range(len(found) - rule.size + 1):
            key = (*own, *(token.folded for token in found[start : start + rule.size]))
            places.setdefault(key, []).append((document, start))
    gone, kept = set[tuple[int, int]](), set[tuple[int, int]]()
    for copies in places.values():
        if len(copies) < rule.copies:
            continue
        first_goes = not rule.keeps_first and (not rule.elsewhere or len({document for document, _ in copies}) > 1)
        for position, (document, start) in enumerate(copies):
            covered = {(document, start + k) for k in range(rule.size)}
            if position or first_goes:
                gone |= covered
            else:
                kept |= covered
    spans = _line_spans if rule.is_of_lines else _word_spans
    return [
        spans(text, found, {place for number, place in gone - kept if number == document})
        for document, (text, found) in enumerate(zip(texts, tokens, strict=True))
    ]


def _word_spans(text: str, tokens: Sequence[Token], gone: set[int]) -> list[Edit]:
    spans = []
    for first in sorted(gone):
        if first - 1 in gone:
            continue
        last = first
        while last + 1 in gone:
            last += 1
        start = 0 if first == 0 else tokens[first].start
        end = len(text)
        if last + 1 < len(tokens):
            between = text[tokens[last].end : tokens[last + 1].start]
            end = tokens[last].end + len(re.match(r"\S*\s*", between)[0])  # type: ignore[index]  # it matches always
        glued = start > 0 and end < len(text) and bool(_SPACED.match(text[start - 1]) and _SPACED.match(text[end]))
        spans.append((start, end, " " if glued else ""))
    return spans


def _line_spans(text: str, lines: Sequence[Token], gone: set[int]) -> list[Edit]:
    spans: list[Edit] = []
    for number in sorted(gone):
        _, start, end = lines[number]
        if spans and spans[-1][1] == start:
            start = spans.pop()[0]
        spans.append((start, end, ""))
    if spans and spans[-1][1] == len(text) and not text.endswith("\n") and spans[-1][0] > 0:
        spans[-1] = (spans[-1][0] - 1, len(text), "")
    return spans
