"""Cases: other toolkits, each doing its own work on the same documents."""

import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version

from benchmarks.documents import Material, read_texts

DATATROVE_NEEDS = ("datatrove", "spacy", "xxhash")


def missing_packages() -> list[str]:
    """Return which packages datatrove needs and this environment lacks."""
    return [package for package in DATATROVE_NEEDS if not _is_installed(package)]


def datatrove_filters(material: Material) -> Callable[[], int]:
    """Prepare datatrove's Gopher repetition, Gopher quality and C4 filters, one after the other.

    They are set as FineWeb sets them: lines without terminal punctuation are kept, or C4 would empty every page that
    is not prose. A document that one of them drops is spared the next, as in any datatrove pipeline; neither reading
    nor writing is counted. Words are those of spaCy's blank English tokenizer, datatrove's default, for all languages.
    """
    from datatrove.data import Document  # noqa: PLC0415  an extra
    from datatrove.pipeline.filters import (  # noqa: PLC0415
        C4QualityFilter,
        GopherQualityFilter,
        GopherRepetitionFilter,
    )

    filters = (GopherRepetitionFilter(), GopherQualityFilter(), C4QualityFilter(filter_no_terminal_punct=False))
    column, _ = read_texts(material.sample)
    texts = [str(text) for text in column.to_pylist()]
    size = sum(len(text.encode()) for text in texts)
    for step in filters:
        step.filter(Document(text="Some words to load the tokenizer with.", id="warming"))

    def work() -> int:
        documents: Iterator[Document] = (Document(text=text, id=str(row)) for row, text in enumerate(texts))
        for step in filters:
            documents = step.run(documents)
        deque(documents, maxlen=0)
        return size

    return work


def datatrove_minhash(material: Material) -> Callable[[], int]:
    """Prepare datatrove's four MinHash stages as FineWeb ran them, with one task: 5-grams, 14 bands of 8 values.

    Signatures of the documents are written to files and read back, as datatrove's stages hand them to each other;
    reading and writing documents is not counted. Words are those of spaCy's blank English tokenizer, its default.
    """
    from datatrove.data import Document  # noqa: PLC0415  an extra
    from datatrove.pipeline.dedup import (  # noqa: PLC0415
        MinhashDedupBuckets,
        MinhashDedupCluster,
        MinhashDedupFilter,
        MinhashDedupSignature,
    )
    from datatrove.pipeline.dedup.minhash import MinhashConfig  # noqa: PLC0415

    column, _ = read_texts(material.sample)
    texts = [str(text) for text in column.to_pylist()]
    size = sum(len(text.encode()) for text in texts)
    config = MinhashConfig(n_grams=5, num_buckets=14, hashes_per_bucket=8)

    def documents() -> Iterator[Document]:
        return (Document(text=text, id=str(row)) for row, text in enumerate(texts))

    def work() -> int:
        with tempfile.TemporaryDirectory() as folder:
            found, buckets, removed = (f"{folder}/{name}" for name in ("signatures", "buckets", "removed"))
            MinhashDedupSignature(found, config).run(documents())
            for bucket in range(config.num_buckets):
                MinhashDedupBuckets(found, buckets, config=config).run(rank=bucket, world_size=config.num_buckets)
            MinhashDedupCluster(buckets, removed, config=config).run()
            deque(MinhashDedupFilter(removed).run(documents()), maxlen=0)
        return size

    return work


def _is_installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True
