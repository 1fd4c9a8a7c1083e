"""Megatron's indexed data set: `<prefix>.bin` holds token ids back to back, `<prefix>.idx` says where each begins.

The layout is that of megatron-core's `IndexedDataset` (magic `MMIDIDX`, version 1, little-endian). The loader itself
checks no more than magic, version and dtype code; `verify_shard` checks everything that training relies on.
"""

import hashlib
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from pipelines.errors import CorpusError, LoamError

MAGIC = b"MMIDIDX\x00\x00"
VERSION = 1
_HEADER = struct.Struct("<9sQBQQ")  # magic, version, dtype code, sequences, document boundaries

Tokens: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"

# The integer types of the format. It also knows two float types, which hold no token ids.
_DTYPE_OF_CODE = {
    code: np.dtype(name) for code, name in ((1, "u1"), (2, "i1"), (3, "<i2"), (4, "<i4"), (5, "<i8"), (8, "<u2"))
}
_CODE_OF_DTYPE = {dtype: code for code, dtype in _DTYPE_OF_CODE.items()}

# From here the index writer of megatron-core takes int32; its header-less reader takes uint16 up to 65,536.
_FIRST_WIDE_VOCABULARY = 65_500
_LAST_NARROW_VOCABULARY = 65_536

MAX_SEQUENCES = 2**31 - 1  # GPTDataset numbers them in int32
MAX_SEQUENCE_TOKENS = 2**31 - 1  # lengths are int32

_TOKENS_AT_A_TIME = 2**22


@dataclass(frozen=True)
class ShardIndex:
    """The content of an `.idx` file.

    Attributes:
        dtype: Type of the ids in the `.bin` file.
        lengths: Tokens in each sequence, int32 `[sequences]`.
        pointers: Byte offset of each sequence in the `.bin` file, int64 `[sequences]`.
        document_indices: Number of sequences before each document, int64 `[documents + 1]`.
    """

    dtype: np.dtype[Any]
    lengths: npt.NDArray[np.int32]
    pointers: npt.NDArray[np.int64]
    document_indices: npt.NDArray[np.int64]

    @property
    def tokens(self) -> int:
        """Tokens in all sequences."""
        return int(self.lengths.sum(dtype=np.int64))


def token_dtype(vocab_size: int) -> np.dtype[Any]:
    """Return the type that ids of a vocabulary are stored in: uint16 below 65,500 entries, else int32.

    Raises:
        LoamError: The vocabulary has 65,500 to 65,536 entries, for which loaders disagree on the type.
    """
    if _FIRST_WIDE_VOCABULARY <= vocab_size <= _LAST_NARROW_VOCABULARY:
        raise LoamError(
            f"a vocabulary of {vocab_size:,} entries: between {_FIRST_WIDE_VOCABULARY:,} and "
            f"{_LAST_NARROW_VOCABULARY:,} Megatron's loaders disagree whether ids take 2 or 4 bytes; "
            f"take fewer than {_FIRST_WIDE_VOCABULARY:,} or more than {_LAST_NARROW_VOCABULARY:,}"
        )
    return np.dtype("<u2") if vocab_size < _FIRST_WIDE_VOCABULARY else np.dtype("<i4")


def index_bytes(
    lengths: npt.NDArray[np.integer[Any]],
    dtype: np.dtype[Any],
    document_indices: npt.NDArray[np.integer[Any]] | None = None,
) -> bytes:
    """Return the content of an `.idx` file.

    Args:
        lengths: Tokens in each sequence, `[sequences]`.
        dtype: Type of the ids in the `.bin` file.
        document_indices: Sequences before each document and at the end, `[documents + 1]`; by default every sequence
            is a document.

    Raises:
        LoamError: More sequences, or longer ones, than loaders can number.
    """
    if len(lengths) > MAX_SEQUENCES or (len(lengths) and int(lengths.max()) > MAX_SEQUENCE_TOKENS):
        raise LoamError("a token shard beyond 2^31-1 sequences or tokens a sequence: Megatron numbers them in int32")
    # Widened before the product: 2^31 bytes are reached long before 2^31 tokens.
    bytes_of = lengths.astype(np.int64) * dtype.itemsize
    pointers = np.cumsum(bytes_of) - bytes_of
    if document_indices is None:
        document_indices = np.arange(len(lengths) + 1)
    header = _HEADER.pack(MAGIC, VERSION, _CODE_OF_DTYPE[dtype], len(lengths), len(document_indices))
    return b"".join(
        (
            header,
            lengths.astype("<i4").tobytes(),
            pointers.astype("<i8").tobytes(),
            document_indices.astype("<i8").tobytes(),
        )
    )


def write_shard(
    data: Path, index: Path, sequences: Iterable[tuple[Tokens, npt.NDArray[np.integer[Any]]]], dtype: np.dtype[Any]
) -> str:
    """Write both files of a shard in which every sequence is a document.

    Args:
        data: Where the ids go (`.bin`).
        index: Where the index goes (`.idx`).
        sequences: Runs of sequences: their ids back to back, and the length of each.
        dtype: Type of the ids, from `token_dtype`.

    Returns:
        SHA-256 of the content of both files, data first, in hexadecimal.
    """
    digest = hashlib.sha256()
    lengths: list[npt.NDArray[np.integer[Any]]] = [np.zeros(0, np.int64)]
    with data.open("wb") as file:
        for tokens, run_lengths in sequences:
            content = np.ascontiguousarray(tokens, dtype)
            file.write(content.data)
            digest.update(content.data)
            lengths.append(run_lengths)
    content_of_index = index_bytes(np.concatenate(lengths), dtype)
    index.write_bytes(content_of_index)
    digest.update(content_of_index)
    return digest.hexdigest()


def read_index(path: Path) -> ShardIndex:
    """Read an `.idx` file.

    Raises:
        CorpusError: It is no index, or its size is not what its header says.
    """
    content = path.read_bytes()
    if len(content) < _HEADER.size:
        raise CorpusError(f"{path}: {len(content)} bytes, too short for an index; tokenize again")
    magic, version, code, sequences, boundaries = _HEADER.unpack_from(content)
    if magic != MAGIC:
        raise CorpusError(f"{path}: does not begin as a Megatron index does; tokenize again")
    if version != VERSION or code not in _DTYPE_OF_CODE:
        raise CorpusError(f"{path}: version {version}, dtype code {code}: no index of token ids; tokenize again")
    expected = _HEADER.size + 12 * sequences + 8 * boundaries
    if len(content) != expected:
        raise CorpusError(f"{path}: {len(content)} bytes, its header says {expected}; tokenize again")
    after_lengths = _HEADER.size + 4 * sequences
    after_pointers = after_lengths + 8 * sequences
    return ShardIndex(
        dtype=_DTYPE_OF_CODE[code],
        lengths=np.frombuffer(content, "<i4", sequences, _HEADER.size),
        pointers=np.frombuffer(content, "<i8", sequences, after_lengths),
        document_indices=np.frombuffer(content, "<i8", boundaries, after_pointers),
    )


def data_path(prefix: Path) -> Path:
    """Return where a shard's token ids lie."""
    return prefix.with_name(prefix.name + ".bin")


def index_path(prefix: Path) -> Path:
    """Return where a shard's index lies."""
    return prefix.with_name(prefix.name + ".idx")


def verify_shard(
    prefix: Path, vocab_size: int | None, eod: int | None = None, *, one_sequence_a_document: bool = True
) -> ShardIndex:
    """Check everything that a loader takes on trust, and return the shard's index.

    Args:
        prefix: Path of the shard without `.bin` and `.idx`.
        vocab_size: Entries of the vocabulary; None when that is not known, and ids are held to nothing.
        eod: The id that must end every document and stand nowhere else; None when documents have no such end.
        one_sequence_a_document: As in the shards of a corpus; others have documents of several sequences, or of none.

    Raises:
        CorpusError: Something is wrong; the message says what.
    """
    index = read_index(index_path(prefix))
    try:
        data_bytes = data_path(prefix).stat().st_size
    except OSError as error:
        raise CorpusError(f"{data_path(prefix)}: {error.strerror}; tokenize again") from None
    defects = (
        *_structural_defects(index, data_bytes, vocab_size),
        *_boundary_defects(index, one_sequence_a_document=one_sequence_a_document),
    )
    for wrong, what in defects:
        if wrong:
            raise CorpusError(f"{prefix}: {what}; tokenize again")
    ends = _document_ends(index)
    for first, tokens in _runs_of_tokens(data_path(prefix), index):
        if vocab_size is not None and (int(tokens.min()) < 0 or int(tokens.max()) >= vocab_size):
            raise CorpusError(f"{prefix}: token ids beyond the vocabulary of {vocab_size}; tokenize again")
        if eod is not None:
            here = ends[np.searchsorted(ends, first) : np.searchsorted(ends, first + len(tokens))]
            if not np.array_equal(np.flatnonzero(tokens == eod) + first, here):
                raise CorpusError(f"{prefix}: the end-of-document id {eod} does not stand at each end, and only there")
    return index


def _document_ends(index: ShardIndex) -> npt.NDArray[np.int64]:
    """Return the position of the last token of each document that has any."""
    sequence_ends = index.lengths.cumsum(dtype=np.int64) - 1
    behind = np.unique(index.document_indices[index.document_indices > 0])
    ends: npt.NDArray[np.int64] = sequence_ends[behind - 1]
    return ends


def _structural_defects(index: ShardIndex, data_bytes: int, vocab_size: int | None) -> Iterator[tuple[bool, str]]:
    sequences = len(index.lengths)
    bytes_of = index.lengths.astype(np.int64) * index.dtype.itemsize
    yield (
        vocab_size is not None and index.dtype != token_dtype(vocab_size),
        f"ids are {index.dtype}, a vocabulary of {vocab_size} gives another type",
    )
    yield sequences == 0, "no sequences, which loaders refuse"
    yield sequences > MAX_SEQUENCES, "more sequences than loaders can number"
    yield bool((index.lengths <= 0).any()), "a sequence without tokens"
    yield data_bytes != int(bytes_of.sum()), f"{data_bytes} bytes of ids, the index says {int(bytes_of.sum())}"
    yield not np.array_equal(index.pointers, bytes_of.cumsum() - bytes_of), "pointers do not follow from lengths"


def _boundary_defects(index: ShardIndex, *, one_sequence_a_document: bool) -> Iterator[tuple[bool, str]]:
    sequences, boundaries = len(index.lengths), index.document_indices
    yield (
        one_sequence_a_document and not np.array_equal(boundaries, np.arange(sequences + 1)),
        "document boundaries: expected one document a sequence",
    )
    sound = len(boundaries) > 0 and boundaries[0] == 0 and boundaries[-1] == sequences
    yield (
        not sound or bool((np.diff(boundaries) < 0).any()),
        "document boundaries do not lead from 0 to the last sequence",
    )


def _runs_of_tokens(path: Path, index: ShardIndex) -> Iterator[tuple[int, Tokens]]:
    """Yield all ids of a shard, a bounded number at a time, each run with the position of its first."""
    ids: Tokens = np.memmap(path, index.dtype, "r")
    for first in range(0, len(ids), _TOKENS_AT_A_TIME):
        yield first, np.asarray(ids[first : first + _TOKENS_AT_A_TIME])
