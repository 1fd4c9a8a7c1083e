"""`python -m benchmarks.scale_forecast CORPUS`: what 1 TB, 100 TB and RedPajama-V2 would take, and what bends first.

The corpus is one that `benchmarks.scale --keep` left. Nothing here was run at such sizes: it is what was measured,
gone on with, and what follows from the formats.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import fill
from typing import Annotated

import typer

from benchmarks.machine import machine_facts
from benchmarks.scale_model import (
    BYTES_A_DOCUMENT,
    NUMBERED,
    Measured,
    Reckoned,
    Target,
    measured,
    most_documents,
    reckoned,
    shards_in_files,
)
from pipelines.errors import CorpusError

MEGABYTE, GIGABYTE, TERABYTE = 10**6, 10**9, 10**12

_HOUR, _DAY = 3600.0, 86400.0
_NODE_MEMORY = 256 * GIGABYTE  # of the machine that the driver, and steps over all documents, run on
_HUB_FILES = 100_000  # huggingface.co/docs/hub/repositories-recommendations
_DOUBLINGS = 60
_CLOSE = 1.02
_WIDTH = 120

# Weber et al., RedPajama: an Open Dataset for Training Large Language Models (2024), tables 1 and 3: 270 TB, documents
# by language, all buckets; as CCNet lays a snapshot down: 5,000 files a language and bucket.
_REDPAJAMA_BYTES = 270 * TERABYTE
_REDPAJAMA_DOCUMENTS = {"en": 87.5e9, "de": 8.6e9, "fr": 6.7e9, "es": 6.9e9, "it": 3.5e9}
_REDPAJAMA_FILES = 84 * 5000 * len(_REDPAJAMA_DOCUMENTS) * 3


@dataclass(frozen=True)
class Bend:
    """Something that stops growing well: what it is, and whether a target is beyond it."""

    name: str
    limit: str
    is_beyond: Callable[[Target, Reckoned], bool]


GATHERING = Bend(
    "gathering token shards takes more CPU time than all that is done shard by shard",
    "every token shard of a language looks into every file of encoded documents that has the language",
    lambda _, found: found.gather_cpu_seconds > found.shard_cpu_seconds,
)
BENDS = (
    GATHERING,
    Bend(
        "more files are published than the Hub advises",
        f"publish writes a file for each shard and language; the Hub advises fewer than {_HUB_FILES:,} a repository",
        lambda _, found: found.published > _HUB_FILES,
    ),
    Bend(
        "receipts do not fit the driver's memory",
        f"the process that plans a run reads all of them; {_NODE_MEMORY / GIGABYTE:.0f} GB",
        lambda _, found: found.driver_bytes > _NODE_MEMORY,
    ),
    Bend(
        "a step of deduplication does not fit a machine's memory",
        f"it holds {BYTES_A_DOCUMENT:.0f} bytes a document in one process; {_NODE_MEMORY / GIGABYTE:.0f} GB",
        lambda _, found: found.dedup_bytes > _NODE_MEMORY,
    ),
    Bend(
        "documents have no numbers left",
        f"deduplication numbers them in 32 bits: {NUMBERED / 1e9:.2f} billion",
        lambda target, _: target.documents > NUMBERED,
    ),
    Bend(
        "steps over all documents take more than a day",
        "deduplication's order, copies, pairs and clusters, and the card, run one process each",
        lambda _, found: found.global_cpu_seconds > _DAY,
    ),
)


def main(
    corpus: Annotated[Path, typer.Argument(help="A corpus that `benchmarks.scale --keep` left.")],
    cores: Annotated[int, typer.Option(min=1, help="Cores that shards are spread over.")] = 1000,
    markdown: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the page docs/scale.md here.")] = None,
) -> None:
    """Reckon what corpora would take that nobody has run, from one that stands."""
    try:
        base = measured(corpus)
    except CorpusError as error:
        typer.echo(f"scale_forecast: {error}", err=True)
        raise typer.Exit(1) from None
    page = "\n".join(line if line.startswith(("|", "#")) else fill(line, _WIDTH) for line in _page(base, cores)) + "\n"
    if markdown is None:
        print(page)
    else:
        markdown.write_text(page, encoding="utf-8")


def targets(base: Measured) -> tuple[Target, ...]:
    """Return the corpora that are reckoned: two of documents as they were measured, and RedPajama-V2."""
    documents = sum(_REDPAJAMA_DOCUMENTS.values())
    size = _REDPAJAMA_BYTES / _REDPAJAMA_FILES
    shards = shards_in_files(base.document_bytes, _REDPAJAMA_BYTES / documents, _REDPAJAMA_FILES, size)
    return (
        like(base, TERABYTE, "1 TB"),
        like(base, 100 * TERABYTE, "100 TB"),
        Target("RedPajama-V2", _REDPAJAMA_BYTES, documents, shards),
    )


def like(base: Measured, text_bytes: float, name: str = "") -> Target:
    """Return a corpus of documents as they were measured, in shards as full as those."""
    times = text_bytes / base.text_bytes
    return Target(name, text_bytes, base.documents * times, base.shards * times)


def first_bend(base: Measured, bend: Bend) -> Target:
    """Return the smallest corpus of documents as measured that is beyond a bend, to a few per cent."""
    below, above = float(base.text_bytes), base.text_bytes * 2.0**_DOUBLINGS
    while above / below > _CLOSE:
        middle = (below * above) ** 0.5
        target = like(base, middle)
        if bend.is_beyond(target, reckoned(base, target)):
            above = middle
        else:
            below = middle
    return like(base, above, bend.name)


def _page(base: Measured, cores: int) -> Iterator[str]:
    found = [(target, reckoned(base, target)) for target in targets(base)]
    machine = machine_facts()
    yield "# What large corpora would take"
    yield ""
    yield "Written by `python -m benchmarks.scale_forecast CORPUS --markdown docs/scale.md`."
    yield ""
    yield (
        f"Measured: {base.text_bytes / GIGABYTE:.2f} GB of text in {base.documents:,} documents (Debian's "
        "documentation, see `make scale`), ingest to publish with copies, near copies, licences, rules and a given "
        f"tokenizer, on {machine['processor']}. Everything below is **reckoned, not run**: costs go on as measured, "
        "with text or with documents; RedPajama-V2's shards are simulated with the sizes of these documents; what "
        "follows from the formats is computed by their own code (token shards, memory of deduplication). Not in it: "
        "networks and object stores, failures, translation, models on GPUs, and other shares of languages."
    )
    yield ""
    yield f"| | {' | '.join(target.name for target, _ in found)} |"
    yield f"| --- |{' ---: |' * len(found)}"
    for name, cell in _rows(cores):
        yield f"| {name} | {' | '.join(cell(target, one) for target, one in found)} |"
    yield ""
    yield (
        "RedPajama-V2 is 113 billion documents in 270 TB (Weber et al. 2024, tables 1 and 3), in files as "
        f"CCNet lays them down; a shard never holds documents of two files, so {_REDPAJAMA_FILES:,} files of "
        f"{_REDPAJAMA_BYTES / _REDPAJAMA_FILES / MEGABYTE:.0f} MB give shards that are not full."
    )
    yield ""
    yield "## What bends first"
    yield ""
    yield "| text | documents | what | why |"
    yield "| ---: | ---: | --- | --- |"
    for target, bend in sorted(((first_bend(base, bend), bend) for bend in BENDS), key=lambda pair: pair[0].text_bytes):
        yield f"| {_bytes(target.text_bytes)} | {_count(target.documents)} | {bend.name} | {bend.limit} |"
    yield ""
    yield from _advice(base, found)


def _rows(cores: int) -> list[tuple[str, Callable[[Target, Reckoned], str]]]:
    return [
        ("text", lambda target, _: _bytes(target.text_bytes)),
        ("documents", lambda target, _: _count(target.documents)),
        ("shards of documents", lambda target, _: _count(target.shards)),
        ("units, a receipt each", lambda _, one: _count(one.units)),
        ("files in the corpus", lambda _, one: _count(one.files)),
        ("published files", lambda _, one: _count(one.published)),
        ("bytes of receipts", lambda _, one: _bytes(one.ledger_bytes)),
        ("memory of the process that plans", lambda _, one: _bytes(one.driver_bytes)),
        ("on disk", lambda _, one: _bytes(one.disk_bytes)),
        ("shard by shard, core-hours", lambda _, one: _count(one.shard_cpu_seconds / _HOUR)),
        (f"the same on {cores:,} cores", lambda _, one: _time(one.shard_cpu_seconds / cores)),
        ("steps over all documents, one process each", lambda _, one: _time(one.global_cpu_seconds)),
        ("memory of a step of deduplication", lambda _, one: _bytes(one.dedup_bytes)),
        ("token shards", lambda _, one: _count(one.token_shards)),
        ("looks into files of encoded documents, to gather them", lambda _, one: _count(one.token_reads)),
        ("which takes core-hours", lambda _, one: _count(one.gather_cpu_seconds / _HOUR)),
    ]


def _advice(base: Measured, found: Sequence[tuple[Target, Reckoned]]) -> Iterator[str]:
    """Yield what can be done today: corpora of a size that holds, each with `dedup.against` those before it."""
    held = most_documents(_NODE_MEMORY)
    target, _ = found[-1]
    by_language = ", ".join(f"{lang} {count / held:.1f}" for lang, count in _REDPAJAMA_DOCUMENTS.items())
    limit = first_bend(base, GATHERING)
    part = replace(
        target,
        text_bytes=limit.text_bytes,
        documents=limit.text_bytes * target.documents / target.text_bytes,
        shards=limit.text_bytes * target.shards / target.text_bytes,
    )
    taken, times = reckoned(base, part), target.text_bytes / limit.text_bytes
    seconds = (taken.shard_cpu_seconds + taken.gather_cpu_seconds + taken.global_cpu_seconds) * times
    yield "## What can be done today"
    yield ""
    yield (
        f"Divide the input into corpora of {_bytes(limit.text_bytes)} or less: there, token shards cost less than the "
        "rest, and costs grow with the text. A mixture may name token shards of several corpora. Near copies are found "
        f"within a corpus; across corpora by `dedup.against`, while both together have at most {_count(held)} "
        f"documents ({_NODE_MEMORY / GIGABYTE:.0f} GB). By that alone RedPajama-V2 would be so many sets of documents "
        f"that can be held beside each other: {by_language}. In {_count(times)} corpora it would take "
        f"{_count(seconds / _HOUR)} core-hours."
    )


def _bytes(number: float) -> str:
    for unit, size in (("EB", 10**18), ("PB", 10**15), ("TB", TERABYTE), ("GB", GIGABYTE), ("MB", MEGABYTE)):
        if number >= size:
            return f"{number / size:,.0f} {unit}" if number >= 10 * size else f"{number / size:.1f} {unit}"
    return f"{number / 1000:.0f} kB"


def _count(number: float) -> str:
    for name, size in (("trillion", 10**12), ("billion", 10**9), ("million", 10**6)):
        if number >= size:
            return f"{number / size:,.0f} {name}" if number >= 10 * size else f"{number / size:.1f} {name}"
    return f"{number:,.0f}"


def _time(seconds: float) -> str:
    if seconds >= _DAY:
        return f"{seconds / _DAY:,.1f} days"
    return f"{seconds / _HOUR:.1f} h" if seconds >= _HOUR else f"{seconds / 60:.1f} min"


if __name__ == "__main__":
    typer.run(main)
