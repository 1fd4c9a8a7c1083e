"""The engines that a recipe names: where their models lie, and all that translations by them depend on."""

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import LoamError
from translate.engines import EngineIdentity, EngineSpec, engine_identity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.corpus import Json, Unit
    from pipelines.recipe.translate import TranslateSection

# The keys of a recipe that name engines.
ENGINE, FALLBACK = "translate.engine", "translate.fallback"

_TOKENIZER = "tokenizer"  # the argument of an engine that names a file


def located(spec: EngineSpec, directory: Path) -> EngineSpec:
    """Return a spec whose model and tokenizer are found from any directory, where they lie below the recipe's."""
    arguments = dict(spec.arguments)
    tokenizer = arguments.get(_TOKENIZER)
    if isinstance(tokenizer, str):
        arguments[_TOKENIZER] = _found_from_anywhere(tokenizer, directory)
    model = None if spec.model is None else _found_from_anywhere(spec.model, directory)
    return EngineSpec(spec.kind, model, arguments)


def _found_from_anywhere(name: str, directory: Path) -> str:
    return str((directory / name).resolve()) if (directory / name).exists() else name


@functools.cache
def identity_of(key: str, where: str = ENGINE) -> EngineIdentity:
    """Return the identity of an engine.

    Args:
        key: The engine's key.
        where: The key of the recipe that names it.

    Raises:
        LoamError: It cannot be looked up.
    """
    try:
        return engine_identity(EngineSpec.of_key(key))
    except (ValueError, OSError, ModuleNotFoundError) as error:
        raise LoamError(f"{where}: {error}") from error


def places_of(section: "TranslateSection", target: str, engines: int) -> list[str]:
    """Return the keys of the recipe that name the engines into a language.

    Args:
        section: The section of the recipe.
        target: The language.
        engines: How many: one that translates, and those that it falls back to.
    """
    own = f"{ENGINE}_by_language.{target}"
    return [own if target in section.engine_by_language else ENGINE, *[FALLBACK] * (engines - 1)]


def engines_told(unit: "Unit") -> "tuple[Sequence[str], Sequence[str]]":
    """Return the keys of a unit's engines, and the keys of the recipe that name them: the halves of its externals."""
    half = len(unit.externals) // 2
    return unit.externals[:half], unit.externals[half:]


def engine_parameters(engine: EngineIdentity, source: str, target: str) -> "dict[str, Json]":
    """Return all that translations depend on: answers, limits, which choose what is asked, and the model's licence."""
    return {
        **engine.parameters(source, target),
        "unit": engine.unit,
        "max_segment_tokens": engine.max_segment_tokens,
        "unspellable": engine.unspellable,
        "deterministic": engine.deterministic,
        "license": engine.output_license.model_license,
        "restricts_outputs": engine.output_license.restricts_outputs,
    }
