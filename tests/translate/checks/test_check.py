import pytest
from hypothesis import given
from hypothesis import strategies as st

from translate.checks import CHECK_NAMES, Finding, check
from translate.masking import mask, mask_pattern

PATTERN = mask_pattern()
EN_PT = ("eng_Latn", "por_Latn")

# Answers that the fxtranslate en→pt model really gave, some for short.
GOOD = [
    ("BIRD is an Internet routing daemon.", "BIRD é um daemon de roteamento da Internet."),
    ("Scan", "Digitalização"),
    ("Exibe 1,000.5 items on the 20th day", "Exibe 1.000,5 itens no 20º dia"),
    ("Treemaps", "Treemaps"),
    ("Source code for django.contrib.gis.shortcuts", "Código-fonte para XPH11"),
    ("Press 2 or 3 times.", "Pressione 2 ou 3 vezes."),
    ("Sorry, this page was not translated: see below.", "Desculpe, esta página não foi traduzida: veja abaixo."),
]
LONG = "The committee met on Monday, read the report of the year before, and closed the meeting at noon."
BROKEN = [
    ("A short text.", " ... ", "empty"),
    ("See /usr/share/doc for more.", "Veja XFE11 para mais.", "placeholders"),
    ("See /usr/share/doc for more.", "Veja XPH11 para mais: https://example.org", "placeholders"),
    ("Welcome to the garden.", "Bem-vindo ao <b>jardim</b>.", "placeholders"),
    ("It supports chips 464 and 468 now.", "Suporta chips 464 e 46 agora.", "numbers"),
    ("She left 2 days ago.", "Ela saiu há dias.", "numbers"),
    ("One line.", "Uma\nlinha.", "lines"),
    ("EBUSY", "EBUSY (em inglês)", "remark"),
    ("He came home.", "Ele voltou para casa. (Mantive o tempo verbal.)", "remark"),
    (LONG, "O comitê se reuniu.", "length_ratio"),
    ("Then turn the page and read it again, slowly.", "Then turn the page and read it again, slowly.", "copied"),
    ("Choose Insert - Field - More Fields tab", "Choose Insert - Field - More Fields tab", "copied"),
    ("The weather is fine today.", "Погода сегодня хорошая.", "script"),
    (LONG, "El comité se reunió el lunes, leyó el informe del año pasado y cerró la reunión a mediodía.", "language"),
    ("The list of files that were moved", "a lista dos a lista dos a lista dos", "repetition"),
    ("A very long road goes over there.", "Um caminho muito lolololololololo", "stutter"),
    ("Here comes the sun, and I say it is all right.", "Claro! Aqui vem o sol, e eu digo que está bem.", "preamble"),
    ("Here comes the sun, and I say it is all right.", "Tradução: Aqui vem o sol, e digo que está bem.", "preamble"),
    ("Here comes the sun, and I say it is all right.", "Lamento, mas não consigo ajudar com isso agora.", "refusal"),
    (LONG, "O comitê se reuniu na segunda-feira, leu o relatório do ano anterior e", "omission"),
    (LONG, "leu o relatório do ano anterior e fechou a reunião ao meio-dia.", "omission"),
    ("If it rains, take the bus that leaves at noon today.", "apanhe o autocarro que parte ao meio-dia.", "omission"),
]  # fmt: skip


def outcome(source: str, answer: str, languages: tuple[str, str] = EN_PT) -> tuple[Finding, ...]:
    return check(mask(source, PATTERN), answer, "stop", languages)


@pytest.mark.parametrize(("source", "answer"), GOOD)
def test_good_answers_pass_every_check(source: str, answer: str) -> None:
    findings = outcome(source, answer)
    assert [finding.reason for finding in findings] == list(CHECK_NAMES)
    assert all(finding.passed for finding in findings)


@pytest.mark.parametrize(("source", "answer", "reason"), BROKEN)
def test_broken_answers_fail_by_name(source: str, answer: str, reason: str) -> None:
    findings = outcome(source, answer)
    assert findings[-1].reason == reason
    assert not findings[-1].passed
    assert all(finding.passed for finding in findings[:-1])


@pytest.mark.parametrize("finish", ["length", "repetition", "error", ""])
def test_an_answer_that_did_not_end_by_itself_fails_first(finish: str) -> None:
    (finding,) = check(mask("Go on.", PATTERN), "Continue.", finish, EN_PT)
    assert (finding.reason, finding.passed) == ("finish", False)


def test_a_loop_of_letters_packs_too_well() -> None:
    source = (
        "A view of the valley from the old tower, painted in oil and sold for little money, hung by the warm stove. "
    )
    source += (
        "Nobody looked at it for years, until a guest asked who had made it, when, and for whom; then it was gone."
    )
    answer = "Vista do vale da torre, " + "".join(f"abcdefghijklmnopqrstuvwx{end}" for end in "yzwvutsr")
    findings = check(mask(source, PATTERN), answer, "stop", EN_PT, language_scores=None)
    assert findings[-1].reason == "compression"


def test_without_an_identifier_no_language_is_wrong() -> None:
    source = "The weather is fine today, and the garden is full of flowers."
    answer = "El tiempo es bueno hoy, y el jardín está lleno de flores."
    assert outcome(source, answer)[-1].reason == "language"
    assert check(mask(source, PATTERN), answer, "stop", EN_PT, language_scores=None)[-1].passed


@pytest.mark.parametrize(
    ("answer", "languages"),
    [
        ("今日は 3 月 14 日で、LibreOffice の新しい版が出ました。", ("eng_Latn", "jpn_Jpan")),
        ("今天是3月14日，LibreOffice发布了新版本。", ("eng_Latn", "zho_Hans")),
        ("اليوم هو 14 مارس 3، وقد صدر إصدار جديد من LibreOffice.", ("eng_Latn", "arb_Arab")),
        ("आज ३ मार्च १४ है, और LibreOffice का नया संस्करण आ गया है।", ("eng_Latn", "hin_Deva")),
    ],
)
def test_scripts_and_digits_of_other_languages_pass(answer: str, languages: tuple[str, str]) -> None:
    findings = outcome("Today is 3/14, and a new version of LibreOffice has come out.", answer, languages)
    assert findings[-1].passed, findings[-1]


def test_politeness_is_no_refusal_where_the_source_is_polite() -> None:
    source = "Bitte beachten Sie, dass diese Seite nur im Sommer gepflegt wird."
    assert outcome(source, "Please note that this page is kept up to date in summer only.", ("deu_Latn", "eng_Latn"))[
        -1
    ].passed
    refusal = "I am sorry, but I am unable to translate this page at the moment."
    assert outcome("Diese Seite wird nur im Sommer gepflegt.", refusal, ("deu_Latn", "eng_Latn"))[-1].passed is False


def test_numbers_of_any_length_are_compared() -> None:
    assert outcome("See " + "1" * 5000 + " now.", "Veja agora.")[-1].reason == "numbers"


@pytest.mark.parametrize(
    ("source", "answer", "language"),
    [
        ("He ate 3 apples.", "Ele comeu três maçãs.", "por_Latn"),
        ("He ate 3 apples.", "Er aß drei Äpfel.", "deu_Latn"),
        ("Article 20 stands.", "El artículo XX sigue en pie.", "spa_Latn"),
        ("He was born twice.", "Il est né 2 fois.", "fra_Latn"),
        ("It has 1,234,567 parts.", "Elle a 1 234 567 pièces.", "fra_Latn"),
    ],
)
def test_numbers_may_be_written_otherwise(source: str, answer: str, language: str) -> None:
    assert outcome(source, answer, ("eng_Latn", language))[-1].passed


def test_a_small_number_that_no_word_says_is_lost() -> None:
    assert outcome("He ate 3 apples.", "Ele comeu maçãs.")[-1].reason == "numbers"


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_are_measured(source: str, answer: str) -> None:
    findings = check(mask(source, PATTERN), answer, "stop", ("eng_Latn", "jpn_Jpan"))
    assert [finding.reason for finding in findings] == list(CHECK_NAMES[: len(findings)])
    assert all(finding.value == finding.value for finding in findings)


@given(st.text(max_size=60))
def test_checks_depend_on_their_input_alone(text: str) -> None:
    assert outcome(text, text) == outcome(text, text)
