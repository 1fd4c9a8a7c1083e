import gzip
import json
import lzma
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pipelines.sources import archives, debian
from pipelines.sources.debian_copyright import matching_stanza, read_copyright
from pipelines.sources.debian_paths import language_of_package, place_of
from pipelines.sources.message_catalogues import CatalogueError, read_catalogue
from tests.pipelines.sources.debs import COMPRESSIONS, ar, package, tar
from tests.pipelines.sources.reading import Read, read_all

COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Source: https://example.org/source

Files: *
Copyright: 2001-2020, Ada Writer <ada@example.org>
           © 2019 Bo Reader
License: GPL-2+

Files: html/* po/fr/man1/ls.1.po
Copyright: 2003 Cy Painter
License: GFDL-1.3+ or CC-BY-SA-4.0

License: GPL-2+
 The text.
"""
HTML = """<html lang="fr"><head><title>Le guide</title>
<link rel="license" href="https://creativecommons.org/licenses/by-sa/4.0/"></head>
<body><main><h1>Le guide</h1><p>Un paragraphe assez long pour être un texte que l'on peut lire.</p></main>
</body></html>"""
MAN = """.\\" SPDX-License-Identifier: GPL-3.0-or-later
.TH LS 1
.SH NOM
ls \\- afficher le contenu
"""
MALLARD = """<page xmlns="http://projectmallard.org/1.0/" xml:lang="fr" id="a"><info>
<credit type="author"><name>Ada Writer</name><email>ada@example.org</email></credit>
<include href="legal.xml" xmlns="http://www.w3.org/2001/XInclude"/></info>
<title>Le bureau</title><p>Le bureau est <gui>grand</gui>.</p></page>"""
LEGAL = """<info xmlns="http://projectmallard.org/1.0/"><license href="https://creativecommons.org/licenses/by/3.0/">
<p>CC</p></license></info>"""
DOCBOOK = """<?xml version="1.0"?><!DOCTYPE article PUBLIC "-//OASIS//DTD DocBook//EN" "http://a.example/d.dtd" [
<!ENTITY app "Le programme"> <!ENTITY other SYSTEM "file:///etc/passwd">]>
<article lang="fr"><articleinfo><title>Manuel</title>
<author><firstname>Bo</firstname><surname>Reader</surname></author>
<legalnotice>
<para>Sous <ulink url="https://www.gnu.org/licenses/fdl.html">GFDL</ulink>.</para></legalnotice>
</articleinfo><sect1><title>Début</title><para>&app; s'ouvre&nbsp;ici.&other;</para>
<screen>un
  deux</screen><para xlink:href="x">Fin.</para></sect1></article>"""
PO = r"""
msgid ""
msgstr ""
"Language: fr\n"
"Content-Type: text/plain; charset=ISO-8859-1\n"

#: a.c
msgid "Open \"file\""
msgstr "Ouvrir "
"\"fichier\""

#, fuzzy
msgid "Close"
msgstr "Feu"

msgid "%d file"
msgid_plural "%d files"
msgstr[0] "%d fichier fermé"
msgstr[1] "%d fichiers fermés"

#~ msgid "Old"
#~ msgstr "Vieux"

msgid "Untranslated"
msgstr ""
"""


def mo(messages: dict[str, str]) -> bytes:
    keys = [key.encode() for key in messages]
    texts = [text.encode() for text in messages.values()]
    place = 28 + 16 * len(keys)
    table, data = b"", b""
    for string in (*keys, *texts):
        table += struct.pack("<2I", len(string), place + len(data))
        data += string + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, 0) + table + data


def by_path(found: Read) -> dict[str, dict[str, Any]]:
    return {json.loads(record["meta"])["path"]: record for record in found.records}


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_each_kind_of_documentation(tmp_path: Path, compression: str) -> None:
    files = {
        "usr/share/doc/guide-fr/copyright": COPYRIGHT,
        "usr/share/doc/guide-fr/changelog.gz": gzip.compress(b"new"),
        "usr/share/doc/guide-fr/html/start.fr.html": HTML,
        "usr/share/doc/guide-fr/guide.fr.txt.gz": gzip.compress("Un texte simple, écrit à la main.".encode()),
        "usr/share/man/fr/man1/ls.1.gz": gzip.compress(MAN.encode()),
        "usr/share/man/fr/man1/dir.1.gz": gzip.compress(b".so man1/ls.1\n"),
        "usr/share/help/fr/bureau/a.page": MALLARD,
        "usr/share/help/fr/bureau/legal.xml": LEGAL,
        "usr/share/gnome/help/manuel/fr/index.docbook": DOCBOOK,
        "usr/share/locale/fr/LC_MESSAGES/app.mo": mo({"": "Language: fr\n", "Open": "Ouvrir", "Close": "Fermer"}),
        "usr/share/app/po/fr.po": PO.encode("latin-1"),
        "usr/bin/app": b"\x7fELF",
    }
    found = read_all(debian.READER, package(tmp_path / "guide-fr_2.0_all.deb", files, compression))
    assert found.bad == []
    assert found.dropped == {"alias": 1, "no_document": 1}
    records = by_path(found)
    assert {record["lang"] for record in records.values()} == {"fra_Latn"}
    html = records["usr/share/doc/guide-fr/html/start.fr.html"]
    assert (html["title"], html["created"]) == ("Le guide", "2020-09-13T12:26:40Z")
    assert html["key"] == "pkg:deb/debian/guide-fr@1:2.0-1?arch=all#usr/share/doc/guide-fr/html/start.fr.html"
    assert "Un paragraphe assez long" in html["text"]
    assert html["license_declared"] == "GFDL-1.3+ or CC-BY-SA-4.0"
    assert [(e["class"], e["kind"]) for e in json.loads(html["license_evidence"])] == [
        ("E1", "html_head_link"),
        ("E2", "dep5"),
    ]
    assert json.loads(html["meta"])["parallel_key"] == "doc/guide/html/start.html"
    assert json.loads(html["meta"])["license_map"] == "heuristic"
    text = records["usr/share/doc/guide-fr/guide.fr.txt.gz"]
    assert (text["license_declared"], json.loads(text["meta"])["license_map"]) == ("GPL-2+", "default")
    assert json.loads(text["attribution"])["creators"] == ["Ada Writer", "Bo Reader"]
    man = records["usr/share/man/fr/man1/ls.1.gz"]
    assert (man["title"], man["text"]) == ("LS(1)", "NOM\n\nls - afficher le contenu")
    assert [e["value"] for e in json.loads(man["license_evidence"])] == [
        "GPL-3.0-or-later",
        "GFDL-1.3+ or CC-BY-SA-4.0",
    ]
    page = records["usr/share/help/fr/bureau/a.page"]
    assert page["text"] == "Le bureau\n\nLe bureau est grand."
    assert json.loads(page["license_evidence"])[0]["value"] == "https://creativecommons.org/licenses/by/3.0/"
    assert json.loads(page["license_evidence"])[0]["locator"].endswith("#usr/share/help/fr/bureau/legal.xml")
    assert json.loads(page["attribution"])["creators"] == ["Ada Writer", "Bo Reader"]
    book = records["usr/share/gnome/help/manuel/fr/index.docbook"]
    assert book["text"] == "Manuel\n\nDébut\n\nLe programme s'ouvre ici.\n\nun\n  deux\n\nFin."
    assert json.loads(book["license_evidence"])[0]["value"] == "https://www.gnu.org/licenses/fdl.html"
    assert records["usr/share/locale/fr/LC_MESSAGES/app.mo"]["text"] == "Ouvrir\nFermer"
    assert records["usr/share/app/po/fr.po"]["text"] == 'Ouvrir "fichier"\n%d fichier fermé\n%d fichiers fermés'


def test_only_the_kinds_that_are_asked_for(tmp_path: Path) -> None:
    files = {"usr/share/doc/a/x.html": HTML, "usr/share/man/man1/a.1": MAN}
    path = package(tmp_path / "a_1_all.deb", files)
    found = read_all(debian.READER, path, options={"kinds": ("man",)})
    assert [json.loads(record["meta"])["kind"] for record in found.records] == ["man"]
    assert found.records[0]["lang"] == "eng_Latn"


def test_free_form_is_shown_and_decides_nothing(tmp_path: Path) -> None:
    files = {"usr/share/doc/a/copyright": "This is free.\n Do  as you like.", "usr/share/man/man1/a.1": ".TH A 1\nText"}
    (record,) = read_all(debian.READER, package(tmp_path / "a_1_all.deb", files)).records
    assert record["license_declared"] is None
    (entry,) = json.loads(record["license_evidence"])
    assert (entry["kind"], entry["value"]) == ("copyright_free_form", "This is free. Do as you like.")


def test_bad_files_are_put_aside_and_the_rest_is_read(tmp_path: Path) -> None:
    page = gzip.compress(b".TH A 1\nSound text")
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE page [<!ENTITY a0 "x">{entities}]><page><p>&a11;</p></page>'
    files: dict[str, bytes | str] = {
        "usr/share/doc/a/copyright.gz": b"\x1f\x8b" + b"x" * 30,
        "usr/share/help/C/a/legal.xml": "<open",
        "usr/share/man/man1/cut.1.gz": page[:-9],
        "usr/share/man/man1/bad.1.gz": b"\x1f\x8b" + b"x" * 30,
        "usr/share/man/man1/latin.1": "caf\u00e9".encode("latin-1"),
        "usr/share/man/man1/named.1": '.\\" -*- coding: latin-1 -*-\ncaf\u00e9'.encode("latin-1"),
        "usr/share/man/man1/bomb.1.gz": gzip.compress(b"x" * (archives.MAX_MEMBER_BYTES + 1)),
        "usr/share/help/C/a/bomb.page": bomb,
        "usr/share/help/C/a/open.page": "<page><p>open",
        "usr/share/locale/fr/LC_MESSAGES/a.mo": b"\xde\x12\x04\x95" + b"\xff" * 40,
        "usr/share/man/man1/../../../../etc/a.1": ".TH A 1\nText",
        "usr/share/man/man1/good.1.gz": page,
        "usr/share/man/man1/two.1.gz": page + gzip.compress(b" of two streams"),
    }
    found = read_all(debian.READER, package(tmp_path / "a_1_all.deb", files))
    assert {record["text"] for record in found.records} == {"café", "Sound text", "Sound text of two streams"}
    assert sorted(reason for _, reason in found.reasons) == [
        *(
            "bad_encoding",
            "broken_xml",
            "broken_xml",
            "broken_xml",
            "damaged_catalogue",
            "damaged_compression",
            "truncated",
        ),
    ]
    assert found.dropped == {"too_large_member": 1, "unsafe_path": 1}
    assert all(bad.detail.startswith("usr/share/") for bad in found.bad)


def test_damaged_packages(tmp_path: Path) -> None:
    whole = package(tmp_path / "a_1_all.deb", {f"usr/share/man/man1/{n}.1": f"Text {n}" * 300 for n in range(9)}, "")
    content = whole.read_bytes()
    cases = {
        "cut.deb": (content[: len(content) // 2], "damaged_archive"),
        "none.deb": (b"no archive at all", "damaged_archive"),
        "header.deb": (b"!<arch>\n" + b"x" * 60, "damaged_archive"),
        "lacking.deb": (ar({"debian-binary": b"2.0\n"}), "damaged_archive"),
        "unknown.deb": (ar({"control.tar.xz": lzma.compress(tar({})), "data.tar.lz": b""}), "damaged_archive"),
        "empty.deb": (b"", "empty_file"),
    }
    for name, (bytes_, reason) in cases.items():
        path = tmp_path / name
        path.write_bytes(bytes_)
        found = read_all(debian.READER, path)
        assert [found_reason for _, found_reason in found.reasons] == [reason], name
    cut = tmp_path / "late.deb"
    cut.write_bytes(content[:-12_000])
    found = read_all(debian.READER, cut)
    assert found.records
    assert [reason for _, reason in found.reasons] == ["damaged_archive"]


def test_places() -> None:
    def told(package_: str, path: str) -> tuple[str | None, str] | None:
        place = place_of(package_, path)
        return None if place is None else (place.lang, place.parallel_key)

    assert told("manpages", "usr/share/man/man1/ls.1.gz") == ("en", "man/man1/ls.1")
    assert told("manpages-de", "usr/share/man/de/man1/ls.1.gz") == ("de", "man/man1/ls.1")
    assert told("manpages-pt-br", "usr/share/man/pt_BR/man1/ls.1.gz") == ("pt_BR", "man/man1/ls.1")
    assert told("gnome-user-docs", "usr/share/help/C/gnome-help/a.page") == ("en", "help/gnome-help/a.page")
    assert told("debian-faq-ko", "usr/share/doc/debian/FAQ/ko/a.ko.html") == ("ko", "doc/debian/FAQ/a.html")
    assert told("maint-guide", "usr/share/doc/maint-guide/html/a.en.html") == ("en", "doc/maint-guide/html/a.html")
    assert told("maint-guide-fr", "usr/share/doc/maint-guide-fr/html/a.fr.html") == (
        "fr",
        "doc/maint-guide/html/a.html",
    )
    assert told("x", "usr/share/doc/x/html/so.html") == (None, "doc/x/html/so.html")
    assert told("x", "usr/share/doc/x/changelog.html") is None
    assert told("debian-reference-zh-cn", "usr/share/debian-reference/ch01.zh-cn.html") == (
        *("zh-cn", "debian-reference/ch01.html"),
    )
    assert told("libreoffice-help-fr", "usr/share/libreoffice/help/fr/text/a/01.html") == (
        *("fr", "libreoffice/help/text/a/01.html"),
    )
    assert told("x", "usr/share/javascript/y/index.html") is None
    assert told("x", "usr/lib/x/index.html") is None
    assert language_of_package("debian-reference-zh-cn") == ("zh-cn", "debian-reference")
    assert language_of_package("fortunes-zh") == ("zh", "fortunes")
    assert language_of_package("python-doc") == (None, "python-doc")


def test_globs_of_the_copyright_format() -> None:
    text = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n" + "".join(
        f"\nFiles: {globs}\nCopyright: x\nLicense: {license_}\n"
        for globs, license_ in (("*", "A"), ("doc/*.html", "B"), ("doc/a?.html", "C"), (r"doc/a\*", "D"))
    )
    found = read_copyright(text)

    def license_of(path: str) -> str | None:
        match = matching_stanza(found, [path])
        return match.stanza.license if match else None

    assert [license_of(path) for path in ("x", "doc/deep/x.html", "doc/ab.html", "doc/a*")] == ["A", "B", "C", "D"]


def test_damaged_catalogues() -> None:
    whole = mo({"": "Content-Type: text/plain; charset=UTF-8\n", "a": "un"})
    for content in (whole[:40], whole[:10], whole.replace(b"UTF-8", b"UTF-9")):
        with pytest.raises(CatalogueError):
            read_catalogue(content)


def test_a_real_package(tmp_path: Path) -> None:
    if shutil.which("apt-get") is None:
        pytest.skip("no apt-get here")
    command = ["apt-get", "download", "--quiet", "maint-guide-fr"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=120)
    packages = sorted(tmp_path.glob("*.deb"))
    if done.returncode or not packages:
        pytest.skip("apt-get cannot deliver the package")
    found = read_all(debian.READER, packages[0])
    assert found.bad == []
    assert len(found.records) > 5
    assert {record["lang"] for record in found.records} == {"fra_Latn"}
    assert {record["license_declared"] for record in found.records} == {"GPL-2.0+"}
    assert any("nouveau responsable" in record["text"] for record in found.records)
