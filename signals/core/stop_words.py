"""Stop words by language, as RedPajama-V2 uses them.

The lists are those of stopwords-json (https://github.com/6/stopwords-json, Apache-2.0, after RedPajama-V2's
`app/src/utilities/text/stop_words.py`): Bulgarian, English, Finnish, French, German, Italian, Spanish.
"""

import json
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def stop_words() -> dict[str, frozenset[str]]:
    """Return the stop words of each language that has a list, by ISO 639-1 code."""
    content = json.loads(files("signals.core").joinpath("data/stop_words.json").read_text(encoding="utf-8"))
    return {language: frozenset(words) for language, words in content.items()}
