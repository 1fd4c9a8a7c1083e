"""Cases: other toolkits, each doing its own work on the same documents."""

from collections import deque
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version

from benchmarks.documents import Material, read_texts

DATATROVE_NEEDS = ("datatrove", "spacy")


def missing_packages() -> list[str]:
    """Return which packages datatrove's filters need and this environment lacks."""
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


def _is_installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True
