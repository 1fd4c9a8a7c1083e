import pytest

from translate.masking import mask, mask_pattern
from translate.prompts import TEMPLATE_NAMES, Prompt, load_template, output_budget
from translate.prompts.languages import languages

PAIR = ("eng_Latn", "fra_Latn")


@pytest.mark.parametrize("name", TEMPLATE_NAMES)
def test_the_segment_stands_once_after_what_is_the_same_for_all(name: str) -> None:
    prompt = load_template(name).prompt(*PAIR)
    assert prompt.of("«»").count("«»") == 1
    assert len(prompt.head) > len(prompt.tail)
    assert "French" in prompt.head
    assert "{" not in prompt.of("")


@pytest.mark.parametrize("name", TEMPLATE_NAMES)
def test_braces_in_a_segment_are_text(name: str) -> None:
    assert "{source} {0}" in load_template(name).prompt(*PAIR).of("{source} {0}")


def test_published_forms_are_kept_to_the_letter() -> None:
    tower = load_template("tower_instruct").prompt("por_Latn", "eng_Latn")
    assert tower.of("Bom dia.") == (
        "Translate the following text from Portuguese into English.\nPortuguese: Bom dia.\nEnglish:"
    )
    plus = load_template("tower_plus").prompt("eng_Latn", "por_Latn")
    assert plus.of("Hello world!") == (
        "Translate the following English source text to Portuguese:\nEnglish: Hello world!\nPortuguese: "
    )
    seed = load_template("seed_x").prompt("eng_Latn", "zho_Hans")
    assert seed.of("May the force be with you") == (
        "Translate the following English sentence into Chinese:\nMay the force be with you <zh>"
    )
    hunyuan = load_template("hunyuan_mt").prompt("eng_Latn", "deu_Latn")
    assert hunyuan.of("It’s on the house.") == (
        "Translate the following segment into German, without additional explanation.\n\nIt’s on the house."
    )
    gemma = load_template("translategemma").prompt("eng_Latn", "spa_Latn").of("Hello")
    assert gemma.startswith("<start_of_turn>user\nYou are a professional English (en) to Spanish (es) translator. ")
    assert gemma.endswith(
        "translate the following English text into Spanish:\n\n\nHello<end_of_turn>\n<start_of_turn>model\n"
    )


def test_the_instructions_speak_of_the_surrogates_that_masking_makes() -> None:
    surrogate = mask("`x`", mask_pattern()).text
    for name in ("mistral", "tags"):
        assert surrogate in load_template(name).instruction


def test_a_template_that_knows_its_languages_refuses_others() -> None:
    with pytest.raises(ValueError, match=r"seed_x knows .*deu_Latn.*; not swh_Latn"):
        load_template("seed_x").prompt("eng_Latn", "swh_Latn")
    assert load_template("seed_x").languages <= languages().keys()  # type: ignore[operator]  # it is no None


def test_languages_without_a_name_are_refused() -> None:
    with pytest.raises(ValueError, match="no name for the language qqq_Latn"):
        load_template("tags").prompt("eng_Latn", "qqq_Latn")


def test_no_two_languages_share_a_name_and_a_tag_within_flores() -> None:
    macrolanguages = {"cmn_Hani", "est_Latn", "fas_Arab", "fil_Latn", "lav_Latn", "msa_Latn", "sqi_Latn", "swa_Latn"}
    named = [value for code, value in languages().items() if code not in macrolanguages]
    assert len(set(named)) == len(named)
    assert len({name for name, _ in named}) == len(named)


def test_every_template_has_a_hash_of_its_own() -> None:
    assert len({load_template(name).sha256() for name in TEMPLATE_NAMES}) == len(TEMPLATE_NAMES)


@pytest.mark.parametrize(
    ("answer", "finish", "read"),
    [
        (" Bonjour. </translation>", "stop", ("Bonjour.", "stop")),
        ("Bonjour.</translation> Do you need", "length", ("Bonjour.", "stop")),
        ("Bonjour.</translation></translation></translation>", "repetition", ("Bonjour.", "stop")),
        ("Bonjour", "stop", ("Bonjour", "length")),
        ("Bonjour", "length", ("Bonjour", "length")),
        ("la la la", "repetition", ("la la la", "repetition")),
        ("Sure!\n<translation>Bonjour.</translation>", "stop", ("Bonjour.", "stop")),
        ("", "stop", ("", "length")),
    ],
)
def test_an_answer_without_its_closing_tag_is_cut_off(answer: str, finish: str, read: tuple[str, str]) -> None:
    assert load_template("tags").read(answer, finish) == read  # type: ignore[arg-type]  # one of its values


def test_a_template_without_a_closing_mark_takes_the_models_word() -> None:
    assert load_template("hunyuan_mt").read(" Hallo. \n", "stop") == ("Hallo.", "stop")
    assert load_template("hunyuan_mt").read("Hal", "length") == ("Hal", "length")
    assert load_template("plain").read(" Hallo.\n\nEnglish: Hi", "length") == ("Hallo.", "stop")


def test_turns_go_around_the_message_and_the_answer_is_begun() -> None:
    prompt = Prompt("Say ", " now", "<a>").in_turns(lambda message: f"[INST]{message}[/INST]")
    assert prompt.of("hi") == "[INST]Say hi now[/INST]<a>"
    with pytest.raises(ValueError, match="does not repeat a message once"):
        Prompt("Say ", "").in_turns(lambda message: message + message)


def test_the_budget_follows_the_language() -> None:
    assert output_budget(100, "fra_Latn", {}) == 232
    assert output_budget(100, "tha_Thai", {}) == 432
    assert output_budget(100, "fra_Latn", {"fra_Latn": 1.255}) == 158
    assert output_budget(0, "fra_Latn", {}) == 32
