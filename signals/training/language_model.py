"""Language models as CCNet trains them: KenLM over the pieces of SentencePiece, from documents of one language."""

import io
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import IO

import pyarrow as pa

from signals.perplexity.models import MODEL_SUFFIXES, PIECES_SUFFIX
from signals.perplexity.normalize import normalize_texts
from signals.reference.perplexity import normalize_as_ccnet

ESTIMATOR, BINARIZER = "lmplz", "build_binary"

_DOCUMENTS_AT_A_TIME = 256
_LONGEST_LINE = 16_384  # bytes of a line that SentencePiece learns from; it leaves out longer ones
_THREADS = 8  # fixed, since another number of them gives another model


@dataclass(frozen=True)
class LanguageModelSettings:
    """How a language model is trained; the defaults are CCNet's (cc_net/Makefile).

    Attributes:
        order: The longest n-gram.
        pieces: The most pieces of words.
        character_coverage: The share of characters that have a piece of their own.
        pieces_documents: How many documents SentencePiece learns from.
        documents: How many KenLM learns from.
    """

    order: int = 5
    pieces: int = 65_536
    character_coverage: float = 0.9995
    pieces_documents: int = 400_000
    documents: int = 1_000_000


def train_language_model(texts: Iterable[str], name: str, folder: Path, settings: LanguageModelSettings) -> int:
    """Train a model and write NAME.sp.model and NAME.arpa.bin, for the resource `kenlm` of group `perplexity`.

    Args:
        texts: Documents of one language, CCNet's being the openings of Wikipedia's articles. They are normalised as
            for `perplexity_ccnet`; SentencePiece learns from their lines, KenLM from each as one sentence.
        name: The language's code.
        folder: Made if it is not there.
        settings: How to train.

    Returns:
        From how many documents it has learnt.

    Raises:
        FileNotFoundError: KenLM's `lmplz` or `build_binary` is not on PATH.
        ValueError: There is no text, or too little for the settings.
    """
    estimator, binarizer = find_programs()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".training-") as temporary:
        work = Path(temporary)
        count = _write_normalized(islice(texts, settings.documents), work, settings.pieces_documents)
        if count == 0:
            raise ValueError("a language model needs documents with text")
        pieces = _train_pieces(work, settings)
        _write_pieces(work, pieces)
        with (work / "pieces").open("rb") as given, (work / "model.arpa").open("wb") as arpa:
            arguments = [estimator, "-o", str(settings.order), "--discount_fallback", "-T", str(work), "-S", "40%"]
            _run(arguments, stdin=given, stdout=arpa)
        _run([binarizer, str(work / "model.arpa"), str(work / "model.bin")])
        pieces.replace(folder / (name + PIECES_SUFFIX))
        (work / "model.bin").replace(folder / (name + MODEL_SUFFIXES[0]))
    return count


def find_programs() -> tuple[str, str]:
    """Return the paths of KenLM's programs.

    Raises:
        FileNotFoundError: One is not on PATH.
    """
    found = shutil.which(ESTIMATOR), shutil.which(BINARIZER)
    for name, path in zip((ESTIMATOR, BINARIZER), found, strict=True):
        if path is None:
            raise FileNotFoundError(
                f"{name} is not on PATH: build KenLM (github.com/kpu/kenlm; cmake and Boost) and add its bin folder"
            )
    return str(found[0]), str(found[1])


def _write_normalized(texts: Iterable[str], work: Path, line_documents: int) -> int:
    """Write each document on one line, and the lines of the first ones; return how many have text."""
    count = 0
    with (
        (work / "documents").open("w", encoding="utf-8") as documents,
        (work / "lines").open("w", encoding="utf-8") as lines,
    ):
        for some in _some(texts):
            whole = [text for text in normalize_texts(pa.array(some, pa.large_string()), normalize_as_ccnet) if text]
            documents.writelines(f"{text}\n" for text in whole)
            if count < line_documents:
                parts = [line for text in some for line in text.split("\n")]
                normalized = normalize_texts(pa.array(parts, pa.large_string()), normalize_as_ccnet)
                lines.writelines(f"{line}\n" for line in normalized if line)
            count += len(whole)
    return count


def _train_pieces(work: Path, settings: LanguageModelSettings) -> Path:
    """Train SentencePiece on the lines and return its model; it would store paths in it, so it gets none."""
    model = io.BytesIO()
    try:
        with (work / "lines").open(encoding="utf-8", newline="\n") as lines:
            import_module("sentencepiece").SentencePieceTrainer.train(
                sentence_iterator=(line.removesuffix("\n") for line in lines),
                model_writer=model,
                vocab_size=settings.pieces,
                hard_vocab_limit=False,  # a small corpus has fewer
                character_coverage=settings.character_coverage,
                max_sentence_length=_LONGEST_LINE,
                num_threads=_THREADS,
                minloglevel=2,
            )
    except RuntimeError as error:
        raise ValueError(f"SentencePiece: {error}") from None
    path = work / "sp.model"
    path.write_bytes(model.getvalue())
    return path


def _write_pieces(work: Path, model: Path) -> None:
    """Write the pieces of each document on one line."""
    processor = import_module("sentencepiece").SentencePieceProcessor(model_file=str(model))
    with (
        (work / "documents").open(encoding="utf-8", newline="\n") as documents,
        (work / "pieces").open("w", encoding="utf-8") as out,
    ):
        for some in _some(line.removesuffix("\n") for line in documents):
            out.writelines(" ".join(pieces) + "\n" for pieces in processor.encode(some, out_type=str, num_threads=1))


def _some(texts: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(texts)
    while some := list(islice(remaining, _DOCUMENTS_AT_A_TIME)):
        yield some


def _run(arguments: list[str], stdin: IO[bytes] | None = None, stdout: IO[bytes] | int = subprocess.DEVNULL) -> None:
    """Run one of KenLM's programs.

    Raises:
        ValueError: It failed; the message is the last line that it said.
    """
    done = subprocess.run(arguments, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, check=False)
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines() or [f"exit code {done.returncode}"]
        raise ValueError(f"{Path(arguments[0]).name}: {said[-1]}")
