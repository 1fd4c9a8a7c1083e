"""Classes of datatrove, or of others that are made like them, by their names."""

import importlib
from typing import Any

from pipelines.errors import RecipeError


def class_named(name: str, package: str, base: str, place: str) -> Any:  # noqa: ANN401 -- datatrove has no types
    """Return a class.

    Args:
        name: Its name in the package, or the dotted path of another.
        package: A package of datatrove.
        base: The dotted path of what it has to derive from.
        place: Where the recipe names it, for messages.

    Raises:
        RecipeError: There is no such class, it is of another kind, or it lacks a package.
    """
    module, _, last = name.rpartition(".")
    base_module, _, base_name = base.rpartition(".")
    try:
        found = getattr(importlib.import_module(module or package), last)
        expected = getattr(importlib.import_module(base_module), base_name)
    except ImportError as error:
        raise RecipeError(f"{place}: {error}; pip install 'loam-curation[datatrove]', and what {last} needs") from None
    except AttributeError:
        raise RecipeError(f"{place}: {module or package} has no {last}") from None
    if not (isinstance(found, type) and issubclass(found, expected)):
        raise RecipeError(f"{place}: {name} is no {base_name} of datatrove")
    return found
