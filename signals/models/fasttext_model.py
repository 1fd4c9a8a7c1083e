"""fastText models, and text in the form they read."""

from functools import lru_cache
from pathlib import Path
from typing import Protocol, cast

from signals.fasttext.model_file import check_model_file

_EVERY_LABEL = -1  # of `k`; and no probability is below -1


class _Predictor(Protocol):
    """The compiled part of fastText; its Python wrapper does nothing more for one line."""

    def predict(self, line: str, k: int, threshold: float, on_unicode_error: str) -> list[tuple[float, str]]: ...


class FastTextModel:
    """A supervised fastText model, which gives labels as `__label__cc`."""

    def __init__(self, path: Path) -> None:
        """Load a model.

        Raises:
            ValueError: The file is no supervised fastText model, or a damaged one.
        """
        import fasttext  # noqa: PLC0415  slow to load, and needed for models alone

        check_model_file(path)
        try:
            self._predictor = cast("_Predictor", fasttext.load_model(str(path)).f)
        except (MemoryError, RuntimeError, ValueError) as error:
            raise ValueError(f"{path}: no fastText model can be read from it ({error})") from None

    def first_label(self, line: str) -> tuple[str, float] | None:
        """Return the most probable label and its probability, None if the model knows no word of the line.

        fastText's rounding may give a little more than 1.
        """
        found = self._predictor.predict(line + "\n", 1, 0.0, "strict")
        return (found[0][1], found[0][0]) if found else None

    def probabilities(self, line: str) -> dict[str, float]:
        """Return the probability of every label, the most probable first; nothing if it knows no word of the line."""
        found = self._predictor.predict(line + "\n", _EVERY_LABEL, -1.0, "strict")
        return {label: probability for probability, label in found}


def load_model(path: Path) -> FastTextModel:
    """Return a model, loaded once for as long as its file stays the same.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is no fastText model.
    """
    status = path.stat()
    return _load(path, status.st_mtime_ns, status.st_size)


def one_line(text: str) -> str:
    """Return a text as RedPajama's classifiers were trained on it: its lines joined by spaces, nothing else changed."""
    return " ".join(text.splitlines()).strip()


@lru_cache(maxsize=16)
def _load(path: Path, _modified: int, _size: int) -> FastTextModel:
    return FastTextModel(path)
