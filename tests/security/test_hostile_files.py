"""Files that somebody else made, as ingest reads them: what is bad is counted, what stands beside it is read."""

import gzip
import io
import json
import tarfile
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.sources import READERS, parquet
from tests.pipelines.sources.reading import Read, input_file, read_all
from tests.security.pickled import PICKLE

PROGRAM = b'"""Counts the words of a text."""\n\n\ndef count(text: str) -> int:\n    return len(text.split())\n'
PAGE = "<html><head><title>T</title></head><body><article><p>{}</p></article></body></html>"
PROSE = "The harbour was quiet in the early morning, and the boats lay still on the water. " * 8


def _lines(*lines: bytes) -> bytes:
    return b"\n".join([*lines, b'{"text": "sound", "id": "sound"}']) + b"\n"


def _parquet(table: pa.Table) -> bytes:
    stored = io.BytesIO()
    pq.write_table(table, stored, compression="zstd")
    return stored.getvalue()


def _tar(*members: tarfile.TarInfo, sound: bool = True) -> bytes:
    stored = io.BytesIO()
    with tarfile.open(fileobj=stored, mode="w") as archive:
        for info in members:
            archive.addfile(info, io.BytesIO(b"x" * info.size))
        if sound:
            info = tarfile.TarInfo("package-1/sound.py")
            info.size = len(PROGRAM)
            archive.addfile(info, io.BytesIO(PROGRAM))
    return stored.getvalue()


def _member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "", size: int = 0) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, target, size
    return info


def _zip(names: dict[str, bytes], mode: int | None = None) -> bytes:
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**names, "sound.py": PROGRAM}.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if mode is not None and name != "sound.py":
                info.external_attr = mode << 16
            archive.writestr(info, content)
    return stored.getvalue()


def _warc(*lengths: object) -> bytes:
    found = b""
    for number, length in enumerate([*lengths, None]):
        body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE.format(PROSE).encode()
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/{number}\r\n"
            f"WARC-Date: 2024-05-17T23:31:22Z\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
            f"Content-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(body) if length is None else length}\r\n\r\n"
        )
        found += head.encode() + body + b"\r\n\r\n"
    return found


def _paper(body: str) -> bytes:
    text = f"\\documentclass{{article}}\\title{{T}}\\author{{A}}\\begin{{document}}{body}\n\n{PROSE}\\end{{document}}"
    return gzip.compress(text.encode())


def _posts(prolog: str, body: str) -> bytes:
    row = '<row Id="1" PostTypeId="1" Body="&lt;p&gt;{}&lt;/p&gt;" Title="T" Score="1" />'
    return f"{prolog}<posts>{row.format(PROSE)}{row.format(body)}</posts>".encode()


LAUGHS = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
ENTITY = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'

JSONL = {
    "nested": _lines(b"[" * 1_000_000, b'{"text": "x", "a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "numbers": _lines(b'{"text": "x", "id": ' + b"9" * 5000 + b"}", b'{"text": "x", "n": 1e999}'),
    "not-a-number": _lines(b'{"text": NaN}', b'{"text": "x", "score": -Infinity}'),
    "surrogates": _lines(b'{"text": "\\ud800"}'),
    "types": _lines(b'{"text": {"$ref": "/etc/passwd"}}', b'{"text": ["x"]}', b"7", b"null", b'"x"'),
    "keys": _lines(b'{"__proto__": {"a": 1}, "__class__": "os", "text": "x"}'),
    "pickle": _lines(PICKLE),
    "annex": _lines(b"/annex/objects/MD5E-s1--d41d8cd98f00b204e9800998ecf8427e.jsonl"),
    "pointer": _lines(b"version https://git-lfs.github.com/spec/v1", b"oid sha256:0", b"size 1"),
    "ids": _lines(b'{"text": "x", "id": "../../etc/passwd\\u0000\\u001b[2J"}', b'{"text": "x", "lang": "../../etc"}'),
    "formats": _lines(b'{"text": "%s%n{0.__class__.__mro__}${HOME}`id`$(id)", "title": "=cmd|\'/c calc\'!A1"}'),
    "binary": _lines(bytes(range(256))),
}
TARS = {
    "up": _tar(_member("../../up.py", size=4)),
    "absolute": _tar(_member("/etc/cron.d/x.py", size=4)),
    "backslash": _tar(_member("..\\up.py", size=4)),
    "symlink": _tar(_member("a.py", tarfile.SYMTYPE, "/etc/passwd"), _member("a.py/b.py", size=4)),
    "hardlink": _tar(_member("a.py", tarfile.LNKTYPE, "/etc/passwd")),
    "device": _tar(_member("null.py", tarfile.CHRTYPE), _member("sda.py", tarfile.BLKTYPE)),
    "pipe": _tar(_member("pipe.py", tarfile.FIFOTYPE)),
    "twice": _tar(_member("package-1/a.py", size=4), _member("package-1/a.py", size=4)),
    "large": _tar(_member("package-1/large.py", size=5_000_000)),
    "long-name": _tar(_member("a/" * 4000 + "b.py", size=4)),
}
ZIPS = {
    "up": _zip({"../../up.py": b"x"}),
    "absolute": _zip({"/etc/x.py": b"x"}),
    "symlink": _zip({"a.py": b"/etc/passwd"}, mode=0o120777),
    "bomb": _zip({"bomb.py": bytes(50_000_000)}),
    "nested": _zip({"inner.zip": _zip({"inner.zip": _zip({"bomb.py": bytes(10_000_000)})})}),
    "twice": _zip({"a.py": b"x", "A.py": b"y", "a.py ": b"z"}),
}
TABLES = {
    "pickle": PICKLE,
    "annex": b"/annex/objects/MD5E-s1--d41d8cd98f00b204e9800998ecf8427e.parquet",
    "magic-alone": b"PAR1PAR1",
    "footer-length": b"PAR1" + b"\xff\xff\xff\x7fPAR1",
    "nested": _parquet(pa.table({"text": ["sound"], "meta": [[[[["deep"]]]]]})),
    "null": _parquet(pa.table({"text": pa.nulls(3)})),
}
PAPERS = {
    "input": "\\input{/etc/passwd}\\include{../../../etc/passwd}\\verbatiminput{/etc/passwd}",
    "write18": "\\immediate\\write18{touch PWNED}\\openout3=PWNED\\write3{x}",
    "macros": "\\def\\a{\\a\\a}\\a \\newcommand{\\b}[9]{\\b\\b\\b}\\b",
    "braces": "{" * 20_000,
    "catcodes": "\\catcode`\\@=0 @input{/etc/passwd}",
    "lua": "\\directlua{os.execute('touch PWNED')}",
}
DUMPS = {"laughs": (LAUGHS + "]>", "&i;&i;"), "entity": (ENTITY, "&a;"), "unclosed": ("", "&lt;" * 10 + '"/><row')}


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _read(kind: str, path: Path, content: bytes) -> Read:
    path.write_bytes(content)
    before = sorted(path.parent.iterdir())
    found = read_all(READERS[kind], path)
    assert sorted(path.parent.iterdir()) == before
    assert not any("root:" in str(record["text"]) for record in found.records)
    return found


@pytest.mark.parametrize("content", JSONL.values(), ids=JSONL)
def test_lines(tmp_path: Path, content: bytes) -> None:
    found = _read("jsonl", tmp_path / "a.jsonl", content)
    assert found.records[-1]["key"] == "sound"
    assert len(found.records) + len(found.bad) == content.count(b"\n")


@pytest.mark.parametrize("content", TARS.values(), ids=TARS)
def test_tars(tmp_path: Path, content: bytes) -> None:
    found = _read("code", tmp_path / "package-1.tar", content)
    paths = [json.loads(record["meta"])["path"] for record in found.records]
    assert paths[-1].endswith("sound.py")
    assert not any(".." in path or path.startswith("/") or "\\" in path for path in paths)
    assert found.bad or found.dropped or len(paths) > 1


@pytest.mark.parametrize("content", ZIPS.values(), ids=ZIPS)
def test_zips(tmp_path: Path, content: bytes) -> None:
    found = _read("code", tmp_path / "package.zip", content)
    paths = [json.loads(record["meta"])["path"] for record in found.records]
    assert "sound.py" in paths
    assert not any(".." in path or path.startswith("/") for path in paths)
    assert found.bad or found.dropped or len(paths) > 1


@pytest.mark.parametrize("content", TABLES.values(), ids=TABLES)
def test_tables(tmp_path: Path, content: bytes) -> None:
    found = _read("parquet", tmp_path / "a.parquet", content)
    assert found.bad or found.records[0]["text"] == "sound"


def test_a_table_of_a_few_bytes_that_stands_for_gigabytes(tmp_path: Path) -> None:
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 5000, pa.int32()), pa.array(["x" * 1_000_000]))
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": texts}), path, compression="zstd")
    assert path.stat().st_size < 10_000
    (part,) = parquet.READER.parts(input_file(path))
    held = [batch.records.nbytes for batch, _ in zip(parquet.READER.read(part, {}, {}), range(3), strict=False)]
    assert max(held) < 2 * parquet.READ_ROWS * 1_000_000


@pytest.mark.parametrize("length", ["-1", str(-(2**63)), "9" * 20, "0x10", "", "1e9", str(2**32)])
def test_crawls(tmp_path: Path, length: str) -> None:
    found = _read("commoncrawl", tmp_path / "a.warc", _warc(length))
    assert [record["url"] for record in found.records][-1] == "https://example.org/1"


@pytest.mark.parametrize("body", PAPERS.values(), ids=PAPERS)
def test_papers(tmp_path: Path, body: str) -> None:
    found = _read("arxiv", tmp_path / "2401.00001.gz", _paper(body))
    (record,) = found.records
    assert "harbour" in record["text"]


@pytest.mark.parametrize(("prolog", "body"), DUMPS.values(), ids=DUMPS)
def test_dumps(tmp_path: Path, prolog: str, body: str) -> None:
    found = _read("stackexchange", tmp_path / "Posts.xml", _posts(prolog, body))
    assert found.bad
    assert "harbour" in found.records[0]["text"]
    assert all(len(record["text"]) < 10_000 for record in found.records)


def test_there_are_many_of_them() -> None:
    assert sum(map(len, (JSONL, TARS, ZIPS, TABLES, PAPERS, DUMPS))) >= 40
