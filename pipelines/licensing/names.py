"""What a licence is called: one name in, one SPDX expression out, by a table of aliases and the SPDX ids themselves."""

import csv
import functools
import re
import unicodedata
from dataclasses import dataclass
from importlib.resources import files

from pipelines.licensing import creative_commons, spdx

_EDGES = " \t\r\n'\"`\u201c\u201d\u2018\u2019\u00ab\u00bb[](){}<>.,;:*_"
_PHRASES = (
    (re.compile(r"\b(?:general public|gnu gpl)\b"), "gpl"),
    (re.compile(r"\b(?:lesser|library)(?: or (?:lesser|library))? gpl\b"), "lgpl"),
    (re.compile(r"\baffero gpl\b"), "agpl"),
    (re.compile(r"\bfree documentation\b"), "gfdl"),
    (re.compile(r"\bgnu (?=a?l?gpl|g?fdl)"), ""),
    (re.compile(r"\bfdl\b"), "gfdl"),
    (re.compile(r"\bmozilla public\b"), "mpl"),
    (re.compile(r"\bcc zero\b"), "cc0"),
)
# "version 3 or later", "v3 or any later version", "3 or newer"
_OR_LATER = re.compile(r" (?:or|and)(?: \(?at your option\)?)?(?: any)? (?:later|newer|greater|above)\b(?: versions?)?")
_AT_LEAST = re.compile(r">= ?([0-9][0-9.]*)")
# What is left may turn a name into its opposite or into a question: < > = ! ? ~
_PUNCTUATION = re.compile(r"[^\w.+<>=!?~]+|_+")
_VERSION_WORD = re.compile(r"(?:\b(?:versions?|ver)|v)\.? ?(?=[0-9])")
_LETTER_BEFORE_DIGIT = re.compile(r"(?<=[a-z])(?=[0-9])")
_ZERO_MINOR = re.compile(r"(?<=[0-9])\.0(?![.0-9])")
_NOISE_WORDS = frozenset({"the", "license", "licence", "licenses", "licences"})


@dataclass(frozen=True)
class Meaning:
    """What one name means.

    Attributes:
        expression: An SPDX expression or NONE; None when the name does not settle it.
        candidates: What it may mean when it does not settle it.
        note: What the reader of a report should know.
    """

    expression: str | None
    candidates: tuple[str, ...] = ()
    note: str | None = None


UNKNOWN = Meaning(None)


def meaning(name: str) -> Meaning:
    """Return what one licence name means: an id, an alias, or a Creative Commons name; never an expression."""
    stripped = name.strip()
    if stripped in spdx.license_ids():
        return Meaning(stripped)
    folded = fold(name)
    if known := _table().get(folded):
        return known
    if spdx.LICENSE_REF.fullmatch(stripped):
        return Meaning(stripped)
    if listed := creative_commons.license_of_name(folded):
        return Meaning(listed)
    if folded.endswith("+"):
        base = _table().get(folded[:-1].rstrip(), UNKNOWN).expression
        if base in spdx.license_ids() and folded[-2:-1].isdigit():
            return Meaning(base, note="later versions are permitted too")
    return UNKNOWN


def exception_id(name: str) -> str | None:
    """Return the id of a licence exception, given by id or by a common name; None when it is not listed."""
    return _exceptions().get(fold(name))


def license_of_url(url: str) -> Meaning:
    """Return what the address of a licence text means, Creative Commons and others."""
    if listed := creative_commons.license_of_url(url):
        return Meaning(listed)
    key = _url_key(url)
    if known := _urls().get(key):
        return known
    host, _, path = key.partition("/")
    if host in {"opensource.org", "spdx.org"} and path.startswith(("licenses/", "license/")):
        return meaning(path.rsplit("/", 1)[-1])
    return UNKNOWN


def fold(name: str) -> str:
    """Return a name without what never tells licences apart: case, punctuation, `version`, `license`, a final `.0`.

    `GNU General Public License, Version 2.0 or later` and `GPL-2+` both fold to `gpl 2+`.
    """
    text = unicodedata.normalize("NFKC", name).casefold().strip(_EDGES)
    text = _AT_LEAST.sub(r"\1+", text)
    text = _PUNCTUATION.sub(" ", text)
    for pattern, replacement in _PHRASES:
        text = pattern.sub(replacement, text)
    text = _OR_LATER.sub("+", text)
    text = _VERSION_WORD.sub("", text)
    text = _LETTER_BEFORE_DIGIT.sub(" ", text)
    text = _ZERO_MINOR.sub("", text)
    words = [word.strip(".") for word in text.split()]
    kept = [word for word in words if word and word not in _NOISE_WORDS] or words
    return re.sub(r" \+(?= |$)", "+", " ".join(kept))


def with_plus(text: str) -> str:
    """Return a text with `or later` written as `+`, so that its `or` is no operator."""
    return re.sub(_OR_LATER.pattern, "+", text, flags=re.IGNORECASE)


def read_aliases() -> list[tuple[str, Meaning]]:
    """Return the rows of `data/aliases.csv`: the name as it is found, and what it means."""
    table = files(__package__).joinpath("data/aliases.csv").read_text(encoding="utf-8")
    return [
        (
            row["name"],
            Meaning(
                None if row["expression"] == spdx.NOASSERTION else row["expression"],
                tuple(row["candidates"].split()),
                row["note"] or None,
            ),
        )
        for row in csv.DictReader(table.splitlines())
    ]


@functools.cache
def _table() -> dict[str, Meaning]:
    ids = sorted(key for key in spdx.license_ids() if not spdx.LICENSE_REF.fullmatch(key))
    listed = {fold(key): Meaning(key) for key in ids}
    former = {fold(key): Meaning(now) for key, now in spdx.former_ids().items()}
    aliases = {fold(name): known for name, known in read_aliases() if not _is_url(name)}
    return former | listed | aliases


@functools.cache
def _exceptions() -> dict[str, str]:
    listed = {fold(key): key for key in spdx.exception_ids()}
    table = files(__package__).joinpath("data/exceptions.csv").read_text(encoding="utf-8")
    return listed | {fold(row["name"]): row["id"] for row in csv.DictReader(table.splitlines())}


@functools.cache
def _urls() -> dict[str, Meaning]:
    return {_url_key(name): known for name, known in read_aliases() if _is_url(name)}


def _is_url(name: str) -> bool:
    return name.startswith("https://")


def _url_key(url: str) -> str:
    key = re.sub(r"^(?:https?:)?//(?:www\.)?", "", re.split(r"[?#]", url.strip().casefold())[0])
    return re.sub(r"(?:\.(?:html?|txt|php|json))?/?$", "", key)
