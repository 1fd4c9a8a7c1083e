"""What can be told before any work: what the sources hold, and whether the memory allowed will do."""

from collections.abc import Sequence

from pipelines.errors import LoamError
from pipelines.forecast.forecast import known_documents
from pipelines.forecast.inputs import SourceInput
from pipelines.forecast.on_terminal import size
from pipelines.recipe import Recipe
from pipelines.stages.dedup_pass import memory_needed

_BEFORE_DEDUP = ("ingest", "annotate")


def sizes_line(inputs: Sequence[SourceInput], recipe: Recipe) -> str:
    """Return one line about the input: files, bytes, parts, documents where footers tell, memory of dedup."""
    files = sum(len(source.files) for source in inputs)
    stored = size(sum(source.stored_bytes for source in inputs))
    line = f"plan: {files:,} files, {stored}, read in {sum(source.parts for source in inputs):,} parts"
    documents = known_documents(inputs)
    if all(source.documents is not None for source in inputs) and documents:
        line += f"; {documents:,} documents"
        if deduplicates(recipe):
            line += f", for which dedup takes up to {size(memory_needed(documents))} of {size(recipe.run.memory)}"
    return f"{line} (time, memory and disk of every stage: loam plan)"


def refuse_what_memory_cannot_hold(documents: int, recipe: Recipe, until: str | None) -> None:
    """Refuse a run that would fail at deduplication, before anything is read.

    Args:
        documents: How many there are, as far as is known.
        recipe: The recipe.
        until: The last stage, as the user names it; None for all.

    Raises:
        LoamError: The documents are too many for the memory allowed.
    """
    needed = memory_needed(documents)
    if deduplicates(recipe, until) and needed > recipe.run.memory:
        raise LoamError(
            f"dedup: {documents:,} documents need about {size(needed)}; allow as much by --memory or run.memory, "
            f"now {size(recipe.run.memory)}, or divide the corpus"
        )


def deduplicates(recipe: Recipe, until: str | None = None) -> bool:
    """Tell whether a run up to a stage holds documents against each other."""
    return until not in _BEFORE_DEDUP and (recipe.dedup.exact is not None or recipe.dedup.fuzzy is not None)
