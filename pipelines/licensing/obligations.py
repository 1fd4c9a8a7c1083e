"""What each licence asks of whoever passes a text on: one row a licence, in `data/obligations.csv`.

The rows cover the SPDX families that content is published under (Creative Commons, GFDL, Open Data Commons, CDLA,
government licences), the GNU and Mozilla licences, the permissive licences that Blue Oak Council rates bronze or
better, public domain marks, and the LicenseRefs that `normalise` makes. A licence without a row is unknown.
"""

import csv
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

from pipelines.licensing import creative_commons


class LicenseClass(StrEnum):
    """Kinds of licence that a profile tells apart, each with what its licences have in common."""

    PUBLIC_DOMAIN = "public_domain"
    PERMISSIVE = "permissive"
    ATTRIBUTION = "attribution"
    SHARE_ALIKE = "share_alike"
    COPYLEFT = "copyleft"
    USE_RESTRICTED = "use_restricted"
    RESERVED = "reserved"


class Restriction(StrEnum):
    """Limits that a licence of any class may add; each is a column of the table of obligations."""

    NONCOMMERCIAL = "noncommercial"
    NO_DERIVATIVES = "no_derivatives"
    INVARIANT_SECTIONS = "invariant_sections"


class Obligation(StrEnum):
    """What whoever passes a text on must do."""

    ATTRIBUTION = "attribution"
    STATE_CHANGES = "state_changes"
    SHARE_ALIKE = "share_alike"
    KEEP_NOTICES = "keep_notices"
    INCLUDE_LICENSE_TEXT = "include_license_text"
    OFFER_SOURCE = "offer_source"
    KEEP_DATABASE_NOTICE = "keep_database_notice"
    NONCOMMERCIAL = "noncommercial"
    NO_DERIVATIVES = "no_derivatives"
    KEEP_INVARIANT_SECTIONS = "keep_invariant_sections"


OBLIGATION_MEANINGS: Mapping[Obligation, str] = {
    Obligation.ATTRIBUTION: "name the author, the title, the source and the licence",
    Obligation.STATE_CHANGES: "say that the text was changed, and how",
    Obligation.SHARE_ALIKE: "pass adaptations on under the same licence, or one that it names",
    Obligation.KEEP_NOTICES: "keep copyright notices, disclaimers and the reference to the licence",
    Obligation.INCLUDE_LICENSE_TEXT: "pass the text of the licence on with the document",
    Obligation.OFFER_SOURCE: "make the editable source available",
    Obligation.KEEP_DATABASE_NOTICE: "keep the notice that the database is under its licence",
    Obligation.NONCOMMERCIAL: "use it for no commercial purpose",
    Obligation.NO_DERIVATIVES: "share no adaptation",
    Obligation.KEEP_INVARIANT_SECTIONS: "keep the invariant sections and cover texts as they are",
}

_RESTRICTION_COLUMNS = {
    "nc": Restriction.NONCOMMERCIAL,
    "nd": Restriction.NO_DERIVATIVES,
    "invariant": Restriction.INVARIANT_SECTIONS,
}
_OBLIGATION_COLUMNS = {
    "by": Obligation.ATTRIBUTION,
    "changes": Obligation.STATE_CHANGES,
    "sa": Obligation.SHARE_ALIKE,
    "notice": Obligation.KEEP_NOTICES,
    "text": Obligation.INCLUDE_LICENSE_TEXT,
    "source": Obligation.OFFER_SOURCE,
    "database": Obligation.KEEP_DATABASE_NOTICE,
    "nc": Obligation.NONCOMMERCIAL,
    "nd": Obligation.NO_DERIVATIVES,
    "invariant": Obligation.KEEP_INVARIANT_SECTIONS,
}


@dataclass(frozen=True)
class Terms:
    """What one licence asks.

    Attributes:
        license: The id of the row; for an unlisted Creative Commons port, that of the unported licence.
        license_class: Its kind.
        restrictions: Its limits, in the order of `Restriction`.
        obligations: What it asks when a text is changed and passed on, in the order of `Obligation`.
    """

    license: str
    license_class: LicenseClass
    restrictions: tuple[Restriction, ...]
    obligations: tuple[Obligation, ...]


def terms_of(license_id: str) -> Terms | None:
    """Return the terms of a licence id; None when it has no row and, as a CC port, no row to inherit from."""
    table = load_terms()
    if license_id in table:
        return table[license_id]
    parent = creative_commons.unported(license_id)
    return terms_of(parent) if parent is not None else None


@functools.cache
def load_terms() -> Mapping[str, Terms]:
    """Return every row of the table, by licence id.

    Raises:
        ValueError: The table names a class that does not exist, or a flag that is neither 0 nor 1.
    """
    text = files(__package__).joinpath("data/obligations.csv").read_text(encoding="utf-8")
    return {row["id"]: _terms(row) for row in csv.DictReader(text.splitlines())}


def _terms(row: Mapping[str, str]) -> Terms:
    flags = {column for column in _OBLIGATION_COLUMNS if _flag(row, column)}
    restrictions = {restriction for column, restriction in _RESTRICTION_COLUMNS.items() if column in flags}
    obligations = {obligation for column, obligation in _OBLIGATION_COLUMNS.items() if column in flags}
    return Terms(
        license=row["id"],
        license_class=LicenseClass(row["class"]),
        restrictions=tuple(restriction for restriction in Restriction if restriction in restrictions),
        obligations=tuple(obligation for obligation in Obligation if obligation in obligations),
    )


def _flag(row: Mapping[str, str], column: str) -> bool:
    if row[column] not in {"0", "1"}:
        raise ValueError(f"obligations.csv: {row['id']}: column {column}: expected 0 or 1, found {row[column]!r}")
    return row[column] == "1"
