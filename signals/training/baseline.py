"""A linear classifier to compare with: logistic regression over TF-IDF of words and their n-grams."""

from collections.abc import Sequence
from importlib import import_module

from signals.training.classifier import need
from signals.training.examples import Example

WORD_NGRAMS = (1, 3)
INVERSE_REGULARISATION = 10.0


def baseline_labels(train: Sequence[Example], texts: Sequence[str]) -> list[str]:
    """Train on examples and return the label of each text.

    Raises:
        ModuleNotFoundError: scikit-learn (extra `train`) is not installed.
    """
    need("sklearn", "the baseline")
    vectorizer = import_module("sklearn.feature_extraction.text").TfidfVectorizer(
        ngram_range=WORD_NGRAMS, sublinear_tf=True
    )
    regression = import_module("sklearn.linear_model").LogisticRegression(C=INVERSE_REGULARISATION, max_iter=2000)
    regression.fit(vectorizer.fit_transform([e.text for e in train]), [e.label for e in train])
    return [str(label) for label in regression.predict(vectorizer.transform(texts))]
