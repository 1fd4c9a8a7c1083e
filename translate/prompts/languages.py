"""How prompts name languages: in English and by BCP 47 tag."""

import functools
import hashlib
import tomllib
from collections.abc import Mapping
from importlib.resources import files

_FILE = files("translate.prompts") / "languages.toml"


@functools.cache
def languages() -> Mapping[str, tuple[str, str]]:
    """Return (English name, BCP 47 tag) of every language that prompts can name, by code (`por_Latn`)."""
    return {code: (name, tag) for code, (name, tag) in tomllib.loads(_FILE.read_text(encoding="utf-8")).items()}


def name_and_tag(code: str) -> tuple[str, str]:
    """Return a language's English name and BCP 47 tag.

    Raises:
        ValueError: Prompts have no name for it.
    """
    if code not in languages():
        raise ValueError(f"prompts have no name for the language {code}: add it to translate/prompts/languages.toml")
    return languages()[code]


@functools.cache
def digest() -> str:
    """Return the SHA-256 of the names, which are a part of every prompt."""
    return hashlib.sha256(_FILE.read_bytes()).hexdigest()
