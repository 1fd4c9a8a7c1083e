"""Language identification by a fastText model, whatever its labels look like."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from signals.fasttext.model import FastTextModel, load_model
from signals.languages import to_flores

# lid.176 was trained on Wikipedia and labels as Wikipedia names its editions: its `als` is Alemannic, while ISO 639-3,
# which GlotLID, NLLB and OpenLID follow, means Tosk Albanian.
_WIKIPEDIA_LABELS = {"als": "gsw", "bh": "bho", "eml": "egl", "nah": "nci", "no": "nob", "sh": "hbs"}
_LABEL_PREFIX = "__label__"


@dataclass(frozen=True)
class Detector:
    """A language identification model.

    Attributes:
        model: The fastText model.
        labels: Its labels, without prefix.
        languages: FLORES code of each label, in the script its language is mostly written in, or that it names.
        known: ISO 639-3 codes of the languages it can tell.
    """

    model: FastTextModel
    labels: tuple[str, ...]
    languages: Mapping[str, str]
    known: frozenset[str]


def load_detector(model: Path) -> Detector:
    """Load a fastText model whose labels are languages: lid.176, GlotLID, NLLB's, OpenLID or one's own.

    Raises:
        ValueError: The file is no fastText model, or has no label that names a language.
    """
    status = model.stat()
    return _load(model, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4)
def _load(path: Path, _modified: int, _size: int) -> Detector:
    model = load_model(path)
    labels = tuple(label.removeprefix(_LABEL_PREFIX) for label in model.labels)
    as_wikipedia = _WIKIPEDIA_LABELS.keys() <= set(labels)
    languages = {label: to_flores(_WIKIPEDIA_LABELS.get(label, label) if as_wikipedia else label) for label in labels}
    known = frozenset(code.split("_")[0] for code in languages.values()) - {"und"}
    if not known:
        raise ValueError(f"{path}: no language identification model; its labels are {', '.join(sorted(labels)[:5])}")
    return Detector(model, labels, languages, known)
