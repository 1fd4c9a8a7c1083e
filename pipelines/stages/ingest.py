"""Ingest: source files to document shards; what cannot become a document is quarantined with file and row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pipelines.corpus.stage import Stage
from pipelines.corpus.units import Json, Outcome, Unit
from pipelines.errors import RecipeError
from pipelines.removals import removed
from pipelines.sources import READERS, site_rules, translation
from pipelines.sources.files import check_sha256, find_files, identity_of
from pipelines.sources.identity import shard_base
from pipelines.sources.lists import Below
from pipelines.sources.options import resolved_options
from pipelines.sources.record import FIELDS, InputFile, Part
from pipelines.stages.ingest_duplicates import ids_to_exclude
from pipelines.stages.ingest_intake import Intake

if TYPE_CHECKING:
    from pipelines.corpus.plan import Plan
    from pipelines.corpus.shelf import Shelf
    from pipelines.recipe.sources import SourceSection
    from pipelines.sources.options import Options


def _plan(plan: "Plan", generation: int) -> Sequence[Unit]:
    """Return one unit a part of a file, or one a source where `limit` counts documents in file order.

    Sources of translations made elsewhere are generation 1, like translations made here; all others generation 0.
    """
    sources = [source for source in plan.recipe.sources if _generation(source) == generation]
    return [unit for source in sources for unit in _source_units(plan, source)]


def _generation(source: "SourceSection") -> int:
    return translation.GENERATION if source.kind == "translation" else 0


def _source_units(plan: "Plan", source: "SourceSection") -> list[Unit]:
    check_source(source)
    directories = (plan.recipe_directory, Path.cwd())
    files = _files(source, directories)
    if source.sha256 is not None and files:
        check_sha256(source.name, files, source.sha256)
    parts = [part for file in files for part in READERS[source.kind].parts(file)]
    groups = [parts] if source.limit is not None and parts else [[part] for part in parts]
    names = [_unit_name(source, group[0]) for group in groups]
    outputs = [tuple(receipt.outputs) if (receipt := plan.receipt("ingest", name)) else () for name in names]
    if sum(map(bool, outputs)) > 1:  # one unit alone repeats nobody's ids
        plan.lent.bring(path for paths in outputs for path in paths)
    exclude = ids_to_exclude(plan.root, outputs, plan.memory)
    named = _option_files(source, directories)
    units = [
        _unit(name, source, group, plan.sample, exclude.get(position, []), named)
        for position, (name, group) in enumerate(zip(names, groups, strict=True))
    ]
    rules = named.get(site_rules.NAME, ())
    return [*units, _unit_of_rules(source, rules)] if rules else units


def _unit_of_rules(source: "SourceSection", files: Sequence[InputFile]) -> Unit:
    """Return the unit that accounts for the files of sites' rules, which every unit with documents reads for itself."""
    parts = [part for file in files for part in site_rules.READER.parts(file)]
    unit = _unit(f"{source.name}/{site_rules.NAME}", source, parts, 1.0, (), {})
    return replace(unit, parameters={**unit.parameters, "kind": site_rules.NAME})


def _files(source: "SourceSection", directories: Sequence[Path]) -> tuple[InputFile, ...]:
    try:
        below = Below(source.base, source.first)
        return find_files(source.name, source.path, directories, optional=source.optional, below=below)
    except RecipeError as error:
        if source.fetch is None:
            raise
        raise RecipeError(f"{error}; `loam fetch RECIPE` brings them") from None


def _option_files(source: "SourceSection", directories: Sequence[Path]) -> dict[str, tuple[InputFile, ...]]:
    """Return the files that a source's options name, by option; a folder stands for all files in it."""
    declared = READERS[source.kind].options
    values = resolved_options(source.name, source.kind, declared, source.options)
    return {
        name: find_files(
            f"{source.name}: options.{name}", [_in_folder(glob, directories) for glob in globs], directories
        )
        for name, globs in values.items()
        if declared[name].files and isinstance(globs, tuple)
    }


def _in_folder(glob: str, directories: Sequence[Path]) -> str:
    return f"{glob.rstrip('/')}/*" if any((directory / glob).is_dir() for directory in directories) else glob


def check_source(source: "SourceSection") -> None:
    """Refuse a mapping that nothing would come of, and options that its kind does not take.

    Raises:
        RecipeError: The kind has no columns or no such option, or a field is none of a document's.
    """
    if source.columns and not READERS[source.kind].has_columns:
        raise RecipeError(f"source {source.name}: columns: kind {source.kind} has none to map; leave `columns` out")
    for field in source.columns:
        if field not in FIELDS:
            raise RecipeError(f"source {source.name}: columns: no field {field!r}; expected {', '.join(FIELDS)}")
    resolved_options(source.name, source.kind, READERS[source.kind].options, source.options)


def _unit_name(source: "SourceSection", first: Part) -> str:
    if source.limit is not None:
        return f"{source.name}/first-{source.limit}"
    return f"{source.name}/{shard_base(first.file.relative, first.index)}"


def _unit(
    name: str,
    source: "SourceSection",
    parts: Sequence[Part],
    sample: float,
    exclude: Sequence[str],
    named: Mapping[str, Sequence[InputFile]],
) -> Unit:
    described: list[Json] = [
        {
            **_described(part.file),
            "index": part.index,
            "start": part.start,
            "stop": part.stop,
            "companions": [_described(file) for file in part.companions],
        }
        for part in parts
    ]
    parameters: dict[str, Json] = {
        "kind": source.kind,
        "columns": dict(source.columns),
        "options": resolved_options(source.name, source.kind, READERS[source.kind].options, source.options),
        "option_files": {option: [_described(file) for file in files] for option, files in named.items()},
        "license": source.license,
        "lang": source.lang,
        "limit": source.limit,
        "sample": sample,
        "parts": described,
        "exclude": list(exclude),
    }
    paths = [file.path for part in parts for file in (part.file, *part.companions)]
    paths += [file.path for _, files in sorted(named.items()) for file in files]
    return Unit("ingest", name, _generation(source), (), parameters, tuple(paths))


def _described(file: InputFile) -> dict[str, Json]:
    kind, value = identity_of(file)
    return {"relative": file.relative, kind: value, "size": file.size}


def _parts_of(unit: Unit) -> Iterator[Part]:
    described = cast("Sequence[Mapping[str, Any]]", unit.parameters["parts"])
    paths = iter(unit.externals)
    for part in described:
        file, *companions = (
            InputFile(next(paths), stored["relative"], stored["size"], stored.get("version"))
            for stored in (part, *part["companions"])
        )
        yield Part(file, part["index"], part["start"], part["stop"], tuple(companions))


def _options_of(unit: Unit) -> "Options":
    """Return the options of a unit's source; for those that name files, where the files lie."""
    parameters = cast("Mapping[str, Any]", unit.parameters)
    named = sorted(parameters["option_files"].items())
    paths = iter(unit.externals[len(unit.externals) - sum(len(files) for _, files in named) :])
    return {**parameters["options"], **{option: tuple(next(paths) for _ in files) for option, files in named}}


def _work(unit: Unit, shelf: "Shelf") -> Outcome:
    """Read the parts of a unit into document shards and quarantine."""
    parameters = cast("Mapping[str, Any]", unit.parameters)
    kind, options = parameters["kind"], _options_of(unit)
    reader = site_rules.READER if kind == site_rules.NAME else READERS[kind]
    with Intake(unit, shelf) as intake:
        for part in _parts_of(unit):
            intake.begin(part, reader)
            for batch in reader.read(part, parameters["columns"], options):
                intake.take(batch)
                if intake.is_satisfied():
                    break
    return intake.finish()


STAGE = Stage("ingest", 6, ("documents", "quarantine", removed.FOLDER), _plan, _work)
