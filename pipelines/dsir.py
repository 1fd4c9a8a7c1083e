"""What DSIR's importance is measured against: how tokens spread over buckets in each domain, counted in a corpus."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.errors import LoamError, UsageError
from pipelines.queries import open_corpus
from signals.languages import UNKNOWN, to_iso639_1
from signals.models.declared import DOMAINS
from signals.models.distributions import SOURCE
from signals.models.importance_training import DomainCounter, write_domain
from signals.models.string_hash import StringHash

_ROWS_AT_A_TIME = 1024
# The same documents whatever the number of shards: ids are hashes.
_QUERY = """
SELECT language, text FROM documents JOIN signals_language USING (id)
WHERE language <> $unknown AND (len($sources) = 0 OR list_contains($sources, source))
QUALIFY row_number() OVER (PARTITION BY language ORDER BY id) <= $limit
"""


def count_domain(
    root: Path, sources: Sequence[str], domain: str, folder: Path, hashing: StringHash, limit: int
) -> dict[str, int]:
    """Count the documents of some sources of a corpus as a domain, each language apart, and write its files.

    Args:
        root: The corpus.
        sources: Names of its sources; all if none is given.
        domain: What they are to importance: ccnet, wikipedia, books or openwebtext.
        folder: The `dsir` folder, which may hold other domains.
        hashing: How strings are hashed.
        limit: Documents of each language to count, by the order of their ids.

    Returns:
        The number of documents counted, by the language's name in the folder.

    Raises:
        CorpusError: The directory is no corpus.
        LoamError: There is nothing to count, or the folder was counted by another hash.
        UsageError: There is no such domain.
    """
    if domain not in (SOURCE, *DOMAINS):
        raise UsageError(f"there is no domain {domain}; expected {', '.join((SOURCE, *DOMAINS))}")
    counters: dict[str, DomainCounter] = {}
    with open_corpus(root) as connection:
        found = connection.sql(_QUERY, params={"sources": list(sources), "limit": limit, "unknown": UNKNOWN})
        for batch in found.to_arrow_reader(_ROWS_AT_A_TIME):
            for language in batch.column("language").unique().to_pylist():
                name = to_iso639_1(language) or str(language)
                texts = batch.filter(pc.equal(batch.column("language"), pa.scalar(language))).column("text")
                counters.setdefault(name, DomainCounter(hashing)).add(texts)
    if not counters:
        raise LoamError(f"{root}: no document of {', '.join(sources) or 'any source'} to count")
    try:
        for name, counter in sorted(counters.items()):
            write_domain(folder, name, domain, counter.distribution(), hashing)
    except ValueError as error:
        raise LoamError(f"dsir: {error}") from None
    return {name: counter.documents for name, counter in sorted(counters.items())}
