"""The sections of a recipe on tokens and their mixture."""

import pytest
from pydantic import ValidationError

from pipelines.recipe.tokens import MixSection, TokenizeSection


def test_parts_are_languages_in_any_code_or_their_share_of_a_source() -> None:
    section = MixSection.model_validate({"weights": {"fr": 0.5, "de/books": 0.25}, "budgets": {}})
    assert section.weights == {"fra_Latn": 0.5, "deu_Latn/books": 0.25}
    assert MixSection.model_validate({"budgets": {"eng_Latn": "5GB"}}).budgets == {"eng_Latn": 5_000_000_000}


def test_clusters_are_told_by_their_least_size() -> None:
    assert MixSection.model_validate({"cluster_size": {10: 3, 2: 1.5}}).cluster_size == {2: 1.5, 10: 3.0}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"weights": {"klingonese": 0.5}}, "'klingonese' is no part of a corpus"),
        ({"weights": {"fra_Latn/": 0.5}}, "'fra_Latn/' is no part of a corpus"),
        ({"weights": {"fra_Latn": 0.7, "deu_Latn": 0.7}}, "they sum to more than 1"),
        ({"weights": {"fra_Latn": -0.1}}, "expected a share from 0 to 1"),
        ({"caps": {"fra_Latn": 1.5}}, "expected a share from 0 to 1"),
        ({"epochs": {"fra_Latn": 0}}, "a weight of 0 leaves a part out"),
        ({"cluster_size": {1: 2}}, "a number of copies from 2 on"),
        ({"budgets": {"fra_Latn": 5}, "temperature": 2}, "budgets decide alone"),
        ({"max_translated_share": 1.2}, "less than or equal to 1"),
    ],
)
def test_wrong_mixtures(given: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        MixSection.model_validate(given)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"validation": {"fraction": 0}}, "greater than 0"),
        ({"validation": {"fraction": 0.1, "stratify": ["license"]}}, r"expected \[lang\] or \[lang, source\]"),
        ({"train": {"model": "sentencepiece_bpe", "pretokenizer": "gpt4"}}, "pretokenizer goes with model bpe"),
        ({"train": {"model": "wordpiece"}}, "'bpe', 'sentencepiece_bpe' or 'sentencepiece_unigram'"),
    ],
)
def test_wrong_tokenizers(given: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        TokenizeSection.model_validate(given)
