"""Sentences of some 300 languages, by Wikimedia's `sentencex`, and by the full stops of scripts that it leaves out."""

import re
from collections.abc import Callable, Iterator, Sequence

import langcodes
import regex

SentenceSplitter = Callable[[str], Sequence[str]]

# What Unicode says ends a sentence, less ASCII (sentencex knows abbreviations), Burmese's comma and leaders; and
# Tibetan's shad, a full stop before a space.
_FULL_STOP = regex.compile(
    r"(?:[\p{Sentence_Terminal}--[\x00-\x7F\u104A\u2024]]"
    r"|[\u0F0D\u0F0E](?=\s))+[\p{Pf}\p{Pe}\"']*\s*",
    regex.V1,
)
# Code, links and addresses hold full stops that end nothing.
_ONE_PIECE = re.compile(
    r"(`++)[^`]+\1|\[[^\[\]]*\](?:\([^()\s]*\)|\[[^\[\]]*\])|(?<![\w+.-])[A-Za-z][\w+.-]*://[^\s<>\"]+|</?[A-Za-z][^<>]*>"
)
# What none of them is without.
_SIGN = re.compile(r"[`<]|\]\(|\]\[|://")
_INITIAL = regex.compile(r"(?<![\p{L}\p{M}\p{N}])\p{Lu}\.[ \u00a0]$")


def sentence_splitter(language: str) -> SentenceSplitter:
    """Return a splitter whose parts, joined, are its input.

    In Thai and Lao, whose sentences end in nothing but a space, a paragraph stays one sentence.

    Args:
        language: A language code: `en`, `eng` or `eng_Latn`. For one that sentencex does not know it takes English.

    Raises:
        ModuleNotFoundError: `sentencex` (extra `mt`) is not installed.
    """
    import sentencex  # noqa: PLC0415  # an extra: only translation needs it

    code = langcodes.standardize_tag(language.partition("_")[0], macro=True)

    def split(text: str) -> Sequence[str]:
        # Line breaks inside a wrapped sentence would end it; a space takes the same room.
        line = re.sub(r"\s", " ", text)
        parts = _cut(text, _without_cuts_inside(line, map(len, sentencex.segment(code, line))))
        return [part for sentence in _whole(parts) for part in _at_full_stops(sentence)]

    return split


def _without_cuts_inside(text: str, lengths: Iterator[int]) -> Iterator[int]:
    """Yield the lengths of parts, those put together that were cut inside code, a link or an address."""
    if not _SIGN.search(text):
        yield from lengths
        return
    pieces = _ONE_PIECE.finditer(text)
    piece = next(pieces, None)
    begun = position = 0
    for length in lengths:
        position += length
        while piece and piece.end() <= position:
            piece = next(pieces, None)
        if piece is None or piece.start() >= position:
            yield position - begun
            begun = position
    if position > begun:
        yield position - begun


def _cut(text: str, lengths: Iterator[int]) -> Iterator[str]:
    position = 0
    for length in lengths:
        yield text[position : position + length]
        position += length
    if position < len(text):
        yield text[position:]


def _whole(parts: Iterator[str]) -> Iterator[str]:
    """Join what an initial was taken for the end of: "M. Dupont", which sentencex cuts in French."""
    held = ""
    for part in parts:
        held += part
        if not _INITIAL.search(part):
            yield held
            held = ""
    if held:
        yield held


def _at_full_stops(text: str) -> Iterator[str]:
    position = 0
    for match in _FULL_STOP.finditer(text):
        yield text[position : match.end()]
        position = match.end()
    if position < len(text):
        yield text[position:]
