"""FineWeb, FineWeb-Edu and FineWeb-2 as published: Parquet with the address, the crawl and the scores of each page.

Their licence, ODC-By, is that of the collection and says so itself: it covers no page, and counts as E6 evidence.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from pipelines.sources.described import Record, described
from pipelines.sources.formats import format_of, parts, rows_before
from pipelines.sources.options import Options
from pipelines.sources.record import Batch, Part, Reader, declared_language, evidence, unreadable

_COLLECTION = "ODC-By-1.0"


def read(dataset: str, part: Part, columns: Mapping[str, str], options: Options) -> Iterator[Batch]:
    """Yield a file's pages; what has no place of its own, such as `dump`, `score` and `top_langs`, stands in `meta`."""
    reader = format_of(part.file)
    if reader is None:
        yield unreadable("unknown_format", "expected a file of Parquet or JSON Lines")
        return
    names = {"created": "date", "lang": "language", **columns}
    yield from described(reader.read(part, names, options), partial(_describe, dataset))


def _describe(dataset: str, record: Record, others: dict[str, Any]) -> Record:
    """Return what the collection says of a record; FineWeb-2 has a column of its own for the script."""
    script = others.get("language_script")
    label = others.get("lang") or (record["lang"] or "").partition("_")[0]
    written = declared_language(f"{label}_{script}") if script and label else None
    stated = record["license_evidence"]
    locator = f"https://huggingface.co/datasets/HuggingFaceFW/{dataset}"
    return {
        "lang": written or record["lang"],
        "license_evidence": stated or evidence("E6", "dataset_card", _COLLECTION, locator),
    }


FINEWEB = Reader(parts, partial(read, "fineweb"), rows_before)
FINEWEB_EDU = Reader(parts, partial(read, "fineweb-edu"), rows_before)
FINEWEB_2 = Reader(parts, partial(read, "fineweb-2"), rows_before)
