"""The sites that a card tells of: registrable domains of published documents."""

from collections import defaultdict

import duckdb
from publicsuffixlist import PublicSuffixList

from datacards.domains import Domain, Domains, largest_tenth

_HOSTS = """
    SELECT host, count(*), sum(byte_count)::BIGINT FROM facts
    WHERE rule IS NULL AND host IS NOT NULL AND host <> ''
    GROUP BY host ORDER BY host
"""


def counted_domains(connection: duckdb.DuckDBPyConnection) -> Domains:
    """Return the domains of the published documents, hosts taken together by the Public Suffix List.

    Args:
        connection: With the table `facts`, one row a document.
    """
    suffixes = PublicSuffixList()
    sums: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for host, documents, size in connection.execute(_HOSTS).fetchall():
        name = suffixes.privatesuffix(host) or host
        sums[name] = sums[name][0] + documents, sums[name][1] + size
    return largest_tenth([Domain(name, documents, size) for name, (documents, size) in sums.items()])
