"""Measures of translations against references: chrF and BLEU, by sacreBLEU, each with its signature.

The signature names the variant, the tokenizer and the version, without which two scores cannot be compared (Post, WMT
2018).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType, ModuleType

# BLEU counts words: by sacreBLEU's own splitter for Chinese, by character in the other scripts that part words by no
# space, else by WMT's tokenizer.
_TOKENIZERS = MappingProxyType(
    {"Hans": "zh", "Hant": "zh", **dict.fromkeys(("Jpan", "Khmr", "Laoo", "Mymr", "Thai", "Tibt"), "char")}
)
_WMT = "13a"


@dataclass(frozen=True)
class Score:
    """A score and what was computed.

    Attributes:
        value: 0 to 100; of COMET, as its checkpoint scores.
        signature: SacreBLEU's signature, or one like it.
    """

    value: float
    signature: str


def chrf(hypotheses: Sequence[str], references: Sequence[str]) -> Score:
    """Return the chrF of translations against one reference each, by sacreBLEU's defaults (chrF2; Popović, WMT 2015).

    Raises:
        ModuleNotFoundError: `sacrebleu` (extra `eval`) is not installed.
    """
    metric = _sacrebleu().CHRF()
    score = metric.corpus_score(list(hypotheses), [list(references)])
    return Score(float(score.score), str(metric.get_signature()))


def sentence_chrf(hypotheses: Sequence[str], references: Sequence[str]) -> list[float]:
    """Return the chrF of each translation by itself, 0 to 100.

    Raises:
        ModuleNotFoundError: `sacrebleu` (extra `eval`) is not installed.
    """
    metric = _sacrebleu().CHRF()
    return [
        float(metric.sentence_score(hypothesis, [reference]).score)
        for hypothesis, reference in zip(hypotheses, references, strict=True)
    ]


def bleu(hypotheses: Sequence[str], references: Sequence[str], language: str) -> Score:
    """Return the BLEU of translations against one reference each (Papineni et al., ACL 2002).

    Args:
        hypotheses: Translations.
        references: A person's.
        language: The language of both, as in FLORES-200 (`zho_Hans`); its script chooses the tokenizer.

    Raises:
        ModuleNotFoundError: `sacrebleu` (extra `eval`) is not installed.
    """
    metric = _sacrebleu().BLEU(tokenize=_TOKENIZERS.get(language.partition("_")[2], _WMT))
    score = metric.corpus_score(list(hypotheses), [list(references)])
    return Score(float(score.score), str(metric.get_signature()))


def _sacrebleu() -> ModuleType:
    try:
        from sacrebleu import metrics  # noqa: PLC0415 -- an extra
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "chrF and BLEU need the package sacrebleu: install loam-curation[eval]", name="sacrebleu"
        ) from None
    return metrics
