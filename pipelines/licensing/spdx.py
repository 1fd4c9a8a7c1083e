"""SPDX licence expressions as small trees, read with `license-expression`, which carries the SPDX licence list."""

import functools
import re
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Literal, TypeAlias

from license_expression import LicenseSymbol, LicenseWithExceptionSymbol, Licensing, get_license_index

NONE = "NONE"
NOASSERTION = "NOASSERTION"

LICENSE_REF = re.compile(r"(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+")

# The library files these under exceptions; the SPDX list has them as licences of their own.
LICENSES_LISTED_AS_EXCEPTIONS = frozenset({"CAL-1.0-Combined-Work-Exception", "MPL-2.0-no-copyleft-exception"})

# The library reads a bare "GPL" as version 1 or later. A name without a version settles nothing here.
UNVERSIONED_ALIASES = frozenset({"GPL"})

# Every exception of the SPDX list adds a permission. ScanCode's further ones may take some away (Commons Clause).
FURTHER_EXCEPTIONS = frozenset({"LicenseRef-scancode-openssl-exception-gpl-2.0-plus"})

Operator: TypeAlias = Literal["AND", "OR"]


class ExpressionSyntaxError(ValueError):
    """A text that is no SPDX licence expression."""


@dataclass(frozen=True)
class Term:
    """One licence, perhaps with an exception that adds a permission."""

    license: str
    exception: str | None = None

    def __str__(self) -> str:
        return self.license if self.exception is None else f"{self.license} WITH {self.exception}"


@dataclass(frozen=True)
class Compound:
    """Licences that all apply (AND) or among which one may choose (OR); `combine` makes them."""

    operator: Operator
    parts: "tuple[Expression, ...]"

    def __str__(self) -> str:
        return f" {self.operator} ".join(
            f"({part})" if isinstance(part, Compound) else str(part) for part in self.parts
        )


Expression: TypeAlias = Term | Compound


def combine(operator: Operator, parts: "tuple[Expression, ...]") -> Expression:
    """Join expressions; nested uses of the same operator are flattened, repetitions dropped, the order is kept.

    Args:
        operator: AND or OR.
        parts: At least one expression.
    """
    flat: dict[Expression, None] = {}
    for part in parts:
        same = isinstance(part, Compound) and part.operator == operator
        flat.update(dict.fromkeys(part.parts if isinstance(part, Compound) and same else (part,)))
    return next(iter(flat)) if len(flat) == 1 else Compound(operator, tuple(flat))


@functools.lru_cache(maxsize=65536)
def parse(text: str) -> Expression:
    """Read an expression; what its licences are called is not checked.

    Raises:
        ExpressionSyntaxError: The text is no expression: empty, an operator without operands, unbalanced.
    """
    try:
        node = _licensing().parse(text)
    except Exception as error:  # noqa: BLE001  # 30.4 raises AttributeError, TypeError and its own, unrelated kinds
        raise ExpressionSyntaxError(f"{text!r} is no licence expression: {error}") from None
    if node is None:
        raise ExpressionSyntaxError("an empty text is no licence expression")
    return _tree(node)


def branches(expression: Expression) -> frozenset[Expression]:
    """Return the alternatives that an expression offers: the parts of an OR, else the expression itself."""
    if isinstance(expression, Compound) and expression.operator == "OR":
        return frozenset(expression.parts)
    return frozenset((expression,))


def terms(expression: Expression) -> tuple[Term, ...]:
    """Return every licence of an expression, from left to right."""
    if isinstance(expression, Term):
        return (expression,)
    return tuple(term for part in expression.parts for term in terms(part))


@functools.cache
def license_ids() -> frozenset[str]:
    """Return every licence id of the SPDX list, and ScanCode's `LicenseRef-scancode-…` beside them."""
    known = {entry["spdx_license_key"] for entry in _index() if not entry["is_exception"]}
    return frozenset(known | LICENSES_LISTED_AS_EXCEPTIONS)


@functools.cache
def exception_ids() -> frozenset[str]:
    """Return the ids that may stand after WITH and add a permission."""
    listed = {entry["spdx_license_key"] for entry in _index() if entry["is_exception"]}
    on_spdx_list = {key for key in listed if not LICENSE_REF.fullmatch(key)}
    return frozenset(on_spdx_list - LICENSES_LISTED_AS_EXCEPTIONS | FURTHER_EXCEPTIONS)


@functools.cache
def former_ids() -> dict[str, str]:
    """Return the ids that SPDX once used (`GFDL-1.3`, `GPL-2.0+`) with those that replaced them."""
    return {
        alias: entry["spdx_license_key"]
        for entry in _index()
        if not entry["is_exception"]
        for alias in entry["other_spdx_license_keys"]
        if alias not in UNVERSIONED_ALIASES and not LICENSE_REF.fullmatch(alias)
    }


def list_version() -> str:
    """Return which release of `license-expression`, and so of the licence list in it, is read."""
    return f"license-expression {version('license-expression')}"


def _index() -> list[dict[str, Any]]:
    return [entry for entry in get_license_index() if entry["spdx_license_key"]]


@functools.cache
def _licensing() -> Licensing:
    return Licensing(
        [LicenseSymbol(key) for key in sorted(license_ids())]
        + [LicenseSymbol(key, is_exception=True) for key in sorted(exception_ids())]
    )


def _tree(node: Any) -> Expression:  # noqa: ANN401  # the library's nodes share no typed base
    if isinstance(node, LicenseWithExceptionSymbol):
        return Term(node.license_symbol.key, node.exception_symbol.key)
    if isinstance(node, LicenseSymbol):
        return Term(node.key)
    operator: Operator = "AND" if isinstance(node, _licensing().AND) else "OR"
    return combine(operator, tuple(_tree(part) for part in node.args))
