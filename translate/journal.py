"""The journal: every answer an engine gave, kept so that no rerun asks again. An input of a build, like a source.

An entry's key is the hash of all that the answer depends on; change the engine, its model, its template or the masking,
and the key is another. Entries are kept in two forms. A *part* is a table, written whole with the translations of one
document shard and holding exactly the answers that they used. A *log* (`translate.journal_log`) is a part in the
making. Both carry a checksum in every entry; what is damaged counts as not there.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, get_args

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from translate.checks import CHECK_NAMES, LOOK_NAMES, Finding
from translate.engines.base import EngineIdentity, Finish, Reply, Request
from translate.masking import MASKING_VERSION

_MEASURED = (*CHECK_NAMES, *LOOK_NAMES)
_FIELDS: "list[pa.Field[Any]]" = [
    pa.field("key", pa.string(), metadata={"comment": "hash of everything that the answer depends on"}),
    pa.field("engine", pa.string(), metadata={"comment": "the engine that answered"}),
    pa.field("attempt", pa.int32(), metadata={"comment": "how often it had been asked before with other sampling"}),
    pa.field("source", pa.large_string(), metadata={"comment": "masked text that the engine was given"}),
    pa.field("answer", pa.large_string(), metadata={"comment": "what it answered, still masked"}),
    pa.field("finish", pa.string(), metadata={"comment": "how the answer ended: stop, length, repetition or refused"}),
    pa.field("tokens_in", pa.int64(), metadata={"comment": "tokens that the engine read, prompt and all"}),
    pa.field("tokens_out", pa.int64(), metadata={"comment": "tokens that it wrote"}),
    pa.field("failed", pa.string(), metadata={"comment": "the check that the answer failed; null when none"}),
    *(
        pa.field(
            f"check_{name}", pa.float64(), metadata={"comment": f"value of the check {name}; null after a failure"}
        )
        for name in _MEASURED
    ),
    pa.field("checksum", pa.string(), metadata={"comment": "BLAKE2b-64 of the columns that are the engine's"}),
]
JOURNAL_SCHEMA = pa.schema(_FIELDS)
_READ = ("key", "attempt", "source", "answer", "finish", "tokens_in", "tokens_out", "checksum")
_FINISHES = frozenset(get_args(Finish))


class Entry(NamedTuple):
    """One answer, and what the checks found in it.

    Attributes:
        key: See `Keys`.
        engine: Label of the engine.
        request: What it was asked.
        reply: What it answered.
        findings: What the checks found.
    """

    key: str
    engine: str
    request: Request
    reply: Reply
    findings: Sequence[Finding] = ()


@dataclass(frozen=True)
class JournalContent:
    """What a file of the journal held.

    Attributes:
        replies: Replies by key.
        damaged: One line for each piece that was unreadable or failed its checksum; such pieces are not in `replies`.
    """

    replies: Mapping[str, Reply]
    damaged: tuple[str, ...]


class Keys:
    """Makes the keys of one engine's answers between two languages: the BLAKE2b-128 of all that they depend on."""

    def __init__(self, engine: EngineIdentity, source: str, target: str) -> None:
        identity = [MASKING_VERSION, source, target, engine.parameters(source, target)]
        self._state = hashlib.blake2b(orjson.dumps(identity, option=orjson.OPT_SORT_KEYS), digest_size=16)

    def __call__(self, request: Request) -> str:
        """Return the key of a request, in hexadecimal."""
        state = self._state.copy()
        state.update(b"\n%d\n" % request.attempt + request.text.encode())
        return state.hexdigest()


def checksum(*values: object) -> str:
    """Return the BLAKE2b-64 of some values, in hexadecimal."""
    return hashlib.blake2b(orjson.dumps(values), digest_size=8).hexdigest()


def part_table(entries: Iterable[Entry]) -> pa.Table:
    """Return a part of the journal: entries with what the checks found, sorted by key."""
    ordered = sorted(entries, key=lambda entry: entry.key)
    contents = [
        (key, request.attempt, request.text, reply.text, reply.finish, reply.tokens_in, reply.tokens_out)
        for key, _, request, reply, _ in ordered
    ]
    rows = [(*content, checksum(*content)) for content in contents]
    columns: dict[str, list[Any]] = {name: [row[place] for row in rows] for place, name in enumerate(_READ)}
    failed: list[str | None] = [None] * len(ordered)
    found: dict[str, list[float | None]] = {name: [None] * len(ordered) for name in _MEASURED}
    columns["engine"] = [entry.engine for entry in ordered]
    for row, entry in enumerate(ordered):
        for reason, value, passed in entry.findings:
            if reason in found:
                found[reason][row] = float(value)
            if not passed:
                failed[row] = failed[row] or reason
    columns["failed"] = failed
    columns |= {f"check_{name}": values for name, values in found.items()}
    return pa.table({field.name: pa.array(columns[field.name], field.type) for field in _FIELDS}, JOURNAL_SCHEMA)


def read_part(path: Path) -> JournalContent:
    """Read a part; a missing one is empty, a damaged one gives what its checksums still vouch for."""
    try:
        table = pq.read_table(path, columns=list(_READ), partitioning=None)
    except FileNotFoundError:
        return JournalContent({}, ())
    except (pa.ArrowException, OSError) as error:
        return JournalContent({}, (f"{path.name}: unreadable ({str(error).splitlines()[0]})",))
    return _verified(path, zip(*(table[name].to_pylist() for name in _READ), strict=True))


def _verified(path: Path, rows: Iterator[tuple[Any, ...]]) -> JournalContent:
    replies: dict[str, Reply] = {}
    damaged = []
    for number, (*content, found) in enumerate(rows, 1):
        if found == checksum(*content) and content[4] in _FINISHES:
            replies[content[0]] = Reply(*content[3:])
        else:
            damaged.append(f"{path.name}: entry {number} fails its checksum")
    return JournalContent(replies, tuple(damaged))
