"""The fastest encoder that reads a tokenizer and gives the same ids as `tokenizers`.

`gigatoken` knows the pre-tokenizers of many published tokenizers, and is ten times and more as fast; words cut as
BLOOM's are remembered (`word_cache`). Whether ids are the same is held against `tokenizers` on texts that differ where
tokenizers do, once for each tokenizer that is loaded, and on a piece of every batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gigatoken
import numpy as np
import orjson

from pipelines.errors import LoamError
from pipelines.memory import resident_bytes
from pipelines.tokens.encoders import EncodedPieces, Encoder, panics_told
from pipelines.tokens.word_cache import WordCacheEncoder, cuts_words_as_bloom, token_bytes_of

# White space of all kinds, marks in and out of order, contractions, digits of several scripts, joiners, emoji of many
# parts, letters whose lower case is longer, private and unassigned code points, and the spellings of special tokens.
ODD_TEXTS = (
    "",
    " ",
    "  a\n\n  b\t\tc\r\n\u00a0\u3000\u2028x\u0085y",
    "I'd don't WE'LL it's 'tis o'clock '''s \u2019s",
    "x=1;y==22 333 4444 55555 ١٢٣٤ ४५६७ ²³½ Ⅷ",
    "e\u0301e\u0323\u0302 \u0301\u0302 Ångström ﬁ ǅ İstanbul ΣΊΣΥΦΟΣ ß ẞ",
    "字字、是。不！ かなカナー 한국어 각 ไทยไม่มีช่องว่าง ខ្មែរ မြန်မာ བོད་ हिन्दी क्षि தமிழ் عَرَبِيّ עברית",  # noqa: RUF001
    "👩‍👩‍👧‍👦🏳️‍🌈 a\u200db\u200cc\u200bd \ufeffx \U000e0001 \ue000\U0010ffff \x00\x1f\x7f",
    "<s> </s> <unk> <pad> <|endoftext|> <|im_start|>x<|im_end|> [INST] ▁a ▁▁ Ġ Ċ <0x0A>",
    'http://a.example/b?c=d&e=%20#f  __init__ snake_case CamelCase $x->y[0] `code` {\n\t"k": 1e-9\n}',
)  # fmt: skip
_CHECKED_CHARACTERS = 1024
_BYTES_REMEMBERED = 48_000_000
_CHARACTERS_REMEMBERED = 7_000_000  # where the system does not tell how much memory there is in use


@dataclass(frozen=True)
class FastEncoder:
    """A fast encoder, held to another one.

    Attributes:
        fast: The fast one.
        reference: The encoder whose ids it must give.
    """

    fast: Encoder
    reference: Encoder

    def encode(self, pieces: Sequence[str]) -> EncodedPieces:
        """Return the ids of each piece; those of the reference where a part of the pieces shows that they differ."""
        if not pieces:
            return self.reference.encode(pieces)
        checked = min(pieces, key=lambda piece: abs(len(piece) - _CHECKED_CHARACTERS))[: 2 * _CHECKED_CHARACTERS]
        if not self.agrees_on([checked]):
            return self.reference.encode(pieces)
        return self.fast.encode(pieces)

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text of ids, control tokens spelled out."""
        return self.reference.decode(ids)

    def agrees_on(self, texts: Sequence[str]) -> bool:
        """Tell whether both give the same ids for some texts."""
        ours, theirs = self.fast.encode(texts), self.reference.encode(texts)
        return np.array_equal(ours.lengths, theirs.lengths) and np.array_equal(ours.ids, theirs.ids)


class GigatokenEncoder:
    """The library `gigatoken`.

    It remembers every word that it has met. So that memory stays bounded it is loaded anew once the process has grown
    by 48 MB, which takes as long as encoding 4 MB.

    Args:
        description: A `tokenizer.json` that tells of no special token.
        reference: What decodes.

    Raises:
        RuntimeError: The library does not know such a tokenizer.
    """

    def __init__(self, description: bytes, reference: Encoder) -> None:
        self._description = description
        self._reference = reference
        self._load()

    def _load(self) -> None:
        with panics_told():
            self._tokenizer: Any = gigatoken.Tokenizer.from_json(self._description)
        self._characters = 0
        self._resident = resident_bytes()

    def encode(self, pieces: Sequence[str]) -> EncodedPieces:
        """Return the ids of each piece."""
        if self._remembers_much():
            del self._tokenizer  # before there is another
            self._load()
        self._characters += sum(map(len, pieces))
        # One by one: what it returns for a batch needs a library that takes longer to import than 10 MB to encode.
        with panics_told():
            encoded = [self._tokenizer.encode(piece) for piece in pieces]
        lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
        return EncodedPieces(np.concatenate([np.zeros(0, np.uint32), *encoded]).astype(np.int32), lengths)

    def _remembers_much(self) -> bool:
        resident = resident_bytes()
        if resident is None or self._resident is None:
            return self._characters > _CHARACTERS_REMEMBERED
        return resident - self._resident > _BYTES_REMEMBERED

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text of ids, control tokens spelled out."""
        return self._reference.decode(ids)


def fast_encoder(content: bytes, reference: Encoder) -> FastEncoder | None:
    """Return the fast encoder of a `tokenizer.json`; None where it knows no such tokenizer or gives other ids.

    Args:
        content: The content of the file.
        reference: The encoder of the same file that is held to be right.
    """
    fast: Encoder | None = _gigatoken(content, reference)
    if fast is None and cuts_words_as_bloom(content):
        fast = WordCacheEncoder(reference, token_bytes_of(content))
    if fast is None:
        return None
    held = FastEncoder(fast, reference)
    return held if held.agrees_on(ODD_TEXTS) else None


def _gigatoken(content: bytes, reference: Encoder) -> GigatokenEncoder | None:
    described = orjson.loads(content)
    # It takes the spelling of a special token in a text for that token: it is not told of any.
    described["added_tokens"] = [token for token in described.get("added_tokens", ()) if not token["special"]]
    described |= {"post_processor": None, "truncation": None, "padding": None}
    try:
        return GigatokenEncoder(orjson.dumps(described), reference)
    except (RuntimeError, LoamError):  # RuntimeError: what it raises for every tokenizer that it does not know
        return None


def fast_encoder_version() -> str:
    """Return what the ids may depend on beside the tokenizer: the name and version of the fast encoder."""
    from importlib.metadata import version  # noqa: PLC0415

    return f"gigatoken {version('gigatoken')}"
