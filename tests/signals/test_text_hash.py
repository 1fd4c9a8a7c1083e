"""Equal hashes mean equal text but for case, ASCII punctuation and white space."""

import pyarrow as pa

import signals


def hashes(*texts: str) -> list[bytes]:
    return signals.compute(pa.array(texts), names=["text_hash"]).column(0).to_pylist()  # type: ignore[return-value]


def test_case_punctuation_white_space_and_composition_do_not_matter() -> None:
    assert len(set(hashes("Hello, World!", "hello world", "  HELLO\n\nwo-rld ", "hello\u3000world"))) == 1
    assert len(set(hashes("caf\u00e9", "CAFE\u0301"))) == 1


def test_words_and_their_order_and_bounds_matter() -> None:
    assert len(set(hashes("a b c", "c b a", "ab c", "a bc", "abc", "a b c a"))) == 6


def test_texts_without_words_are_equal_to_exact_copies_only() -> None:
    assert len(set(hashes("", " ", "\n", "!!!", "???", "! !", "a"))) == 7
    first, second = hashes("!!!", "!!!")
    assert first == second


def test_a_hash_does_not_depend_on_its_neighbours() -> None:
    assert hashes("a", "", "b", "...")[2] == hashes("b")[0]
