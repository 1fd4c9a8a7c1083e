"""Which reviews concern which documents, and what is concluded with them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.licensing.conclude import Conclusion, Evidence, conclude
from pipelines.licensing.reviews import Kind, Review, Scope
from pipelines.licensing.spdx import NOASSERTION, NONE
from pipelines.licensing.statuses import Reason

_Match: TypeAlias = "tuple[np.ndarray[Any, Any], Sequence[Sequence[int]]]"

REVIEW_CLASS = "E3"
_UNSUPPORTED = "E7"
_SPECIFIC = tuple(Scope)
_HOST = r"^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(?P<host>[^/?#:]+)"


def reviews_of(documents: pa.Table, reviews: Sequence[Review]) -> "pa.ChunkedArray[Any]":
    """Return for each document the numbers of the reviews that concern it, joined by commas; null where none does.

    Args:
        documents: Columns `id`, `url` and `source`.
        reviews: Those that are in force.
    """
    matches = [_named(documents[scope.value], _by_about(reviews, scope)) for scope in (Scope.SOURCE, Scope.ID)]
    matches.append(_hosted(documents["url"], _by_about(reviews, Scope.HOST)))
    for about, numbers in _by_about(reviews, Scope.PATTERN).items():
        found: Any = pc.match_substring_regex(documents["url"], about)
        matches.append((np.asarray(pc.fill_null(found, pa.scalar(value=False)), np.int64), [[], numbers]))
    codes = np.stack([code for code, _ in matches])
    distinct, inverse = np.unique(codes, axis=1, return_inverse=True)
    joined = [
        ",".join(map(str, sorted(n for (_, numbers), code in zip(matches, row, strict=True) for n in numbers[code])))
        for row in distinct.T.tolist()
    ]
    values = pa.array([numbers or None for numbers in joined], pa.string())
    return pa.chunked_array([values.take(inverse.ravel())])


def reviews_about(reviews: Sequence[Review], url: str | None, source: str | None) -> list[Review]:
    """Return the reviews that concern a text of some address and source."""
    row = {name: pa.array([value], pa.string()) for name, value in (("id", None), ("url", url), ("source", source))}
    numbers: str | None = reviews_of(pa.table(row), reviews).to_pylist()[0]
    return [reviews[int(number)] for number in numbers.split(",")] if numbers else []


def _by_about(reviews: Sequence[Review], scope: Scope) -> Mapping[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for number, review in enumerate(reviews):
        if review.scope is scope:
            found[review.about].append(number)
    return found


def _named(values: Any, reviews: Mapping[str, list[int]]) -> _Match:  # noqa: ANN401  # the stubs give a union
    """Match whole values: 0 for those that no review names."""
    place = pc.index_in(values, value_set=pa.array(list(reviews), pa.string()))
    codes = np.asarray(pc.fill_null(place, pa.scalar(-1, pa.int32())), np.int64) + 1
    return codes, [[], *reviews.values()]


def _hosted(urls: Any, reviews: Mapping[str, list[int]]) -> _Match:  # noqa: ANN401  # the stubs give a union
    """Match hosts, and those below them."""
    hosts: Any = pc.utf8_lower(pc.struct_field(pc.extract_regex(urls, _HOST), "host"))
    encoded = hosts.combine_chunks().dictionary_encode()
    numbers = [[], *(_of_host(host, reviews) for host in encoded.dictionary.to_pylist())]
    return np.asarray(encoded.indices.fill_null(-1), np.int64) + 1, numbers


def _of_host(host: str, reviews: Mapping[str, list[int]]) -> list[int]:
    parts = host.split(".")
    names = (".".join(parts[start:]) for start in range(len(parts)))
    return [number for name in names for number in reviews.get(name, ())]


def conclude_reviewed(
    declared: str | None, evidence: Sequence[Evidence], cluster_licenses: Sequence[str], reviews: Sequence[Review]
) -> Conclusion:
    """Conclude the licence of a document that reviews concern.

    Of overrides the most specific counts, of equally specific ones the last; it leaves evidence and copies aside. A
    review that finds no rights settles it too. All other reviews are evidence: they yield to what a document says of
    itself, and are in conflict with weaker statements that ask for more.

    Args:
        declared: As found; None when nothing is declared.
        evidence: Every statement found.
        cluster_licenses: What the document's exact copies declare.
        reviews: Those that concern it, in their order.
    """
    override = override_among(reviews)
    if override is not None:
        reason = Reason.UNKNOWN_LICENSE if override.license == NOASSERTION else None
        return Conclusion(override.license, override.license, strong=True, reason=reason)
    if any(review.license == NONE for review in reviews):
        return Conclusion(NONE, NONE, strong=True, reason=None)
    own = list(evidence)
    if declared is not None and declared.strip() and all(entry.value != declared for entry in own):
        # A bare declaration is as strong as the evidence beside it, and no stronger for having been reviewed.
        own.append(Evidence(min((entry.evidence_class for entry in own), default=_UNSUPPORTED), declared))
    found = [Evidence(REVIEW_CLASS, review.license) for review in reviews if review.license != NOASSERTION]
    if len(found) < len(reviews):  # somebody read the terms, and could not tell
        return Conclusion(NOASSERTION, NOASSERTION, strong=False, reason=Reason.UNKNOWN_LICENSE)
    return conclude(None, [*own, *found], cluster_licenses)


def override_among(reviews: Sequence[Review]) -> Review | None:
    """Return the override that counts; None where there is none."""
    overrides = [review for review in reviews if review.kind is Kind.OVERRIDE]
    return max(reversed(overrides), key=_specificity, default=None)


def _specificity(review: Review) -> tuple[int, int]:
    """Return how specific a review is; of two hosts the longer one is."""
    return _SPECIFIC.index(review.scope), len(review.about) if review.scope is Scope.HOST else 0
