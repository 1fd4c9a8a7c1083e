import bz2
import gzip
import json
from pathlib import Path

import pytest

from pipelines.sources import wikipedia, wikipedia_parts
from tests.pipelines.sources.reading import read_all

HEAD = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/" xml:lang="de">
<siteinfo><sitename>Wikipedia</sitename><dbname>dewiki</dbname>
<base>https://de.wikipedia.org/wiki/Wikipedia:Hauptseite</base><generator>{generator}</generator>
<namespaces><namespace key="0" /><namespace key="1">Diskussion</namespace><namespace key="6">Datei</namespace>
</namespaces></siteinfo>
"""


def page(
    number: int, title: str, text: str, *, ns: str = "<ns>0</ns>", extra: str = "", model: str = "wikitext"
) -> str:
    return (
        f"<page><title>{title}</title>{ns}<id>{number}</id>{extra}<revision><id>9</id>"
        f"<timestamp>2020-01-02T03:04:05Z</timestamp><model>{model}</model>"
        f'<text xml:space="preserve">{text}</text></revision></page>\n'
    )


def dump(*pages: str, generator: str = "MediaWiki 1.43.0-wmf.1") -> str:
    return HEAD.format(generator=generator) + "".join(pages) + "</mediawiki>\n"


PAGES = (
    page(7, "Apfel &amp; Birne", "Ein '''Apfel''' ist [[Obst]].[[Datei:x.jpg|mini]]"),
    page(8, "Weiter", "#WEITERLEITUNG [[Apfel]]", extra='<redirect title="Apfel" />'),
    page(9, "Diskussion:Apfel", "Na ja", ns="<ns>1</ns>"),
    page(10, "Daten", "{}", model="json"),
    page(11, "Nur Kasten", "{{Kasten}}"),
)


@pytest.mark.parametrize("suffix", [".xml", ".xml.bz2", ".xml.gz"])
def test_reads_articles(tmp_path: Path, suffix: str) -> None:
    compress = {".xml": bytes, ".xml.bz2": bz2.compress, ".xml.gz": gzip.compress}[suffix]
    path = tmp_path / f"dewiki{suffix}"
    path.write_bytes(compress(dump(*PAGES).encode()))
    found = read_all(wikipedia.READER, path)
    (record,) = found.records
    assert record["text"] == "Ein Apfel ist Obst."
    assert record["key"] == "de.wikipedia.org:7"
    assert record["lang"] == "deu_Latn"
    assert record["title"] == "Apfel & Birne"
    assert record["url"] == "https://de.wikipedia.org/wiki/Apfel_%26_Birne"
    assert record["created"] == "2020-01-02T03:04:05Z"
    assert json.loads(record["attribution"])["source_url"] == record["url"]
    assert json.loads(record["meta"]) == {"wiki": "dewiki", "lang": "de"}
    assert found.dropped == {"redirect": 1, "not_an_article": 1, "not_wikitext": 1, "no_prose": 1}
    assert found.bad == []


def test_multistream_dump(tmp_path: Path) -> None:
    path = tmp_path / "multistream.xml.bz2"
    whole = dump(*PAGES).encode()
    path.write_bytes(b"".join(bz2.compress(whole[at : at + 200]) for at in range(0, len(whole), 200)))
    assert len(read_all(wikipedia.READER, path).records) == 1


def test_utf16_dump(tmp_path: Path) -> None:
    path = tmp_path / "dump.xml"
    path.write_bytes(('<?xml version="1.0" encoding="UTF-16"?>' + dump(*PAGES)).encode("utf-16"))
    assert len(read_all(wikipedia.READER, path).records) == 1


@pytest.mark.parametrize(
    ("name", "generator", "expected"),
    [
        ("dewiki-20240101-pages.xml", "MediaWiki 1.27.0", "CC-BY-SA-4.0"),
        ("dewiki-20230601-pages.xml", "MediaWiki 1.43.0", "CC-BY-SA-3.0"),
        ("dewiki-latest.xml", "MediaWiki 1.27.0-wmf.22", "CC-BY-SA-3.0"),
        ("dewiki-latest.xml", "MediaWiki 1.44.0-wmf.2", "CC-BY-SA-4.0"),
    ],
)
def test_licence_is_that_of_the_dumps_time(tmp_path: Path, name: str, generator: str, expected: str) -> None:
    path = tmp_path / name
    path.write_text(dump(*PAGES, generator=generator))
    (record,) = read_all(wikipedia.READER, path).records
    assert record["license_declared"] == expected
    (evidence,) = json.loads(record["license_evidence"])
    assert (evidence["class"], evidence["value"]) == ("E3", expected)


def test_no_licence_for_a_wiki_without_a_known_policy(tmp_path: Path) -> None:
    path = tmp_path / "other.xml"
    path.write_text(dump(*PAGES).replace("de.wikipedia.org", "wiki.example.org"))
    (record,) = read_all(wikipedia.READER, path).records
    assert (record["license_declared"], record["license_evidence"]) == (None, None)


def test_a_base_that_is_no_address_gives_none(tmp_path: Path) -> None:
    path = tmp_path / "other.xml"
    path.write_text(dump(*PAGES).replace("https://de.wikipedia.org/wiki/", "wiki/"))
    (record,) = read_all(wikipedia.READER, path).records
    assert record["url"] is None


def test_namespace_by_title_in_old_dumps(tmp_path: Path) -> None:
    path = tmp_path / "old.xml"
    path.write_text(dump(page(1, "Diskussion:Apfel", "Na", ns=""), page(2, "Star Trek: Picard", "Serie", ns="")))
    found = read_all(wikipedia.READER, path)
    assert [record["title"] for record in found.records] == ["Star Trek: Picard"]
    assert found.dropped == {"not_an_article": 1}


def test_last_revision_counts(tmp_path: Path) -> None:
    path = tmp_path / "history.xml"
    later = "<revision><timestamp>2021-01-01T00:00:00Z</timestamp><text>Neu</text></revision></page>"
    path.write_text(dump(page(1, "Apfel", "Alt").replace("</page>", later)))
    (record,) = read_all(wikipedia.READER, path).records
    assert (record["text"], record["created"]) == ("Neu", "2021-01-01T00:00:00Z")


def test_pages_before_damage_are_read(tmp_path: Path) -> None:
    path = tmp_path / "cut.xml"
    path.write_text(dump(page(1, "Apfel", "Rot"), page(2, "Birne", "Gr\u00fcn"))[:-60])
    found = read_all(wikipedia.READER, path)
    assert [record["text"] for record in found.records] == ["Rot"]
    assert found.reasons == [(2, "damaged_xml")]


def test_pages_before_a_cut_are_read(tmp_path: Path) -> None:
    path = tmp_path / "cut.xml.gz"
    whole = gzip.compress(dump(*(page(n, f"T{n}", f"Text {n * 7919 % 10007}") for n in range(20_000))).encode())
    path.write_bytes(whole[: len(whole) // 2])
    found = read_all(wikipedia.READER, path)
    assert 1000 < len(found.records) < 19_000
    assert found.reasons == [(len(found.records) + 1, "truncated")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "empty_file"),
        ("no xml at all", "damaged_xml"),
        ("<html><body>404</body></html>", "damaged_xml"),
        (dump(), "empty_file"),
    ],
)
def test_file_that_is_no_dump(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "dump.xml"
    path.write_text(content)
    assert [bad.reason for bad in read_all(wikipedia.READER, path).bad] == [reason]


@pytest.mark.parametrize("key", ["", "x", "\u00b2"])
def test_namespace_numbers_that_are_none(tmp_path: Path, key: str) -> None:
    path = tmp_path / "dump.xml"
    path.write_text(dump(page(1, "Apfel", "Rot", ns=f"<ns>{key}</ns>")).replace('key="6"', f'key="{key}"'))
    assert [record["text"] for record in read_all(wikipedia.READER, path).records] == ["Rot"]


def test_entities_are_never_expanded(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE mediawiki [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    path = tmp_path / "dump.xml"
    path.write_text(bomb + dump(page(1, "Apfel", "&b;")))
    found = read_all(wikipedia.READER, path)
    assert found.records == []
    assert found.reasons == [(1, "damaged_xml"), (2, "damaged_xml")]


def test_a_damaged_page_costs_no_other(tmp_path: Path) -> None:
    path = tmp_path / "dump.xml"
    path.write_bytes(dump(page(1, "A", "eins"), page(2, "B", "<p>&oops;"), page(3, "C", "drei")).encode())
    found = read_all(wikipedia.READER, path)
    assert [record["text"] for record in found.records] == ["eins", "drei"]
    assert found.reasons == [(2, "damaged_xml")]
    assert found.bad[0].offset == path.read_bytes().index(b"&oops;")
    assert found.bad[0].raw.startswith(b"<page><title>B</title>")


def test_a_damaged_stream_costs_its_own_pages(tmp_path: Path) -> None:
    streams = [bz2.compress(data.encode()) for data in (HEAD, *(page(n, f"T{n}", f"n{n}") for n in range(9)))]
    broken = bytearray(streams[4])
    broken[len(broken) // 2] ^= 0xFF
    streams[4] = bytes(broken)
    path = tmp_path / "dump.xml.bz2"
    path.write_bytes(b"".join([*streams, bz2.compress(b"</mediawiki>")]))
    found = read_all(wikipedia.READER, path)
    assert [record["text"] for record in found.records] == [f"n{n}" for n in range(9) if n != 3]
    assert [reason for _, reason in found.reasons] == ["damaged_compression"]


@pytest.mark.parametrize("suffix", [".xml", ".xml.bz2"])
@pytest.mark.parametrize("each", [37, 150, 400, 5000])
def test_parts_share_no_page_and_lose_none(
    tmp_path: Path, suffix: str, each: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = dump(*(page(n, f"T{n}", f"text {n}") for n in range(30))).encode()
    path = tmp_path / f"dump{suffix}"
    data = text if suffix == ".xml" else b"".join(bz2.compress(text[at : at + 97]) for at in range(0, len(text), 97))
    path.write_bytes(data)
    monkeypatch.setattr(wikipedia_parts, "PLAIN_PART_BYTES", each)
    monkeypatch.setattr(wikipedia_parts, "BZ2_PART_BYTES", each)
    found = read_all(wikipedia.READER, path)
    assert found.bad == []
    assert [record["text"] for record in found.records] == [f"text {n}" for n in range(30)]
    assert {record["lang"] for record in found.records} == {"deu_Latn"}
    if suffix == ".xml":
        assert [record["row"] for record in found.records] == list(range(1, 31))


def test_faults_in_a_later_part_say_where_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [page(n, f"T{n}", "&oops;" if n == 8 else f"text {n}") for n in range(10)]
    monkeypatch.setattr(wikipedia_parts, "PLAIN_PART_BYTES", 500)
    monkeypatch.setattr(wikipedia_parts, "BZ2_PART_BYTES", 500)
    plain = tmp_path / "dump.xml"
    plain.write_text(dump(*texts))
    (bad,) = read_all(wikipedia.READER, plain).bad
    assert (bad.row, bad.offset) == (9, plain.read_bytes().index(b"&oops;"))
    packed = tmp_path / "dump.xml.bz2"
    packed.write_bytes(b"".join(bz2.compress(data.encode()) for data in (HEAD, *texts, "</mediawiki>")))
    (bad,) = read_all(wikipedia.READER, packed).bad
    assert (bad.row, bad.offset, bad.reason) == (None, None, "damaged_xml")
    assert "counted from the first bz2 stream that begins at byte " in bad.detail
