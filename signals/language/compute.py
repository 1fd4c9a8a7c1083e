"""The signals of group `language`: fastText's label, the script, and the concluded language."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signals.arrow import Languages, Texts
from signals.batches import Batch, as_large_strings, batches
from signals.characters import SCRIPTS, character_tables
from signals.declarations import schema
from signals.kernels.scripts import count_scripts
from signals.language.rule import Evidence, conclude
from signals.language.scripts import NO_SCRIPT, chinese_script, dominant_scripts, has_script, letter_weights
from signals.languages import UNKNOWN, to_flores

MODEL = "lid"

SLICES = 5
SLICE_BYTES = 120
UNSURE = 0.5  # below this probability the slices do not decide
FULL_SLICES = 64  # then all of the text does, or as much of it: fastText's memory follows the length
FULL_SLICE_BYTES = 1024

# lid.176 was trained on Wikipedia and labels as Wikipedia names its editions.
_WIKIPEDIA_LABELS = {"als": "gsw", "bh": "bho", "eml": "egl", "nah": "nci", "no": "nob", "sh": "hbs"}
_LABEL_PREFIX = "__label__"


class _Predictor(Protocol):
    """The compiled part of fastText; its Python wrapper does nothing more for one line."""

    def predict(self, line: str, k: int, threshold: float, on_unicode_error: str) -> list[tuple[float, str]]: ...


def compute_language(texts: Texts, languages: Languages, model: Path) -> pa.Table:
    """Compute the signals of group `language`; see `signals.compute`.

    Args:
        texts: Any Arrow string array.
        languages: The declared language of each text, as any code.
        model: The file lid.176.ftz, or lid.176.bin.
    """
    predictor, known = _load(model)
    chunks = as_large_strings(texts)
    count = sum(map(len, chunks))
    declared = _declared(languages, count)
    rows: dict[str, list[object]] = {name: [] for name in schema("language").names}
    for batch in batches(chunks):
        counts = _count_scripts(batch)
        scripts, weights = dominant_scripts(counts), letter_weights(counts)
        labels, scores = _predict(predictor, batch, weights)
        for document, (label, score, script) in enumerate(zip(labels, scores, scripts, strict=True)):
            detected = _detected(label, script, counts[document], batch.text(document))
            evidence = Evidence(declared[batch.first + document], detected, score or 0.0, int(weights[document]))
            values = (label, score, script, detected, conclude(evidence, known))
            for name, value in zip(rows, values, strict=True):
                rows[name].append(value)
    absent = np.concatenate([np.empty(0, np.bool_), *(chunk.is_null().to_numpy(False) for chunk in chunks)])
    return pa.table(
        [
            pa.array(values, field.type, mask=absent)
            for values, field in zip(rows.values(), schema("language"), strict=True)
        ],
        schema=schema("language"),
    )


def sample(data: memoryview, slices: int, slice_bytes: int) -> str:
    """Return slices spread evenly over UTF-8 text, or all of it if it is no longer than they are, as one line."""
    size = len(data)
    if size <= slices * slice_bytes:
        pieces = [data]
    else:
        starts = [(size - slice_bytes) * k // (slices - 1) for k in range(slices)]
        pieces = [data[start : start + slice_bytes] for start in starts]
    # A slice may cut a character at either end; what remains of it is left out.
    return " ".join(str(piece, "utf-8", "ignore") for piece in pieces).replace("\n", " ")


@lru_cache(maxsize=4)
def _load(model: Path) -> tuple[_Predictor, frozenset[str]]:
    """Return the model and the ISO 639-3 codes of the languages it can tell."""
    import fasttext  # noqa: PLC0415  needed for this group alone

    predictor = cast("_Predictor", fasttext.load_model(str(model)).f)
    every_label = predictor.predict("a\n", -1, -1.0, "strict")  # all of them: no probability is below -1
    return predictor, frozenset(_flores_of(label.removeprefix(_LABEL_PREFIX)).split("_")[0] for _, label in every_label)


def _predict(
    predictor: _Predictor, batch: Batch, weights: npt.NDArray[np.int64]
) -> tuple[list[str | None], list[float | None]]:
    """Return the first label and its probability for each document, None for those without letters."""
    labels: list[str | None] = []
    scores: list[float | None] = []
    for document, weight in enumerate(weights.tolist()):
        if weight == 0:
            labels.append(None)
            scores.append(None)
            continue
        text = batch.text(document)
        score, label = _best(predictor, sample(text, SLICES, SLICE_BYTES))
        if score < UNSURE and len(text) > SLICES * SLICE_BYTES:
            score, label = _best(predictor, sample(text, FULL_SLICES, FULL_SLICE_BYTES))
        labels.append(label.removeprefix(_LABEL_PREFIX))
        scores.append(min(score, 1.0))  # fastText's rounding goes a little beyond 1
    return labels, scores


def _best(predictor: _Predictor, line: str) -> tuple[float, str]:
    return predictor.predict(line + "\n", 1, 0.0, "strict")[0]


@lru_cache(maxsize=1024)
def _flores_of(label: str) -> str:
    """Return the FLORES code of one of the model's labels, in the script its language is mostly written in."""
    return to_flores(_WIKIPEDIA_LABELS.get(label, label))


def _detected(label: str | None, script: str, counts: npt.NDArray[np.int64], text: memoryview) -> str:
    """Return the FLORES code of a label in the script of the text."""
    if label is None or script == NO_SCRIPT:
        return UNKNOWN
    language, likely_script = _flores_of(label).split("_")
    if script == "Latn" != likely_script and has_script(counts, likely_script):
        script = likely_script  # Latin terms, names and code are in texts of all scripts
    if script in ("Hani", "Hans", "Hant"):
        script = chinese_script(sample(text, SLICES, SLICE_BYTES))
    return f"{language}_{script}"


def _count_scripts(batch: Batch) -> npt.NDArray[np.int64]:
    tables = character_tables()
    return count_scripts(batch.data, batch.offsets, tables.pages, tables.script, len(SCRIPTS))


def _declared(languages: Languages, count: int) -> list[str]:
    """Return the FLORES code of each declared language."""
    if languages is None:
        return [UNKNOWN] * count
    codes = languages if isinstance(languages, Sequence) else languages.to_pylist()
    if len(codes) != count:
        raise ValueError(f"{len(codes)} languages were given for {count} texts")
    return [to_flores(code) for code in codes]
