import gzip
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.licensing.collectors.jats import jats_root
from pipelines.sources import jats
from pipelines.sources.jats_article import articles
from tests.pipelines.sources.reading import read_all

BY, NC = "https://creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/licenses/by-nc/4.0/"
ARTICLE = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Archiving DTD v1.3//EN" "JATS-archivearticle1-3.dtd">
<article article-type="research-article" xml:lang="en" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:mml="http://www.w3.org/1998/Math/MathML" xmlns:ali="http://www.niso.org/schemas/ali/1.0/">
<front><journal-meta><journal-title-group><journal-title>Clocks</journal-title></journal-title-group></journal-meta>
<article-meta><article-id pub-id-type="pmc">PMC77</article-id><article-id pub-id-type="doi">10.1/x</article-id>
<title-group><article-title>On <italic>old</italic>
 clocks</article-title></title-group>
<contrib-group><contrib contrib-type="author"><name><surname>Doe</surname><given-names>Jane</given-names></name>
<xref ref-type="aff">1</xref></contrib><contrib contrib-type="author"><collab>The Clock Group</collab></contrib>
<contrib contrib-type="editor"><name><surname>Ed</surname><given-names>It</given-names></name></contrib></contrib-group>
<pub-date pub-type="epub"><day>3</day><month>2</month><year>2021</year></pub-date>
<permissions><copyright-statement>© 2021 Doe</copyright-statement>
<license><ali:license_ref>{BY}</ali:license_ref><license-p>Open access.</license-p></license></permissions>
<abstract><title>Abstract</title><p>We wound them.</p></abstract>
<trans-abstract xml:lang="fr"><p>Nous les avons remontées.</p></trans-abstract></article-meta></front>
<body><sec><label>1</label><title>Methods</title>
<p>We took <xref ref-type="bibr">[1]</xref> clocks<fn><p>All old.</p></fn> of mass
 <inline-formula><alternatives><tex-math>\\documentclass{{x}}</tex-math><mml:math><mml:mi>m</mml:mi></mml:math>
</alternatives></inline-formula>:<list><list-item><p>tall ones</p></list-item><list-item><p>small ones.</p></list-item>
</list>and wound them.</p><disp-formula><tex-math>a</tex-math></disp-formula>
<fig><label>F1</label><caption><p>A clock.</p></caption><permissions><license xlink:href="{NC}"/></permissions></fig>
<table-wrap><caption><title>Sizes</title></caption><table><tr><td>12</td></tr></table></table-wrap>
<code>wind()
  stop()</code></sec></body>
<back><ack><p>Thanks.</p></ack><ref-list><title>References</title><ref><mixed-citation>A book</mixed-citation></ref>
</ref-list></back>
<sub-article article-type="translation" id="s1" xml:lang="pt"><front-stub><title-group>
<article-title>Sobre relógios</article-title></title-group></front-stub><body><p>Demos corda neles.</p></body>
</sub-article>
</article>"""
TEXT = """On old clocks
Abstract
We wound them.
Methods
We took [1] clocks of mass m:
tall ones
small ones.
and wound them.
All old.
A clock.
Sizes
wind()
  stop()
Thanks."""


def _read(path: Path, content: bytes) -> list[dict[str, Any]]:
    path.write_bytes(content)
    found = read_all(jats.READER, path)
    assert found.reasons == []
    return found.records


def test_an_article_as_a_reader_sees_it(tmp_path: Path) -> None:
    article, translation = _read(tmp_path / "a.nxml", ARTICLE.encode())
    assert article["text"] == TEXT
    assert (article["key"], article["url"]) == ("doi:10.1/x", "https://doi.org/10.1/x")
    assert (article["lang"], article["title"], article["created"]) == ("eng_Latn", "On old clocks", "2021-02-03")
    assert article["license_declared"] == BY
    evidence = json.loads(article["license_evidence"])
    assert [(entry["class"], entry["value"], entry.get("about")) for entry in evidence] == [
        ("E1", BY, None),
        ("E5", NC, "fig"),
    ]
    assert json.loads(article["attribution"]) == {
        "changes": ["reduced from JATS to its text"],
        "creators": ["Jane Doe", "The Clock Group"],
        "notices": ["© 2021 Doe"],
        "source_url": "https://doi.org/10.1/x",
        "title": "On old clocks",
    }
    assert (translation["key"], translation["lang"]) == ("doi:10.1/x#s1", "por_Latn")
    assert translation["text"] == "Sobre relógios\nDemos corda neles."
    assert json.loads(translation["meta"])["parallel_key"] == "doi:10.1/x"
    assert json.loads(translation["attribution"])["creators"] == ["Jane Doe", "The Clock Group"]
    assert translation["license_declared"] == BY


YEARS = "<copyright-year>2021</copyright-year><copyright-year>2022</copyright-year>"
HOLDERS = "<copyright-holder>Doe</copyright-holder><copyright-holder>The\n Clock Group</copyright-holder>"


@pytest.mark.parametrize(
    ("stated", "notices"),
    [
        (f"<permissions>{YEARS}{HOLDERS}</permissions>", ["\u00a9 2021, 2022 Doe, The Clock Group"]),
        (f"{YEARS}{HOLDERS}", ["\u00a9 2021, 2022 Doe, The Clock Group"]),
        (f"<permissions>{HOLDERS}</permissions>", ["\u00a9 Doe, The Clock Group"]),
        (f"<permissions>{YEARS}</permissions>", []),
        (f"<permissions><copyright-statement>By Doe</copyright-statement>{YEARS}{HOLDERS}</permissions>", ["By Doe"]),
        (f"<copyright-statement>By Doe</copyright-statement>{YEARS}{HOLDERS}", ["By Doe"]),
    ],
)
def test_who_holds_the_copyright_is_kept(tmp_path: Path, stated: str, notices: list[str]) -> None:
    xml = f"<article><front><article-meta>{stated}</article-meta></front><body><p>x</p></body></article>"
    (record,) = _read(tmp_path / "a.xml", xml.encode())
    assert json.loads(record["attribution"])["notices"] == notices


def test_archives_and_compressed_files(tmp_path: Path) -> None:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, data in (("PMC1/a.xml", ARTICLE.encode()), ("PMC1/a.txt", b"x"), ("PMC1/b.xml", b"<article")):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    (tmp_path / "oa.tar.gz").write_bytes(content.getvalue())
    found = read_all(jats.READER, tmp_path / "oa.tar.gz")
    assert [record["key"] for record in found.records] == ["doi:10.1/x", "doi:10.1/x#s1"]
    assert found.reasons == [(3, "damaged_xml")]
    assert "oa.tar.gz/PMC1/b.xml" in found.bad[0].detail
    assert len(_read(tmp_path / "a.xml.gz", gzip.compress(ARTICLE.encode()))) == 2


def test_the_encoding_that_is_declared(tmp_path: Path) -> None:
    xml = '<?xml version="1.0" encoding="ISO-8859-1"?><article><body><p>Déjà vu</p></body></article>'
    (record,) = _read(tmp_path / "a.xml", xml.encode("latin-1"))
    assert (record["text"], record["key"], record["url"]) == ("Déjà vu", "a.xml", None)
    assert record["license_declared"] is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", (None, "empty_file")),
        (b"<article><p></article>", (1, "damaged_xml")),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><article/>', (1, "damaged_xml")),
        (b'\xff<!DOCTYPE a [<!ENTITY b "c">]><article/>', (1, "damaged_xml")),
        (
            b"<article><body>" + b"<sec>" * 50_000 + b"<p>x</p>" + b"</sec>" * 50_000 + b"</body></article>",
            (1, "damaged_xml"),
        ),
    ],
)
def test_what_is_no_article_is_put_aside(tmp_path: Path, content: bytes, reason: tuple[int | None, str]) -> None:
    (tmp_path / "a.xml").write_bytes(content)
    found = read_all(jats.READER, tmp_path / "a.xml")
    assert (found.records, found.reasons) == ([], [reason])


def _stated(number: int, license_: str) -> str:
    stated = f'<permissions><license xlink:href="{license_}"/></permissions>'
    front = f"<front><article-meta>{stated}</article-meta></front>"
    return f'<article xmlns:xlink="http://www.w3.org/1999/xlink">{front}<body><p>Text {number}.</p></body></article>'


def test_a_licence_is_about_the_article_that_states_it(tmp_path: Path) -> None:
    records = _read(tmp_path / "a.xml", f"<articles>{_stated(1, BY)}{_stated(2, NC)}</articles>".encode())
    assert [(record["text"], record["license_declared"]) for record in records] == [("Text 1.", BY), ("Text 2.", NC)]
    assert len({record["key"] for record in records}) == 2


@pytest.mark.parametrize("damage", ["<article><body><p>cut off", "<article><body>&nothing;</body></article>"])
def test_damage_in_one_article_costs_no_other(tmp_path: Path, damage: str) -> None:
    content = f'<?xml version="1.0"?>\n<pmc-articleset>{_stated(1, BY)}{damage}{_stated(3, NC)}</pmc-articleset>'
    (tmp_path / "a.xml").write_text(content)
    found = read_all(jats.READER, tmp_path / "a.xml")
    assert [(record["text"], record["license_declared"]) for record in found.records] == [
        ("Text 1.", BY),
        ("Text 3.", NC),
    ]
    assert found.reasons == [(2, "damaged_xml")]
    assert found.bad[0].offset == content.index(damage)


def test_jats_in_its_namespace(tmp_path: Path) -> None:
    article = _stated(1, BY).replace("<article ", '<article xmlns="https://jats.nlm.nih.gov/ns/archiving/1.3/" ')
    content = f"<OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'><metadata>{article}</metadata></OAI-PMH>"
    (record,) = _read(tmp_path / "a.xml", content.encode())
    assert (record["text"], record["license_declared"]) == ("Text 1.", BY)


@pytest.mark.parametrize(
    ("content", "reason"), [(b"<html/>", "no_article"), (b"<article><body/></article>", "no_text")]
)
def test_what_has_no_text_is_counted(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "a.xml").write_bytes(content)
    assert read_all(jats.READER, tmp_path / "a.xml").dropped == {reason: 1}


NAMES = st.sampled_from(["p", "sec", "list", "fn", "fig", "caption", "xref", "code", "table", "alternatives", "break"])
XML = st.recursive(
    st.sampled_from(["word ", "", "<!-- c -->", "<?pi?>"]),
    lambda inner: st.tuples(NAMES, st.lists(inner, max_size=4)).map(lambda t: f"<{t[0]}>{''.join(t[1])}</{t[0]}>"),
    max_leaves=30,
)


@given(XML)
def test_every_word_outside_of_what_is_left_out_is_read_at_most_once(body: str) -> None:
    (article,) = articles(jats_root(f"<article><body><sec><p>{body}</p></sec></body></article>", "a"))
    assert article.text.count("word") <= body.count("word")
    if not any(f"<{name}" in body for name in ("table", "alternatives", "sec", "list", "fig", "fn", "caption")):
        assert article.text.count("word") == body.count("word")
