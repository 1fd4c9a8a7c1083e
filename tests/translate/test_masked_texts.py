from unittest import mock

from tests.translate.scripted_engine import ScriptedEngine, from_table
from translate import masked_texts
from translate.masked_texts import MaskedTexts


def test_texts_are_counted_as_the_engine_is_given_them_and_once() -> None:
    engine = ScriptedEngine(from_table({}))
    with mock.patch.object(engine, "count_tokens", wraps=engine.count_tokens) as counted:
        texts = MaskedTexts(engine)
        assert texts.masked("Look in\n/etc/fstab now.").text == "Look in XPH11 now."
        assert texts.count_tokens(["Look in\n/etc/fstab now.", "Go.", "Go."]) == [18, 3, 3]
        assert texts.count_tokens(["Go.", "On."]) == [3, 3]
        assert texts.count_tokens([]) == []
    assert [call.args[0] for call in counted.call_args_list] == [["Look in XPH11 now.", "Go."], ["On."]]


def test_what_is_masked_is_kept_only_so_long() -> None:
    with mock.patch.object(masked_texts, "_MOST_KEPT", 2):
        texts = MaskedTexts(ScriptedEngine(from_table({})))
        first = texts.masked("See /etc/a.")
        assert texts.masked("See /etc/a.") is first
        for text in ("See /etc/b.", "See /etc/c."):
            texts.masked(text)
        again = texts.masked("See /etc/a.")
    assert again is not first
    assert again == first
