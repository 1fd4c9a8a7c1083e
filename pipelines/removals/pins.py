"""Pins: what was made of documents that are removed since, and is kept as it is: tokenizers, figures, usual lengths.

Made anew they would change every token, decision and check of the corpus, for one document fewer. A pin holds as long
as the recipe asks for the same: other settings make a new tokenizer, of the documents that are left.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.corpus import Json
from pipelines.corpus.files import sha256_of, write_whole
from pipelines.corpus.identity import REMOVALS
from pipelines.corpus.units import canonical_json
from pipelines.errors import CorpusError

PINS = f"{REMOVALS}/pins"
PINNED = "pinned"  # the parameter of a unit that holds the SHA-256 of what is pinned

# The parameters of a unit that trains a tokenizer, derives figures or learns how long translations are, that say how.
TRAINED_BY = ("vocab_size", "model", "pretokenizer", "reserved", "alpha", "bytes", "seed")
DERIVED_BY = ("published", "derivations")
LEARNT_BY = ("engines", "from", "to", "segmentation", "masking", "checks")


@dataclass(frozen=True)
class Pin:
    """A file that is not made anew: its place, relative to the corpus, and its SHA-256."""

    path: str
    sha256: str


def write_pin(root: Path, unit: str, output: str, made_with: Mapping[str, Json]) -> None:
    """Keep a file that a unit made.

    Args:
        root: The corpus.
        unit: Stage and name of the unit.
        output: The file, relative to the corpus.
        made_with: The settings by which it was made.
    """
    content = (root / output).read_bytes()
    kept = f"{PINS}/{unit}/{Path(output).name}"
    facts: dict[str, Json] = {"file": kept, "sha256": sha256_of(root / output), "made_with": made_with}
    write_whole(root / kept, content)
    write_whole(root / f"{PINS}/{unit}.json", (json.dumps(facts, indent=1, sort_keys=True) + "\n").encode())


def find_pin(root: Path, unit: str, parameters: Mapping[str, Json], settings: Sequence[str]) -> Pin | None:
    """Return what is kept of a unit, if it was made with the same settings.

    Args:
        root: The corpus.
        unit: Stage and name of the unit.
        parameters: Its parameters, if it were to make it anew.
        settings: Which of them say how.

    Raises:
        CorpusError: The file is not the one that was kept.
    """
    facts_path = root / f"{PINS}/{unit}.json"
    if not facts_path.is_file():
        return None
    facts = json.loads(facts_path.read_text(encoding="utf-8"))
    if canonical_json(facts["made_with"]) != canonical_json({name: parameters[name] for name in settings}):
        return None
    pin = Pin(facts["file"], facts["sha256"])
    path = root / pin.path
    if not path.is_file() or sha256_of(path) != pin.sha256:
        raise CorpusError(
            f"{path}: not the file that was kept when documents were removed; bring it back, or delete "
            f"{facts_path} to have it made anew"
        )
    return pin
