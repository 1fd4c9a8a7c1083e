"""Lists of words by language: stop words, as RedPajama-V2 uses them and others', and abbreviations.

RedPajama-V2's lists are those of stopwords-json (https://github.com/6/stopwords-json, Apache-2.0, after RedPajama-V2's
`app/src/utilities/text/stop_words.py`): Bulgarian, English, Finnish, French, German, Italian, Spanish. The wider ones
are those of Stopwords ISO, for 58 languages.
"""

import json
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def stop_words() -> dict[str, frozenset[str]]:
    """Return RedPajama-V2's stop words of each language that has a list, by ISO 639-1 code."""
    return {language: frozenset(words) for language, words in json.loads(_read("stop_words.json")).items()}


@lru_cache(maxsize=1)
def stop_words_iso() -> dict[str, frozenset[str]]:
    """Return the stop words of Stopwords ISO of each language that has a list, by ISO 639-1 code."""
    lines = [line.split("\t") for line in _read("stop_words_iso.tsv").splitlines() if not line.startswith("#")]
    return {language: frozenset(words.split()) for language, words in lines}


@lru_cache(maxsize=1)
def abbreviations() -> frozenset[str]:
    """Return words that a full stop abbreviates, without it."""
    lines = [line for line in _read("abbreviations.txt").splitlines() if not line.startswith("#")]
    return frozenset(" ".join(lines).split())


def _read(name: str) -> str:
    return files("signals.core").joinpath("data", name).read_text(encoding="utf-8")
