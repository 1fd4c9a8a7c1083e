"""Units of work, and what they report."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"


@dataclass(frozen=True)
class Unit:
    """One unit of work: it reads some files, writes some files of the corpus, and ends in one receipt.

    Attributes:
        stage: The stage it belongs to.
        name: Its receipt's place below `ledger/<stage>/`, without the suffix.
        generation: 0 for what came from sources, 1 for translations.
        inputs: Corpus-relative paths that it reads; their content hashes enter the fingerprint.
        parameters: All else that its outputs depend on: recipe values, hashes of models and of files outside.
        externals: Where files outside the corpus lie. No part of the fingerprint: `parameters` holds their hashes.
        gpus: How many GPUs it works on.
    """

    stage: str
    name: str
    generation: int
    inputs: tuple[str, ...]
    parameters: Mapping[str, Json]
    externals: tuple[str, ...] = ()
    gpus: int = 0

    def fingerprint(self, version: int, input_hashes: Mapping[str, str]) -> str:
        """Return the SHA-256 (hexadecimal) of everything that the unit's outputs depend on.

        Args:
            version: The stage's declared version.
            input_hashes: SHA-256 of each input, by path.
        """
        identity: Json = {
            "stage": self.stage,
            "version": version,
            "name": self.name,
            "generation": self.generation,
            "inputs": {path: input_hashes[path] for path in self.inputs},
            "parameters": self.parameters,
        }
        return hashlib.sha256(canonical_json(identity).encode()).hexdigest()


@dataclass(frozen=True)
class Outcome:
    """What a unit reports of its rows; `rows_in == rows_out + sum(dropped)` is held by the runner.

    Attributes:
        rows_in: Records read.
        rows_out: Records passed on.
        dropped: Records not passed on, by named reason.
        bytes_in: UTF-8 bytes of text processed, the base of every MB/s.
        counts: What else the stage counts, by name.
    """

    rows_in: int
    rows_out: int
    dropped: Mapping[str, int]
    bytes_in: int
    counts: Mapping[str, int] = field(default_factory=dict)

    def lost(self) -> int:
        """Return how many rows are unaccounted for: 0 in a correct outcome."""
        return self.rows_in - self.rows_out - sum(self.dropped.values())


def canonical_json(value: Json) -> str:
    """Return the one JSON text of a value: sorted keys, no white space, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
