"""A `tokenizer.json`, of any kind that the library `tokenizers` reads."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
from tokenizers import Tokenizer

from pipelines.errors import LoamError
from pipelines.tokens.encoders import TokenizersEncoder, panics_told, use_one_thread
from pipelines.tokens.vocabulary import EOD_TOKENS, TOKENIZER_JSON, Vocabulary, roles_of


def parse(content: bytes, where: str) -> tuple[TokenizersEncoder, Vocabulary]:
    """Load the content of a `tokenizer.json`; `where` names it in errors.

    Raises:
        LoamError: It is none, names no token that ends a document, or numbers its tokens with gaps.
    """
    use_one_thread()
    try:
        with panics_told():
            tokenizer = Tokenizer.from_buffer(content)
    except Exception as error:  # noqa: BLE001 -- the binding raises nothing narrower
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise LoamError(f"{where}: neither a tokenizer.json nor a SentencePiece model ({reason})") from None
    tokenizer.no_truncation()
    tokenizer.no_padding()
    if getattr(tokenizer.model, "dropout", None) is not None:
        tokenizer.model.dropout = None  # which is chance, and of training alone
    tokenizer.encode_special_tokens = True  # text that spells a special token is text
    ids = tokenizer.get_vocab(with_added_tokens=True)
    if not ids or max(ids.values()) >= len(ids):
        raise LoamError(f"{where}: {len(ids)} tokens whose ids have gaps; loaders would reject the highest ids")
    special = {added.content: token for token, added in tokenizer.get_added_tokens_decoder().items() if added.special}
    eod_token = next((token for token in EOD_TOKENS if token in special), None)
    if eod_token is None:
        raise LoamError(
            f"{where}: no special token ends a document (looked for {', '.join(EOD_TOKENS)}); "
            "add one of them to its added_tokens"
        )
    roles = roles_of(ids)
    pad = ids.get(roles.get("pad_token", ""))
    # Loaders take the pad id for padding wherever it stands, also where it is an ordinary token of the model.
    control = {*special.values(), *([] if pad is None else [pad])} - {_unknown_id(content, ids)}
    vocabulary = Vocabulary(
        kind=TOKENIZER_JSON,
        size=len(ids),
        eod=special[eod_token],
        eod_token=eod_token,
        control_ids=np.array(sorted(control), np.int32),
        roles=roles,
        pad=pad,
    )
    return TokenizersEncoder(tokenizer), vocabulary


def _unknown_id(content: bytes, ids: Mapping[str, int]) -> int | None:
    """Return the id that the model gives to what it does not know: text may well contain that."""
    model: dict[str, Any] = orjson.loads(content)["model"]
    if model.get("unk_id") is not None:
        return int(model["unk_id"])
    return ids.get(model.get("unk_token") or "")
