"""Decontaminate: which documents hold text of benchmarks, of which, and how much of it.

Once, every string of the benchmarks is read; then every shard is searched for their n-grams; then a report counts, for
every benchmark and field, how many of its texts were found and in how many documents.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import orjson
import pyarrow as pa

from pipelines.corpus import Outcome, Plan, Shard, Shelf, Stage, Unit
from pipelines.corpus.schemas import CONTAMINATED, CONTAMINATION, QUARANTINE
from pipelines.dedup.contamination import Overlaps, find_overlaps, index_benchmarks, sought_sizes
from pipelines.dedup.contamination_report import contamination_report
from pipelines.errors import RecipeError
from pipelines.sources.benchmarks import read_benchmark
from pipelines.sources.files import find_files, sha256_of_file
from pipelines.sources.record import BadRecord, InputFile
from pipelines.sources.stored import file_at
from pipelines.sources.text_column import total_bytes

if TYPE_CHECKING:
    from pipelines.corpus import Json
    from pipelines.recipe.dedup import DecontaminateSection

EVIDENCE, VERDICT = "contamination", "contaminated"

_TEXTS = "benchmarks/texts.parquet"
_BAD = "quarantine/benchmarks/benchmarks.parquet"
_KEY = "dedup.decontaminate"
_COLUMNS: dict[str, pa.DataType] = {
    "benchmark": pa.string(),
    "item": pa.int64(),
    "field": pa.string(),
    "text": pa.large_string(),
    "ngram": pa.int64(),  # words of the n-grams that are sought of it; 0 where it is too short
}
_TEXT_COLUMNS = pa.schema(_COLUMNS)


def benchmark_files(section: "DecontaminateSection", directories: Sequence[Path]) -> tuple[InputFile, ...]:
    """Return the files of the benchmarks that a recipe names.

    Args:
        section: The section of the recipe.
        directories: Where relative globs are looked up; the first that has a match counts.

    Raises:
        RecipeError: A glob matches nothing.
    """
    try:
        return find_files(_KEY, section.path, directories)
    except RecipeError as error:
        raise RecipeError(str(error).removeprefix("source ")) from None


def _plan_benchmarks(plan: Plan, generation: int) -> Sequence[Unit]:
    """Return one unit, for all generations."""
    section = plan.recipe.dedup.decontaminate
    if section is None or generation > 0:
        return []
    files = benchmark_files(section, (plan.recipe_directory, Path.cwd()))
    parameters: dict[str, Json] = {
        "files": {file.relative: sha256_of_file(file) for file in files},
        "ngram": section.ngram,
    }
    return [Unit(BENCHMARKS.name, "benchmarks", 0, (), parameters, tuple(file.path for file in files))]


def _work_benchmarks(unit: Unit, shelf: Shelf) -> Outcome:
    names = sorted(cast("dict[str, str]", unit.parameters["files"]))
    texts, bad = [], []
    for name, path in zip(names, unit.externals, strict=True):
        file = file_at(path, name)
        if file is None:
            raise RecipeError(f"{_KEY}: {path} is no longer there")
        for found in read_benchmark(file):
            if isinstance(found, BadRecord):
                bad.append({**vars(found), "file": name})
            else:
                texts.append({**vars(found), "benchmark": name})
    table = pa.Table.from_pylist(texts, _TEXT_COLUMNS)
    ngram = cast("int", unit.parameters["ngram"])
    words = index_benchmarks(table["text"], ngram).word_counts
    sizes = pa.array(sought_sizes(words, ngram))
    shelf.write(_TEXTS, table.set_column(table.schema.get_field_index("ngram"), "ngram", sizes))
    dropped: dict[str, int] = {}
    for record in bad:
        dropped[record["reason"]] = dropped.get(record["reason"], 0) + 1
    if bad:
        shelf.write(_BAD, pa.Table.from_pylist(bad, QUARANTINE))
    return Outcome(len(texts) + len(bad), len(texts), dict(sorted(dropped.items())), total_bytes(table["text"]))


def _plan_shards(plan: Plan, generation: int) -> Sequence[Unit]:
    section = plan.recipe.dedup.decontaminate
    if section is None:
        return []
    return [
        Unit(STAGE.name, shard.unit, generation, (shard.path("documents"), _TEXTS), {"ngram": section.ngram})
        for shard in plan.document_shards(generation)
    ]


def _work_shard(unit: Unit, shelf: Shelf) -> Outcome:
    """Write what the documents of a shard share with benchmarks, and for each document that does how much at most."""
    shard = Shard.of(unit.inputs[0])
    documents = shelf.read(unit.inputs[0], ["id", "text"])
    benchmarks = shelf.read(_TEXTS)
    found = find_overlaps(
        documents["text"], index_benchmarks(benchmarks["text"], cast("int", unit.parameters["ngram"]))
    )
    evidence = _evidence(documents, benchmarks, found)
    shelf.write(shard.path(EVIDENCE), evidence)
    shelf.write(shard.path(VERDICT), _verdicts(documents, found))
    return Outcome(documents.num_rows, documents.num_rows, {}, total_bytes(documents["text"]))


def _evidence(documents: pa.Table, benchmarks: pa.Table, found: Overlaps) -> pa.Table:
    texts = benchmarks.take(found.texts)
    columns = {
        "id": documents["id"].take(found.documents),
        **{name: texts[name] for name in ("benchmark", "item", "field")},
        "ngrams": found.ngrams,
        "fraction": found.fractions,
    }
    return pa.table(columns).cast(CONTAMINATION)


def _verdicts(documents: pa.Table, found: Overlaps) -> pa.Table:
    rows, firsts, counts = np.unique(found.documents, return_index=True, return_counts=True)
    highest = np.maximum.reduceat(found.fractions, firsts) if len(firsts) else np.empty(0)
    columns = {
        "id": documents["id"].take(rows),
        "contaminated": pa.repeat(True, len(rows)),
        "contaminated_texts": counts,
        "contaminated_fraction": highest,
    }
    return pa.table(columns).cast(CONTAMINATED)


def _plan_report(plan: Plan, generation: int) -> Sequence[Unit]:
    section = plan.recipe.dedup.decontaminate
    shards = plan.document_shards(generation)
    if section is None or not shards:
        return []
    parameters: dict[str, Json] = {"ngram": section.ngram, "action": section.action}
    inputs = (_TEXTS, *(shard.path(EVIDENCE) for shard in shards))
    return [Unit(REPORT.name, f"generation-{generation}", generation, inputs, parameters)]


def _work_report(unit: Unit, shelf: Shelf) -> Outcome:
    texts = shelf.read(_TEXTS, ["benchmark", "item", "field", "ngram"])
    evidence = pa.concat_tables([shelf.read(path, ["id", "benchmark", "item", "field"]) for path in unit.inputs[1:]])
    report = {**unit.parameters, **contamination_report(texts, evidence)}
    name = "report.json" if unit.generation == 0 else "report-translations.json"
    shelf.temporary(f"{EVIDENCE}/{name}").write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2) + b"\n")
    return Outcome(evidence.num_rows, evidence.num_rows, {}, 0)


BENCHMARKS = Stage(
    "decontaminate-benchmarks", 1, ("benchmarks", "quarantine/benchmarks"), _plan_benchmarks, _work_benchmarks
)
STAGE = Stage("decontaminate", 1, (EVIDENCE, VERDICT), _plan_shards, _work_shard)
REPORT = Stage("decontaminate-report", 1, (EVIDENCE,), _plan_report, _work_report)
STAGES = (BENCHMARKS, STAGE, REPORT)
