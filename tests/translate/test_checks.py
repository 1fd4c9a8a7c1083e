import pytest

from translate.checks import CHECK_NAMES, CHECKS, check_answer
from translate.masking import mask, mask_pattern

PATTERN = mask_pattern()

# Answers that the fxtranslate en→pt model really gave.
GOOD = [
    ("BIRD is an Internet routing daemon.", "BIRD é um daemon de roteamento da Internet."),
    ("Scan", "Digitalização"),
    ("Exibe 1,000.5 items on the 20th day", "Exibe 1.000,5 itens no 20º dia"),
    ("Treemaps", "Treemaps"),
    ("Source code for django.contrib.gis.shortcuts", "Código-fonte para XPH11"),
    ("Press 2 or 3 times.", "Pressione 2 ou 3 vezes."),
]
BROKEN = [
    ("A short text.", " ... ", "empty"),
    ("See /usr/share/doc for more.", "Veja XFE11 para mais.", "placeholders"),
    ("It supports chips 464 and 468 now.", "Suporta chips 464 e 46 agora.", "numbers"),
    ("One line.", "Uma\nlinha.", "lines"),
    ("EBUSY", "EBUSY (em inglês)", "brackets"),
    ("Template represents a compiled template.", "O modelo é compilado.", "length_ratio"),
    ("Then turn the page and read it again, slowly.", "Then turn the page and read it again, slowly.", "copied"),
    ("The weather is fine today.", "Погода сегодня хорошая.", "script"),
    ("The list of files that were moved", "a lista a lista a lista a lista", "repetition"),
    ("A view of the whole valley from the old tower, painted in oil and sold for little money, hung over the stove.",
     "Uma vista" + "aaaaaaaaaaaaaaaaaaaa" * 5, "compression"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "answer"), GOOD)
def test_good_answers_pass_every_check(source: str, answer: str) -> None:
    findings = check_answer(mask(source, PATTERN), answer, "por_Latn")
    assert [finding.reason for finding in findings] == list(CHECK_NAMES)
    assert all(finding.passed for finding in findings)


@pytest.mark.parametrize(("source", "answer", "reason"), BROKEN)
def test_broken_answers_fail_by_name(source: str, answer: str, reason: str) -> None:
    findings = check_answer(mask(source, PATTERN), answer, "por_Latn")
    assert findings[-1].reason == reason
    assert not findings[-1].passed
    assert all(finding.passed for finding in findings[:-1])


def test_every_check_is_named_in_order() -> None:
    assert len(CHECK_NAMES) == len(CHECKS)
    assert {reason for _, _, reason in BROKEN} == set(CHECK_NAMES)
