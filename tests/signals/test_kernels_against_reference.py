"""Every kernel gives what the plain Python reference gives, on arbitrary text."""

import hashlib

import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st

import signals
from signals.core.stop_words import abbreviations, stop_words, stop_words_iso
from signals.reference import content, lines, redpajama, word_signals

# Characters on which definitions differ: white space of all kinds, marks in and out of order, sigmas, joiners.
AWKWARD = (
    " \t\n\r\x0b\x0c\x1c\x1f\x85\u00a0\u2028\u3000'’.,:;_-·…#{}!?\"”“•–\u0301\u0323\u0345\u0308\u0344\u0390\u1f82\u0130"
    "ΣσςΑαAaBbZz019²₂½Ⅷⅷǅßéﬁ가힣がー々漢字ไทยລາວខ្មែរမြန်བོད་\u00ad\u200d\u202e\ufeff\U0001d160\U0001f600\U0010ffff"
)
WORDS = ("lorem", "ipsum", "lorem ipsum", "JavaScript", "the", "The", "don't", "a", "...", "....", "ΟΔΟΣ", "I", "A1")
TEXTS = st.one_of(
    st.text(),
    st.text(alphabet=AWKWARD, max_size=60),
    st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join),
    st.lists(st.one_of(st.sampled_from(WORDS), st.text(alphabet=AWKWARD, max_size=4)), max_size=30).map("".join),
)
LANGUAGES = st.sampled_from(("en", "fra", "deu_Latn", "ja", None))


def expected(text: str, language: str | None) -> dict[str, object]:
    code = {"en": "en", "fra": "fr", "deu_Latn": "de", "ja": "ja"}.get(language or "", "")
    normalized = redpajama.normalize(text)
    spans = redpajama.line_spans(text)
    return {
        "byte_count": len(text.encode()),
        "char_count": len(text),
        "text_hash": hashlib.sha256((normalized or text).encode()).digest()[:16],
        "line_start": [start for start, _ in spans],
        "line_end": [end for _, end in spans],
        **redpajama.document_signals(text, stop_words().get(code)),
        **redpajama.line_signals(text),
        **lines.document_signals(text),
        **content.document_signals(text),
        **word_signals.document_signals(text, stop_words_iso().get(code), abbreviations()),
    }


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(TEXTS, LANGUAGES), min_size=1, max_size=4))
@example([("l1\u2028l2\r\nl3 \x1c.\x1dx", "en"), ("", None), ("ΑΣ. Σ ΑΣ-", "en"), ("a\u0301\u0323\u0345b", None)])
@example([("lorem\nipsum dolorem ipsums flo-rem", "en"), ("½ ² x₂.₂y ₂", None), ("Lorem", None), ("ipsum", None)])
@example([("a b c d e f g h i j k l " * 3, "en"), ("spam " * 50, "en"), ("A\u0344 \u0344", None)])
def test_core_signals_equal_the_reference(documents: list[tuple[str, str | None]]) -> None:
    texts, languages = zip(*documents, strict=True)
    rows = signals.compute(pa.array(texts), languages).to_pylist()
    for (text, language), row in zip(documents, rows, strict=True):
        assert row == expected(text, language)
