import pytest

from pipelines.sources.web.charset import UndecodableError, decoded_page

RUSSIAN = "<p>Съешь же ещё этих мягких французских булок, да выпей чаю.</p>"


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("shift_jis", "cp932", "①㈱髙﨑のテスト"),
        ("euc-kr", "cp949", "똠방각하 펲시콜라"),
        ("gb2312", "gb18030", "朱镕基㐀"),
        ("big5", "big5hkscs", "㗎喺度"),
        ("windows-874", "cp874", "“กข” …"),
    ],
)
def test_a_label_stands_for_all_that_browsers_read_under_it(label: str, codec: str, text: str) -> None:
    page = decoded_page(text.encode(codec), label)
    assert (page.text, page.encoding, page.replaced) == (text, codec, 0)


@pytest.mark.parametrize("claimed", ["utf-8", "windows-1252", None])
def test_a_broken_byte_makes_no_other_encoding_of_utf_8(claimed: str | None) -> None:
    broken = RUSSIAN.encode() * 5 + b"\xd0<p>"
    page = decoded_page(broken, claimed)
    assert (page.encoding, page.replaced, page.text[: len(RUSSIAN)]) == ("utf-8", 1, RUSSIAN)


def test_a_broken_byte_makes_the_server_no_liar() -> None:
    text = "<p>日本語の文章です。</p>" * 20
    page = decoded_page(text.encode("cp932") + b"\x81<", "shift_jis")
    assert (page.encoding, page.replaced, page.text[: len(text)]) == ("cp932", 1, text)


def test_a_claim_that_little_fits_is_passed_over() -> None:
    page = decoded_page(RUSSIAN.encode("cp1251") * 5, "utf-8")
    assert (page.encoding, page.replaced, page.text) == ("cp1251", 0, RUSSIAN * 5)


@pytest.mark.parametrize(
    "head",
    [
        b"<!-- " + bytes(range(65, 91)) * 100 + b" --><meta charset = 'iso-8859-2'>",
        b'<?xml version="1.0" encoding="iso-8859-2"?>',
        b"<META content='text/html; charset=ISO-8859-2' http-equiv=content-type>",
        b"<meta charset=bogus><meta charset=iso-8859-2>",
        b"<meta charset=utf-16><meta charset=iso-8859-2>",
    ],
)
def test_a_page_may_say_its_encoding_anywhere_in_its_head(head: bytes) -> None:
    page = decoded_page(head + "<p>Zażółć gęślą jaźń</p>".encode("iso8859-2"), None)
    assert (page.encoding, page.text.endswith("<p>Zażółć gęślą jaźń</p>")) == ("iso8859-2", True)


def test_korean_is_detected() -> None:
    text = "<p>한국어 문서입니다. 그리고 이것은 시험입니다.</p>" * 10
    assert decoded_page(text.encode("cp949"), None).text == text


def test_what_is_in_no_encoding_is_told() -> None:
    with pytest.raises(UndecodableError, match="characters are none of utf-8"):
        decoded_page(bytes(range(128, 256)) * 3 + "ж".encode() * 2000, None)
