import gzip
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from pipelines.licensing.normalise import normalise
from pipelines.sources import arxiv, arxiv_sources
from tests.pipelines.sources.reading import Read, read_all

EXCERPT = Path(__file__).parents[4] / "shared" / "data" / "latex" / "stacks_project_excerpt.tar.gz"


def paper(text: str) -> bytes:
    return f"\\documentclass{{article}}\\title{{T}}\\author{{A}}\\begin{{document}}{text}\\end{{document}}".encode()


def tar(files: dict[str, bytes], links: tuple[str, ...] = ()) -> bytes:
    stored = io.BytesIO()
    with tarfile.open(fileobj=stored, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for name in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(info)
    return stored.getvalue()


def read(folder: Path, name: str, content: bytes, metadata: list[dict[str, Any]] | None = None) -> Read:
    path = folder / name
    path.write_bytes(content)
    if metadata is None:
        return read_all(arxiv.READER, path)
    lines = folder / "metadata.json"
    lines.write_text("\n".join([*(json.dumps(line) for line in metadata), "{damaged"]))
    return read_all(arxiv.READER, path, options={"metadata": (str(lines),)})


STORED = {
    "2104.00001.gz": gzip.compress(paper("Hello.")),
    "2104.00001v2.gz": gzip.compress(tar({"main.tex": paper("\\input{a}"), "a.tex": b"Hello.", "f.png": b"\x89"})),
    "2104.00001.tar.gz": gzip.compress(tar({"main.tex": paper("Hello.")})),
    "2104.00001.tex": paper("Hello."),
    "2104.00001.tar": tar({"x/main.tex": paper("Hello.")}),
    "papers.tar.gz": gzip.compress(tar({"2104.00001.gz": gzip.compress(paper("Hello."))})),
    "arXiv_src_2104_001.tar": tar({"2104/2104.00001.gz": gzip.compress(paper("Hello."))}),
}


@pytest.mark.parametrize("name", STORED)
def test_a_paper_however_it_is_stored(tmp_path: Path, name: str) -> None:
    found = read(tmp_path, name, STORED[name])
    (record,) = found.records
    assert (record["key"], record["text"], record["title"]) == ("2104.00001", "T\n\nHello.", "T")
    assert (record["url"], record["created"]) == ("https://arxiv.org/abs/2104.00001", "2021-04")
    assert (record["license_declared"], record["license_evidence"]) == (None, None)
    assert json.loads(record["attribution"])["creators"] == ["A"]
    assert found.bad == []


def test_metadata(tmp_path: Path) -> None:
    line = {
        "id": "hep-th/9711200",
        "title": "Large N\n  limits",
        "authors_parsed": [["Doe", "Jane", ""], ["Roe", "R.", "Jr"]],
        "license": "http://creativecommons.org/licenses/by/4.0/",
        "categories": "hep-th",
        "versions": [{"version": "v1", "created": "Thu, 27 Nov 1997 23:38:18 GMT"}],
    }
    (record,) = read(tmp_path, "hep-th9711200.gz", gzip.compress(paper("x")), [{"id": "1"}, line]).records
    assert (record["title"], record["created"]) == ("Large N limits", "1997-11-27T23:38:18Z")
    assert json.loads(record["attribution"])["creators"] == ["Jane Doe", "R. Roe Jr"]
    assert normalise(record["license_declared"]).expression == "CC-BY-4.0"
    (evidence,) = json.loads(record["license_evidence"])
    assert (evidence["class"], evidence["locator"]) == ("E1", "https://arxiv.org/abs/hep-th/9711200")
    assert json.loads(record["meta"])["categories"] == "hep-th"


def test_a_paper_without_a_licence_in_the_metadata(tmp_path: Path) -> None:
    (record,) = read(
        tmp_path, "2104.00001.gz", gzip.compress(paper("x")), [{"id": "2104.00001", "license": None}]
    ).records
    assert record["license_declared"] is None


def test_bad_papers_cost_no_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arxiv_sources, "MAX_PAPER_BYTES", 100_000)
    good = gzip.compress(paper("Good."))
    members = {
        "2104/2104.00001.gz": good,
        "2104/2104.00002.pdf": b"%PDF-1.5",
        "2104/2104.00003.gz": good[:-30],
        "2104/2104.00004.gz": gzip.compress(bytes(1_000_000)),
        "2104/2104.00005.gz": gzip.compress(tar({"only.png": b"x"})),
        "../2104.00006.gz": good,
        "2104/2104.00007.gz": b"\x1f\x8bnonsense",
        "2104/2104.00008.gz": gzip.compress(b"%PDF-1.4"),
        "2104/2104.00009.gz": gzip.compress(tar({"../up.tex": paper("no"), "ok.tex": paper("Ok.")}, ("link.tex",))),
    }
    found = read(tmp_path, "arXiv_src_2104_001.tar", tar(members, ("2104/2104.00010.gz",)))
    assert [record["key"] for record in found.records] == ["2104.00001", "2104.00009"]
    assert found.records[1]["text"] == "T\n\nOk."
    assert found.dropped == {"pdf_only": 2, "no_source": 1}
    assert found.reasons == [
        (3, "truncated"),
        (4, "too_large"),
        (6, "unsafe_path"),
        (7, "damaged_compression"),
        (10, "link"),
    ]
    assert all(bad.offset for bad in found.bad)


def test_a_tar_that_is_cut_off(tmp_path: Path) -> None:
    whole = tar({f"2104.0000{n}.gz": gzip.compress(paper(f"n{n}" * 400)) for n in range(5)})
    found = read(tmp_path, "bulk.tar", whole[:2200])
    assert len(found.records) >= 1
    assert [reason for _, reason in found.reasons] == ["truncated"]


def test_damage_between_papers_costs_no_paper_behind_it(tmp_path: Path) -> None:
    whole = bytearray(tar({f"2104/2104.0000{n}.gz": gzip.compress(paper(f"Paper {n}.")) for n in range(4)}))
    at = whole.index(b"2104/2104.00001.gz")
    whole[at : at + 200] = b"\xff" * 200
    found = read(tmp_path, "bulk.tar", bytes(whole))
    assert [record["key"] for record in found.records] == ["2104.00000", "2104.00002", "2104.00003"]
    (bad,) = found.bad
    assert bad.reason == "damaged_archive"
    assert f"byte {at:,}" in bad.detail


def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    name = b"caf\xe9".decode("utf-8", "surrogateescape")
    found = read(tmp_path, "bulk.tar", tar({f"{name}/2104.00001.gz": b"\x1f\x8bno", f"{name}.tex": paper("Loose.")}))
    assert [record["text"] for record in found.records] == ["T\n\nLoose."]
    assert [(bad.reason, bad.detail.partition(":")[0]) for bad in found.bad] == [
        ("damaged_compression", "caf\\udce9/2104.00001.gz")
    ]


@pytest.mark.parametrize("content", [b"", b"no tar"])
def test_a_file_that_is_no_tar(tmp_path: Path, content: bytes) -> None:
    expected = ["truncated"] if content else ["empty_file"]
    assert [bad.reason for bad in read(tmp_path, "bulk.tar", content).bad] == expected


@pytest.mark.skipif(not EXCERPT.exists(), reason="../shared/data is not there")
def test_real_sources() -> None:
    (record,) = read_all(arxiv.READER, EXCERPT).records
    assert record["title"] == "Conventions"
    for heading in ("Everything is a set", "Abelian categories and injectives", "Reflection principle"):
        assert f"\n\n{heading}\n\n" in record["text"]
    assert "\\label" not in record["text"]
    assert "\\section" not in record["text"]
    assert "Lemma. Every set is an element of $V_\\alpha$ for some ordinal $\\alpha$." in record["text"]
