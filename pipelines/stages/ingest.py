"""Ingest: source files to document shards; what cannot become a document is quarantined with file and row."""

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus.schemas import DOCUMENTS, QUARANTINE
from pipelines.corpus.stage import Stage
from pipelines.corpus.units import Json, Outcome, Unit
from pipelines.errors import RecipeError
from pipelines.sources import READERS, translation
from pipelines.sources.files import check_sha256, find_files, sha256_of_file
from pipelines.sources.identity import shard_base
from pipelines.sources.options import resolved_options
from pipelines.sources.record import (
    FIELDS,
    MAX_RAW_BYTES,
    BadRecord,
    Batch,
    InputFile,
    Part,
    Reader,
    declared_language,
    evidence,
)
from pipelines.sources.text_column import total_bytes
from pipelines.stages.ingest_duplicates import DUPLICATE_REASON, ids_to_exclude
from pipelines.stages.ingest_ids import Identified, Identities, with_repeats

if TYPE_CHECKING:
    from pipelines.corpus.plan import Plan
    from pipelines.corpus.shelf import Shelf, TableWriter
    from pipelines.recipe_sections import SourceSection
    from pipelines.sources.options import Options

SHARD_TEXT_BYTES = 32 * 2**20
SHARD_ROWS = 65_536

QUARANTINED_RECORDS = QUARANTINE.append(pa.field("id", pa.string())).append(pa.field("rows", pa.int64()))


def _plan(plan: "Plan", generation: int) -> Sequence[Unit]:
    """Return one unit a part of a file, or one a source where `limit` counts documents in file order.

    Sources of translations made elsewhere are generation 1, like translations made here; all others generation 0.
    """
    sources = [source for source in plan.recipe.sources if _generation(source) == generation]
    return [unit for source in sources for unit in _source_units(plan, source)]


def _generation(source: "SourceSection") -> int:
    return translation.GENERATION if source.kind == "translation" else 0


def _source_units(plan: "Plan", source: "SourceSection") -> list[Unit]:
    _check_columns(source)
    directories = (plan.recipe_directory, Path.cwd())
    files = _files(source, directories)
    if source.sha256 is not None and files:
        check_sha256(source.name, files, source.sha256)
    parts = [part for file in files for part in READERS[source.kind].parts(file)]
    groups = [parts] if source.limit is not None and parts else [[part] for part in parts]
    names = [_unit_name(source, group[0]) for group in groups]
    outputs = [tuple(receipt.outputs) if (receipt := plan.receipt("ingest", name)) else () for name in names]
    exclude = ids_to_exclude(plan.root, outputs, plan.memory)
    named = _option_files(source, directories)
    return [
        _unit(name, source, group, plan.sample, exclude.get(position, []), named)
        for position, (name, group) in enumerate(zip(names, groups, strict=True))
    ]


def _files(source: "SourceSection", directories: Sequence[Path]) -> tuple[InputFile, ...]:
    try:
        return find_files(source.name, source.path, directories, optional=source.optional)
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


def _check_columns(source: "SourceSection") -> None:
    """Refuse a mapping that nothing would come of.

    Raises:
        RecipeError: The kind has no columns, or a field is none of a document's.
    """
    if source.columns and not READERS[source.kind].has_columns:
        raise RecipeError(f"source {source.name}: kind {source.kind} has no columns to map; leave `columns` out")
    for field in source.columns:
        if field not in FIELDS:
            raise RecipeError(f"source {source.name}: columns: no field {field!r}; expected {', '.join(FIELDS)}")


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
    return {"relative": file.relative, "sha256": sha256_of_file(file), "size": file.size}


def _parts_of(unit: Unit) -> Iterator[Part]:
    described = cast("Sequence[Mapping[str, Any]]", unit.parameters["parts"])
    paths = iter(unit.externals)
    for part in described:
        file, *companions = (
            InputFile(next(paths), stored["relative"], stored["size"]) for stored in (part, *part["companions"])
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
    reader, options = READERS[parameters["kind"]], _options_of(unit)
    with _Intake(unit, shelf) as intake:
        for part in _parts_of(unit):
            intake.begin(part, reader)
            for batch in reader.read(part, parameters["columns"], options):
                intake.take(batch)
                if intake.is_satisfied():
                    break
    return intake.outcome()


class _Intake:
    """Turns batches of records into shards, and counts what becomes of each record."""

    def __init__(self, unit: Unit, shelf: "Shelf") -> None:
        parameters = cast("Mapping[str, Any]", unit.parameters)
        self._source, _, self._name = unit.name.partition("/")
        self._identities = Identities(self._source, parameters["sample"], parameters["exclude"])
        self._origin = _Origin(self._source, unit.generation, parameters["lang"], parameters["license"])
        self._limit: int | None = parameters["limit"]
        self._shelf = shelf
        self._stack = contextlib.ExitStack()
        self._quarantine: TableWriter | None = None
        self._shard: TableWriter | None = None
        self._shard_stack = self._stack.enter_context(contextlib.ExitStack())
        self._shard_rows = self._shard_bytes = self._shard_number = 0
        self._rows_out = self._bytes_in = 0
        self._dropped: Counter[str] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def begin(self, part: Part, reader: Reader) -> None:
        """Go on with another part."""
        self._part, self._reader = part, reader
        self._rows_before: int | None = None
        self._end_shard()
        self._shard_number = 0

    def is_satisfied(self) -> bool:
        """Tell whether the source's `limit` is reached."""
        return self._limit is not None and self._rows_out >= self._limit

    def take(self, batch: Batch) -> None:
        """Write a batch's documents, and quarantine what is bad."""
        self._dropped.update(batch.dropped)
        self._put_aside([(bad, None) for bad in batch.bad])
        records = batch.records
        while records.num_rows > 0 and not self.is_satisfied():
            head = records if self._limit is None else records.slice(0, self._limit - self._rows_out)
            records = records.slice(head.num_rows)
            self._take_records(head)

    def _take_records(self, records: pa.RecordBatch) -> None:
        found = self._identities.identify(records, self._part.file.relative, self._part.index)
        self._bytes_in += total_bytes(records.column("text"))
        if found.not_sampled:
            self._dropped["not_sampled"] += found.not_sampled
        self._put_aside(_duplicates(records, found))
        if found.kept:
            self._write(_documents(records, found, self._origin))

    def _write(self, documents: pa.Table) -> None:
        size = total_bytes(documents.column("text"))
        full = self._shard_bytes + size > SHARD_TEXT_BYTES or self._shard_rows + documents.num_rows > SHARD_ROWS
        if self._shard is not None and full:
            self._end_shard()
        if self._shard is None:
            base = shard_base(self._part.file.relative, self._part.index)
            path = f"documents/{self._source}/{base}-{self._shard_number:05d}.parquet"
            self._shard = self._shard_stack.enter_context(self._shelf.open_writer(path, DOCUMENTS))
            self._shard_number += 1
        self._shard.write(documents)
        self._shard_rows += documents.num_rows
        self._shard_bytes += size
        self._rows_out += documents.num_rows

    def _end_shard(self) -> None:
        self._shard_stack.close()
        self._shard, self._shard_rows, self._shard_bytes = None, 0, 0

    def _put_aside(self, bad: Sequence[tuple[BadRecord, str | None]]) -> None:
        """Quarantine records, each with the id that it would have had, where it got as far as one."""
        if not bad:
            return
        if self._quarantine is None:
            path = f"quarantine/ingest/{self._source}/{self._name}.parquet"
            self._quarantine = self._stack.enter_context(self._shelf.open_writer(path, QUARANTINED_RECORDS))
        if self._rows_before is None:
            self._rows_before = self._reader.rows_before(self._part)
        rows = []
        for record, id_ in bad:
            self._dropped[record.reason] += record.rows
            rows.append(
                {
                    "file": self._part.file.relative,
                    "row": None if record.row is None else self._rows_before + record.row,
                    "offset": record.offset,
                    "reason": record.reason,
                    "detail": record.detail,
                    "raw": record.raw,
                    "id": id_,
                    "rows": record.rows,
                }
            )
        self._quarantine.write(pa.Table.from_pylist(rows, schema=QUARANTINED_RECORDS))

    def outcome(self) -> Outcome:
        """Return what became of all records; quarantined ones are dropped by their reason."""
        dropped = dict(sorted(self._dropped.items()))
        return Outcome(self._rows_out + sum(dropped.values()), self._rows_out, dropped, self._bytes_in)


def _duplicates(records: pa.RecordBatch, found: Identified) -> list[tuple[BadRecord, str | None]]:
    bad: list[tuple[BadRecord, str | None]] = []
    for position in found.duplicates:
        row, key, url, text = (records.column(name)[position].as_py() for name in ("row", "key", "url", "text"))
        detail = (
            f"id {key!r} stands earlier in this source" if key is not None else f"{url}: the same text stands earlier"
        )
        raw = text.encode()[:MAX_RAW_BYTES]
        bad.append((BadRecord(row, DUPLICATE_REASON, detail, raw), found.ids[position]))
    return bad


@dataclass(frozen=True)
class _Origin:
    """What the recipe says of all documents of a source.

    Attributes:
        source: The source's name.
        generation: 0, or 1 for translations.
        lang: Language of records that declare none.
        license: Licence of records that declare none.
    """

    source: str
    generation: int
    lang: str | None
    license: str | None


def _documents(records: pa.RecordBatch, found: Identified, origin: _Origin) -> pa.Table:
    """Return the documents among the records of a batch."""
    columns = {name: records.column(name) for name in records.schema.names}
    columns["meta"] = with_repeats(columns["meta"], found.repeats)
    if origin.lang is not None:
        columns["lang"] = columns["lang"].fill_null(pa.scalar(declared_language(origin.lang), pa.string()))
    if origin.license is not None:
        stated = evidence("E3", "source_license", origin.license, f"recipe: sources.{origin.source}.license")
        without = columns["license_declared"].is_null()
        choices = [without, pa.scalar(stated), columns["license_evidence"]]
        columns["license_evidence"] = cast("pa.StringArray", pc.call_function("if_else", choices))
        columns["license_declared"] = columns["license_declared"].fill_null(origin.license)
    count = records.num_rows
    columns |= {
        "id": pa.array(found.ids, pa.string()),
        "source": pa.repeat(origin.source, count),
        "source_id": columns["key"],
        "generation": pa.repeat(pa.scalar(origin.generation, pa.int8()), count),
    }
    table = pa.Table.from_arrays([columns[field.name] for field in DOCUMENTS], names=DOCUMENTS.names)
    return table if len(found.kept) == count else table.take(pa.array(found.kept, pa.int64()))


STAGE = Stage("ingest", 1, ("documents", "quarantine"), _plan, _work)
