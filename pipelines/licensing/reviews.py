"""What people found out about licences: reviews of a source's terms, and an operator's overrides, each with its author.

A review says what the terms of a source, a host or some addresses came to when somebody read them. It counts as
evidence of class E3: it makes up for weak evidence, and yields to what a document says of itself. An override settles a
document's licence whatever the evidence is, so that it needs a reason.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.licensing import spdx
from pipelines.licensing.obligations import terms_of
from pipelines.licensing.spdx import NOASSERTION, NONE

_SHA256_DIGITS = 64


class Scope(StrEnum):
    """What a review is about, from the least to the most specific."""

    SOURCE = "source"
    HOST = "host"
    PATTERN = "pattern"
    ID = "id"


class Kind(StrEnum):
    """Whether a review is evidence, or settles the matter."""

    REVIEW = "review"
    OVERRIDE = "override"


@dataclass(frozen=True)
class Review:
    """One review or override.

    Attributes:
        kind: Which of both.
        scope: What `about` is: a source of the recipe, a host with all below it, a regular expression (RE2) that is
            found in the address, or a document's id.
        about: What it is about.
        license: SPDX expression; NONE for no rights at all, NOASSERTION to hold documents back.
        by: Who says so.
        date: The day on which it was said.
        read: What was read: an address, a title; None for an override that rests on nothing to read.
        sha256: Of the terms as they were read, in hexadecimal; None where nothing was.
        reason: Why; an override has one.
        expires: The last day on which it counts; None where it never ends.
        place: File and entry.
    """

    kind: Kind
    scope: Scope
    about: str
    license: str
    by: str
    date: str
    read: str | None
    sha256: str | None
    reason: str | None
    expires: str | None
    place: str

    def as_json(self) -> dict[str, str | None]:
        """Return it as plain JSON that `from_json` reads back."""
        return {name: None if value is None else str(value) for name, value in asdict(self).items()}


def from_json(value: Mapping[str, Any]) -> Review:
    """Return the review that `Review.as_json` wrote down."""
    return Review(**{**value, "kind": Kind(value["kind"]), "scope": Scope(value["scope"])})


def read_review(entry: Mapping[str, Any], place: str) -> Review:
    """Return the review that an entry of a file states.

    Args:
        entry: Its keys and values; empty values count as absent.
        place: File and entry, such as `reviews.yaml, entry 3`.

    Raises:
        ValueError: A key is missing or unknown, or a value is not what it must be; the message names the place.
    """
    stated = {str(key): _text(value) for key, value in entry.items() if _text(value) is not None}
    known = {field.name for field in fields(Review)} - {"scope", "about", "place"} | set(Scope)
    if unknown := sorted(stated.keys() - known):
        raise ValueError(f"{place}: unknown key {unknown[0]!r}; expected some of {', '.join(sorted(known))}")
    kind = stated.get("kind") or Kind.REVIEW
    if kind not in set(Kind):
        raise ValueError(f"{place}: kind: expected review or override, got {kind!r}")
    scopes = [scope for scope in Scope if scope in stated]
    if len(scopes) != 1:
        raise ValueError(f"{place}: expected one of {', '.join(Scope)}, got {' and '.join(scopes) or 'none'}")
    needed = (
        ("license", "by", "date", "reason") if kind == Kind.OVERRIDE else ("license", "by", "date", "read", "sha256")
    )
    if missing := [key for key in needed if key not in stated]:
        raise ValueError(f"{place}: {missing[0]} is missing: {'an' if kind == 'override' else 'a'} {kind} states it")
    return Review(
        kind=Kind(kind),
        scope=scopes[0],
        about=_about(scopes[0], str(stated[scopes[0]]), place),
        license=_license(str(stated["license"]), place),
        by=str(stated["by"]),
        date=str(_date(stated, "date", place)),
        read=stated.get("read"),
        sha256=_digest(stated.get("sha256"), place),
        reason=stated.get("reason"),
        expires=_date(stated, "expires", place),
        place=place,
    )


def in_force(reviews: Sequence[Review], build_date: dt.date | None) -> tuple[list[Review], list[Review]]:
    """Return the reviews that count on a day, and those that have expired.

    Raises:
        ValueError: A review expires, and there is no day.
    """
    expiring = next((review for review in reviews if review.expires is not None), None)
    if expiring is not None and build_date is None:
        raise ValueError(f"{expiring.place}: it expires, so that the recipe needs a `build_date`")
    day = "" if build_date is None else build_date.isoformat()
    expired = [review for review in reviews if review.expires is not None and review.expires < day]
    return [review for review in reviews if review not in expired], expired


def _text(value: object) -> str | None:
    text = value.isoformat() if isinstance(value, dt.date) else "" if value is None else str(value).strip()
    return text or None


def _about(scope: Scope, value: str, place: str) -> str:
    if scope is Scope.PATTERN:
        try:
            pc.match_substring_regex(pa.array([""]), value)
        except pa.ArrowInvalid as error:
            raise ValueError(f"{place}: pattern: {error}") from None
    if scope is Scope.HOST:
        host = value.lower().strip(".")
        if not host or any(character in host for character in "/:*@ "):
            raise ValueError(f"{place}: host: expected a name such as example.org, got {value!r}")
        return host
    return value


def _license(value: str, place: str) -> str:
    if value in (NONE, NOASSERTION):
        return value
    try:
        tree = spdx.parse(value)
    except spdx.ExpressionSyntaxError:
        raise ValueError(f"{place}: license: {value!r} is no SPDX expression, NONE or NOASSERTION") from None
    for term in spdx.terms(tree):
        if terms_of(term.license) is None:
            raise ValueError(f"{place}: license: what {term.license!r} asks is not recorded; expected an SPDX id")
    return str(tree)


def _date(stated: Mapping[str, str | None], key: str, place: str) -> str | None:
    value = stated.get(key)
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError(f"{place}: {key}: expected a date such as 2026-11-24, got {value!r}") from None


def _digest(value: str | None, place: str) -> str | None:
    if value is None:
        return None
    digest = value.lower().removeprefix("sha256:")
    if len(digest) != _SHA256_DIGITS or any(character not in "0123456789abcdef" for character in digest):
        raise ValueError(f"{place}: sha256: expected 64 hexadecimal digits, got {value!r}")
    return digest
