"""The signals of group `models`."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signals.arrow import Column
from signals.batches import as_large_strings
from signals.group import Columns, Resources
from signals.models.by_language import NO_ROW, Integers, member_for, rows_by_language
from signals.models.classifiers import read_documents, redpajama_score, score_and_label
from signals.models.declared import CLASSIFIERS, IMPORTANCE, REDPAJAMA_CLASSIFIERS, WIKIPEDIA
from signals.models.fasttext_model import FastTextModel
from signals.models.importance import score_importance
from signals.rounding import round_exactly

Floats = npt.NDArray[np.float64]

_DSIR = "dsir"
_ENGLISH_ONLY = {"rps_doc_ml_wikiref_score": "wikiref", "rps_doc_ml_palm_score": "palm"}


def compute_models(inputs: Columns, names: Sequence[str], resources: Resources) -> pa.Table:
    """Compute the named signals of group `models`; see `signals.compute`.

    Raises:
        ValueError: A model file is damaged.
    """
    texts = as_large_strings(inputs.texts)
    columns: dict[str, Column] = {}
    for name in (signal.name for signal in REDPAJAMA_CLASSIFIERS if signal.name in names):
        columns[name] = _rounded(_redpajama_scores(name, texts, inputs, resources))
    if any(signal.name in names for signal in IMPORTANCE):
        columns |= _importance(texts, inputs, resources)
    for name in sorted(name.removeprefix(CLASSIFIERS) for name in resources if name.startswith(CLASSIFIERS)):
        if f"{name}_score" in names or f"{name}_label" in names:
            columns |= _classified(name, texts, resources[f"{CLASSIFIERS}{name}"])
    return pa.table({name: columns[name] for name in names})


def _redpajama_scores(name: str, texts: list[Column], inputs: Columns, resources: Resources) -> Floats:
    models, rows = _models_by_document(name, len(inputs.texts), inputs, resources)
    scores = read_documents(texts, models, rows, redpajama_score)
    return np.array([np.nan if score is None else score for score in scores], np.float64)


def _models_by_document(name: str, count: int, inputs: Columns, resources: Resources) -> tuple[list[Path], Integers]:
    """Return model files, and which of them each document is for."""
    if name in _ENGLISH_ONLY:
        resource = resources.get(_ENGLISH_ONLY[name])
        models = {} if resource is None else {"en": resource}
    else:
        models = {key.removeprefix(WIKIPEDIA): path for key, path in resources.items() if key.startswith(WIKIPEDIA)}
    places = {language: place for place, language in enumerate(models)}
    rows = rows_by_language(inputs.languages, count, lambda code: places.get(member_for(code, models) or "", NO_ROW))
    return list(models.values()), rows


def _importance(texts: list[Column], inputs: Columns, resources: Resources) -> dict[str, Column]:
    folder = resources.get(_DSIR)
    if folder is None:
        return {signal.name: pa.nulls(len(inputs.texts), pa.float64()) for signal in IMPORTANCE}
    scores = score_importance(texts, inputs.languages, folder)
    return {name: _rounded(values) for name, values in scores.items()}


def _classified(name: str, texts: list[Column], model: Path) -> dict[str, Column]:
    def read(loaded: FastTextModel, line: str) -> tuple[float, str] | None:
        return score_and_label(loaded, line, name)

    answers = read_documents(texts, [model], np.zeros(sum(map(len, texts)), np.int64), read)
    return {
        f"{name}_score": pa.array([None if answer is None else answer[0] for answer in answers], pa.float32()),
        f"{name}_label": pa.array([None if answer is None else answer[1] for answer in answers], pa.string()),
    }


def _rounded(values: Floats) -> Column:
    return pa.array(round_exactly(values), pa.float64(), mask=np.isnan(values))
