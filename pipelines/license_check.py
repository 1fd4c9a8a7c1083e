"""`loam license check`: does everything that leaves a corpus stand under a licence that lets it?"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.corpus.identity import read_corpus_identity
from pipelines.corpus.receipts import read_receipts
from pipelines.edits.edited import is_edits
from pipelines.license_check_card import card_problems
from pipelines.licensing import spdx
from pipelines.licensing.decide import derive
from pipelines.licensing.obligations import terms_of
from pipelines.licensing.permitted import permits
from pipelines.licensing.profiles import Operation
from pipelines.licensing.statuses import ALLOWED
from pipelines.licensing.texts import license_text, text_is_owed
from pipelines.removals.checks import unfinished_removals
from pipelines.stages import card, publish
from pipelines.tokens import provenance

_SAMPLES = 3
_UNDECIDED = "undecided"
_LICENCES = ["id", "license", "status", "operations"]


def check_licences(root: Path) -> Iterator[str]:
    """Yield everything in a corpus' outputs that its licences do not allow, or that they ask for and is missing.

    A document that was removed is allowed nowhere.

    Args:
        root: The corpus.

    Raises:
        CorpusError: The directory is no corpus, or a receipt is damaged.
    """
    read_corpus_identity(root)
    receipts = list(read_receipts(root))
    yield from unfinished_removals(root, receipts)
    outputs = sorted(path for receipt in receipts for path in receipt.outputs)
    licences = _read(root, [path for path in outputs if path.startswith("licences/")], _LICENCES)
    if licences is None:
        yield "licences/: nothing is decided; `loam run` with a `licensing` section decides"
        return
    tables = {
        publish.FOLDER: [path for path in outputs if path.startswith(f"{publish.FOLDER}/")],
        provenance.FOLDER: [path for path in outputs if path.endswith(provenance.SUFFIX)],
    }
    for folder, operation in ((publish.FOLDER, Operation.REDISTRIBUTE), (provenance.FOLDER, Operation.KEEP_WHOLE)):
        output = _read(root, tables[folder], ["id", "license"])
        if output is not None:
            yield from _allowed(output, licences, folder, operation)
            yield from _carried(output, licences, folder)
            yield from _names(output, folder)
    yield from _adaptations(root, outputs, licences)
    published = _read(root, tables[publish.FOLDER], ["id", "license", "generation"])
    if published is not None:
        yield from _translations(published)
        if f"{card.FOLDER}/README.md" in outputs:
            yield from card_problems(root / card.FOLDER, published)


def _read(root: Path, paths: Sequence[str], columns: list[str]) -> pa.Table | None:
    tables = [pq.read_table(root / path, columns=columns, partitioning=None) for path in paths]
    return pa.concat_tables(tables) if tables else None


def _allowed(output: pa.Table, licences: pa.Table, folder: str, operation: Operation) -> Iterator[str]:
    """Every document of an output has a licence under which it may be there."""
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


def _carried(output: pa.Table, licences: pa.Table, folder: str) -> Iterator[str]:
    """Every document of an output carries the licence that was concluded, and no other."""
    concluded = licences["license"].take(pc.index_in(output["id"], value_set=licences["id"]))
    differs: Any = pc.fill_null(pc.not_equal(output["license"], concluded), pa.scalar(value=True))
    changed = output.filter(pc.and_(differs, pc.is_valid(concluded)))
    if changed.num_rows:
        ids = pc.unique(changed["id"])
        yield f"{folder}/: {len(ids)} documents under another licence than was concluded, such as {_samples(ids)}"


def _names(output: pa.Table, folder: str) -> Iterator[str]:
    """Every licence is one whose terms are recorded, and whose text is at hand where it is owed."""
    names = set[str]()
    for expression in map(str, pc.unique(output["license"]).to_pylist()):
        if expression in (spdx.NONE, spdx.NOASSERTION):
            continue
        try:
            names |= {term.license for term in spdx.terms(spdx.parse(expression))}
        except spdx.ExpressionSyntaxError:
            yield f"{folder}/: {expression!r} is no licence expression"
    for name in sorted(names):
        if terms_of(name) is None:
            yield f"{folder}/: {name}: unknown licence: what it asks is not recorded"
        elif text_is_owed(name) and license_text(name) is None and spdx.LICENSE_REF.fullmatch(name) is None:
            yield f"{folder}/: {name}: its text must be passed on, and is not at hand"


def _translations(published: pa.Table) -> Iterator[str]:
    """No translation, made here or elsewhere, stands under terms that forbid translating."""
    translated = published["license"].filter(pc.not_equal(published["generation"], pa.scalar(0, pa.int8())))
    for license_ in pc.unique(translated).to_pylist():
        if derive(str(license_), Operation.TRANSLATE) == spdx.NONE:
            yield f"{publish.FOLDER}/: translations under {license_}, which forbids them"


def _adaptations(root: Path, outputs: Sequence[str], licences: pa.Table) -> Iterator[str]:
    """No kept text is changed, and none was translated, whose licence does not let that be done."""
    decisions = _read(root, [path for path in outputs if path.startswith("decisions/")], ["id", "kept"])
    if decisions is None:
        return
    kept = decisions["id"].filter(decisions["kept"])
    edits = _read(root, [path for path in outputs if is_edits(path)], ["id"])
    if edits is not None:
        changed = pc.unique(edits["id"])
        ids = _withheld(changed.filter(pc.is_in(changed, value_set=kept)), licences, Operation.ALTER)
        if len(ids):
            yield f"edits/: {len(ids)} kept documents are changed, which their licence forbids: {_samples(ids)}"
    documents = _read(root, [path for path in outputs if path.startswith("documents/")], ["id", "derived_from"])
    if documents is not None:
        parents = pc.unique(documents["derived_from"].filter(pc.is_in(documents["id"], value_set=kept))).drop_null()
        known = parents.filter(pc.is_in(parents, value_set=licences["id"]))  # parents may be of another corpus
        ids = _withheld(known, licences, Operation.TRANSLATE)
        if len(ids):
            yield f"documents/: {len(ids)} documents are translated, which their licence forbids: {_samples(ids)}"


def _withheld(ids: Any, licences: pa.Table, operation: Operation) -> Any:  # noqa: ANN401 -- the stubs give a union
    """Return the documents that an operation may not be done with."""
    operations = licences["operations"].take(pc.index_in(ids, value_set=licences["id"]))
    permitted: Any = permits(operations, operation).fill_null(pa.scalar(value=False))
    return ids.filter(pc.invert(permitted))


def _samples(ids: Any) -> str:  # noqa: ANN401 -- the stubs give a union
    return ", ".join(map(str, ids.slice(0, _SAMPLES).to_pylist()))
