import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.dedup.span_rules import LINE_RULES, token_rule
from pipelines.dedup.span_tokens import fold
from signals.batches import as_large_strings, batches
from signals.workspace import Workspace
from tests.pipelines.dedup.span_reference import Token, tokens_of
from tests.signals.test_kernels_against_reference import TEXTS

RULES = {**LINE_RULES, "words": token_rule(50)}


@pytest.mark.parametrize("name", RULES)
@settings(deadline=None, max_examples=150)
@given(texts=st.lists(TEXTS, min_size=1, max_size=4))
@example(texts=["ΟΔΟΣ οδος ς Σ", "", "don't stop-now 3.14", "が가힣 กำ ", "\n\n \t\nx\r\ny\x85z"])
@example(texts=["a" * 15, "a" * 14 + " ", "  １２ „x” … \x07", "One. Two.) three。four\n. five"])
@example(texts=["⺀ ⼀", "a⺀b", "ៗ។", "0.\x1f0"])  # signs that are no words; white space to `str` alone
def test_tokens_are_those_of_the_reference(name: str, texts: list[str]) -> None:
    rule = RULES[name]
    (batch,) = batches(as_large_strings(pa.array(texts, pa.large_string())))
    tokens = fold(batch, rule.comparison, Workspace(), rule.at_least)
    data = bytes(batch.data[: batch.byte_count])
    for document, text in enumerate(texts):
        found = []
        begin = int(batch.offsets[document])
        for token in range(tokens.until[document], tokens.until[document + 1]):
            start, end = (len(data[begin : int(place[token])].decode()) for place in (tokens.starts, tokens.ends))
            folded = bytes(tokens.folded[tokens.folded_starts[token] : tokens.folded_starts[token + 1] - 1]).decode()
            found.append(Token(folded, start, end))
        assert found == tokens_of(text, rule)


def test_equal_tokens_have_equal_hashes_and_others_others() -> None:
    texts = pa.array(["Élan e\u0301lan ELAN élan", "x " * 3000])
    (batch,) = batches(as_large_strings(texts))
    tokens = fold(batch, token_rule(50).comparison, Workspace())
    accented, bare, last = tokens.hashes[0], tokens.hashes[2], tokens.hashes[3]
    assert accented == tokens.hashes[1] == last != bare
    assert len(set(tokens.hashes.tolist())) == 3
