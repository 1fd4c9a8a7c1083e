"""The signals of group `language`: fastText's label, the script, and the concluded language."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from signals.arrow import Texts
from signals.batches import as_large_strings, batches
from signals.fasttext.model import NO_LABEL
from signals.language.declared import LANGUAGE
from signals.language.detector import load_detector
from signals.language.rule import Evidence, conclude, same_language
from signals.language.scripts import batch_scripts
from signals.languages import UNKNOWN, to_flores
from signals.signal import schema_of


def compute_language(texts: Texts, languages: "Texts | None", model: Path) -> pa.Table:
    """Compute the signals of group `language`; see `signals.compute`.

    Args:
        texts: Any Arrow string array.
        languages: The declared language of each text, as any code.
        model: Any fastText model whose labels are languages.
    """
    detector = load_detector(model)
    chunks = as_large_strings(texts)
    declared = declared_languages(languages, sum(map(len, chunks)))
    remembered = detector.model.nothing_remembered()
    rows: dict[str, list[object]] = {signal.name: [] for signal in LANGUAGE}
    for batch in batches(chunks):
        scripts = batch_scripts(batch)
        found = detector.model.first_labels(batch, remembered)
        places = np.where(scripts.weights > 0, found.labels, NO_LABEL).tolist()
        for document, (place, score) in enumerate(zip(places, found.scores.tolist(), strict=True)):
            label = None if place == NO_LABEL else detector.labels[place]
            detected = UNKNOWN if label is None else scripts.in_script(detector.languages[label], document)
            known = declared[batch.first + document]
            evidence = Evidence(known, detected, score, int(scripts.weights[document]))
            values = (
                label,
                None if label is None else score,
                scripts.dominant[document],
                detected,
                same_language(known, detected),
                conclude(evidence, detector.known),
            )
            for name, value in zip(rows, values, strict=True):
                rows[name].append(value)
    absent = np.concatenate([np.empty(0, np.bool_), *(chunk.is_null().to_numpy(False) for chunk in chunks)])
    return pa.table(
        [pa.array(values, signal.type, mask=absent) for values, signal in zip(rows.values(), LANGUAGE, strict=True)],
        schema=schema_of(LANGUAGE),
    )


def declared_languages(languages: "Texts | None", count: int) -> list[str]:
    """Return the FLORES code of each language given, ``und_Zyyy`` where none is."""
    if languages is None:
        return [UNKNOWN] * count
    return [to_flores(code) for code in languages.to_pylist()]
