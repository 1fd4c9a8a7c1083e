"""Under which other licences a licence lets a text go on, as data in `data/relicensing.csv`, each with its basis."""

import csv
import functools
from collections.abc import Mapping
from importlib.resources import files

from pipelines.licensing import creative_commons, spdx
from pipelines.licensing.obligations import LicenseClass, Obligation, Terms, terms_of
from pipelines.licensing.spdx import Expression, Term

OR_LATER = "or later"

_LIMITED_CLASSES = frozenset({LicenseClass.USE_RESTRICTED, LicenseClass.RESERVED})
_FAMILIES = {"LicenseRef-bsd-unversioned": ("BSD-", "0BSD"), "LicenseRef-apache-unversioned": ("Apache-",)}


def have_common_license(expression: Expression) -> bool:
    """Tell whether one licence exists that every licence of a merged text lets it go on under.

    That is one that all its share-alike licences lead to, and that carries every limit of the others: what is under
    CC BY-SA may be joined with nothing that forbids commercial use.

    Args:
        expression: Joint licences, an alternative chosen in place of each OR.
    """
    joint = [(term.license, known) for term in spdx.terms(expression) if (known := terms_of(term.license)) is not None]
    reachable = [_reachable(name) | {name} for name, known in joint if Obligation.SHARE_ALIKE in known.obligations]
    if not reachable:
        return True
    limits = frozenset().union(*(_limits(known) for _, known in joint))
    common = (terms_of(name) for name in frozenset.intersection(*reachable))
    return any(limits <= _limits(known) for known in common if known is not None)


def upgraded(expression: Expression) -> Expression:
    """Return an expression without joint licences whose texts may go on under another of them.

    >>> str(upgraded(spdx.parse("CC-BY-SA-2.5 AND CC-BY-SA-4.0 AND CC-BY-SA-3.0")))
    'CC-BY-SA-4.0'
    >>> str(upgraded(spdx.parse("CC-BY-SA-1.0 AND CC-BY-SA-4.0")))
    'CC-BY-SA-1.0 AND CC-BY-SA-4.0'
    """
    if isinstance(expression, Term):
        return expression
    parts = [upgraded(part) for part in expression.parts]
    if expression.operator == "AND":
        for part in tuple(parts):
            if any(_may_go_on_under(part, other) for other in parts):
                parts.remove(part)
    return spdx.combine(expression.operator, tuple(parts))


def _may_go_on_under(part: Expression, other: Expression) -> bool:
    if not isinstance(part, Term) or not isinstance(other, Term) or (part.exception, other.exception) != (None, None):
        return False
    return other.license in _reachable(part.license)


def _reachable(license_id: str) -> frozenset[str]:
    """Return the licences that a licence leads to; a Creative Commons port leads where the unported licence does."""
    unported = creative_commons.unported(license_id)
    return _targets().get(license_id) or _targets().get(unported or "", frozenset())


def _limits(known: Terms) -> frozenset[str]:
    """Return what a licence adds that no share-alike licence without it bears."""
    return frozenset({*known.restrictions, *({known.license_class} & _LIMITED_CLASSES)})


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
