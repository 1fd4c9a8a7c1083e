"""`loam license check`: does everything that leaves a corpus stand under a licence that lets it?"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import yaml

from datacards.huggingface import licence_fields
from pipelines.corpus.identity import read_corpus_identity
from pipelines.corpus.receipts import read_receipts
from pipelines.licensing import spdx
from pipelines.licensing.decide import derive
from pipelines.licensing.obligations import terms_of
from pipelines.licensing.permitted import permits
from pipelines.licensing.profiles import Operation
from pipelines.licensing.statuses import ALLOWED
from pipelines.licensing.texts import license_text, text_is_owed
from pipelines.stages import card, publish
from pipelines.tokens import provenance

_SAMPLES = 3
_UNDECIDED = "undecided"
_COLUMNS = ["id", "license", "status", "operations"]


def check_licences(root: Path) -> Iterator[str]:
    """Yield everything in a corpus' outputs that its licences do not allow, or that they ask for and is missing.

    Args:
        root: The corpus.

    Raises:
        CorpusError: The directory is no corpus, or a receipt is damaged.
    """
    read_corpus_identity(root)
    outputs = sorted(path for receipt in read_receipts(root) for path in receipt.outputs)
    licences = _read(root, [path for path in outputs if path.startswith("licences/")], _COLUMNS)
    if licences is None:
        yield "licences/: nothing is decided; `loam run` with a `licensing` section decides"
        return
    published_paths = [path for path in outputs if path.startswith(f"{publish.FOLDER}/")]
    published = _read(root, published_paths, ["id", "license", "generation"])
    token_paths = [path for path in outputs if path.endswith(provenance.SUFFIX)]
    yield from _outputs(published, licences, publish.FOLDER, Operation.REDISTRIBUTE)
    yield from _outputs(_read(root, token_paths, ["id"]), licences, provenance.FOLDER, Operation.KEEP_WHOLE)
    if published is not None:
        yield from _translations(published)
        yield from _names_and_texts(root, published, licensed_card=f"{card.FOLDER}/README.md" in outputs)


def _read(root: Path, paths: Sequence[str], columns: list[str]) -> pa.Table | None:
    tables = [pq.read_table(root / path, columns=columns) for path in paths]
    return pa.concat_tables(tables) if tables else None


def _outputs(output: pa.Table | None, licences: pa.Table, folder: str, operation: Operation) -> Iterator[str]:
    """Every document of an output has a licence under which it may be there."""
    if output is None:
        return
    ids = pc.unique(output["id"])
    place = pc.index_in(ids, value_set=licences["id"])
    unknown = ids.filter(pc.is_null(place))
    if len(unknown):
        yield f"{folder}/: {len(unknown)} documents without a licence decision, such as {_samples(unknown)}"
    found = licences.take(place.drop_null())
    status = found["status"]
    allowed = pc.is_in(status, value_set=pa.array([str(status) for status in sorted(ALLOWED)]))
    refused = found.filter(pc.invert(allowed))
    for name in pc.unique(refused["status"]).to_pylist():
        wrong = refused["id"].filter(pc.is_in(refused["status"], value_set=pa.array([name], pa.string())))
        yield f"{folder}/: {len(wrong)} documents that are {name or _UNDECIDED}, such as {_samples(wrong)}"
    kept = found.filter(allowed)
    permitted: Any = permits(kept["operations"], operation).fill_null(pa.scalar(value=False))
    withheld = kept["id"].filter(pc.invert(permitted))
    if len(withheld):
        yield f"{folder}/: {len(withheld)} documents whose licence forbids to {operation}: {_samples(withheld)}"


def _translations(published: pa.Table) -> Iterator[str]:
    """No translation stands under terms that forbid translating."""
    translated = published["license"].filter(pc.not_equal(published["generation"], pa.scalar(0, pa.int8())))
    for license_ in pc.unique(translated).to_pylist():
        if derive(str(license_), Operation.TRANSLATE) == spdx.NONE:
            yield f"{publish.FOLDER}/: translations under {license_}, which forbids them"


def _names_and_texts(root: Path, published: pa.Table, *, licensed_card: bool) -> Iterator[str]:
    """Every licence is one whose terms are recorded, its text lies there where it is owed, and the card agrees."""
    counts = Counter(str(license_) for license_ in published["license"].to_pylist())
    names = {
        name
        for expression in counts
        if expression not in (spdx.NONE, spdx.NOASSERTION)
        for name in (term.license for term in spdx.terms(spdx.parse(expression)))
    }
    for name in sorted(names):
        if terms_of(name) is None:
            yield f"{publish.FOLDER}/: {name}: unknown licence: what it asks is not recorded"
        elif text_is_owed(name) and license_text(name) is None and spdx.LICENSE_REF.fullmatch(name) is None:
            yield f"{publish.FOLDER}/: {name}: its text must be passed on, and is not at hand"
    if licensed_card:
        folder = root / card.FOLDER
        owed = [name for name in sorted(names) if text_is_owed(name) and license_text(name) is not None]
        missing = [name for name in owed if not (folder / f"LICENSES/{name}.txt").is_file()]
        yield from (f"{card.FOLDER}/LICENSES/{name}.txt: missing; run the card again" for name in missing)
        yield from _card(folder, counts)


def _card(folder: Path, counts: Mapping[str, int]) -> Iterator[str]:
    stated = yaml.safe_load((folder / "README.md").read_text(encoding="utf-8").split("---")[1]) or {}
    for key, expected in licence_fields(counts).items():
        if stated.get(key) != expected:
            yield f"{card.FOLDER}/README.md: {key} is {stated.get(key)!r}, the published documents say {expected!r}"
    report = json.loads((folder / "license-report.json").read_text(encoding="utf-8"))
    reported: Counter[str] = Counter()
    for row in report["counts"]:
        reported[row["license"]] += row["documents"] if row["published"] else 0
    for license_ in sorted(set(counts) | set(+reported)):
        if counts.get(license_, 0) != reported[license_]:
            said, found = reported[license_], counts.get(license_, 0)
            yield f"{card.FOLDER}/license-report.json: {license_}: {said} documents, {found} are published"


def _samples(ids: "pa.Array[pa.StringScalar] | pa.ChunkedArray[pa.StringScalar]") -> str:
    return ", ".join(map(str, ids.slice(0, _SAMPLES).to_pylist()))
