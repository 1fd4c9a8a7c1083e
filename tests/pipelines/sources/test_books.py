import gzip
import json
from pathlib import Path

import pytest

from pipelines.licensing.normalise import normalise
from pipelines.sources import books
from tests.pipelines.sources.reading import Read, read_all

MODERN = """\ufeffThe Project Gutenberg eBook of Der Verwandlung

This ebook is for the use of anyone anywhere in the United States and
most other parts of the world at no cost and with almost no restrictions
whatsoever.

Title: Die
       Verwandlung

Author: Franz Kafka

Release Date: August 21, 2007 [eBook #22367]

Language: German

Character set encoding: UTF-8

*** START OF THE PROJECT GUTENBERG EBOOK DIE VERWANDLUNG ***

Produced by Jana Srna and
Others

{body}

*** END OF THE PROJECT GUTENBERG EBOOK DIE VERWANDLUNG ***

Updated editions will replace the previous one.
START: FULL LICENSE
posted with permission of the copyright holder
"""
OLD = """The Project Gutenberg Etext of Paradise Lost, by John Milton

Copyright laws are changing all over the world.
Please take a look at the important information in this header. [Etext #26]

*BEFORE!* YOU USE OR READ THIS ETEXT ... This PROJECT GUTENBERG-tm etext is a public domain work
*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*

{body}

End of the Project Gutenberg Etext of Paradise Lost
"""
BODY = (
    "CHAPTER I\n\nAls Gregor Samsa eines Morgens\naus unruhigen Tr\u00e4umen erwachte.\n\n"
    "*** * ***\n\nThe end of the story."
)


def read(folder: Path, content: bytes | str, name: str = "book.txt") -> Read:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_all(books.READER, path)


def test_the_book_alone_and_what_its_header_says(tmp_path: Path) -> None:
    (record,) = read(tmp_path, MODERN.format(body=BODY).replace("\n", "\r\n")).records
    assert record["text"] == BODY
    assert (record["title"], record["lang"], record["key"]) == ("Die Verwandlung", "deu_Latn", "gutenberg:22367")
    assert record["url"] == "https://www.gutenberg.org/ebooks/22367"
    assert json.loads(record["attribution"])["creators"] == ["Franz Kafka"]
    assert normalise(record["license_declared"]).expression == "LicenseRef-scancode-public-domain"
    (evidence,) = json.loads(record["license_evidence"])
    assert (evidence["class"], evidence["locator"]) == ("E2", "book.txt:3")
    meta = json.loads(record["meta"])
    assert (meta["pd_basis"], meta["credits"]) == ("US", "Jana Srna and Others")


def test_a_header_of_the_nineties(tmp_path: Path) -> None:
    (record,) = read(tmp_path, OLD.format(body=BODY)).records
    assert record["text"] == BODY
    assert (record["title"], record["key"]) == ("Paradise Lost", "gutenberg:26")
    assert json.loads(record["attribution"])["creators"] == ["John Milton"]
    assert json.loads(record["meta"])["pd_basis"] == "US"


def test_a_book_that_is_not_free(tmp_path: Path) -> None:
    notice = "** This is a COPYRIGHTED Project Gutenberg eBook, Details Below **\n"
    (record,) = read(tmp_path, MODERN.format(body=BODY).replace("Title:", notice + "Title:")).records
    assert normalise(record["license_declared"]).expression == "NONE"
    assert "pd_basis" not in json.loads(record["meta"])


def test_a_text_without_a_header_has_no_licence(tmp_path: Path) -> None:
    (record,) = read(tmp_path, BODY).records
    assert (record["text"], record["key"]) == (BODY, "book.txt")
    assert (record["license_declared"], record["license_evidence"], record["url"]) == (None, None, None)


@pytest.mark.parametrize("encoding", ["iso-8859-1", "cp1252", "utf-8"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    content = MODERN.format(body=BODY).lstrip("\ufeff").replace("UTF-8", "ISO-8859-1").encode(encoding)
    (record,) = read(tmp_path, content).records
    assert record["text"] == BODY


def test_a_story_that_quotes_the_marks_ends_where_the_book_does(tmp_path: Path) -> None:
    body = BODY + "\n\n" + "Words. " * 5000 + "\n\nlast line"
    (record,) = read(tmp_path, MODERN.format(body=body)).records
    assert record["text"].endswith("last line")


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "a.txt", "empty_file"),
        (b" \n", "a.txt", "empty_file"),
        (b"text\0text", "a.txt", "binary"),
        (MODERN.format(body="").encode(), "a.txt", "empty_text"),
    ],
)
def test_bad_files(tmp_path: Path, content: bytes, name: str, reason: str) -> None:
    found = read(tmp_path, content, name)
    assert found.records == []
    assert [bad.reason for bad in found.bad] == [reason]


def test_a_damaged_book_is_read_around_the_damage(tmp_path: Path) -> None:
    body = "".join(f"Ligne {number} é\n" for number in range(9000))
    whole = MODERN.format(body=body).encode()
    cuts = [body.index("Ligne 3000"), body.index("Ligne 6000")]
    cuts = [len(MODERN.format(body=body[:cut]).encode().rpartition("é\n".encode())[0]) + 1 for cut in cuts]
    packed = [
        bytearray(gzip.compress(piece)) for piece in (whole[: cuts[0]], whole[cuts[0] : cuts[1]], whole[cuts[1] :])
    ]
    packed[1][len(packed[1]) // 2] ^= 255
    found = read(tmp_path, b"".join(packed), "a.txt.gz")
    (record,), (bad,) = found.records, found.bad
    lines = record["text"].splitlines()
    assert {*lines} <= {*body.splitlines(), "", "Ligne 2999 ", *lines[3000:5999]}
    assert (lines[0], lines[-1]) == ("Ligne 0 é", "Ligne 8999 é")
    assert "Ligne 2998 é" in lines
    assert "\ufffd" not in record["text"]
    assert (bad.reason, json.loads(record["meta"])["gaps"]) == ("damaged_compression", 1)
    assert bad.offset is not None
    assert bad.offset >= cuts[0]


def test_a_book_that_is_cut_off_is_read_up_to_there(tmp_path: Path) -> None:
    content = gzip.compress(MODERN.format(body=BODY + "\n" + "Zeile. " * 50_000).encode())[:-100]
    found = read(tmp_path, content, "a.txt.gz")
    assert [bad.reason for bad in found.bad] == ["truncated"]
    assert found.records[0]["text"].startswith(BODY)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_book_in_any_encoding_says_the_same(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "book.txt"
    path.write_bytes("A caf\u00e9 \u2013 na\u00efve.\r\nThe end.\n".encode(encoding))
    assert [record["text"] for record in read_all(books.READER, path).records] == [
        "A caf\u00e9 \u2013 na\u00efve.\nThe end."
    ]


def test_a_stray_byte_does_not_spoil_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "book.txt"
    path.write_bytes("\u201cNa\u00efve\u201d, she said in the ".encode() + b"caf\xe9.")
    assert [record["text"] for record in read_all(books.READER, path).records] == [
        "\u201cNa\u00efve\u201d, she said in the caf\u00e9."
    ]
