"""Translate: chosen documents of generation 0 become documents of generation 1, checked, under their parents' terms."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.corpus import Shard, Stage, Unit
from pipelines.edits.edited import edit_paths
from pipelines.errors import LoamError
from pipelines.licensing.imposed import refuses_model
from pipelines.licensing.profiles import load_profile, profile_reference
from pipelines.stages import choose_translations, second_look
from pipelines.stages.translate_shard import ALIGNED, translate_shard
from pipelines.stages.translation_bounds import bounds_parameter, bounds_path, given_bounds
from pipelines.stages.translation_engines import (
    FALLBACK,
    engine_parameters,
    engines_told,
    identity_of,
    located,
    places_of,
)
from pipelines.stages.translation_source import JOURNAL, translation_of
from translate.checks import CHECKS_VERSION
from translate.engines import EngineSpec, engine_gpus, engine_memory
from translate.masking import MASKING_VERSION
from translate.segmentation import SEGMENTATION_VERSION

if TYPE_CHECKING:
    from pipelines.corpus import Json, Plan
    from pipelines.recipe.translate import TranslateSection


def _plan(plan: "Plan", generation: int) -> Sequence[Unit]:
    """Return one unit for each shard with chosen documents and each target language."""
    section = plan.recipe.translate
    if section is None or generation != 1:
        return []
    units = []
    source = section.source.lang
    for target in section.to:  # those of one target one after the other: an engine is loaded once
        specs = engines_into(plan, section, target)
        again = second_look.planned(section, target, plan.recipe_directory)
        keys = (*specs, *again.engines)
        gpus = sum(engine_gpus(EngineSpec.of_key(key)) for key in dict.fromkeys(keys))
        given = given_bounds(section, target)
        learnt = () if given else (bounds_path(source, target),)
        if not all(map(plan.stands, learnt)):
            continue  # nothing was chosen to learn from
        places = (*places_of(section, target, len(specs)), *second_look.places_of_looks(again.parameters))
        parameters: dict[str, Json] = {
            **answer_parameters(specs, source, target),
            "on_failure": section.on_failure,
            "max_failed_share": section.failed_share(),
            "bounds": bounds_parameter(given),
            **again.parameters,
        }
        for path in plan.outputs(choose_translations.STAGE.name, choose_translations.FOLDER, generation):
            shard = Shard.of(path)
            inputs = (shard.path("documents"), shard.path("licences"), path, *edit_paths(plan, shard), *learnt)
            name = translation_of(shard, target).unit
            units.append(Unit(STAGE.name, name, generation, inputs, parameters, (*keys, *places), gpus))
    return units


def engines_into(plan: "Plan", section: "TranslateSection", target: str) -> list[str]:
    """Return the keys of the engines for a target language, none of whose translations the profile refuses.

    Raises:
        LoamError: An engine does not translate between these languages, cannot be looked up, or is refused.
    """
    keys = usable_engines(section, target, plan.recipe_directory)
    _check_terms(plan, keys, places_of(section, target, len(keys)))
    return keys


def answer_parameters(keys: Sequence[str], source: str, target: str) -> "dict[str, Json]":
    """Return all that the answers of engines between two languages depend on, and how they are checked."""
    return {
        "engines": [engine_parameters(identity_of(key), source, target) for key in keys],
        "from": source,
        "to": target,
        "segmentation": SEGMENTATION_VERSION,
        "masking": MASKING_VERSION,
        "checks": CHECKS_VERSION,
    }


def usable_engines(section: "TranslateSection", target: str, directory: Path) -> list[str]:
    """Return the keys of the engine of a target language, and of those to fall back to that translate into it too.

    Raises:
        LoamError: The engine does not translate between these languages, or cannot be looked up.
    """
    first, *others = (located(spec, directory).key() for spec in section.specs(target))
    engine, source = identity_of(first, *places_of(section, target, 1)), section.source.lang
    if not engine.translates(source, target):
        if engine.pairs is not None:
            able = ", ".join(f"{from_} to {to}" for from_, to in engine.pairs)
        else:
            able = f"among {', '.join(sorted(engine.languages or ()))}"
        raise LoamError(
            f"translate.to: {engine.name} translates {able}, not {source} to {target}; "
            "change `to`, `from.lang` or `engine`"
        )
    return [first, *(other for other in others if identity_of(other, FALLBACK).translates(source, target))]


def _check_terms(plan: "Plan", keys: Sequence[str], places: Sequence[str]) -> None:
    """Refuse an engine none of whose translations could be kept, before any work is spent on them.

    Raises:
        LoamError: The licence of its model reaches its outputs, and the profile refuses that.
    """
    licensing = plan.recipe.licensing
    if licensing is None:
        return
    profile = load_profile(profile_reference(licensing.profile, (plan.recipe_directory, Path.cwd())))
    for engine, where in zip(map(identity_of, keys), places, strict=True):
        terms = engine.output_license
        if terms.restricts_outputs and refuses_model(terms.model_license, profile):
            raise LoamError(
                f"{where}: {engine.label} is under {terms.model_license}, which limits what may be done with "
                f"its translations, and the profile {profile.name} refuses that; choose another engine or profile"
            )


def engines_memory(plan: "Plan", unit: Unit) -> int:
    """Return the memory that the engines of a unit hold, that many workers do not take more than there is."""
    del plan
    return max(1, sum(engine_memory(EngineSpec.of_key(key)) for key in dict.fromkeys(engines_told(unit)[0])))


STAGE = Stage(
    name="translate",
    version=7,
    tables=("documents", ALIGNED, JOURNAL),
    plan=_plan,
    work=translate_shard,
    memory=engines_memory,
)
