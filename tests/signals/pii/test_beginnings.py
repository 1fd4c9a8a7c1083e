"""Tables by which the kernel passes over what begins nothing."""

import pytest

from signals.kernels.pii import ANYWHERE, NOT_IN_WORD, TRIPLE_BITS, TRIPLE_FACTOR, WORDS_ALONE
from signals.pii.accounts import iban_countries
from signals.pii.beginnings import beginnings
from signals.pii.cues import PHONE_WORDS, SECRET_WORDS, TOKEN_BEGINNINGS


def _pair(beginning: bytes) -> int:
    return int(beginnings().pairs[int.from_bytes(beginning[:2], "little")])


@pytest.mark.parametrize("word", sorted({*PHONE_WORDS, *SECRET_WORDS, *TOKEN_BEGINNINGS}))
def test_no_word_is_passed_over(word: str) -> None:
    first_three = word.encode()[:3]
    assert len(first_three) == 3
    assert _pair(first_three) & (ANYWHERE | NOT_IN_WORD)
    place = int.from_bytes(first_three, "little") * TRIPLE_FACTOR % 2**64 >> (64 - TRIPLE_BITS)
    assert beginnings().triples[place]


def test_what_is_no_word_is_not_asked_for_its_third_byte() -> None:
    for country in iban_countries():
        assert _pair(country.encode()) & NOT_IN_WORD
        assert not _pair(country.encode()) & WORDS_ALONE
    for beginning in (b"12", b"@a", b"+4", b"(0", b"--", b":/"):
        assert not _pair(beginning) & WORDS_ALONE
    assert _pair(b"qq") == 0
