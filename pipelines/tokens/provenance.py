"""From a sequence of a token shard to its document, and back."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.errors import LoamError

FOLDER = "tokens"
SUFFIX = ".provenance.parquet"

_COLUMNS: tuple[tuple[str, pa.DataType, str], ...] = (
    ("sequence", pa.int64(), "number of the sequence in its token shard, from 0"),
    ("id", pa.string(), "document"),
    ("source", pa.string(), "name of the source in the recipe"),
    ("lang", pa.string(), "concluded language"),
    ("license", pa.string(), "concluded SPDX expression; null without licensing"),
    ("url_hash", pa.string(), "first 128 bits of the URL's SHA-256, in hexadecimal; null without a URL"),
    ("offset", pa.int64(), "position of its first token in the shard"),
    ("length", pa.int32(), "tokens, the end-of-document token included"),
)
PROVENANCE = pa.schema([pa.field(name, type_, metadata={"comment": comment}) for name, type_, comment in _COLUMNS])


@dataclass(frozen=True)
class SequenceOrigin:
    """Where one sequence lies, and where it came from.

    Attributes:
        shard: Prefix of the token shard, relative to the corpus: add `.bin` or `.idx`.
        sequence: Its number in the shard, from 0.
        offset: Position of its first token in the shard.
        length: Its tokens.
        id: The document.
        source: The document's source.
        lang: Its concluded language.
        license: Its concluded licence; None without licensing.
        url_hash: First 128 bits of the SHA-256 of its URL; None without one.
    """

    shard: str
    sequence: int
    offset: int
    length: int
    id: str
    source: str
    lang: str
    license: str | None
    url_hash: str | None


def provenance_path(prefix: str) -> str:
    """Return where the origins of a shard's sequences are written."""
    return prefix + SUFFIX


def shard_prefix(path: str) -> str:
    """Return the prefix of the shard that a `.provenance.parquet`, `.bin` or `.idx` file belongs to."""
    for suffix in (SUFFIX, ".bin", ".idx"):
        path = path.removesuffix(suffix)
    return path


def find_shard(root: Path, name: str) -> str:
    """Return the prefix of a token shard, given as anything that names it.

    Args:
        root: The corpus.
        name: Its prefix or one of its files, relative to the corpus or not, or just the beginning of its file name.

    Raises:
        LoamError: No shard, or more than one, has that name.
    """
    wanted = Path(shard_prefix(name)).name
    files = sorted((root / FOLDER).glob("*/*" + SUFFIX)) if wanted else []
    found = [path for path in files if path.name.startswith(wanted)]
    if len(found) != 1:
        number = "no token shard" if not found else f"{len(found)} token shards"
        raise LoamError(f"{root}: {number} named {name!r}; {FOLDER}/<lang>/ holds them")
    return shard_prefix(found[0].relative_to(root).as_posix())


def origin_of_sequence(root: Path, prefix: str, sequence: int) -> SequenceOrigin:
    """Return which document a sequence is.

    Args:
        root: The corpus.
        prefix: Prefix of the token shard, relative to the corpus.
        sequence: Number of the sequence, from 0.

    Raises:
        LoamError: The shard has no such sequence.
    """
    with pq.ParquetFile(root / provenance_path(prefix)) as file:
        first = 0
        for group in range(file.num_row_groups):
            rows = file.metadata.row_group(group).num_rows
            if first <= sequence < first + rows:
                return next(_origins(prefix, file.read_row_group(group).slice(sequence - first, 1)))
            first += rows
    raise LoamError(f"{prefix}: no sequence {sequence}; its sequences are 0 to {first - 1}")


def sequences_of_document(root: Path, document: str, lang: str) -> list[SequenceOrigin]:
    """Return where a document's tokens are: one sequence when it was kept, none otherwise.

    Args:
        root: The corpus.
        document: Its id.
        lang: Its concluded language.
    """
    found: list[SequenceOrigin] = []
    for path in sorted((root / FOLDER / lang).glob("*" + SUFFIX)):
        prefix = shard_prefix(path.relative_to(root).as_posix())
        with pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                row = pc.index(file.read_row_group(group, columns=["id"])["id"], document).as_py()
                if row >= 0:
                    found += _origins(prefix, file.read_row_group(group).slice(row, 1))
    return found


def _origins(prefix: str, rows: pa.Table) -> Iterator[SequenceOrigin]:
    for row in rows.to_pylist():
        yield SequenceOrigin(shard=prefix, **row)
