"""Declarations of group `perplexity`."""

import pyarrow as pa

from signals.signal import Signal

_MODELS = "a KenLM 5-gram model over SentencePiece pieces (Heafield 2011; Kudo and Richardson 2018)"

PERPLEXITY: tuple[Signal, ...] = (
    Signal(
        "perplexity_ccnet",
        "perplexity",
        pa.float64(),
        "perplexity by piece",
        "1 and above; null for empty text, or without a model of the language",
        "10 ^ (-log10 P / (pieces + 1)), rounded to 1 decimal, of the whole text as one sentence: trimmed, in lower "
        "case, without accents, digits as 0, Unicode punctuation as ASCII, no control characters (nor line feeds).",
        f"CCNet (Wenzek et al. 2020, arXiv 1911.00359; cc_net/perplexity.py), {_MODELS}",
    ),
    Signal(
        "perplexity_bucket",
        "perplexity",
        pa.string(),
        "bucket",
        "head, middle or tail; null without a perplexity or cut-offs of the language",
        "head where perplexity_ccnet is below the language's 30th percentile, middle below its 60th, else tail; of "
        "CCNet's percentiles, or of the table `perplexity_cutoffs`.",
        "CCNet (arXiv 1911.00359, section 4; cc_net/data/cutoff.csv)",
    ),
    Signal(
        "perplexity_roots",
        "perplexity",
        pa.float64(),
        "perplexity by piece",
        "1 and above; null without a model of the language",
        "As perplexity_ccnet, but of the text with case and accents: control characters removed, trimmed, spaces of "
        "other widths as U+0020, digits as 0, Unicode punctuation as ASCII.",
        f"ROOTS (Laurençon et al. 2022, arXiv 2303.03915; 01b_oscar_cleaning_and_filtering/filtering.py), {_MODELS}",
    ),
)
