"""Language models of many languages in one folder, by the names that CCNet gives them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from signals.languages import UNKNOWN, to_flores, to_iso639_1

MODEL_SUFFIXES = (".arpa.bin", ".arpa")
PIECES_SUFFIX = ".sp.model"

_TEXTS_AT_A_TIME = 256


@dataclass(frozen=True)
class LanguageModel:
    """A KenLM model over the pieces of a SentencePiece model.

    Attributes:
        pieces: A `sentencepiece.SentencePieceProcessor`.
        scorer: A `kenlm.Model`.
    """

    pieces: Any
    scorer: Any

    def perplexities(self, texts: Iterable[str]) -> Iterator[tuple[float, int]]:
        """Yield ``10 ** (-log10 P / (pieces + 1))`` of each text, rounded to 1 decimal, and how many pieces it has.

        The text is one sentence, whose end counts as a piece. Source: cc_net/perplexity.py, `DocLM`.
        """
        remaining = iter(texts)
        while some := list(islice(remaining, _TEXTS_AT_A_TIME)):
            for pieces in self.pieces.encode(some, out_type=str, num_threads=1):
                sentence = " ".join(pieces)
                count = len(sentence.split())  # a piece can be white space of another kind: KenLM parts there too
                yield round(10.0 ** (-self.scorer.score(sentence) / (count + 1)), 1), count


def model_names(language: str | None) -> tuple[str, ...]:
    """Return the names under which a language's model may stand, the most exact first.

    Examples:
        >>> model_names("fra_Latn")
        ('fra_Latn', 'fra', 'fr')
        >>> model_names("und_Zyyy")
        ()
    """
    flores = to_flores(language)
    if flores == UNKNOWN:
        return ()
    short = to_iso639_1(flores)
    return (flores, flores.split("_")[0], *([short] if short else []))


def find_model(folder: Path, language: str | None) -> tuple[Path, Path] | None:
    """Return a language's KenLM and SentencePiece models, None if the folder does not hold both."""
    for name in model_names(language):
        pieces = folder / (name + PIECES_SUFFIX)
        for suffix in MODEL_SUFFIXES:
            model = folder / (name + suffix)
            if model.is_file() and pieces.is_file():
                return model, pieces
    return None


def check_folder(folder: Path) -> None:
    """See that a folder holds a language model of any language.

    Raises:
        ValueError: It holds none.
    """
    names = [path.name.removesuffix(PIECES_SUFFIX) for path in folder.glob("*" + PIECES_SUFFIX)]
    if not any((folder / (name + suffix)).is_file() for name in names for suffix in MODEL_SUFFIXES):
        raise ValueError(f"{folder}: holds no language model; expected files such as en.arpa.bin and en.sp.model")


@lru_cache(maxsize=64)
def load_model(model: Path, pieces: Path) -> LanguageModel:
    """Load the models of a language; binary KenLM models are mapped, not read.

    Raises:
        ValueError: A file is no such model.
    """
    kenlm, sentencepiece = import_module("kenlm"), import_module("sentencepiece")  # extra `kenlm`
    quietly = kenlm.Config()
    quietly.show_progress = False
    quietly.arpa_complain = kenlm.ARPALoadComplain.NONE
    try:
        return LanguageModel(
            sentencepiece.SentencePieceProcessor(model_file=str(pieces)), kenlm.Model(str(model), quietly)
        )
    except (OSError, RuntimeError) as error:
        raise ValueError(f"{model} or {pieces.name} is no language model: {error}") from None
    except UnicodeDecodeError:  # KenLM's message quotes the file
        raise ValueError(f"{model} is no language model") from None
