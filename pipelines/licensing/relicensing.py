"""Under which other licences a licence lets a text go on, as data in `data/relicensing.csv`, each with its basis."""

import csv
import functools
from collections.abc import Mapping
from importlib.resources import files

from pipelines.licensing import spdx
from pipelines.licensing.obligations import Obligation, terms_of
from pipelines.licensing.spdx import Expression, Term

OR_LATER = "or later"

_FAMILIES = {"LicenseRef-bsd-unversioned": ("BSD-", "0BSD"), "LicenseRef-apache-unversioned": ("Apache-",)}


def have_common_license(expression: Expression) -> bool:
    """Tell whether one licence exists that every share-alike licence of a merged text lets it go on under."""
    share_alike = {
        term.license
        for term in spdx.terms(expression)
        if (known := terms_of(term.license)) is not None and Obligation.SHARE_ALIKE in known.obligations
    }
    reachable = [_targets().get(license_id, frozenset()) | {license_id} for license_id in share_alike]
    return not reachable or bool(frozenset.intersection(*reachable))


def is_within(narrow: Expression, wide: Expression) -> bool:
    """Tell whether a statement only makes another more exact: every alternative it leaves is one the other offers.

    `GPL-3.0-only` is within `GPL-2.0-or-later`, `MIT` within `MIT OR Apache-2.0`, `BSD-3-Clause` within BSD licences
    whose clauses are not stated.
    """
    offered = spdx.branches(wide)
    return all(any(_is_offered(branch, by) for by in offered) for branch in spdx.branches(narrow))


def _is_offered(branch: Expression, by: Expression) -> bool:
    if branch == by:
        return True
    if not isinstance(branch, Term) or not isinstance(by, Term) or by.exception is not None:
        return False
    if by.license.endswith("-unversioned"):
        prefixes = _FAMILIES.get(by.license) or _creative_commons_family(by.license)
        return branch.license.startswith(prefixes)
    return branch.license in _later_versions().get(by.license, frozenset())


def _creative_commons_family(license_ref: str) -> tuple[str, ...]:
    elements = license_ref.removeprefix("LicenseRef-cc-").removesuffix("-unversioned")
    return tuple(f"{prefix}{digit}" for digit in range(1, 5) for prefix in _prefixes(elements))


def _prefixes(elements: str) -> tuple[str, str]:
    return f"CC-{elements.upper()}-", f"LicenseRef-cc-{elements}-"


def _read() -> list[dict[str, str]]:
    text = files(__package__).joinpath("data/relicensing.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@functools.cache
def _targets() -> Mapping[str, frozenset[str]]:
    return _grouped(_read())


@functools.cache
def _later_versions() -> Mapping[str, frozenset[str]]:
    return _grouped([row for row in _read() if row["basis"] == OR_LATER])


def _grouped(rows: list[dict[str, str]]) -> Mapping[str, frozenset[str]]:
    return {
        source: frozenset(row["to"] for row in rows if row["from"] == source)
        for source in {row["from"] for row in rows}
    }
