"""The reviews that a card tells of, and how many documents' licences rest on each."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from datacards.reviews import Review

_COUNTED = "SELECT review, count(*) FROM facts WHERE review IS NOT NULL GROUP BY review ORDER BY ALL"


def counted_reviews(connection: duckdb.DuckDBPyConnection, stated: Sequence[Mapping[str, Any]]) -> tuple[Review, ...]:
    """Return the reviews of a recipe with the documents that rest on each.

    Args:
        connection: With the table `facts`, one row a document, whose column `review` is that of `licences`.
        stated: The reviews, and whether each has expired.
    """
    documents: Counter[str] = Counter()
    for text, count in connection.execute(_COUNTED).fetchall():
        documents.update({review["place"]: count for review in json.loads(text)})
    return tuple(Review(**review, documents=documents[review["place"]]) for review in stated)
