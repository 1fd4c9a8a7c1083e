"""Whether a card agrees with the documents that are published beside it, as far as licences go."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import yaml

from datacards.huggingface import licence_fields
from pipelines.licensing import spdx
from pipelines.licensing.texts import license_text, text_is_owed
from pipelines.stages.card import FOLDER

_AGAIN = "run the card again"


def card_problems(folder: Path, published: pa.Table) -> Iterator[str]:
    """Yield everything in which a card does not agree with what is published.

    Args:
        folder: The card.
        published: Columns `id` and `license` of all published documents.
    """
    counts = Counter(map(str, published["license"].to_pylist()))
    for name in sorted({name for expression in counts for name in _names(expression)}):
        if text_is_owed(name) and license_text(name) is not None and not (folder / f"LICENSES/{name}.txt").is_file():
            yield f"{FOLDER}/LICENSES/{name}.txt: missing; {_AGAIN}"
    yield from _front_matter(folder / "README.md", counts)
    yield from _report(folder / "license-report.json", counts)
    yield from _attribution(folder / "ATTRIBUTION.parquet", published)


def _names(expression: str) -> set[str]:
    if expression in (spdx.NONE, spdx.NOASSERTION):
        return set()
    try:
        return {term.license for term in spdx.terms(spdx.parse(expression))}
    except spdx.ExpressionSyntaxError:
        return set()  # told of where the documents are checked


def _front_matter(path: Path, counts: Mapping[str, int]) -> Iterator[str]:
    try:
        _, front, _ = path.read_text(encoding="utf-8").split("---\n", 2)
        stated = yaml.safe_load(front)
    except (OSError, ValueError, yaml.YAMLError):
        stated = None
    if not isinstance(stated, dict):
        yield f"{FOLDER}/README.md: no metadata can be read; {_AGAIN}"
        return
    for key, expected in licence_fields(counts).items():
        if stated.get(key) != expected:
            yield f"{FOLDER}/README.md: {key} is {stated.get(key)!r}, the published documents say {expected!r}"


def _report(path: Path, counts: Mapping[str, int]) -> Iterator[str]:
    reported: Counter[str] = Counter()
    try:
        for row in json.loads(path.read_text(encoding="utf-8"))["counts"]:
            reported[row["license"]] += row["documents"] if row["published"] else 0
    except (OSError, ValueError, KeyError, TypeError):
        yield f"{FOLDER}/{path.name}: cannot be read; {_AGAIN}"
        return
    for license_ in sorted(set(counts) | set(+reported)):
        if counts.get(license_, 0) != reported[license_]:
            said, found = reported[license_], counts.get(license_, 0)
            yield f"{FOLDER}/{path.name}: {license_}: {said} documents, {found} are published"


def _attribution(path: Path, published: pa.Table) -> Iterator[str]:
    """Each published document has a notice, under the same licence."""
    try:
        notices = pq.read_table(path, columns=["id", "license"])
    except (OSError, pa.ArrowInvalid):
        yield f"{FOLDER}/{path.name}: cannot be read; {_AGAIN}"
        return
    stated: Any = notices["license"].take(pc.index_in(published["id"], value_set=notices["id"]))
    agrees: Any = pc.fill_null(pc.equal(stated, published["license"]), pa.scalar(value=False))
    without = published["id"].filter(pc.invert(agrees))
    if len(without):
        yield f"{FOLDER}/{path.name}: {len(without)} published documents lack a notice under their licence; {_AGAIN}"
