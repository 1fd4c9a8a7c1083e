"""Long texts in pieces, cut where the cut leaves their token ids as they are."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from pipelines.tokens.encoders import Encoder

# `tokenizers` takes some 90 bytes for each byte that it encodes at once.
PIECE_BYTES = 2**20
# Text that can be cut nowhere is encoded in one piece up to this size.
UNCUT_BYTES = 2**22

# Between a letter or digit and what ends a word: no pre-tokenizer in use makes one piece of the two sides.
_CUT = re.compile(r"(?<=[^\W_])(?=[\s.,!?…。，、।۔،()|])")  # noqa: RUF001 -- other scripts' punctuation
_CUTS_TRIED = 64
_WINDOW = 64  # characters on each side by which a cut is tried


@dataclass
class Pieces:
    """The pieces of some texts, in batches.

    Attributes:
        texts: The texts.
        encoder: What they are cut for.
        piece_bytes: UTF-8 bytes of a batch.
        uncuttable: Numbers of the texts that can be cut nowhere, known once all batches are taken.
    """

    texts: Sequence[str]
    encoder: Encoder
    piece_bytes: int = PIECE_BYTES
    uncuttable: set[int] = field(default_factory=set)

    def batches(self) -> Iterator[tuple[list[int], list[str]]]:
        """Yield pieces, of bounded size together, each with the number of the text it belongs to."""
        owners: list[int] = []
        pieces: list[str] = []
        waiting = 0
        for number, text in enumerate(self.texts):
            size = len(text.encode())
            for piece in self.of_text(text, size):
                if piece is None:
                    self.uncuttable.add(number)
                    continue
                owners.append(number)
                pieces.append(piece)
                waiting += min(size, self.piece_bytes)
                if waiting >= self.piece_bytes:
                    yield owners, pieces
                    owners, pieces, waiting = [], [], 0
        if pieces:
            yield owners, pieces

    def of_text(self, text: str, size: int) -> Iterator[str | None]:
        """Yield a text of some UTF-8 bytes cut into pieces of about the size of a batch; None when it cannot be cut."""
        if size <= self.piece_bytes:
            yield text
            return
        starts = self._cuts(text, size)
        if starts is None:
            yield None
            return
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
            yield text[start:end]

    def _cuts(self, text: str, size: int) -> list[int] | None:
        """Return where the pieces of a long text begin, or None when one of them would be too long."""
        step = max(1, self.piece_bytes * len(text) // size)
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
        encoded = self.encoder.encode([left + right, left, right])
        whole = int(encoded.lengths[0])
        return np.array_equal(encoded.ids[:whole], encoded.ids[whole:])
