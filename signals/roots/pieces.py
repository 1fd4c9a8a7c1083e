"""Words of Chinese as ROOTS counts them: pieces of the SentencePiece model beside its language model."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from signals.perplexity.models import PIECES_SUFFIX
from signals.reference.perplexity import normalize_as_roots
from signals.reference.roots import stripped


def find_pieces_model(folder: Path | None, language: str) -> Path | None:
    """Return the SentencePiece model of a language (ISO 639-1) in a folder of language models, None if it has none.

    Raises:
        ValueError: The package that reads it is not installed.
    """
    path = folder / f"{language}{PIECES_SUFFIX}" if folder else None
    if path is None or not path.is_file():
        return None
    if find_spec("sentencepiece") is None:
        raise ValueError(f"{path} needs sentencepiece: pip install 'loam-curation[kenlm]'")
    return path


def pieces_of(texts: Sequence[str], model: Path) -> Iterator[list[str]]:
    """Yield the pieces of each text, normalised and lower-cased, without the special characters at both ends."""
    normalized = [normalize_as_roots(text).lower() for text in texts]
    for pieces in _load(model).encode(normalized, out_type=str, num_threads=1):
        yield stripped([piece.lower() for piece in pieces])


@lru_cache(maxsize=4)
def _load(model: Path) -> Any:  # noqa: ANN401  the package has no types
    try:
        return import_module("sentencepiece").SentencePieceProcessor(model_file=str(model))
    except (OSError, RuntimeError) as error:
        raise ValueError(f"{model}: no SentencePiece model") from error
