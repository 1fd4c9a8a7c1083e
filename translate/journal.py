"""The journal: every answer an engine gave, kept so that no rerun asks again. An input of a build, like a source.

An entry's key is the hash of all that the answer depends on; change the engine, its model or the masking, and the key
is another. Entries are kept in two forms. A *part* is a table, written whole with the translations of one document
shard and holding exactly the answers that they used. A *log* is a part in the making: entries are appended as they
come, so that a killed run loses the last few and no more. Both carry a checksum in every entry; what is damaged counts
as not there.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from translate.checks import CHECK_NAMES, Finding
from translate.engines.base import EngineIdentity
from translate.masking import MASKING_VERSION

_FIELDS: "list[pa.Field[Any]]" = [
    pa.field("key", pa.string(), metadata={"comment": "hash of everything that the answer depends on"}),
    pa.field("source", pa.large_string(), metadata={"comment": "masked text that the engine was given"}),
    pa.field("answer", pa.large_string(), metadata={"comment": "what it answered, still masked"}),
    pa.field("failed", pa.string(), metadata={"comment": "the check that the answer failed; null when none"}),
    *(
        pa.field(
            f"check_{name}", pa.float64(), metadata={"comment": f"value of the check {name}; null after a failure"}
        )
        for name in CHECK_NAMES
    ),
    pa.field("checksum", pa.string(), metadata={"comment": "BLAKE2b-64 of key, source and answer"}),
]
JOURNAL_SCHEMA = pa.schema(_FIELDS)


@dataclass(frozen=True)
class Entry:
    """One answer.

    Attributes:
        key: See `entry_key`.
        source: The masked text.
        answer: The engine's answer to it, masked.
    """

    key: str
    source: str
    answer: str

    def checksum(self) -> str:
        """Return the BLAKE2b-64 of the entry, in hexadecimal."""
        content = f"{self.key}\0{self.source}\0{self.answer}"
        return hashlib.blake2b(content.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True)
class JournalContent:
    """What a file of the journal held.

    Attributes:
        answers: Answers by key.
        damaged: One line for each piece that was unreadable or failed its checksum; such pieces are not in `answers`.
    """

    answers: Mapping[str, str]
    damaged: tuple[str, ...]


def entry_key(masked_text: str, source: str, target: str, engine: EngineIdentity) -> str:
    """Return the BLAKE2b-128 of everything that an engine's answer to a masked text depends on."""
    identity = json.dumps([MASKING_VERSION, source, target, engine.parameters(), masked_text], sort_keys=True)
    return hashlib.blake2b(identity.encode(), digest_size=16).hexdigest()


def part_table(entries: Iterable[tuple[Entry, Sequence[Finding]]]) -> pa.Table:
    """Return a part of the journal: entries with what the checks found, sorted by key."""
    rows = []
    for entry, findings in sorted(entries, key=lambda item: item[0].key):
        failed = next((finding.reason for finding in findings if not finding.passed), None)
        values = {f"check_{finding.reason}": float(finding.value) for finding in findings}
        rows.append({**vars(entry), "failed": failed, **values, "checksum": entry.checksum()})
    return pa.Table.from_pylist(rows, JOURNAL_SCHEMA)


def read_part(path: Path) -> JournalContent:
    """Read a part; a missing one is empty, a damaged one gives what its checksums still vouch for."""
    try:
        table = pq.read_table(path, columns=["key", "source", "answer", "checksum"], partitioning=None)
    except FileNotFoundError:
        return JournalContent({}, ())
    except (pa.ArrowException, OSError) as error:
        return JournalContent({}, (f"{path.name}: unreadable ({str(error).splitlines()[0]})",))
    columns = (table[name].to_pylist() for name in ("key", "source", "answer", "checksum"))
    return _verified(path, zip(*columns, strict=True))


def read_log(path: Path) -> JournalContent:
    """Read a log; a missing one is empty. The last line of a killed run is often half a line: it is passed over."""
    if not path.exists():
        return JournalContent({}, ())
    return _verified(path, _log_rows(path))


def append_to_log(path: Path, entries: Iterable[Entry]) -> None:
    """Append entries to a log, which is made if it does not exist."""
    lines = (json.dumps([entry.key, entry.source, entry.answer, entry.checksum()]) + "\n" for entry in entries)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as log:
        # A line break first ends the half line that a killed run may have left.
        log.write("\n" + "".join(lines))


def _log_rows(path: Path) -> Iterator[tuple[object, ...]]:
    for line in path.read_bytes().splitlines():
        try:
            row = json.loads(line) if line.strip() else None
        except ValueError:
            row = ()
        if row is not None:
            yield tuple(row) if isinstance(row, list) else ()


def _verified(path: Path, rows: Iterable[tuple[object, ...]]) -> JournalContent:
    answers: dict[str, str] = {}
    damaged = []
    for number, row in enumerate(rows, 1):
        match row:
            case (str(key), str(source), str(answer), str(checksum)) if (
                Entry(key, source, answer).checksum() == checksum
            ):
                answers[key] = answer
            case _:
                damaged.append(f"{path.name}: entry {number} fails its checksum")
    return JournalContent(answers, tuple(damaged))
