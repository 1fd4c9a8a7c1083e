import itertools
import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from signals.batches import as_large_strings, batches
from signals.kernels import PADDING
from signals.kernels.folding import fold_texts
from signals.toxicity.folding import GROWTH, fold, folding_tables

MARKS = "a\u0301\u0323\u0329\u0308e\u0345é̩ọ́\u00ad\u200b \u00a0\u3000\t_’-–İıßﬁﷺｾｯ株가ΣΆ\U0001d4f6"


def folded_by_kernel(texts: list[str]) -> list[str]:
    tables = folding_tables()
    (batch,) = batches(as_large_strings(pa.array(texts)))
    folded = np.zeros(GROWTH * batch.byte_count + PADDING, np.uint8)
    starts = fold_texts(
        batch.data,
        batch.offsets,
        tables.pages,
        tables.flags,
        tables.replacement,
        tables.replacement_start,
        tables.replacement_bytes,
        tables.first_combining,
        tables.last_combining,
        folded,
    )
    return [folded[start:end].tobytes().decode() for start, end in itertools.pairwise(starts)]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.text(), st.text(alphabet=MARKS, max_size=30)), min_size=1, max_size=4))
@example(["a\u0301\u0323", "\u0323\u00ad\u0301", " a  b\n\nc ", "\u0301", "", "\r\u00b4 \u00b4"])
def test_kernel_folds_as_the_reference_does(texts: list[str]) -> None:
    assert folded_by_kernel(texts) == [fold(text) for text in texts]


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.text(alphabet=MARKS, max_size=30)))
def test_composed_and_decomposed_text_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ENCULÉ", "encule\u0301"),
        ("ＦＵＬＬ", "full"),
        ("ｾｯｸｽ", "セックス"),
        ("\U0001d4fc\U0001d4ee\U0001d501", "sex"),
        ("so\u00adft\u200b", "soft"),
        ("two\u00a0\n words", "two words"),
        ("l’autre", "l'autre"),
        ("g‐spot", "g-spot"),
        ("STRASSE", "straße"),
    ],
)
def test_ways_to_write_a_word_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_accents_tell_words_apart() -> None:
    assert fold("pédé") != fold("pede")
