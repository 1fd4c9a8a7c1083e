"""Where documents come from: one reader a kind of source, and the files it reads."""

from pipelines.sources import (
    arxiv,
    books,
    c4,
    code,
    commoncrawl,
    datatrove,
    debian,
    github,
    jsonl,
    oscar,
    own,
    parquet,
    redpajama_v1,
    roots,
    stackexchange,
    text,
    translation,
    wikipedia,
)
from pipelines.sources.record import Reader

READERS: dict[str, Reader] = {
    "jsonl": jsonl.READER,
    "parquet": parquet.READER,
    "wikipedia": wikipedia.READER,
    "code": code.READER,
    "commoncrawl": commoncrawl.READER,
    "stackexchange": stackexchange.READER,
    "c4": c4.READER,
    "arxiv": arxiv.READER,
    "github": github.READER,
    "books": books.READER,
    "redpajama_v1": redpajama_v1.READER,
    "roots": roots.READER,
    "oscar": oscar.READER,
    "debian": debian.READER,
    "text": text.READER,
    "datatrove": datatrove.READER,
    "own": own.READER,
    "translation": translation.READER,
}
