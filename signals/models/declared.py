"""Declarations of group `models`."""

import pyarrow as pa

from signals.group import Resources
from signals.language.declared import LANGUAGE
from signals.languages import UNKNOWN, to_flores
from signals.signal import Signal

CLASSIFIERS = "classifiers/"
WIKIPEDIA = "wikipedia/"
DOMAINS = ("wikipedia", "books", "openwebtext")

_REDPAJAMA = "RedPajama-V2 (arXiv 2411.12372; togethercomputer/RedPajama-Data at 6d2cee9, app/src/core/quality_signals"
_DSIR = f"{_REDPAJAMA}/importance_weights.py), after DSIR (Xie et al. 2023, arXiv 2302.03169)"
_READING = (
    "The text is read with its lines joined by spaces, nothing else changed. Rounded to 8 decimals; fastText's own "
    "rounding can exceed 1."
)


def _redpajama_classifier(name: str, *, resource: str, languages: str, trained_on: str) -> Signal:
    return Signal(
        f"rps_doc_ml_{name}_score",
        "models",
        pa.float64(),
        "probability",
        f"0 to 1; null for empty text, for {languages}, and without the resource `{resource}`",
        f"Probability that a fastText classifier gives its first label, {trained_on}; 1 less it where that is "
        f"`__label__cc`. {_READING}",
        f"{_REDPAJAMA}/classifiers.py)",
    )


def _importance(domain: str, *, corrected: bool) -> Signal:
    correction = (
        " Added to it: ln(Poisson(length; target) + 1e-8) - ln(Poisson(length; source) + 1e-8), where length is in "
        "code points though the means of both are in tokens, as RedPajama-V2 has it."
    )
    return Signal(
        f"rps_doc_{domain}_importance" + ("_length_correction" if corrected else ""),
        "models",
        pa.float64(),
        "log ratio of likelihoods",
        "any number; null for empty text, and where the resource `dsir` has not the files of language and domain",
        rf"Sum over the tokens (\w+|[^\w\s]+, case kept) and pairs of neighbours of ln(p + 1e-8) - ln(q + 1e-8), where "
        f"p and q are the shares of their bucket in `{domain}` and in `ccnet`; the bucket is abs(hash(x)) % buckets by "
        "CPython's hash with PYTHONHASHSEED=42. Strings are hashed by SipHash-1-3, as since CPython 3.11, unless "
        "`hash.json` in the folder names siphash24, as CPython had before."
        f"{correction if corrected else ''} Rounded to 8 decimals.",
        _DSIR,
    )


REDPAJAMA_CLASSIFIERS: tuple[Signal, ...] = (
    _redpajama_classifier(
        "wikiref",
        resource="wikiref",
        languages="languages other than English",
        trained_on="trained on pages that Wikipedia refers to against CCNet (RedPajama-V1's model)",
    ),
    _redpajama_classifier(
        "palm",
        resource="palm",
        languages="languages other than English",
        trained_on="trained on Wikipedia, books and OpenWebText against CCNet",
    ),
    _redpajama_classifier(
        "wikipedia",
        resource="wikipedia/<language>",
        languages="a language without a model (RedPajama-V2 has none for English)",
        trained_on="trained on Wikipedia in the text's language against CCNet",
    ),
)

IMPORTANCE: tuple[Signal, ...] = tuple(
    _importance(domain, corrected=corrected) for domain in DOMAINS for corrected in (False, True)
)


def declare_models(resources: Resources) -> tuple[Signal, ...]:
    """Return RedPajama-V2's signals, and two for each classifier at hand, in the order of their names.

    Raises:
        ValueError: A classifier's columns would have the names of other signals, or a Wikipedia model's name is no
            language.
    """
    for language in (name.removeprefix(WIKIPEDIA) for name in resources if name.startswith(WIKIPEDIA)):
        if to_flores(language) == UNKNOWN:
            raise ValueError(f"{WIKIPEDIA}{language}: there is no language {language}")
    names = sorted(name.removeprefix(CLASSIFIERS) for name in resources if name.startswith(CLASSIFIERS))
    declared = (*REDPAJAMA_CLASSIFIERS, *IMPORTANCE)
    taken = {signal.name for signal in (*declared, *LANGUAGE)}
    for name in names:
        if taken & {f"{name}_score", f"{name}_label"}:
            raise ValueError(f"{CLASSIFIERS}{name}: there is a signal {name}_score already; give it another name")
    return (*declared, *(signal for name in names for signal in _classifier(name)))


def _classifier(name: str) -> tuple[Signal, Signal]:
    source = f"fastText (Joulin et al. 2016, arXiv 1607.01759), the model given as `{CLASSIFIERS}{name}`"
    score = Signal(
        f"{name}_score",
        "models",
        pa.float32(),
        "probability",
        "0 to 1; null for empty text",
        f"Probability of the classifier's positive label: `__label__{name}` if it has that one; else, of a model with "
        "two labels, the first in the alphabet that is no negative (cc, 0, no, false, negative, neg, other, low, lq, "
        f"bad, or the other with not_ or non_ before it); of a model with more, {name}_label's. The text is read with "
        "its lines joined by spaces, nothing else changed.",
        source,
    )
    label = Signal(
        f"{name}_label",
        "models",
        pa.string(),
        "label",
        "one of the model's labels; null for empty text",
        "The classifier's most probable label, without `__label__`.",
        source,
    )
    return score, label
