"""Report of transforms: what each operation did to each source, with texts before and after for a reader to judge."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from pipelines.corpus import Outcome, Plan, Shard, Shelf, Stage, Unit
from pipelines.stages.transform import EFFECTS, SUMMED
from pipelines.stages.transform import STAGE as TRANSFORM
from pipelines.stages.transform_comparisons import FOLDER

REPORTS = f"{FOLDER}/report"
SAMPLES = 5  # of an operation of a source


def _plan(plan: Plan, generation: int) -> Sequence[Unit]:
    """Return one unit over all sources of a generation."""
    paths = plan.outputs(TRANSFORM.name, EFFECTS, generation)
    return [Unit(STAGE.name, f"generation-{generation}", generation, tuple(paths), {})] if paths else []


def _work(unit: Unit, shelf: Shelf) -> Outcome:
    sources = _sources(unit, shelf)
    shelf.temporary(f"{REPORTS}/{unit.name}.md").write_text(_page(sources), encoding="utf-8")
    shelf.temporary(f"{REPORTS}/{unit.name}.json").write_bytes(
        orjson.dumps(sources, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    )
    count = len(unit.inputs)
    return Outcome(count, count, {}, 0)


def _sources(unit: Unit, shelf: Shelf) -> dict[str, list[dict[str, Any]]]:
    """Return what each operation did, by source, summed over its shards; samples are the first in order of id."""
    sources: dict[str, list[dict[str, Any]]] = {}
    for path in unit.inputs:
        rows = shelf.read(path).to_pylist()
        summed = sources.setdefault(Shard.of(path).source, [])
        if not summed:
            summed += [{"operation": row["operation"], **dict.fromkeys(SUMMED, 0), "samples": []} for row in rows]
        for total, row in zip(summed, rows, strict=True):
            total |= {name: total[name] + row[name] for name in SUMMED}
            total["samples"] = sorted([*total["samples"], *row["samples"]], key=lambda sample: sample["id"])[:SAMPLES]
    return sources


def _page(sources: dict[str, list[dict[str, Any]]]) -> str:
    return "\n".join(["# What cleaning did", "", *(line for name, rows in sources.items() for line in _of(name, rows))])


def _of(source: str, rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield f"## {source}"
    yield ""
    yield "| operation | documents | changed | dropped | characters | taken out | put in |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for row in rows:
        yield f"| {row['operation']} | " + " | ".join(f"{row[name]:,}" for name in SUMMED) + " |"
    yield ""
    for row in rows:
        for sample in row["samples"]:
            yield f"### {row['operation']}: {sample['id']}"
            yield ""
            yield from _quoted("before", sample["before"])
            if sample["after"] is None:
                yield "dropped"
                yield ""
            else:
                yield from _quoted("after", sample["after"])


def _quoted(when: str, text: str) -> Iterator[str]:
    """Yield a text as an indented block of Markdown, in which nothing is markup."""
    yield f"{when}:"
    yield ""
    yield from (f"    {line}" for line in (text or "(nothing)").splitlines())
    yield ""


STAGE = Stage("transform-report", 1, (REPORTS,), _plan, _work)
