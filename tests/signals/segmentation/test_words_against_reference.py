"""Words are those of the reference, on arbitrary text."""

import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from signals.reference.words import words_of
from signals.segmentation import words

# One or more characters of each class of word boundaries, and of each kind of script without spaces.
AWKWARD = (
    "aZßéΣя09٣_\u203f .,:;'\"’·\u05f4/-–\n\t\r\u00a0\u202f\u3000\x1c\x85\u2028\u0301\u0323\u093e\u00ad\u200b\u200c"
    "\u200d\u2060\u200fאב״ابहिन्दी가각\u1161\u11a8བོད་漢字々〇ひらがカナーｶﾞ゛㌀㋐ไทยเกาะำๆ์กຂໍ້າໄລຂ្មែខរ់កကျွန်တော်သည်\u1004\u103a\u1039"
    "\u1a20\uaa80ᥐ\u1980😀❤\ufe0f🇩🇪👩©Ⓐ²½Ⅷ①˂¸\u0600\u06dd\U00020000\U0001d400\U0010ffff\ue000\ufeff"
)
TEXTS = st.one_of(
    st.text(),
    st.text(alphabet=AWKWARD, max_size=12),
    st.text(alphabet=AWKWARD, max_size=60),
    st.text(alphabet="a1_.,'\"א\u0301 \u00ad", max_size=12),
    st.text(alphabet="漢かカー゛เกา์ក្ရက်\u0301\u00ad_。", max_size=20),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4))
@example(["can't l·l 3.14 1,000 a,b 1,a U.S.A. foo..bar 'a' x_y __ _1"])
@example(["צה\"ל ג' ג'א ג'.א \"א\"", "a\u0301.\u0301b a.\u00adb\u00ad. \u0301a"])
@example(["漢字カナーひらー゛\u0301゛ア カ_漢_カ", "ไ", ""])
def test_words_are_those_of_the_reference(texts: list[str]) -> None:
    assert words(pa.array(texts)).to_pylist() == [words_of(text) for text in texts]
