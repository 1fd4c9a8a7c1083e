import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translate.masking import mask, mask_pattern, restore
from translate.segmentation import flatten
from translate.spelling import mask_spelled

PATTERN = mask_pattern("^\\s!-~é")


def spell(text: str) -> str:
    plain = {"…": "...", "“": '"', "”": '"', "–": "-", "\u00a0": " ", "\u200b": "", "\u00ad": ""}
    return unicodedata.normalize("NFC", text).translate(str.maketrans(plain))


@pytest.mark.parametrize(
    ("text", "masked", "spans"),
    [
        ("Type `x…` and “wait”…", 'Type XPH11 and "wait"...', ["`x…`"]),
        ("See `caf\u0065\u0301` in\u00a0the caf\u0065\u0301.", "See XPH11 in the caf\u00e9.", ["`caf\u0065\u0301`"]),
        ("Go to https://a\u00ad.org/b–c now…", "Go to XPH11 now...", ["https://a\u00ad.org/b–c"]),
        ("The\u200b “house”\nis Köln…", 'The "house" is XPH11...', ["Köln"]),
        ("Plain `x` remains.", "Plain XPH11 remains.", ["`x`"]),
    ],
)
def test_what_is_masked_keeps_its_spelling(text: str, masked: str, spans: list[str]) -> None:
    found = mask_spelled(text, spell, PATTERN)
    assert (found.text, [span.text for span in found.spans]) == (masked, spans)


@pytest.mark.parametrize(("text", "span"), [("Look in §etc now", "/etc"), ("Look in x_§ now", "x_of")])
def test_a_character_of_which_a_part_is_masked_stays_as_it_is_spelled(text: str, span: str) -> None:
    found = mask_spelled(text, lambda one: one.replace("§", "of /"), PATTERN)
    assert [one.text for one in found.spans] == [span]
    assert restore(found, found.text) == text.replace("§", "of /")


PIECES = st.sampled_from(
    ["`a…b` ", "“word” ", "https://a.org/–x ", "Köln\u00ad", "e\u0301", "…", " \u00a0", "./…", "x\u200b"]
)


@given(st.lists(PIECES | st.text(max_size=4), max_size=12).map("".join))
def test_an_echoed_answer_is_the_text_but_for_its_spelling(text: str) -> None:
    line = flatten(spell(text))
    found = mask_spelled(text, spell, PATTERN)
    assert found.text == mask(line, PATTERN).text
    restored = restore(found, found.text)
    assert flatten(spell(restored)) == flatten(spell(line))
