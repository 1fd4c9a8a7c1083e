"""What fastText classifiers say of documents."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TypeVar

from signals.arrow import Column
from signals.batches import batches
from signals.models.by_language import NO_ROW, Integers
from signals.models.fasttext_model import FastTextModel, load_model, one_line

Answer = TypeVar("Answer")

PREFIX = "__label__"
NEGATIVE_LABELS = frozenset({"cc", "0", "no", "false", "negative", "neg", "other", "low", "lq", "bad"})

_CCNET_LABEL = f"{PREFIX}cc"
_TWO = 2


def read_documents(
    texts: list[Column], models: Sequence[Path], rows: Integers, read: Callable[[FastTextModel, str], Answer]
) -> list[Answer | None]:
    """Ask a classifier about each document, and return its answers; None for empty texts and where there is no model.

    Args:
        texts: large_string arrays; null counts as empty.
        models: Model files; those that no document needs are not loaded.
        rows: Which of `models` each document is for; NO_ROW for none.
        read: From a model and a text on one line to the answer.

    Raises:
        ValueError: A file is no fastText model.
    """
    loaded = {row: load_model(models[row]) for row in sorted(set(rows.tolist()) - {NO_ROW})}
    answers: list[Answer | None] = [None] * len(rows)
    if not loaded:
        return answers
    for batch in batches(texts):
        for document in range(len(batch.offsets) - 1):
            place = batch.first + document
            text = batch.text(document)
            if len(text) and rows[place] != NO_ROW:
                answers[place] = read(loaded[int(rows[place])], one_line(str(text, "utf-8")))
    return answers


def redpajama_score(model: FastTextModel, line: str) -> float | None:
    """Return RedPajama-V2's score: the first label's probability, or 1 less it where that label is CCNet's.

    None where the model knows no word of the line, not even its end; RedPajama-V2's code has no answer then.
    """
    found = model.first_label(line)
    if found is None:
        return None
    label, probability = found
    return 1.0 - probability if label == _CCNET_LABEL else probability


def score_and_label(model: FastTextModel, line: str, name: str) -> tuple[float, str] | None:
    """Return the probability of the positive label and the name of the most probable one.

    None where the model knows no word of the line, not even its end.

    Args:
        model: The classifier.
        line: A text on one line.
        name: What the classifier is called.
    """
    found = model.probabilities(line)
    if not found:
        return None
    first = next(iter(found))
    return min(found[positive_label(name, found) or first], 1.0), first.removeprefix(PREFIX)


def positive_label(name: str, labels: Collection[str]) -> str | None:
    """Return the label whose probability is a classifier's score, None where that is the first label of each text.

    Examples:
        >>> positive_label("edu", ["__label__0", "__label__edu", "__label__x"])
        '__label__edu'
        >>> positive_label("quality", ["__label__cc", "__label__hq"])
        '__label__hq'
        >>> positive_label("quality", ["__label__lid", "__label__not_lid"])
        '__label__lid'
        >>> positive_label("topic", ["__label__art", "__label__law", "__label__sport"])
    """
    if f"{PREFIX}{name}" in labels:
        return f"{PREFIX}{name}"
    if len(labels) != _TWO:
        return None
    return min([label for label in labels if not _is_negative(label, labels)] or list(labels))


def _is_negative(label: str, labels: Collection[str]) -> bool:
    bare, others = label.removeprefix(PREFIX).lower(), {other.removeprefix(PREFIX).lower() for other in labels}
    return bare in NEGATIVE_LABELS or bare.removeprefix("not_").removeprefix("non_") in others - {bare}
