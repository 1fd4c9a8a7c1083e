"""Word lists and lists of addresses held against one document."""

import re
from collections.abc import Callable, Collection, Iterator

import regex

from signals.reference.redpajama import normalize
from signals.toxicity.folding import IN_WORD_PATTERN, fold

_IN_WORD = regex.compile(IN_WORD_PATTERN, regex.V1)
_MARK = regex.compile(r"\p{M}")


def count_flagged(text: str, entries: Collection[str]) -> int:
    """Count entries from boundary to boundary in folded text: the leftmost, of those the longest, none overlapping."""
    folded, wanted = fold(text), {fold(entry).strip() for entry in entries} - {""}
    ends = [*_boundaries(folded), len(folded)]
    count = behind = 0
    for start in ends:
        matches = [end for end in ends if start >= behind and folded[start:end] in wanted]
        if matches:
            count, behind = count + 1, max(matches)
    return count


def redpajama_flagged(text: str, entries: Collection[str]) -> float:
    """Count n-grams that are entries, after app/src/core/quality_signals/content.py of RedPajama-V2."""
    words, wanted = normalize(text).split(), set(entries)
    sizes = {1 + entry.count(" ") for entry in wanted}
    return float(sum(" ".join(words[k : k + n]) in wanted for n in sizes for k in range(len(words) - n + 1)))


def covering_entries(address: str, entries: Collection[str], registrable: Callable[[str], str | None]) -> set[str]:
    """Return the entries that cover an address: its host, a parent domain of it, or a beginning of the address.

    Args:
        address: Any address.
        entries: As `simplified` makes them: domains, or hosts with a path.
        registrable: From a host to the domain registered under its public suffix, None if it is one itself.
    """
    host, rest = simplified(address)
    if not host:
        return set()
    labels, domain = host.split("."), registrable(host)
    parents = [".".join(labels[k:]) for k in range(len(labels)) if domain]
    covering = {host, *(parent for parent in parents if len(parent) >= len(domain or ""))}
    ends = [match.start() for match in re.finditer("[/?#&;]|$", rest)]
    return (covering | {host + rest[:end] for end in ends if end > 0}) & set(entries)


def simplified(address: str) -> tuple[str, str]:
    """Return the host of an address and what follows it, in lower case, as lists are compared."""
    text = address.strip(" \t\r\n").lower().replace("\\", "/")
    text = re.sub(r"^[^:/?#]*:(?=/.)", "", text).lstrip("/*.")
    host, rest = re.fullmatch(r"(?s)([^/?#]*)(.*)", text).groups()  # type: ignore[union-attr]  # it matches any text
    host = host.rpartition("@")[2]
    bracketed = re.match(r"\[[^\]]*\]", host)
    host = (bracketed[0] if bracketed else host.partition(":")[0]).rstrip(".")
    return host.removeprefix("www.") if len(host) > len("www.") else host, rest.rstrip("/")


def _boundaries(folded: str) -> Iterator[int]:
    inside = False
    for place, character in enumerate(folded):
        if _MARK.match(character):
            if place == 0:
                yield place
            continue
        in_word = bool(_IN_WORD.match(character))
        if not (inside and in_word):
            yield place
        inside = in_word
