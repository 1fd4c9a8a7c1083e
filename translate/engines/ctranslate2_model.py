"""The directory of a model that CTranslate2 runs, read without loading the model."""

import functools
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from translate.engines.ctranslate2_families import Family, family_of
from translate.engines.model_files import files_sha256

if TYPE_CHECKING:
    import sentencepiece

_VOCABULARIES = ("shared_vocabulary.json", "source_vocabulary.json", "target_vocabulary.json")
_SHARED_SENTENCEPIECES = ("sentencepiece.bpe.model", "spiece.model", "sentencepiece.model")
_END = "</s>"
# Characters of the first three planes are tried; beyond are none of living writing.
_LAST_TRIED, _SURROGATES = 0x30000, (0xD800, 0xDFFF)


@dataclass(frozen=True)
class Model:
    """A model's directory.

    Attributes:
        directory: Where it lies.
        family: The family of the model.
        marks: Its tokens for languages, by FLORES-200 code; none where it is between two languages.
        end: What the source must end in; nothing where the engine adds that itself.
        source_pieces: File of the SentencePiece model of the source.
        target_pieces: The same of the target.
    """

    directory: Path
    family: Family
    marks: Mapping[str, str]
    end: tuple[str, ...]
    source_pieces: str
    target_pieces: str

    def sha256(self) -> Mapping[str, str]:
        """Return the SHA-256 of every file that answers depend on, by name."""
        present = (name for name in ("config.json", *_VOCABULARIES) if (self.directory / name).exists())
        return files_sha256(self.directory, {"model.bin", self.source_pieces, self.target_pieces, *present})

    def pairs(self, sources: Sequence[str], targets: Sequence[str]) -> tuple[tuple[str, str], ...] | None:
        """Return the (source, target) languages of a model that does not name both; None of one that does.

        Args:
            sources: Languages of the source, as the recipe names them.
            targets: Languages of the target; by default those of the model's tokens.

        Raises:
            ValueError: Languages are left open, or the model has no token for one.
        """
        if self.family.names_source or self.family.name == "madlad":
            return None
        into = tuple(targets) or tuple(sorted(self.marks))
        name = self.directory.name
        if not sources or not into:
            raise ValueError(
                f"{name} does not name its languages: say args: {{sources: [eng_Latn], targets: [deu_Latn]}}"
            )
        unknown = [target for target in into if self.marks and target not in self.marks]
        if unknown:
            known = ", ".join(sorted(self.marks))
            raise ValueError(f"{name} has no token for {', '.join(unknown)}: it knows {known}")
        return tuple(itertools.product(sources, into))

    def unspellable(self) -> str:
        """Return the inside of a character class of what the source's vocabulary has no token for."""
        return _unspellable(self.directory / self.source_pieces)

    def sentencepiece(self, name: str) -> "sentencepiece.SentencePieceProcessor":
        """Load a SentencePiece model of the directory."""
        return _load(self.directory / name)


def read_model(directory: Path) -> Model:
    """Read what a directory says of its model.

    Raises:
        FileNotFoundError: A file of it is missing.
    """
    family, marks = family_of(json.loads((directory / _first(directory, _VOCABULARIES)).read_text(encoding="utf-8")))
    config = directory / "config.json"
    adds_end = config.exists() and json.loads(config.read_text(encoding="utf-8")).get("add_source_eos")
    return Model(
        directory=directory,
        family=family,
        marks=marks,
        end=() if adds_end else (_END,),
        source_pieces=_first(directory, ("source.spm", *_SHARED_SENTENCEPIECES)),
        target_pieces=_first(directory, ("target.spm", *_SHARED_SENTENCEPIECES)),
    )


@functools.lru_cache(maxsize=8)
def _unspellable(path: Path) -> str:
    """Return the characters whose encoding holds the unknown token, as ranges. Normalisation is part of encoding."""
    pieces = _load(path)
    spaces = frozenset("\t\n\v\f\r ")
    characters = [chr(code) for code in range(1, _LAST_TRIED) if not _SURROGATES[0] <= code <= _SURROGATES[1]]
    unknown = pieces.unk_id()
    lost = [
        ord(character)
        for character, tokens in zip(characters, pieces.encode(characters), strict=True)
        if unknown in tokens and character not in spaces
    ]
    if not lost:
        return ""
    ranges = [
        [code for _, code in run] for _, run in itertools.groupby(enumerate(lost), lambda item: item[1] - item[0])
    ]
    return "".join(f"\\U{run[0]:08x}-\\U{run[-1]:08x}" for run in ranges) + f"\\U{_LAST_TRIED:08x}-\\U0010ffff"


def _load(path: Path) -> "sentencepiece.SentencePieceProcessor":
    import sentencepiece  # noqa: PLC0415  # loaded with the engine

    return sentencepiece.SentencePieceProcessor(model_file=str(path))


def _first(directory: Path, names: tuple[str, ...]) -> str:
    """Return the first of some files that is there."""
    found = next((name for name in names if (directory / name).exists()), None)
    if found is None:
        raise FileNotFoundError(f"{directory}: none of {', '.join(names)}; copy it there when the model is converted")
    return found
