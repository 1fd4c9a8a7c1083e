"""Reviews of sources' terms, and operators' overrides, as a licence report tells of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Review:
    """What somebody found out about licences, and on how many documents it counted.

    Attributes:
        kind: `review`, which is evidence, or `override`, which settles the matter.
        scope: What `about` is: `source`, `host`, `pattern` or `id`.
        about: What it is about.
        license: What it comes to.
        by: Who says so.
        date: The day on which it was said.
        read: What was read.
        sha256: Of the terms as they were read.
        reason: Why.
        expires: The last day on which it counts.
        expired: Whether that day is over.
        place: File and entry.
        documents: Documents whose licence rests on it.
    """

    kind: str
    scope: str
    about: str
    license: str
    by: str
    date: str
    read: str | None
    sha256: str | None
    reason: str | None
    expires: str | None
    expired: bool
    place: str
    documents: int
