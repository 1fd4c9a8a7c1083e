"""Documents in CCNet's JSON Lines: `raw_content` with the crawl's `digest`, and its language, perplexity and bucket."""

from collections.abc import Iterator, Mapping

from pipelines.sources import jsonl
from pipelines.sources.options import Options
from pipelines.sources.record import Batch, Part, Reader

COLUMNS: Mapping[str, str] = {"text": "raw_content", "lang": "language", "created": "date_download"}


def read(part: Part, columns: Mapping[str, str], options: Options) -> Iterator[Batch]:
    """Yield a file's documents; CCNet's measures of them, and the digest that tells copies, stand in `meta`."""
    return jsonl.READER.read(part, {**COLUMNS, **columns}, options)


READER = Reader(jsonl.READER.parts, read, jsonl.READER.rows_before)
