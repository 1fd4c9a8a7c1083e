"""Language identification by a fastText model, whatever its labels look like."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from signals.batches import Batch
from signals.language.scripts import sample
from signals.languages import to_flores

SLICES = 5
SLICE_BYTES = 120
UNSURE = 0.5  # below this probability the slices do not decide
FULL_SLICES = 64  # then all of the text does, or as much of it: fastText's memory follows the length
FULL_SLICE_BYTES = 1024

# lid.176 was trained on Wikipedia and labels as Wikipedia names its editions: its `als` is Alemannic, while ISO 639-3,
# which GlotLID, NLLB and OpenLID follow, means Tosk Albanian.
_WIKIPEDIA_LABELS = {"als": "gsw", "bh": "bho", "eml": "egl", "nah": "nci", "no": "nob", "sh": "hbs"}
_LABEL_PREFIX = "__label__"


class Predictor(Protocol):
    """The compiled part of fastText; its Python wrapper does nothing more for one line."""

    def predict(self, line: str, k: int, threshold: float, on_unicode_error: str) -> list[tuple[float, str]]:
        """Return the first `k` labels, or all for -1, with a probability above the threshold."""


@dataclass(frozen=True)
class Detector:
    """A language identification model.

    Attributes:
        predictor: The model.
        languages: FLORES code of each label, in the script its language is mostly written in, or that it names.
        known: ISO 639-3 codes of the languages it can tell.
    """

    predictor: Predictor
    languages: Mapping[str, str]
    known: frozenset[str]

    def detect(self, batch: Batch, weights: npt.NDArray[np.int64]) -> tuple[list[str | None], list[float | None]]:
        """Return the first label and its probability for each document, None for those of no weight."""
        labels: list[str | None] = []
        scores: list[float | None] = []
        for document, weight in enumerate(weights.tolist()):
            if weight == 0:
                labels.append(None)
                scores.append(None)
                continue
            text = batch.text(document)
            score, label = self.best(sample(text, SLICES, SLICE_BYTES))
            if score < UNSURE and len(text) > SLICES * SLICE_BYTES:
                score, label = self.best(sample(text, FULL_SLICES, FULL_SLICE_BYTES))
            labels.append(label)
            scores.append(score)
        return labels, scores

    def best(self, line: str) -> tuple[float, str]:
        """Return the probability of a line's first label, and the label."""
        score, label = self.predictor.predict(line + "\n", 1, 0.0, "strict")[0]
        return min(score, 1.0), label.removeprefix(_LABEL_PREFIX)  # fastText's rounding goes a little beyond 1


@lru_cache(maxsize=4)
def load_detector(model: Path) -> Detector:
    """Load a fastText model whose labels are languages: lid.176, GlotLID, NLLB's, OpenLID or one's own.

    Raises:
        ValueError: The file is no fastText model, or has no label that names a language.
    """
    try:
        predictor: Predictor = import_module("fasttext").load_model(str(model)).f
    except ValueError as error:
        raise ValueError(f"{model}: no fastText model: {error}") from None
    every_label = predictor.predict("a\n", -1, -1.0, "strict")  # all of them: no probability is below -1
    labels = [label.removeprefix(_LABEL_PREFIX) for _, label in every_label]
    as_wikipedia = _WIKIPEDIA_LABELS.keys() <= set(labels)
    languages = {label: to_flores(_WIKIPEDIA_LABELS.get(label, label) if as_wikipedia else label) for label in labels}
    known = frozenset(code.split("_")[0] for code in languages.values()) - {"und"}
    if not known:
        raise ValueError(f"{model}: no language identification model; its labels are {', '.join(sorted(labels)[:5])}")
    return Detector(predictor, languages, known)
