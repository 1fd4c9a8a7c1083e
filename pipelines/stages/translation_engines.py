"""The engines that a recipe names: where their models lie, and all that translations by them depend on."""

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import LoamError
from translate.engines import EngineIdentity, EngineSpec, engine_identity

if TYPE_CHECKING:
    from pipelines.corpus import Json


def located(spec: EngineSpec, directory: Path) -> EngineSpec:
    """Return a spec whose model is found from any directory, where it lies below that of the recipe."""
    if spec.model is None or not (directory / spec.model).exists():
        return spec
    return EngineSpec(spec.kind, str((directory / spec.model).resolve()), spec.arguments)


@functools.cache
def identity_of(key: str, where: str = "translate.engine") -> EngineIdentity:
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
