import pytest

from tests.translate.scripted_engine import ScriptedEngine, from_table
from translate.evaluation import CheckFailures, Outcome, Pair, evaluate, translate_pairs

PAIRS = [
    Pair("- Look in /etc/fstab now.", "- Olhe agora em /etc/fstab."),
    Pair("The window is open today.", "A janela está aberta hoje."),
    Pair("He came home. She left 2 days ago.", "Ele veio para casa. Ela saiu há 2 dias."),
    Pair("/etc/passwd", "/etc/passwd"),
]
ANSWERS = {
    "Look in XPH11 now.": "Olhe agora em XPH11.",
    "He came home. She left 2 days ago.": "Ele veio para casa. Ela saiu há alguns dias.",
    "He came home.": "Ele veio para casa.",
    "She left 2 days ago.": "Ela saiu há 2 dias.",
}


def test_sources_go_the_way_of_a_document_and_what_is_rejected_counts_as_missing() -> None:
    translations, effort = translate_pairs([ScriptedEngine(from_table(ANSWERS))], PAIRS, "eng_Latn", "por_Latn")
    assert [translation.text for translation in translations] == [
        PAIRS[0].reference,
        "",
        *(p.reference for p in PAIRS[2:]),
    ]
    assert [translation.outcomes for translation in translations] == [
        (Outcome("whole", None),),
        (Outcome("rejected", "copied"),),
        (Outcome("parts", "numbers"),),
        (Outcome("untouched", None),),
    ]
    found = evaluate(translations, "por_Latn")
    assert (found.segments, found.rungs) == (3, {"whole": 1, "rejected": 1, "parts": 1})
    assert found.failures == [CheckFailures("copied", 1, 1), CheckFailures("numbers", 1, 0)]
    assert [one.chrf for one in found.scored] == pytest.approx([0, 100, 100, 100])
    assert found.scored[0].translation.pair == PAIRS[1]
    assert 50 < found.chrf.value < 90
    assert 20 < found.bleu.value < 90
    assert effort.tokens_out == 5


def test_engines_that_are_fallen_back_to_are_asked() -> None:
    second = ScriptedEngine(from_table({PAIRS[1].source: PAIRS[1].reference}), name="second")
    translations, _ = translate_pairs([ScriptedEngine(from_table({})), second], PAIRS[1:2], "eng_Latn", "por_Latn")
    assert translations[0].text == PAIRS[1].reference
    assert translations[0].outcomes == (Outcome("fallback", "copied"),)


def test_other_languages_are_refused() -> None:
    with pytest.raises(ValueError, match="scripted does not translate eng_Latn to fra_Latn"):
        translate_pairs([ScriptedEngine(from_table({}))], PAIRS, "eng_Latn", "fra_Latn")
