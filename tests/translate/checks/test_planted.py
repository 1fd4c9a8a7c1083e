"""Failures planted in translations by humans, by a generator that knows nothing of the checks."""

import random
from pathlib import Path

import pytest

from benchmarks.planted_translations import FAILURES, Case
from benchmarks.translation_checks import as_answer, masked_like, score
from benchmarks.translation_pairs import HumanTranslation, debian_translations, flores
from tests.translate.checks.passages import ENGLISH, TRANSLATIONS
from translate.checks import check

DEBIAN = Path(__file__).parents[4] / "shared" / "data" / "debian_docs.parquet"
PASSAGES = [
    HumanTranslation(("eng_Latn", language), source, target, str(number), 0)
    for language, targets in TRANSLATIONS.items()
    for number, (source, target) in enumerate(zip(ENGLISH, targets, strict=True))
]
# What a text of one or two sentences shows of a lost clause depends on where it is lost.
HARD = {"truncated", "dropped sentence", "dropped clause"}


def rejected(pair: HumanTranslation, answer: str) -> str | None:
    masked = masked_like(pair)
    findings = check(masked, as_answer(masked, answer), "stop", pair.languages)
    return None if findings[-1].passed else findings[-1].reason


@pytest.mark.parametrize("pair", PASSAGES, ids=lambda pair: f"{pair.languages[1]}-{pair.page}")
def test_translations_by_humans_pass(pair: HumanTranslation) -> None:
    assert rejected(pair, pair.target) is None


@pytest.mark.parametrize("kind", FAILURES)
def test_failures_are_caught(kind: str) -> None:
    draw = random.Random(kind)  # noqa: S311  reproducible failures
    answers = []
    for _ in range(10):
        for pair in PASSAGES:
            elsewhere = {language: targets[int(pair.page)] for language, targets in TRANSLATIONS.items()}
            answer = FAILURES[kind](Case(pair, {**elsewhere, pair.languages[1]: ENGLISH[int(pair.page)]}, draw))
            if answer is not None and answer != pair.target:
                answers.append((pair, answer))
    missed = [(pair.languages[1], answer) for pair, answer in answers if rejected(pair, answer) is None]
    assert answers
    assert len(missed) <= (0.12 if kind in HARD else 0.02) * len(answers), missed


def test_every_failure_is_damage() -> None:
    draw = random.Random(1)  # noqa: S311  reproducible failures
    for kind, damage in FAILURES.items():
        made = [damage(Case(pair, {"spa_Latn": "Otro texto."}, draw)) for pair in PASSAGES]
        assert any(answer is not None for answer in made), kind
        assert all(answer != pair.target for answer, pair in zip(made, PASSAGES, strict=True)), kind


@pytest.mark.skipif(not DEBIAN.exists(), reason=f"{DEBIAN.name} is not there")
def test_debians_translations_pass_and_failures_planted_in_them_do_not() -> None:
    pytest.importorskip("pycld2", reason="needs the extra `cld2`")
    translations = debian_translations(DEBIAN)[::4]
    report = score(translations, half=1)
    human, planted = (
        sum(count.rejected.total() for count in counts.values()) / sum(count.answers for count in counts.values())
        for counts in (report.alarms, report.caught)
    )
    assert human <= 0.03
    assert planted >= 0.97


def test_languages_of_documents_have_their_flores_codes() -> None:
    assert [flores(tag) for tag in ("pt", "zh-Hant", "sr-Latn", "nb")] == [
        "por_Latn",
        "zho_Hant",
        "srp_Latn",
        "nob_Latn",
    ]
