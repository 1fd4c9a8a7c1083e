"""Tombstones: what is removed, and why; ids, addresses and hashes, never text.

`removals/tombstones.jsonl` of a corpus is an input of every build of it, like a source. `loam forget` writes it.
`removals/recipe.jsonl` is a copy of the list that the recipe names, and `removals/left_out.txt` has the ids of all
originals that ingest left out because of either; both are renewed by every run.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from pipelines.corpus.files import write_whole
from pipelines.corpus.identity import REMOVALS
from pipelines.errors import CorpusError

TOMBSTONES_FILE = f"{REMOVALS}/tombstones.jsonl"
RECIPE_FILE = f"{REMOVALS}/recipe.jsonl"
LEFT_OUT_FILE = f"{REMOVALS}/left_out.txt"

Kind = Literal["id", "url", "host"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Tombstone:
    """One removal.

    Attributes:
        kind: What `value` is.
        value: The id of a document; an address; or a host, which stands for itself and all hosts below it.
        text_sha256: SHA-256 of the removed text, in hexadecimal; None where the document was never seen.
        derived_from: Id of the document that it was made from.
        reason: Why.
        date: When, ISO 8601.
    """

    kind: Kind
    value: str
    text_sha256: str | None = None
    derived_from: str | None = None
    reason: str | None = None
    date: str | None = None

    def to_json(self) -> str:
        """Return the tombstone as a line of JSON; what is None is left out."""
        facts = {name: value for name, value in asdict(self).items() if name not in ("kind", "value")}
        known = {name: value for name, value in facts.items() if value is not None}
        return json.dumps({self.kind: self.value, **known}, ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str) -> "Tombstone":
        """Read a tombstone back.

        Raises:
            ValueError: The line is none; the message says what was expected.
        """
        try:
            fields = json.loads(line)
        except ValueError:
            raise ValueError("no JSON object") from None
        named = [kind for kind in KINDS if isinstance(fields, dict) and kind in fields]
        if len(named) != 1:
            raise ValueError(f"expected an object with one of {', '.join(KINDS)}")
        others = {name: value for name, value in fields.items() if name != named[0]}
        if unknown := sorted(others.keys() - {"text_sha256", "derived_from", "reason", "date"}):
            raise ValueError(f"unknown field {unknown[0]}")
        if not all(value is None or isinstance(value, str) for value in fields.values()) or not fields[named[0]]:
            raise ValueError("every value must be a text")
        return cls(named[0], fields[named[0]], **others)


def text_digest(text: str) -> str:
    """Return the hash of a text by which a tombstone tells that it was this one."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_tombstones(root: Path) -> list[Tombstone]:
    """Return everything that is removed from a corpus, by its own list and by its recipe's, each once.

    Raises:
        CorpusError: A list is damaged.
    """
    return merged(tombstone for path in (TOMBSTONES_FILE, RECIPE_FILE) for tombstone in _read(root, path))


def merged(tombstones: Iterable[Tombstone]) -> list[Tombstone]:
    """Return tombstones in order, one for each thing removed; of several the first counts, and others fill its gaps."""
    found: dict[tuple[Kind, str], Tombstone] = {}
    for tombstone in tombstones:
        key = (tombstone.kind, tombstone.value)
        known = found.get(key)
        if known is None:
            found[key] = tombstone
            continue
        gaps = {name: getattr(tombstone, name) for name, value in asdict(known).items() if value is None}
        found[key] = replace(known, **gaps)
    return [found[key] for key in sorted(found)]


def add_tombstones(root: Path, tombstones: Sequence[Tombstone]) -> None:
    """Add to a corpus's own list; what stands there stays as it is."""
    every = merged([*_read(root, TOMBSTONES_FILE), *tombstones])
    _write(root, TOMBSTONES_FILE, [tombstone.to_json() for tombstone in every])


def renew_recipe_list(root: Path, tombstones: Sequence[Tombstone]) -> None:
    """Copy what the recipe lists into the corpus, where every unit can read it; an empty list leaves no file."""
    _write(root, RECIPE_FILE, [tombstone.to_json() for tombstone in merged(tombstones)])


def write_left_out(root: Path, ids: Collection[str]) -> None:
    """Write down the ids of originals that are left out; where there are none, there is no file."""
    _write(root, LEFT_OUT_FILE, sorted(ids))


def read_left_out(root: Path) -> list[str]:
    """Return the ids of originals that are left out."""
    path = root / LEFT_OUT_FILE
    return path.read_text(encoding="utf-8").split() if path.is_file() else []


def lines_of(text: str) -> list[str]:
    """Return the lines of a file; JSON may hold what `str.splitlines` takes for the end of one."""
    return text.removesuffix("\n").split("\n") if text else []


def by_id(tombstones: Iterable[Tombstone]) -> Mapping[str, Tombstone]:
    """Return the tombstones of documents by their ids."""
    return {tombstone.value: tombstone for tombstone in tombstones if tombstone.kind == "id"}


def _write(root: Path, path: str, lines: Sequence[str]) -> None:
    content = "".join(f"{line}\n" for line in lines).encode()
    if not content:
        (root / path).unlink(missing_ok=True)
    elif not (root / path).is_file() or (root / path).read_bytes() != content:
        write_whole(root / path, content)


def _read(root: Path, path: str) -> list[Tombstone]:
    if not (root / path).is_file():
        return []
    found = []
    for number, line in enumerate(lines_of((root / path).read_text(encoding="utf-8")), 1):
        try:
            found.append(Tombstone.from_json(line))
        except ValueError as error:
            raise CorpusError(f"{root / path}: line {number}: {error}; mend it, nothing is built without it") from None
    return found
