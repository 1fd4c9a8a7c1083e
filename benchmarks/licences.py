"""Cases: licences of documents, read, concluded and decided in columns."""

import json
from collections.abc import Callable

import pyarrow as pa

from benchmarks.documents import Material
from pipelines.licensing.documents import license_documents
from pipelines.licensing.profiles import Operation, load_profile

ROWS = 100_000

_LICENSES = ("MIT", "GPL-2+ or CC BY-SA 3.0", "https://creativecommons.org/licenses/by-sa/4.0/", "see LICENSE", "")


def decided(_: Material, distinct: str) -> Callable[[], int]:
    """Prepare deciding 100,000 documents, of which so many say something of their licence that no other says."""
    every = ROWS // int(distinct)
    licenses = [f"{_LICENSES[row % 5]} {row // every if row % every == 0 else ''}".strip() for row in range(ROWS)]
    evidence = [
        json.dumps([{"class": "E2", "kind": "record_field", "locator": f"row {row}", "value": license_}])
        for row, license_ in enumerate(licenses)
    ]
    documents = pa.table(
        {
            "id": [f"{row:032x}" for row in range(ROWS)],
            "license_declared": licenses,
            "license_evidence": evidence,
            "preferences": pa.nulls(ROWS, pa.string()),
        }
    )
    copies = pa.chunked_array([pa.nulls(ROWS, pa.list_(pa.string()))])
    profile = load_profile("open")

    def work() -> int:
        license_documents(documents, copies, Operation.KEEP_WHOLE, profile)
        return 0

    return work
