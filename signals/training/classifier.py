"""fastText classifiers, trained so that the same examples give the same model."""

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from signals.training.examples import Example, fasttext_line, in_hash_order

_LABEL_PREFIX = "__label__"


@dataclass(frozen=True)
class ClassifierSettings:
    """How fastText learns; see its documentation of `train_supervised`.

    The defaults suit sentences as well as documents. RedPajama's classifiers have fastText's own:
    ``ClassifierSettings(dim=100, epoch=5, word_ngrams=1, min_n=0, max_n=0)``.

    Attributes:
        dim: Length of a feature's vector.
        lr: Learning rate at the beginning.
        epoch: How often each example is seen.
        word_ngrams: The most words that make one feature.
        min_n: The fewest characters of a word that make one feature.
        max_n: The most; 0 for none.
        min_count: How often a word must occur.
        bucket: How many features n-grams share by hash.
        seed: Of the initial vectors and of the examples' order.
    """

    dim: int = 32
    lr: float = 0.1
    epoch: int = 15
    word_ngrams: int = 3
    min_n: int = 3
    max_n: int = 6
    min_count: int = 1
    bucket: int = 200_000
    seed: int = 42

    def to_json(self) -> dict[str, object]:
        """Return the settings as JSON can hold them."""
        return asdict(self)


def train_classifier(examples: Sequence[Example], settings: ClassifierSettings, output: Path) -> None:
    """Train a fastText model and write it; one thread, so that a run gives the same file as the one before.

    Raises:
        ValueError: There are fewer than two labels.
        ModuleNotFoundError: fasttext-new (extra `train`) is not installed.
    """
    labels = {example.label for example in examples}
    if len(labels) < 2:  # noqa: PLR2004  nothing is to be told apart
        raise ValueError(f"a classifier needs examples of two labels or more, not of {', '.join(labels) or 'none'}")
    need("fasttext_new", "the training of classifiers")
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as lines:
        lines.writelines(fasttext_line(example) for example in in_hash_order(examples, settings.seed))
        lines.flush()
        model = import_module("fasttext_new").train_supervised(
            lines.name,
            dim=settings.dim,
            lr=settings.lr,
            epoch=settings.epoch,
            wordNgrams=settings.word_ngrams,
            minn=settings.min_n,
            maxn=settings.max_n,
            minCount=settings.min_count,
            bucket=settings.bucket,
            seed=settings.seed,
            thread=1,
            verbose=0,
        )
    model.save_model(str(output))


def predict_labels(model: Path, texts: Sequence[str]) -> list[str]:
    """Return a model's first label for each text on one line, without `__label__`; empty if it knows no word of it."""
    predictor = import_module("fasttext").load_model(str(model)).f
    found = [predictor.predict(text + "\n", 1, 0.0, "strict") for text in texts]
    return [labels[0][1].removeprefix(_LABEL_PREFIX) if labels else "" for labels in found]


def need(package: str, purpose: str) -> None:
    """See that an optional package is installed.

    Raises:
        ModuleNotFoundError: It is not; the message says how to install it.
    """
    if find_spec(package) is None:
        raise ModuleNotFoundError(f"{purpose} needs {package}: pip install 'loam-curation[train]'", name=package)
