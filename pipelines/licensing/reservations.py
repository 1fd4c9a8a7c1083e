"""Words by which a rights-holder keeps all rights, in many languages: `data/reservations.txt`, a phrase a line."""

import functools
import re
from importlib.resources import files

_FORBIDDEN_COPIES = (
    r"no part of (?:this|the) [\w ]{1,40} may be (?:reproduced|copied|transmitted|distributed|redistributed)",
    r"(?:this|the) [\w ]{1,40} may not be (?:reproduced|copied|published|distributed|redistributed)",
)
_FORBIDDING_WORDS = (" may be ", " may not be ")


def may_hold_reservation(text: str) -> bool:
    """Tell fast whether `reservation_in` may find something in some line of a text."""
    folded = text.casefold()
    return any(words in folded for words in _needles())


def reservation_in(line: str) -> str | None:
    """Return the first words in a line that keep all rights, as they stand there; None where there are none."""
    if not may_hold_reservation(line):
        return None
    match = _pattern().search(line)
    return None if match is None else match[0]


def is_reservation(text: str) -> bool:
    """Tell whether a text keeps all rights and says no more, but for a copyright notice around it."""
    words = reservation_in(text)
    if words is None:
        return False
    before, _, after = text.partition(words)
    notice = re.match(r"\s*(?:copyright|copr\.|©|\(c\)|&copy;|all content)", before, re.IGNORECASE)
    return not after.strip(" \r\n\t.!*|-") and (not before.strip() or notice is not None)


@functools.cache
def phrases() -> tuple[str, ...]:
    """Return every phrase that is listed, long ones first."""
    lines = files(__package__).joinpath("data/reservations.txt").read_text(encoding="utf-8").splitlines()
    return tuple(sorted((line for line in lines if line), key=len, reverse=True))


@functools.cache
def _needles() -> tuple[str, ...]:
    """Return a word of each phrase, its longest: white space inside a phrase may differ."""
    words = {max(phrase.casefold().split(), key=len) for phrase in phrases()}
    return (*sorted(words), *_FORBIDDING_WORDS)


@functools.cache
def _pattern() -> re.Pattern[str]:
    patterns = [r"\s+".join(re.escape(word) for word in phrase.split()) for phrase in phrases()]
    return re.compile("|".join([*patterns, *_FORBIDDEN_COPIES]), re.IGNORECASE)
