"""A tokenizer as a corpus uses it: plain text in, ids out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipelines.errors import LoamError
from pipelines.tokens import sentencepiece_model, tokenizer_json
from pipelines.tokens.encoders import Encoder
from pipelines.tokens.fast_encoder import fast_encoder
from pipelines.tokens.pieces import PIECE_BYTES, Pieces
from pipelines.tokens.vocabulary import Vocabulary


@dataclass(frozen=True)
class EncodedTexts:
    """The token ids of several texts, back to back.

    Attributes:
        ids: int32 `[tokens]`.
        lengths: Tokens of each text, int64 `[texts]`.
        failures: For each text why it has no usable tokens, else None, `[texts]`.
    """

    ids: npt.NDArray[np.int32]
    lengths: npt.NDArray[np.int64]
    failures: list[str | None]


@dataclass(frozen=True)
class TextTokenizer:
    """A loaded tokenizer; nothing in a text is read as a control token.

    Attributes:
        encoder: The engine.
        vocabulary: Its size, and its tokens of meaning.
        content: The file it was loaded from.
    """

    encoder: Encoder
    vocabulary: Vocabulary
    content: bytes

    def encode(self, texts: Sequence[str], piece_bytes: int = PIECE_BYTES) -> EncodedTexts:
        """Encode texts, none of whose tokens is added around them.

        Memory is bounded by the piece size, not by the texts: a long text is cut where the cut leaves its ids as
        they are. A text fails as `uncuttable_text` when there is no such place within 4 MiB, as
        `control_token_in_text` when the tokenizer's model itself makes a control token of its letters, and as
        `empty_after_encoding` when no token is left.

        Args:
            texts: The texts.
            piece_bytes: UTF-8 bytes that are encoded at a time.
        """
        ids: list[npt.NDArray[np.int32]] = [np.zeros(0, np.int32)]
        lengths = np.zeros(len(texts), np.int64)
        pieces = Pieces(texts, self.encoder, piece_bytes)
        for owners, batch in pieces.batches():
            encoded = self.encoder.encode(batch)
            ids.append(encoded.ids)
            np.add.at(lengths, owners, encoded.lengths)
        joined = np.concatenate(ids)
        failures = self._failures(joined, lengths, pieces.uncuttable)
        return EncodedTexts(joined, lengths, failures)

    def _failures(
        self, ids: npt.NDArray[np.int32], lengths: npt.NDArray[np.int64], uncuttable: set[int]
    ) -> list[str | None]:
        failures: list[str | None] = [None] * len(lengths)
        for text in np.flatnonzero(lengths == 0).tolist():
            failures[text] = "uncuttable_text" if text in uncuttable else "empty_after_encoding"
        forged = np.flatnonzero(np.isin(ids, self.vocabulary.control_ids))
        for text in np.unique(np.searchsorted(lengths.cumsum(), forged, side="right")).tolist():
            failures[text] = "control_token_in_text"
        return failures

    def with_fast_encoder(self) -> "TextTokenizer":
        """Return the tokenizer with the fast encoder behind it, where there is one that gives the same ids."""
        if sentencepiece_model.is_model(self.content):
            return self
        fast = fast_encoder(self.content, self.encoder)
        return self if fast is None else replace(self, encoder=fast)


def load_tokenizer(path: Path) -> TextTokenizer:
    """Load a `tokenizer.json` or a SentencePiece model.

    Raises:
        LoamError: The file is missing, is neither, names no token that ends a document, or numbers its tokens with
            gaps.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LoamError(
            f"{path}: {error.strerror}; give `train`, the path of a tokenizer.json, or that of a SentencePiece model"
        ) from None
    return parse_tokenizer(content, str(path))


def parse_tokenizer(content: bytes, where: str) -> TextTokenizer:
    """Make a tokenizer of the content of a file; `where` names it in errors.

    Raises:
        LoamError: As `load_tokenizer`.
    """
    kind = sentencepiece_model if sentencepiece_model.is_model(content) else tokenizer_json
    encoder, vocabulary = kind.parse(content, where)
    return TextTokenizer(encoder, vocabulary, content)
