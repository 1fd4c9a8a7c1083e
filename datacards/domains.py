"""Which sites the texts of a release are from, by the size of text."""

import csv
import io
import math
from dataclasses import dataclass

# The summary for model providers lists the top tenth of all domains; this many are listed of larger releases.
MOST = 10_000


@dataclass(frozen=True)
class Domain:
    """The published documents of one registrable domain."""

    name: str
    documents: int
    bytes: int


@dataclass(frozen=True)
class Domains:
    """The sites of the published documents.

    Attributes:
        count: How many there are.
        largest: The largest tenth, at most `MOST`, by bytes.
    """

    count: int
    largest: tuple[Domain, ...]


def largest_tenth(domains: list[Domain]) -> Domains:
    """Return the largest tenth of some domains, and how many there are in all.

    >>> largest_tenth([Domain("a.org", 1, 5), Domain("b.org", 2, 9)])
    Domains(count=2, largest=(Domain(name='b.org', documents=2, bytes=9),))
    """
    ordered = sorted(domains, key=lambda domain: (-domain.bytes, domain.name))
    return Domains(len(domains), tuple(ordered[: min(math.ceil(len(domains) / 10), MOST)]))


def domains_csv(domains: Domains) -> str:
    """Return the listed domains as comma-separated values."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("domain", "documents", "bytes"))
    writer.writerows((domain.name, domain.documents, domain.bytes) for domain in domains.largest)
    return text.getvalue()
