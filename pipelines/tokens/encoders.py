"""What turns pieces of text into token ids: the engines behind a tokenizer, all of one form."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from pipelines.errors import LoamError

_PANIC = "PanicException"  # of libraries in Rust: past `Exception`, and in no module that can be imported


@dataclass(frozen=True)
class EncodedPieces:
    """The token ids of pieces of text, back to back.

    Attributes:
        ids: int32 `[tokens]`.
        lengths: Tokens of each piece, int64 `[pieces]`.
    """

    ids: npt.NDArray[np.int32]
    lengths: npt.NDArray[np.int64]


class Encoder(Protocol):
    """An engine that reads plain text: it adds no token around it, and takes nothing in it for a control token."""

    def encode(self, pieces: Sequence[str]) -> EncodedPieces:
        """Return the ids of each piece."""
        ...

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text of ids, control tokens spelled out."""
        ...


@dataclass(frozen=True)
class TokenizersEncoder:
    """The library `tokenizers`, which reads every `tokenizer.json` and is what all others are held to.

    Attributes:
        tokenizer: Without truncation and padding, special tokens in texts encoded as text.
    """

    tokenizer: Tokenizer

    def encode(self, pieces: Sequence[str]) -> EncodedPieces:
        """Return the ids of each piece."""
        return _encoded([encoding.ids for encoding in self._encodings(pieces)])

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text of ids, control tokens spelled out."""
        text: str = self.tokenizer.decode(list(ids), skip_special_tokens=False)
        return text

    def _encodings(self, pieces: Sequence[str]) -> Sequence[Any]:
        with panics_told():
            encodings: Sequence[Any] = self.tokenizer.encode_batch_fast(list(pieces), add_special_tokens=False)
        return encodings


@dataclass(frozen=True)
class SentencePieceEncoder:
    """The library `sentencepiece`.

    Attributes:
        processor: A loaded `SentencePieceProcessor`.
    """

    processor: Any

    def encode(self, pieces: Sequence[str]) -> EncodedPieces:
        """Return the ids of each piece."""
        return _encoded(self.processor.encode(list(pieces)))

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text of ids; control tokens have none."""
        text: str = self.processor.decode(list(ids))
        return text


@contextlib.contextmanager
def panics_told() -> Iterator[None]:
    """Say that a tokenizer makes its library give up: its patterns may take for ever, and are stopped.

    Raises:
        LoamError: It did.
    """
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != _PANIC:
            raise
        raise LoamError(f"the tokenizer makes its library give up ({error}); give another tokenizer") from None


def use_one_thread() -> None:
    """Keep `tokenizers` from starting threads, unless the environment says otherwise.

    One unit of work uses one core; and once it has started threads, the library complains when its process forks.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def _encoded(lists: Sequence[Sequence[int]]) -> EncodedPieces:
    lengths = np.fromiter(map(len, lists), np.int64, len(lists))
    ids = np.fromiter(chain.from_iterable(lists), np.int32, int(lengths.sum()))
    return EncodedPieces(ids, lengths)
