"""The translations in a corpus of texts that there are references for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.corpus import Shelf
from pipelines.corpus.identity import read_corpus_identity
from pipelines.corpus.receipts import read_receipts
from pipelines.errors import CorpusError
from pipelines.stages.translate import STAGE as TRANSLATE
from pipelines.stages.translate_shard import ALIGNED
from translate.evaluation import Outcome, Pair, Translation
from translate.segmentation import flatten

_COLUMNS = ("source_lang", "target_lang", "dropped", "segments")


def corpus_translations(root: Path, pairs: Iterable[Pair], source: str, target: str) -> list[Translation]:
    """Return the translations that a corpus holds of the sources of pairs, each text once.

    A source is found where neighbouring segments of one document, put together, are its text, white space aside;
    documents that were dropped are not looked at.

    Args:
        root: The corpus.
        pairs: Parallel texts.
        source: Language of the sources.
        target: Language of the references.

    Raises:
        CorpusError: The directory is no corpus, or nothing is translated in it.
    """
    read_corpus_identity(root)
    shelf = Shelf(root)
    paths = [
        path
        for receipt in read_receipts(root)
        if receipt.stage == TRANSLATE.name
        for path in receipt.outputs
        if path.startswith(f"{ALIGNED}/")
    ]
    if not paths:
        raise CorpusError(f"{root}: nothing is translated; run a recipe with a section `translate`")
    wanted = {flatten(pair.source): pair for pair in pairs}
    found: dict[str, Translation] = {}
    for path in paths:
        for document in shelf.read(path, _COLUMNS).to_pylist():
            if (document["source_lang"], document["target_lang"]) == (source, target) and not document["dropped"]:
                for text, translation in _found(document["segments"], wanted):
                    found.setdefault(text, translation)
    return [found[text] for text in wanted if text in found]


def _found(segments: Sequence[Mapping[str, Any]], wanted: Mapping[str, Pair]) -> Iterator[tuple[str, Translation]]:
    longest = max(map(len, wanted), default=0)
    for first in range(len(segments)):
        text, end = "", segments[first]["source_start"]
        for last in range(first, len(segments)):
            segment = segments[last]
            text += " " * (segment["source_start"] > end) + flatten(segment["source"])
            end = segment["source_start"] + len(segment["source"])
            if len(text) > longest:
                break
            if text in wanted:
                yield text, _translation(wanted[text], segments[first : last + 1])


def _translation(pair: Pair, segments: Sequence[Mapping[str, Any]]) -> Translation:
    text, end = "", segments[0]["target_start"]
    for segment in segments:
        target = segment["target"] or ""
        text += " " * (segment["target_start"] > end) + target
        end = segment["target_start"] + len(target)
    return Translation(pair, text.strip(), tuple(Outcome(one["rung"], one["reason"]) for one in segments))
