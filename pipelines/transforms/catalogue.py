"""Every cleaning operation by its name in a recipe."""

import difflib
from collections.abc import Sequence
from functools import lru_cache

from pipelines.errors import RecipeError
from pipelines.transforms.documents import Operation, Repeats
from pipelines.transforms.filters import SMALL_BYTES, filters, small_documents
from pipelines.transforms.line_operations import line_operations
from pipelines.transforms.repeats import repeat_operations
from pipelines.transforms.text_operations import SENTENCES, has_sentence_splitter, text_operations

PREFIX = "roots."  # may stand before a name, as its origin
MOST_COMPARISONS = 4  # operations of one source that compare its documents: each is a pass over all of them


@lru_cache(maxsize=1)
def known_operations() -> dict[str, Operation]:
    """Return all operations by name, less those whose names hold a number."""
    found: list[Operation] = [*text_operations(), *line_operations(), *filters(), *repeat_operations()]
    return {operation.name: operation for operation in found}


def operation_named(name: str) -> Operation:
    """Return an operation.

    Raises:
        RecipeError: There is none of that name.
    """
    bare = name.removeprefix(PREFIX)
    operation = known_operations().get(bare) or small_documents(bare)
    if operation is None:
        names = [*known_operations(), f"{SMALL_BYTES}300"]
        near = difflib.get_close_matches(bare, names, n=1) or [names[0]]
        raise RecipeError(f"no operation {name!r}; did you mean {near[0]!r}?")
    return operation


def chosen_operations(source: str, names: Sequence[str]) -> list[Operation]:
    """Return the operations of a source in the order of the recipe.

    Raises:
        RecipeError: A name is unknown, a package is missing, or too many operations compare documents.
    """
    try:
        chosen = [operation_named(name) for name in names]
    except RecipeError as error:
        raise RecipeError(f"source {source}: transforms: {error}") from None
    if any(operation.name.startswith(SENTENCES) for operation in chosen) and not has_sentence_splitter():
        raise RecipeError(
            f"source {source}: transforms: {SENTENCES}… needs the package sentencex: pip install 'loam-curation[mt]'"
        )
    comparing = [operation.name for operation in chosen if isinstance(operation, Repeats)]
    if len(comparing) > MOST_COMPARISONS:
        raise RecipeError(
            f"source {source}: transforms: {len(comparing)} operations compare documents with each other "
            f"({', '.join(comparing)}); at most {MOST_COMPARISONS} are run"
        )
    return chosen
