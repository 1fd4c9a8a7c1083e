"""`python -m benchmarks.fit_omission DOCUMENTS`: weights of the signs of an omission, fitted on half of the pages."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from benchmarks.planted_translations import Case, dropped_clause, dropped_sentence, truncated
from benchmarks.translation_checks import as_answer, half_of, learnt_bounds, masked_like
from benchmarks.translation_pairs import HumanTranslation, debian_translations
from translate.checks import PairBounds, check
from translate.checks.omission import SIGNS, signs

_ROUNDS = 30
_RIDGE = 1.0
# Of each translation, so many failures of each kind.
_DRAWS = 4
# Human translations outnumber failures in the field; a planted one weighs less.
_WEIGHT_OF_PLANTED = 0.5 / _DRAWS


def main(
    documents: Annotated[Path, typer.Argument(help="Parquet with `text`, `lang`, `parallel_key`, `genre`.")],
    half: Annotated[int, typer.Option(min=0, max=1, help="Which half of the pages is fitted to.")] = 0,
) -> None:
    """Print the weights of `translate/checks/omission.py`: logistic regression, iteratively reweighted."""
    translations = debian_translations(documents)
    found, planted = _material(translations, half)
    weights = logistic_regression(np.array(found), np.array(planted))
    for name, weight in zip(("bias", *SIGNS), weights, strict=True):
        print(f"{name:18} {weight:6.2f}")


def _material(translations: Sequence[HumanTranslation], half: int) -> tuple[list[list[float]], list[bool]]:
    bounds = learnt_bounds([pair for pair in translations if half_of(pair) != half])
    draw = random.Random(0)  # noqa: S311  reproducible failures
    found, planted = [], []
    for pair in translations:
        if half_of(pair) != half:
            continue
        usual, masked = bounds.get(pair.languages, PairBounds()), masked_like(pair)
        case = Case(pair, {}, draw)
        damages = (truncated, dropped_sentence, dropped_clause) * _DRAWS
        answers = [pair.target, *(damage(case) for damage in damages)]
        for number, answer in enumerate(answers):
            if answer is None:
                continue
            text = as_answer(masked, answer)
            failed = [one.reason for one in check(masked, text, "stop", pair.languages, usual) if not one.passed]
            if failed in ([], ["omission"]):
                found.append([1.0, *signs(masked.text, text, usual.deviation(masked.text, text))])
                planted.append(number > 0)
    return found, planted


def logistic_regression(rows: np.ndarray, outcomes: np.ndarray) -> np.ndarray:
    """Return the weights of the columns (of which the first is one), by Newton's method with a ridge.

    Hastie, Tibshirani, Friedman: The Elements of Statistical Learning (2009), section 4.4.1.
    """
    weights = np.zeros(rows.shape[1])
    importance = np.where(outcomes, _WEIGHT_OF_PLANTED, 1.0)
    ridge = _RIDGE * np.eye(rows.shape[1])
    for _ in range(_ROUNDS):
        probabilities = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        gradient = rows.T @ (importance * (outcomes - probabilities)) - _RIDGE * weights
        curvature = (rows * (importance * probabilities * (1 - probabilities))[:, None]).T @ rows + ridge
        weights = weights + np.linalg.solve(curvature, gradient)
    return weights


if __name__ == "__main__":
    typer.run(main)
