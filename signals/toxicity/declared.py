"""Declarations of group `toxicity`."""

import pyarrow as pa

from signals.group import Resources
from signals.signal import Signal

WORD_LISTS = "word_lists/"
URL_LISTS = "url_lists/"

_REDPAJAMA = "RedPajama-V2, togethercomputer/RedPajama-Data at 6d2cee9, app/src/core/quality_signals/content.py"
_LDNOOBW = "List of Dirty, Naughty, Obscene and Otherwise Bad Words, github.com/LDNOOBW (CC-BY-4.0)"
_UT1 = "UT1 block lists, Université Toulouse Capitole (CC-BY-SA-4.0)"
_MATCHING = (
    "A list's entries and the text are compared folded: case, composed and decomposed letters, full-width and "
    "mathematical letters, invisible characters, kinds of white space, apostrophes and hyphens make no difference, "
    "accents do. An entry stands from word boundary to word boundary, in scripts without spaces anywhere between "
    "characters; of entries that overlap, the leftmost counts, and of those the longest."
)


def _toxicity(
    name: str,
    kind: pa.DataType,
    *,
    unit: str,
    bounds: str,
    definition: str,
    source: str = "Loam",
    version: int = 1,
) -> Signal:
    return Signal(name, "toxicity", kind, unit, bounds, definition, source, version)


TOXICITY: tuple[Signal, ...] = (
    _toxicity(
        "rps_doc_ldnoobw_words",
        pa.float64(),
        unit="n-grams",
        bounds="0 and up; 0 in languages other than en, fr, it, es and de; null without `ldnoobw`",
        definition="Words, and sequences of words, of the normalised text that are entries of `ldnoobw` for the "
        "language, each as often as it occurs. The entries are not normalised: with capitals, punctuation or composed "
        "accents they never match.",
        source=_REDPAJAMA,
    ),
    _toxicity(
        "flagged_words",
        pa.int64(),
        unit="entries",
        bounds="0 and up; null without `ldnoobw` or where it has no list for the language",
        definition=f"How often entries of `ldnoobw` for the language stand in the text. {_MATCHING}",
        source=f"Loam; {_LDNOOBW}",
        version=2,
    ),
    _toxicity(
        "flagged_word_fraction",
        pa.float64(),
        unit="share of words",
        bounds="0 to 1; null as flagged_words, and where there are no words",
        definition="flagged_words per word_count, at most 1.",
        source=f"Loam; {_LDNOOBW}",
        version=2,
    ),
    _toxicity(
        "rps_doc_ut1_blacklist",
        pa.int64(),
        unit="id",
        bounds="0 to 8190; null where the domain is not listed, and without `ut1` or an address",
        definition="RedPajama-V2's number for the set of UT1 categories (of its 13) that list the address's network "
        "location as it stands, port and `www.` included.",
        source=_REDPAJAMA,
    ),
    _toxicity(
        "url_blocked",
        pa.bool_(),
        unit="flag",
        bounds="true or false; null without `ut1` or an address",
        definition="Whether url_categories holds one of the 13 categories that RedPajama-V2 took from UT1: adult, "
        "agressif, agressive, arjel, chat, dating, ddos, filehosting, gambling, mixed_adult, phishing, porn, violence.",
        source=f"Loam; {_UT1}",
    ),
    _toxicity(
        "url_categories",
        pa.string(),
        unit="categories",
        bounds="sorted and parted by commas, empty where the address is not listed; null without `ut1` or an address",
        definition="The categories of `ut1` that list the address: its host, a parent domain of it up to the one "
        "registered under a public suffix, or a beginning of the address up to the end of a part of its path. Scheme, "
        "user, port, `www.` and case make no difference.",
        source=f"Loam; {_UT1}; Public Suffix List, publicsuffix.org (MPL-2.0)",
    ),
)


def declare_toxicity(resources: Resources) -> tuple[Signal, ...]:
    """Return the signals: those that are always there, then one for each list of a user's own."""
    return (
        *TOXICITY,
        *(_own_words(name.removeprefix(WORD_LISTS)) for name in sorted(resources) if name.startswith(WORD_LISTS)),
        *(_own_urls(name.removeprefix(URL_LISTS)) for name in sorted(resources) if name.startswith(URL_LISTS)),
    )


def _own_words(name: str) -> Signal:
    return _toxicity(
        f"{name}_words",
        pa.int64(),
        unit="entries",
        bounds="0 and up; null where the list has nothing for the language",
        definition=f"How often entries of the word list `{name}` stand in the text. {_MATCHING}",
        source="the user's own list",
        version=2,
    )


def _own_urls(name: str) -> Signal:
    return _toxicity(
        f"{name}_url",
        pa.bool_(),
        unit="flag",
        bounds="true or false; null without an address",
        definition=f"Whether the list `{name}` covers the address, as `ut1` does for url_categories.",
        source="the user's own list",
    )
