"""A `tokenizer.json`, and how text becomes token ids with it."""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from pipelines.errors import LoamError

# What tokenizers call the token that ends a document, most common first.
EOD_TOKENS = (
    "</s>",
    "<|endoftext|>",
    "<|end_of_text|>",
    "<eos>",
    "<EOS>",
    "[EOS]",
    "<eod>",
    "<|eos|>",
    "<｜end▁of▁sentence｜>",  # noqa: RUF001 -- DeepSeek spells it with full-width bars
)

# `tokenizers` takes some 90 bytes for each byte that it encodes at once.
PIECE_BYTES = 2**20
# Text that can be cut nowhere is encoded in one piece up to this size.
UNCUT_BYTES = 2**22

# Between a letter or digit and what ends a word: no pre-tokenizer in use makes one piece of the two sides.
_CUT = re.compile(r"(?<=[^\W_])(?=[\s.,!?…。，、।۔،()|])")  # noqa: RUF001 -- other scripts' punctuation
_CUTS_TRIED = 64
_WINDOW = 64  # characters on each side by which a cut is tried


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
    """A tokenizer as a corpus uses it: plain text in, ids out, nothing in the text read as a control token.

    Attributes:
        tokenizer: The loaded tokenizer, without truncation and padding.
        vocab_size: Entries of the vocabulary, added tokens included; every id is below.
        eod: The id that ends a document.
        eod_token: Its spelling.
        control_ids: Ids that no text may give, sorted, int32.
    """

    tokenizer: Tokenizer
    vocab_size: int
    eod: int
    eod_token: str
    control_ids: npt.NDArray[np.int32]

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
        uncuttable: set[int] = set()
        for owners, pieces in self._batches_of_pieces(texts, piece_bytes, uncuttable):
            encodings = self.tokenizer.encode_batch_fast(pieces, add_special_tokens=False)
            counts = np.fromiter(map(len, encodings), np.int64, len(encodings))
            all_ids = chain.from_iterable(encoding.ids for encoding in encodings)
            ids.append(np.fromiter(all_ids, np.int32, int(counts.sum())))
            np.add.at(lengths, owners, counts)
        joined = np.concatenate(ids)
        failures = self._failures(joined, lengths, uncuttable)
        return EncodedTexts(joined, lengths, failures)

    def _failures(
        self, ids: npt.NDArray[np.int32], lengths: npt.NDArray[np.int64], uncuttable: set[int]
    ) -> list[str | None]:
        failures: list[str | None] = [None] * len(lengths)
        for text in np.flatnonzero(lengths == 0).tolist():
            failures[text] = "uncuttable_text" if text in uncuttable else "empty_after_encoding"
        forged = np.flatnonzero(np.isin(ids, self.control_ids))
        for text in np.unique(np.searchsorted(lengths.cumsum(), forged, side="right")).tolist():
            failures[text] = "control_token_in_text"
        return failures

    def _batches_of_pieces(
        self, texts: Sequence[str], piece_bytes: int, uncuttable: set[int]
    ) -> Iterator[tuple[list[int], list[str]]]:
        """Yield pieces of texts, of bounded size together, each with the number of the text it belongs to."""
        owners: list[int] = []
        pieces: list[str] = []
        waiting = 0
        for number, text in enumerate(texts):
            size = len(text.encode())
            for piece in self._pieces(text, size, piece_bytes):
                if piece is None:
                    uncuttable.add(number)
                    continue
                owners.append(number)
                pieces.append(piece)
                waiting += min(size, piece_bytes)
                if waiting >= piece_bytes:
                    yield owners, pieces
                    owners, pieces, waiting = [], [], 0
        if pieces:
            yield owners, pieces

    def _pieces(self, text: str, size: int, piece_bytes: int) -> Iterator[str | None]:
        """Yield a text cut into pieces of about the given size; None when it cannot be cut."""
        if size <= piece_bytes:
            yield text
            return
        starts = self._cuts(text, size, piece_bytes)
        if starts is None:
            yield None
            return
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
            yield text[start:end]

    def _cuts(self, text: str, size: int, piece_bytes: int) -> list[int] | None:
        """Return where the pieces of a long text begin, or None when one of them would be too long."""
        step = max(1, piece_bytes * len(text) // size)
        longest = max(step, UNCUT_BYTES * len(text) // size)
        starts = [0]
        while len(text) - starts[-1] > step:
            cut = self._first_cut(text, starts[-1] + step, min(starts[-1] + longest, len(text)))
            if cut is None:
                return starts if len(text) - starts[-1] <= longest else None
            starts.append(cut)
        return starts

    def _first_cut(self, text: str, first: int, last: int) -> int | None:
        # A tokenizer that marks the beginning of every text can be cut nowhere: some tries tell.
        candidates = islice(_CUT.finditer(text, first, last), _CUTS_TRIED)
        return next((cut.start() for cut in candidates if self._leaves_ids_alone(text, cut.start())), None)

    def _leaves_ids_alone(self, text: str, cut: int) -> bool:
        left, right = text[max(cut - _WINDOW, 0) : cut], text[cut : cut + _WINDOW]
        whole, one, other = self.tokenizer.encode_batch_fast([left + right, left, right], add_special_tokens=False)
        return bool(whole.ids == one.ids + other.ids)


def use_one_thread() -> None:
    """Keep `tokenizers` from starting threads, unless the environment says otherwise.

    One unit of work uses one core; and once it has started threads, the library complains when its process forks.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def load_tokenizer(path: Path) -> TextTokenizer:
    """Load a `tokenizer.json` of any kind.

    Raises:
        LoamError: The file is missing, is no `tokenizer.json`, names no token that ends a document, or numbers its
            tokens with gaps.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LoamError(f"{path}: {error.strerror}; give `train` or the path of a tokenizer.json") from None
    return parse_tokenizer(content, str(path))


def parse_tokenizer(content: bytes, where: str) -> TextTokenizer:
    """Make a tokenizer of the content of a `tokenizer.json`; `where` names it in errors.

    Raises:
        LoamError: As `load_tokenizer`.
    """
    use_one_thread()
    try:
        tokenizer = Tokenizer.from_buffer(content)
    except Exception as error:  # noqa: BLE001 -- the binding raises nothing narrower
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise LoamError(f"{where}: no tokenizer.json ({reason})") from None
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True  # text that spells a special token is text
    vocabulary = tokenizer.get_vocab(with_added_tokens=True)
    if not vocabulary or max(vocabulary.values()) >= len(vocabulary):
        raise LoamError(f"{where}: {len(vocabulary)} tokens whose ids have gaps; loaders would reject the highest ids")
    special = {added.content: token for token, added in tokenizer.get_added_tokens_decoder().items() if added.special}
    eod_token = next((token for token in EOD_TOKENS if token in special), None)
    if eod_token is None:
        raise LoamError(
            f"{where}: no special token ends a document (looked for {', '.join(EOD_TOKENS)}); "
            "add one of them to its added_tokens"
        )
    return TextTokenizer(
        tokenizer=tokenizer,
        vocab_size=len(vocabulary),
        eod=special[eod_token],
        eod_token=eod_token,
        control_ids=np.array(sorted(set(special.values()) - {_unknown_id(tokenizer)}), np.int32),
    )


def _unknown_id(tokenizer: Tokenizer) -> int | None:
    """Return the id that the model gives to what it does not know: text may well contain that."""
    model: dict[str, Any] = json.loads(tokenizer.to_str())["model"]
    if model.get("unk_id") is not None:
        return int(model["unk_id"])
    return tokenizer.token_to_id(model.get("unk_token") or "")


def tokenizer_config(tokenizer: TextTokenizer) -> bytes:
    """Return a `tokenizer_config.json` with which `transformers` (and so Megatron) loads the folder of a tokenizer."""
    config: dict[str, object] = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "clean_up_tokenization_spaces": False,
        "eos_token": tokenizer.eod_token,
    }
    named = {"bos_token": ("<s>", "<bos>"), "unk_token": ("<unk>",), "pad_token": ("<pad>",)}
    for role, spellings in named.items():
        present = [token for token in spellings if tokenizer.tokenizer.token_to_id(token) is not None]
        if present:
            config[role] = present[0]
    return (json.dumps(config, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def vocabulary_facts(tokenizer: TextTokenizer, content: bytes) -> bytes:
    """Return, as JSON, what a trainer must be told of a tokenizer: vocabulary size and end-of-document id."""
    facts = {
        "vocab_size": tokenizer.vocab_size,
        "eod": tokenizer.eod,
        "eod_token": tokenizer.eod_token,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    return (json.dumps(facts, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
