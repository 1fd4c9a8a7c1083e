"""Receipts: what stands in a corpus, made from what, with how many rows. No receipt, no shard."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.corpus.files import is_temporary, own_temporary_of, write_whole
from pipelines.corpus.units import Json, Outcome, Unit, canonical_json
from pipelines.errors import CorpusError

LEDGER = "ledger"
TIMING_SUFFIX = ".timing.json"


@dataclass(frozen=True)
class Output:
    """One file that a unit wrote: its SHA-256, its size in bytes, and its rows when it is a table."""

    sha256: str
    bytes: int
    rows: int | None


@dataclass(frozen=True)
class Receipt:
    """The record that one unit is done; written after its outputs stand. A pure function of inputs and recipe."""

    stage: str
    version: int
    name: str
    generation: int
    fingerprint: str
    inputs: Mapping[str, str]
    parameters: Mapping[str, Json]
    outputs: Mapping[str, Output]
    outcome: Outcome

    @property
    def path(self) -> str:
        """The receipt's own place in the corpus."""
        return receipt_path(self.stage, self.name)

    def to_json(self) -> str:
        """Return the receipt as readable JSON, the same text for the same receipt; a checksum guards every value."""
        value: dict[str, Json] = {
            "stage": self.stage,
            "version": self.version,
            "name": self.name,
            "generation": self.generation,
            "fingerprint": self.fingerprint,
            "inputs": dict(self.inputs),
            "parameters": json.loads(canonical_json(self.parameters)),
            "outputs": {path: vars(output) for path, output in self.outputs.items()},
            "rows_in": self.outcome.rows_in,
            "rows_out": self.outcome.rows_out,
            "dropped": dict(self.outcome.dropped),
            "bytes_in": self.outcome.bytes_in,
        }
        if self.outcome.counts:
            value["counts"] = dict(self.outcome.counts)
        value["checksum"] = _checksum(value)
        return json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Receipt":
        """Read a receipt back.

        Raises:
            AttributeError, KeyError, TypeError, ValueError: The text is no receipt, or not as it was written.
        """
        value = json.loads(text)
        receipt = cls(
            stage=value["stage"],
            version=value["version"],
            name=value["name"],
            generation=value["generation"],
            fingerprint=value["fingerprint"],
            inputs=value["inputs"],
            parameters=value["parameters"],
            outputs={path: Output(**output) for path, output in value["outputs"].items()},
            outcome=Outcome(
                value["rows_in"], value["rows_out"], value["dropped"], value["bytes_in"], value.get("counts", {})
            ),
        )
        if receipt.to_json() != text:
            raise ValueError("not the text that was written")
        return receipt

    def stands(self, root: Path, unit: Unit, fingerprint: str, away: Collection[str] = ()) -> bool:
        """Tell whether the unit's work is done: same fingerprint, and every output there as `is_complete` says."""
        return self.fingerprint == fingerprint and self.generation == unit.generation and self.is_complete(root, away)

    def is_complete(self, root: Path, away: Collection[str] = ()) -> bool:
        """Tell whether every output is there in its full size, or is one of those that are known to be elsewhere."""
        return all(_has_size(root / path, output.bytes) or path in away for path, output in self.outputs.items())


def receipt_path(stage: str, name: str) -> str:
    """Return the corpus-relative path of a unit's receipt."""
    return f"{LEDGER}/{stage}/{name}.json"


def write_receipt(root: Path, receipt: Receipt) -> None:
    """Write a receipt, whole or not at all."""
    path = root / receipt.path
    write_whole(path, receipt.to_json().encode(), own_temporary_of(path))


def read_receipts(root: Path, *, stage: str | None = None, tolerant: bool = False) -> Iterator[Receipt]:
    """Yield every receipt of a corpus (or of one stage) in the order of its path.

    Args:
        root: The corpus.
        stage: Only this stage's receipts.
        tolerant: Pass over damaged receipts: their units are simply due again.

    Raises:
        CorpusError: A receipt is damaged, and `tolerant` is off.
    """
    base = root / LEDGER / (stage or "")
    if not base.is_dir():
        return
    for path in sorted(base.rglob("*.json")):
        if path.name.endswith(TIMING_SUFFIX) or is_temporary(path):
            continue
        try:
            receipt = Receipt.from_json(path.read_bytes().decode())
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            if tolerant:
                continue
            where = path.relative_to(root)
            raise CorpusError(f"{where}: damaged receipt ({error!r}); delete it and run again") from None
        if root / receipt.path == path:
            yield receipt
        elif not tolerant:
            raise CorpusError(f"{path.relative_to(root)}: names itself {receipt.path}; delete it and run again")


def _checksum(value: Mapping[str, Json]) -> str:
    """Return the BLAKE2b-128 of a receipt's values, in hexadecimal."""
    return hashlib.blake2b(canonical_json(value).encode(), digest_size=16).hexdigest()


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except FileNotFoundError:
        return False
