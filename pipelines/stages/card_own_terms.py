"""The licences of the card itself and of its explorer: what the recipe states, and what the explorer holds."""

import gzip
import json
import re
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from datacards.explorer import assets
from datacards.own_terms import DEFAULT, ExplorerTerms, OwnTerms
from pipelines.errors import CorpusError, RecipeError
from pipelines.licensing import spdx
from pipelines.licensing.texts import license_text
from pipelines.stages import explore

if TYPE_CHECKING:
    from pipelines.corpus import Plan, Shelf, Unit
    from pipelines.recipe import Recipe

_DOCUMENTS = f"{explore.CARD}/{assets.FOLDER}/documents/"
_LIBRARIES = f"{explore.CARD}/{assets.FOLDER}/libraries/{assets.NOTICES}"
_LIBRARY = re.compile(r"(?:\A|^-{80}\n\n)\S+ \S+ \((.+)\)$", re.MULTILINE)


def inputs_of_terms(plan: "Plan") -> list[str]:
    """Return the files of the explorer that say under which licences it is; none where there is no explorer."""
    written = plan.outputs(explore.STAGE.name, f"{explore.CARD}/{assets.FOLDER}")
    return [path for path in written if path.startswith(_DOCUMENTS) or path == _LIBRARIES]


def metadata_license(recipe: "Recipe") -> str:
    """Return the licence of what a release says of its documents.

    Raises:
        RecipeError: It is no expression of licences that the SPDX list has with their texts.
    """
    stated = recipe.publish.metadata_license if recipe.publish else DEFAULT
    try:
        named = [name for term in spdx.terms(spdx.parse(stated)) for name in (term.license, term.exception) if name]
    except spdx.ExpressionSyntaxError as error:
        raise RecipeError(f"publish.metadata_license: {error}; name one of the SPDX list, such as {DEFAULT}") from None
    unknown = [
        name for name in named if name not in spdx.license_ids() | spdx.exception_ids() or not license_text(name)
    ]
    if unknown:
        raise RecipeError(
            f"publish.metadata_license: {unknown[0]} is not on the SPDX list, or without a text; "
            f"name one of it, such as {DEFAULT}"
        )
    return stated


def own_terms(unit: "Unit", shelf: "Shelf") -> OwnTerms:
    """Return the licences of a card and its explorer.

    Args:
        unit: The card's unit, with the files of `inputs_of_terms` among its inputs.
        shelf: Where they lie.

    Raises:
        CorpusError: The explorer's documents cannot be read.
    """
    metadata = str(unit.parameters["metadata_license"])
    if _LIBRARIES not in unit.inputs:
        return OwnTerms(metadata)
    notices = (shelf.root / _LIBRARIES).read_text(encoding="utf-8")
    libraries = tuple(sorted({match[1] for match in _LIBRARY.finditer(notices)}))
    return OwnTerms(metadata, ExplorerTerms(_texts(shelf, unit.inputs), libraries))


def _texts(shelf: "Shelf", paths: Sequence[str]) -> tuple[str, ...]:
    """Return the licences of the documents of which there is a text to read."""
    found: set[str] = set()
    for path in paths:
        if path.startswith(_DOCUMENTS):
            try:
                documents = json.loads(gzip.decompress((shelf.root / path).read_bytes()))
                found |= {document["licence"]["concluded"] for document in documents if document["text"] is not None}
            except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
                raise CorpusError(f"{path}: damaged ({error!r}); delete it and run again") from error
    return tuple(sorted(found))
