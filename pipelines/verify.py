"""`loam verify`: does a corpus still say what its receipts say?"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.corpus import Unit
from pipelines.corpus.files import sha256_of
from pipelines.corpus.identity import read_corpus_identity
from pipelines.corpus.merkle import stage_root
from pipelines.corpus.receipts import LEDGER, Receipt, read_receipts
from pipelines.errors import LoamError, UsageError
from pipelines.removals.checks import unfinished_removals
from pipelines.stages.mix import DATA_PATH_FILE
from pipelines.stages.order import PASSES
from pipelines.stages.train_tokenizer import VOCABULARY_FILE
from pipelines.tokens.megatron import verify_shard
from pipelines.verify_card import card_findings
from pipelines.verify_licences import changed_licences

ONE_ROW_A_DOCUMENT = ("signals/core/", "signals/language/", "licences/", "decisions/")


@dataclass(frozen=True)
class Finding:
    """Something that does not agree: which check found it, and what."""

    part: str
    message: str


def verify(root: Path, only: Sequence[str] = ()) -> Iterator[Finding]:
    """Yield everything in a corpus that does not agree.

    Args:
        root: The corpus.
        only: Parts to check, of `PARTS`; all by default.

    Raises:
        CorpusError: The directory is no corpus, or a receipt is damaged.
        UsageError: A part is unknown.
    """
    for part in only:
        if part not in PARTS:
            raise UsageError(f"verify: no part {part!r}: expected {', '.join(PARTS)}")
    read_corpus_identity(root)
    receipts = list(read_receipts(root))
    for part in only or PARTS:
        for message in PARTS[part](root, receipts):
            yield Finding(part, message)


def stage_roots(root: Path) -> Iterator[tuple[str, str]]:
    """Yield one hash for all that each stage wrote, in the order of the way; see `pipelines.corpus.merkle`."""
    receipts = list(read_receipts(root))
    for stage in dict.fromkeys(stage.name for stage, _ in PASSES):
        standing = [receipt for receipt in receipts if receipt.stage == stage]
        if standing:
            yield stage, stage_root(standing)


def _receipts(_root: Path, receipts: Sequence[Receipt]) -> Iterator[str]:
    """Every receipt fits its fingerprint, and every input is what another receipt wrote."""
    versions = {stage.name: stage.version for stage, _ in PASSES}
    written = {path: output.sha256 for receipt in receipts for path, output in receipt.outputs.items()}
    if not receipts:
        yield f"{LEDGER}/: no receipts; `loam run` writes them"
    for receipt in receipts:
        unit = Unit(receipt.stage, receipt.name, receipt.generation, tuple(receipt.inputs), receipt.parameters)
        if receipt.stage not in versions:
            yield f"{receipt.path}: no stage {receipt.stage}"
        elif unit.fingerprint(receipt.version, receipt.inputs) != receipt.fingerprint:
            yield f"{receipt.path}: does not fit its fingerprint; delete it and run again"
        for path, sha256 in receipt.inputs.items():
            if written.get(path) != sha256:
                yield f"{receipt.path}: made from another {path} than stands; run again"


def _files(root: Path, receipts: Sequence[Receipt]) -> Iterator[str]:
    """Every output is there with the recorded SHA-256, and nothing else is."""
    named = set[str]()
    for receipt in receipts:
        for path, output in receipt.outputs.items():
            named.add(path)
            if not (root / path).is_file():
                yield f"{path}: missing; run again"
            elif sha256_of(root / path) != output.sha256:
                yield f"{path}: not the bytes that its receipt names; delete it and run again"
    for folder in sorted({table.split("/")[0] for stage, _ in PASSES for table in stage.tables}):
        for file in sorted((root / folder).rglob("*")):
            if file.is_file() and file.relative_to(root).as_posix() not in named | {DATA_PATH_FILE}:
                yield f"{file.relative_to(root)}: no receipt names it; run again to clear it away"


def _conservation(root: Path, receipts: Sequence[Receipt]) -> Iterator[str]:
    """Rows in are rows out plus rows dropped, in every unit; tables about documents have a row for each of them."""
    tables = [
        (path, output.rows)
        for receipt in receipts
        for path, output in receipt.outputs.items()
        if output.rows is not None and (root / path).is_file()
    ]
    documents = {path.removeprefix("documents/"): rows for path, rows in tables if path.startswith("documents/")}
    for receipt in receipts:
        if receipt.outcome.lost():
            yield f"{receipt.path}: {receipt.outcome.lost()} rows unaccounted for"
    for path, recorded in tables:
        try:
            rows = pq.read_metadata(root / path).num_rows
        except (pa.ArrowInvalid, OSError):
            yield f"{path}: no Parquet file; delete it and run again"
            continue
        if rows != recorded:
            yield f"{path}: {rows} rows, its receipt says {recorded}"
        table = next((table for table in ONE_ROW_A_DOCUMENT if path.startswith(table)), None)
        expected = rows if table is None else documents.get(path.removeprefix(table))
        if expected != rows:
            yield f"{path}: {rows} rows for {expected} documents"


def _tokens(root: Path, receipts: Sequence[Receipt]) -> Iterator[str]:
    """Every token shard is one that Megatron reads as it was written."""
    shards = [path for receipt in receipts for path in receipt.outputs if path.startswith("tokens/")]
    present = [path for path in shards if path.endswith(".idx") and (root / path).is_file()]
    if not present:
        return
    try:
        vocabulary = json.loads((root / VOCABULARY_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        yield f"{VOCABULARY_FILE}: missing or damaged; run again"
        return
    tokenize = read_corpus_identity(root)["recipe"]["tokenize"]
    eod = vocabulary["eod"] if tokenize and tokenize["append_eod"] else None
    for path in present:
        try:
            verify_shard((root / path).with_suffix(""), vocabulary["vocab_size"], eod)
        except (LoamError, OSError) as error:
            yield str(error)


PARTS: dict[str, Callable[[Path, Sequence[Receipt]], Iterator[str]]] = {
    "receipts": _receipts,
    "files": _files,
    "conservation": _conservation,
    "tokens": _tokens,
    "licences": changed_licences,
    "removals": unfinished_removals,
    "card": card_findings,
}
