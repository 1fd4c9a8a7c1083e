"""A SentencePiece model. It writes U+2581 for a space: a text that has one is decoded with a space there."""

from typing import Any

import numpy as np
import sentencepiece

from pipelines.errors import LoamError
from pipelines.tokens.encoders import SentencePieceEncoder
from pipelines.tokens.vocabulary import SENTENCEPIECE, Vocabulary

_NO_ID = -1


def is_model(content: bytes) -> bool:
    """Tell a SentencePiece model, a protocol buffer whose first field is its pieces, from a `tokenizer.json`."""
    return content[:1] == b"\x0a" and b"\x0a" in content[1:8] and not content.lstrip().startswith(b"{")


def parse(content: bytes, where: str) -> tuple[SentencePieceEncoder, Vocabulary]:
    """Load the content of a model; `where` names it in errors.

    Raises:
        LoamError: It is damaged, or has no token that ends a document.
    """
    try:
        processor: Any = sentencepiece.SentencePieceProcessor(model_proto=content)
    except RuntimeError as error:
        raise LoamError(f"{where}: no SentencePiece model ({str(error).splitlines()[0]})") from None
    size: int = processor.vocab_size()
    eod: int = processor.eos_id()
    if eod == _NO_ID:
        raise LoamError(f"{where}: no token ends a document; train the model with an eos_id")
    named = {"bos_token": processor.bos_id(), "unk_token": processor.unk_id(), "pad_token": processor.pad_id()}
    vocabulary = Vocabulary(
        kind=SENTENCEPIECE,
        size=size,
        eod=eod,
        eod_token=processor.id_to_piece(eod),
        control_ids=np.array([token for token in range(size) if processor.is_control(token)], np.int32),
        roles={role: processor.id_to_piece(token) for role, token in named.items() if token != _NO_ID},
        pad=None if named["pad_token"] == _NO_ID else named["pad_token"],
    )
    return SentencePieceEncoder(processor), vocabulary
