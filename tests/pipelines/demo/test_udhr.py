import io
import json
import tarfile
from pathlib import Path

from pipelines.demo import udhr

PAGE = """<!doctype html>
<html data-code="fra" lang="fr"><head><title>French</title></head>
<body><h1>D\u00e9claration</h1><header><h2>Pr\u00e9ambule</h2>
<p>Consid\u00e9rant &amp; <em>voyant</em></p></header>
<article><h2>Article 2</h2><ol><li><p>Un,</p></li><li>deux</li></ol></article></body></html>
"""


def package(path: Path, pages: dict[str, str]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for code, page in {"../readme": "x", **pages}.items():
            info = tarfile.TarInfo(f"package/declaration/{code}.html" if code != "../readme" else "package/readme.md")
            info.size = len(page.encode())
            archive.addfile(info, io.BytesIO(page.encode()))
    return path


def test_reads_what_a_reader_sees() -> None:
    page = udhr.read_page(PAGE)
    assert (page.lang, page.language_name, page.title) == ("fr", "French", "D\u00e9claration")
    assert page.text.split("\n\n") == [
        "D\u00e9claration", "Pr\u00e9ambule", "Consid\u00e9rant & voyant", "Article 2", "Un,", "deux",
    ]  # fmt: skip


def test_writes_whole_translations_with_their_rights(tmp_path: Path) -> None:
    long = PAGE.replace("deux", "mot " * 1000)
    pages = {"fra": long, "short": PAGE, "010": long.replace('lang="fr"', 'lang="und"')}
    target = tmp_path / "udhr.jsonl"
    assert udhr.write_declarations(package(tmp_path / "udhr.tgz", pages), target) == 2
    unknown, french = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert (unknown["id"], unknown["lang"]) == ("010", None)
    assert (french["id"], french["lang"], french["license"]) == ("fra", "fr", "Public domain")
    (evidence,) = french["license_evidence"]
    assert evidence["class"] == "E3"
    assert "ST/AI/189/Add.9/Rev.2" in evidence["locator"]
    assert any("MIT" in notice for notice in french["attribution"]["notices"])
