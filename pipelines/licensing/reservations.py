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
    folded = line.casefold()
    present = tuple(words for words in _needles() if words in folded)
    match = _pattern(present).search(line) if present else None
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
    return (*sorted({_longest_word(phrase) for phrase in phrases()}), *_FORBIDDING_WORDS)


def _longest_word(phrase: str) -> str:
    return max(phrase.casefold().split(), key=len)


@functools.lru_cache(maxsize=256)
def _pattern(present: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds a reservation in a line that holds these of `_needles`, and no others."""
    possible = [phrase for phrase in phrases() if _longest_word(phrase) in present]
    patterns = [r"\s+".join(re.escape(word) for word in phrase.split()) for phrase in possible]
    copies = _FORBIDDEN_COPIES if set(_FORBIDDING_WORDS).intersection(present) else ()
    return re.compile("|".join([*patterns, *copies]), re.IGNORECASE)
