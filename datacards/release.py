"""Who publishes a release, and where: what no table can tell, so the recipe states it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Creator:
    """A person or an organisation that answers for a release.

    Attributes:
        name: As it is cited.
        organization: Whether it is an organisation.
        url: Its page; ORCID or ROR where it has one.
    """

    name: str
    organization: bool
    url: str | None


@dataclass(frozen=True)
class Release:
    """What the recipe says of the publication.

    Attributes:
        url: Where the release can be found.
        creators: Who made it.
        description: What it is, in a sentence or two; None for the card's own summary.
        version: Its version; None for the build date.
        contact: Where removals and corrections are asked for: an address or a URL.
        citation: How it is cited; None for creators, title and URL.
    """

    url: str
    creators: tuple[Creator, ...]
    description: str | None
    version: str | None
    contact: str | None
    citation: str | None


def dated_version(build_date: str | None) -> str | None:
    """Return the version of a build that names none: its date, in the three numbers that versions have.

    >>> dated_version("2026-11-04")
    '2026.11.4'
    """
    return ".".join(str(int(part)) for part in build_date.split("-")) if build_date else None
