"""Signs that an open licence was put on a text by somebody who could not: such documents are held back, never dropped.

The signs are those that audits of published corpora found to matter: words for kinds of works that others own in title
or address, rights reserved in the text itself, a notice of another holder, public domain claimed too early, and
packages whose licence is not that of what they hold.
"""

import csv
import functools
import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.licensing.obligations import LicenseClass, terms_of
from pipelines.licensing.reservations import may_hold_reservation, reservation_in
from pipelines.licensing.spdx import NOASSERTION, NONE, parse, terms
from pipelines.licensing.statuses import ALLOWED, Reason

Column: TypeAlias = "pa.Array[Any] | pa.ChunkedArray[Any]"

PUBLIC_DOMAIN_UNTIL = 1930
"""Works published before are in the public domain in the United States, since 2026 (95 years)."""

DIED_UNTIL = 1956
"""The protection of authors who died before has ended where it lasts 70 years, since 2026."""

_OTHERS_WORKS = r"(?i)lyrics?\b|\btranscripts?\b|subtitles?\b|\bepub\b|pdf-?drive"
_CLAIMS_OF_PUBLIC_DOMAIN = ("LicenseRef-scancode-public-domain", "CC-PDM-1.0")
_GRANT = re.compile(r"permission|permitted|redistribut\w+ and use|licen[cs]|free software|frei|libre", re.IGNORECASE)
_GRANT_REACHES = 600
_NOTICE_YEAR = re.compile(r"(?:©|\(c\)|copyright)\W{0,4}(?:\(c\)\W*)?(?P<year>1[89]\d\d|20\d\d)", re.IGNORECASE)
_LIFE = re.compile(r"\b1[0-9]\d\d\??\s*[-\u2013]\s*(?P<died>1[0-9]\d\d|20\d\d)\b")
_EDGE = 5000  # notices stand at the beginning or the end of a text
_CONTENT = frozenset({LicenseClass.PUBLIC_DOMAIN, LicenseClass.ATTRIBUTION, LicenseClass.SHARE_ALIKE})


def suspicions(documents: pa.Table, licences: pa.Table) -> "pa.Array[Any]":
    """Return for each document why its licence is not believed, or null.

    Args:
        documents: Columns `text`, `url`, `source_id`, `title` and `attribution`.
        licences: Their rows of `licences`, in the same order. Only documents that are allowed are looked at.
    """
    reasons = np.full(documents.num_rows, None, object)
    allowed = np.asarray(pc.is_in(licences["status"], value_set=pa.array(sorted(ALLOWED), pa.string())))
    content = allowed & np.asarray(pc.is_in(licences["license"], value_set=_content_licenses(licences["license"])))
    claimed = content & np.asarray(_any_of(licences["license"], "|".join(map(re.escape, _CLAIMS_OF_PUBLIC_DOMAIN))))
    addresses = [documents[name] for name in ("url", "source_id")]
    for name, suspected in (
        (Reason.RECENT_PUBLIC_DOMAIN, _rows(claimed, documents, _is_recent)),
        (Reason.OTHER_HOLDER, _rows(content, documents, _names_other_holder)),
        (Reason.RESERVED_IN_TEXT, _rows(content, documents, _reserves)),
        (Reason.OTHERS_WORK, content & _either([*addresses, documents["title"]], _OTHERS_WORKS)),
        (Reason.PACKAGE_LICENSE, allowed & _either(addresses, _wrappers())),
    ):
        reasons[suspected] = str(name)
    return pa.array(reasons, pa.string())


def _content_licenses(licenses: Column) -> "pa.Array[Any]":
    """Return the distinct licences that texts, not programs, are published under."""
    distinct = [text for text in pc.unique(licenses).to_pylist() if text not in (None, NONE, NOASSERTION)]
    kinds = {
        text: {known.license_class for t in terms(parse(text)) if (known := terms_of(t.license))} for text in distinct
    }
    return pa.array([text for text, found in kinds.items() if found & _CONTENT], pa.string())


def _rows(candidates: "np.ndarray[Any, Any]", documents: pa.Table, suspect: Any) -> "np.ndarray[Any, Any]":  # noqa: ANN401
    """Return which candidates a function of (text, url, attribution) suspects."""
    found = np.zeros(documents.num_rows, bool)
    rows = np.flatnonzero(candidates)
    chosen = documents.select(["text", "url", "attribution"]).take(rows)
    for row, values in zip(rows, zip(*(column.to_pylist() for column in chosen.columns), strict=True), strict=True):
        found[row] = suspect(*(value or "" for value in values))
    return found


def _reserves(text: str, _url: str, _attribution: str) -> bool:
    """Tell whether a text keeps all rights, with no grant near by: licences of programs often follow such a notice."""
    if not may_hold_reservation(text):
        return False
    place = 0
    for line in text.splitlines(keepends=True):
        words = reservation_in(line)
        if words and not _GRANT.search(text, place, place + len(line) + _GRANT_REACHES):
            return True
        place += len(line)
    return False


def _names_other_holder(text: str, url: str, _attribution: str) -> bool:
    """Tell whether an agency or publisher holds the copyright of a text that stands at somebody else's address."""
    found = [match["holder"].casefold() for match in _holder_notice().finditer(text[:_EDGE] + "\n" + text[-_EDGE:])]
    return any(_hosts()[holder] not in url.casefold() for holder in found)


def _is_recent(text: str, _url: str, attribution: str) -> bool:
    """Tell whether a text that is claimed to be in the public domain is younger than that."""
    years = [int(match["year"]) for match in _NOTICE_YEAR.finditer(text[:_EDGE] + "\n" + text[-_EDGE:])]
    deaths = [int(match["died"]) for match in _LIFE.finditer(attribution)]
    return any(year >= PUBLIC_DOMAIN_UNTIL for year in years) or any(died >= DIED_UNTIL for died in deaths)


def _any_of(column: Column, pattern: str) -> Column:
    matched: Any = pc.match_substring_regex(column, pattern)
    found: Column = pc.fill_null(matched, pa.scalar(value=False))
    return found


def _either(columns: Sequence[Column], pattern: str) -> "np.ndarray[Any, Any]":
    found: np.ndarray[Any, Any] = np.logical_or.reduce([np.asarray(_any_of(column, pattern)) for column in columns])
    return found


def _read(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(files(__package__).joinpath(f"data/{name}").read_text(encoding="utf-8").splitlines()))


@functools.cache
def _wrappers() -> str:
    return "|".join(row["address"] for row in _read("wrapper_packages.csv"))


@functools.cache
def _hosts() -> dict[str, str]:
    return {row["holder"].casefold(): row["host"] for row in _read("rights_holders.csv")}


@functools.cache
def _holder_notice() -> re.Pattern[str]:
    holders = "|".join(re.escape(row["holder"]) for row in _read("rights_holders.csv"))
    return re.compile(rf"(?:©|\(c\)|copyright)[^\n]{{0,30}}?\b(?P<holder>{holders})\b", re.IGNORECASE)
