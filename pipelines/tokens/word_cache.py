"""Words encoded once: for tokenizers that cut words as BLOOM's does, whose pre-tokenizer no faster library reads.

No merge of byte-level BPE crosses the border of a word, so the ids of a text are those of its words, one after the
other, and nine words in ten have been met before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import orjson
import regex

from pipelines.tokens.encoders import EncodedPieces, Encoder
from pipelines.tokens.pretokenizers import BLOOM_WORD

MOST_WORDS = 300_000  # remembered at a time: some 50 MB

_WORDS_AT_A_TIME = 20_000
_ID_BYTES = 4

# What BLOOM's pattern leaves between two words is a piece too. It ends before a space that belongs to the next word.
_BETWEEN = r"[\s.,!?…。，、।۔،()|]"  # noqa: RUF001 -- other scripts' punctuation
_WORD = rf" ?[^{_BETWEEN[1:-1]}]+"
_IS_BETWEEN = regex.compile(rf"{_BETWEEN}+$")
_PIECE = regex.compile(rf"{_WORD}|{_BETWEEN}+(?= [^{_BETWEEN[1:-1]}])|{_BETWEEN}+")


@dataclass(frozen=True)
class WordCacheEncoder:
    """An encoder that remembers the ids of words.

    Attributes:
        reference: Encodes words that were not met yet.
        token_bytes: Bytes that each token stands for, int64 `[vocabulary]`.
        ids: What is remembered: the ids of each word, four bytes an id.
    """

    reference: Encoder
    token_bytes: npt.NDArray[np.int64]
    ids: dict[str, bytes] = field(default_factory=dict)

    def encode(self, pieces: Sequence[str]) -> EncodedPieces:
        """Return the ids of each piece."""
        words = [_PIECE.findall(piece) for piece in pieces]
        self._learn(words)
        joined = [b"".join(map(self.ids.__getitem__, of_piece)) for of_piece in words]
        lengths = np.fromiter(map(len, joined), np.int64, len(joined)) // _ID_BYTES
        return EncodedPieces(np.frombuffer(b"".join(joined), np.int32), lengths)

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text of ids, control tokens spelled out."""
        return self.reference.decode(ids)

    def _learn(self, words: Sequence[Sequence[str]]) -> None:
        if len(self.ids) > MOST_WORDS:
            self.ids.clear()
        known = self.ids
        new = dict.fromkeys(word for of_piece in words for word in of_piece if word not in known)
        between = [word for word in new if _IS_BETWEEN.match(word)]
        encoded = self.reference.encode(between)
        self._remember(between, encoded.ids, encoded.lengths.cumsum())
        lines = [word for word in new if word not in known]
        for start in range(0, len(lines), _WORDS_AT_A_TIME):
            self._learn_lines(lines[start : start + _WORDS_AT_A_TIME])

    def _learn_lines(self, words: list[str]) -> None:
        """Learn words as the lines of one text: a line end is a piece of its own, so that they stay what they are."""
        ids = self.reference.encode(["\n".join(words)]).ids
        reached = self.token_bytes[ids].cumsum()
        sizes = np.fromiter((len(word.encode()) + 1 for word in words), np.int64, len(words))
        line_ends = sizes.cumsum() - 1  # where the line feed behind each word begins, and the end of the last word
        ends = np.searchsorted(reached, line_ends) + 1
        self._remember(words, ids, ends, skipped=1)

    def _remember(
        self, words: Sequence[str], ids: npt.NDArray[np.int32], ends: npt.NDArray[np.int64], skipped: int = 0
    ) -> None:
        """Remember the ids of words, some ids between them left out."""
        data, until = ids.astype(np.int32).tobytes(), (ends * _ID_BYTES).tolist()
        begins = [0, *(end + skipped * _ID_BYTES for end in until)]
        self.ids.update((word, data[begin:end]) for word, begin, end in zip(words, begins, until, strict=False))


def token_bytes_of(content: bytes) -> npt.NDArray[np.int64]:
    """Return the bytes that each token of a byte-level `tokenizer.json` stands for: a character spells a byte."""
    vocabulary: dict[str, int] = orjson.loads(content)["model"]["vocab"]
    sizes = np.zeros(max(vocabulary.values(), default=0) + 1, np.int64)
    for token, number in vocabulary.items():
        sizes[number] = len(token)
    return sizes


def cuts_words_as_bloom(content: bytes) -> bool:
    """Tell whether a `tokenizer.json` cuts words as BLOOM's, with no normalizer and no added token that texts match."""
    described = orjson.loads(content)
    steps = (described.get("pre_tokenizer") or {}).get("pretokenizers", [])
    patterns = [step.get("pattern", {}).get("Regex") for step in steps if step.get("type") == "Split"]
    behaviours = [step.get("behavior") for step in steps if step.get("type") == "Split"]
    return (
        described.get("normalizer") is None
        and all(token["special"] for token in described.get("added_tokens", ()))
        and [step.get("type") for step in steps] == ["Split", "ByteLevel"]
        and patterns == [BLOOM_WORD]
        and behaviours == ["Isolated"]
        and not (steps[1]["add_prefix_space"] or steps[1]["use_regex"])
        and not described["model"].get("ignore_merges")
    )
