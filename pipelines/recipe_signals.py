"""The signals that a recipe asks for: their groups, the files these read, and the columns they give."""

from pathlib import Path

import pyarrow as pa

import signals
from pipelines.datatrove.filters import GROUP as DATATROVE
from pipelines.datatrove.filters import filters_schema
from pipelines.errors import RecipeError
from pipelines.recipe.annotate import AnnotateSection
from signals.catalogue import group_named
from signals.group import Group
from signals.resources import resolve
from signals.segmentation import identify


def group_resources(annotate: AnnotateSection, group: Group, directory: Path) -> dict[str, Path]:
    """Return the files that a group reads, by name: those the recipe names, and the group's defaults.

    Args:
        annotate: The recipe's section.
        group: The group.
        directory: The recipe's folder, where relative paths are looked up first.

    Raises:
        RecipeError: A file is not there.
    """
    given = {name: reference for name, reference in annotate.references().items() if group.reads(name)}
    references = {**(group.defaults or {}), **given}
    return {name: _found(name, reference, directory) for name, reference in sorted(references.items())}


def group_schemas(annotate: AnnotateSection, directory: Path) -> dict[str, pa.Schema]:
    """Return the columns of each group that the recipe asks for, in its order.

    Raises:
        RecipeError: A file is not there or not given, a package is not installed, or signals are declared wrongly.
    """
    try:
        identify(annotate.segmentation)
    except ValueError as error:
        raise RecipeError(f"annotate.segmentation: {error}") from None
    schemas = {}
    for name in annotate.all_groups():
        group = group_named(name)
        resources = group_resources(annotate, group, directory)
        try:
            group.check(resources)
            schemas[name] = signals.schema(name, resources)
        except ValueError as error:
            raise RecipeError(f"annotate: {error}") from None
    if annotate.datatrove:
        schemas[DATATROVE] = filters_schema({name: each.filter for name, each in annotate.datatrove.items()})
    return schemas


def _found(name: str, reference: str, directory: Path) -> Path:
    beside = directory / reference
    try:
        return beside if beside.exists() else resolve(reference)
    except (FileNotFoundError, ValueError) as error:
        raise RecipeError(f"annotate: {name}: {error}") from None
