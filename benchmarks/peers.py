"""Cases: other toolkits, each doing its own work on the same documents."""

import multiprocessing
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version

import numpy as np
from tokenizers import Tokenizer

from benchmarks.documents import Material, read_texts
from benchmarks.tokens import trained_tokenizer

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


def datatrove_megatron(material: Material, tokenizer: str) -> Callable[[], int]:
    """Prepare datatrove's MegatronDocumentTokenizer, which writes the same format; reading is not counted."""
    from datatrove.data import Document  # noqa: PLC0415  an extra
    from datatrove.pipeline.tokens import MegatronDocumentTokenizer  # noqa: PLC0415

    column, _ = read_texts(material.documents)
    texts = [str(text) for text in column.to_pylist()]
    size = sum(len(text.encode()) for text in texts)
    path = str(trained_tokenizer(material, tokenizer))

    def work() -> int:
        with tempfile.TemporaryDirectory() as folder:
            step = MegatronDocumentTokenizer(folder, "shard", path, eos_token="</s>")  # noqa: S106 -- no password
            step.run(Document(text=text, id=str(row)) for row, text in enumerate(texts))
        return size

    return work


def pool_of_encoders(material: Material, tokenizer: str) -> Callable[[], int]:
    """Prepare the pattern of Megatron's `preprocess_data.py`: documents in chunks of 32 to a pool, lists of ids back.

    One worker encodes, and the parent writes; both processes' time counts.
    """
    column, _ = read_texts(material.documents)
    texts = [str(text) for text in column.to_pylist()]
    size = sum(len(text.encode()) for text in texts)
    path = str(trained_tokenizer(material, tokenizer))

    def work() -> int:
        with tempfile.TemporaryFile() as file, multiprocessing.Pool(1, _load_encoder, (path,)) as pool:
            lengths = []
            for ids in pool.imap(_encode_document, texts, 32):
                lengths.append(len(ids))
                file.write(np.array(ids, np.uint16).tobytes())
            file.write(np.array(lengths, np.int32).tobytes())
            pool.close()
            pool.join()  # else its time is not counted
        return size

    return work


_encoder: list[Tokenizer] = []


def _load_encoder(path: str) -> None:
    _encoder.append(Tokenizer.from_file(path))


def _encode_document(text: str) -> list[int]:
    ids: list[int] = _encoder[0].encode(text).ids
    return [*ids, 2]


def _is_installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True
