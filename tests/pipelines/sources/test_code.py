import hashlib
import io
import json
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from pipelines.sources import archives, code
from tests.pipelines.sources.reading import Read, read_all

METADATA = """Metadata-Version: 2.4
Name: My_Package
Version: 1.2
Summary: Does things
Author-email: Ada Writer <ada@example.org>
License-Expression: MIT
Project-URL: Homepage, https://example.org
Description-Content-Type: text/markdown

# My package

Ceci est une description.
"""

PROGRAM = '"""Does things."""\n\n\ndef thing() -> int:\n    return 1\n'


def wheel(path: Path, files: dict[str, bytes | str], metadata: str | None = METADATA) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        if metadata is not None:
            archive.writestr("my_package-1.2.dist-info/METADATA", metadata)
            archive.writestr("my_package-1.2.dist-info/top_level.txt", "my_package\n")
    return path


def sdist(path: Path, files: dict[str, bytes | str]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in {"PKG-INFO": METADATA, **files}.items():
            info = tarfile.TarInfo(f"my_package-1.2/{name}")
            data = content.encode() if isinstance(content, str) else content
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def by_path(found: Read) -> dict[str, dict[str, object]]:
    return {json.loads(record["meta"])["path"]: record for record in found.records}


def test_reads_a_wheel(tmp_path: Path) -> None:
    path = wheel(
        tmp_path / "my_package-1.2-py3-none-any.whl",
        {
            "my_package/core.py": PROGRAM,
            "my_package/__init__.py": "",
            "my_package/docs/guide.txt": "How it is used.\n",
            "my_package/words.txt": "a\nb\n",
            "my_package/notes.rst": "Notes\n=====\n",
            "my_package/native.so": b"\x7fELF\0",
            "my_package/zero.py": b"a = 1\0",
            "my_package/tests/test_core.py": PROGRAM,
            "my_package/LICENSE": "MIT License",
        },
    )
    found = read_all(code.READER, path)
    documents = by_path(found)
    assert set(documents) == {"METADATA", "my_package/core.py", "my_package/docs/guide.txt", "my_package/notes.rst"}
    assert found.dropped == {
        "empty": 1,
        "no_document": 2,
        "binary": 1,
        "test": 1,
        "license_text": 1,
        "package_metadata": 2,
    }
    assert found.bad == []
    source = documents["my_package/core.py"]
    assert source["text"] == PROGRAM
    assert source["key"] == "pkg:pypi/my-package@1.2#my_package/core.py"
    assert source["license_declared"] == "MIT"
    assert json.loads(str(source["license_evidence"])) == [
        {
            "class": "E2",
            "kind": "license_expression",
            "value": "MIT",
            "locator": "pkg:pypi/my-package@1.2#METADATA",
        }
    ]
    assert json.loads(str(source["attribution"])) == {
        "title": "My_Package 1.2",
        "creators": ["Ada Writer"],
        "source_url": "https://example.org",
    }
    assert documents["METADATA"]["text"] == "# My package\n\nCeci est une description."


def test_reads_a_source_distribution_by_the_same_ids(tmp_path: Path) -> None:
    path = sdist(tmp_path / "my_package-1.2.tar.gz", {"my_package/core.py": PROGRAM, "README.md": "# Read me"})
    documents = by_path(read_all(code.READER, path))
    assert documents["my_package/core.py"]["key"] == "pkg:pypi/my-package@1.2#my_package/core.py"
    assert documents["README.md"]["text"] == "# Read me"


def test_header_in_a_file_beats_metadata(tmp_path: Path) -> None:
    text = "#!/usr/bin/env python3\n# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause\n" + PROGRAM
    path = wheel(tmp_path / "a.whl", {"my_package/core.py": text})
    record = by_path(read_all(code.READER, path))["my_package/core.py"]
    assert record["license_declared"] == "GPL-2.0-only OR BSD-3-Clause"
    evidence = json.loads(str(record["license_evidence"]))
    assert [(entry["class"], entry["kind"], entry["locator"]) for entry in evidence] == [
        ("E1", "spdx_header", "my_package/core.py:2"),
        ("E2", "license_expression", "pkg:pypi/my-package@1.2#METADATA"),
    ]


@pytest.mark.parametrize("folder", ["_vendor", "vendored", "third_party", "site-packages", "node_modules"])
def test_vendored_code_is_left_out_or_given_no_licence(tmp_path: Path, folder: str) -> None:
    path = wheel(tmp_path / "a.whl", {f"my_package/{folder}/six.py": PROGRAM})
    assert read_all(code.READER, path).dropped["vendored"] == 1
    record = by_path(read_all(code.READER, path, options={"vendored": True}))[f"my_package/{folder}/six.py"]
    assert (record["license_declared"], record["license_evidence"], record["attribution"]) == (None, None, None)
    assert json.loads(str(record["meta"]))["vendored"] is True


def test_vendored_code_with_a_header_has_that_licence(tmp_path: Path) -> None:
    path = wheel(tmp_path / "a.whl", {"my_package/_vendor/six.py": "# SPDX-License-Identifier: MIT\n" + PROGRAM})
    record = by_path(read_all(code.READER, path, options={"vendored": True}))["my_package/_vendor/six.py"]
    assert record["license_declared"] == "MIT"
    assert [entry["class"] for entry in json.loads(str(record["license_evidence"]))] == ["E1"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("# @generated by a tool\n" + PROGRAM, "generated"),
        ("# Automatically generated. DO NOT EDIT.\n" + PROGRAM, "generated"),
        ("x = [" + "1, " * 500 + "]\n", "long_lines"),
        ("\n \n", "empty"),
    ],
)
def test_leaves_out_what_no_person_wrote(tmp_path: Path, content: str, reason: str) -> None:
    found = read_all(code.READER, wheel(tmp_path / "a.whl", {"my_package/core.py": content}))
    assert found.dropped[reason] == 1
    assert set(by_path(found)) == {"METADATA"}


def test_decodes_by_the_coding_line(tmp_path: Path) -> None:
    latin = "# -*- coding: latin-1 -*-\nname = 'caf\u00e9'\n".encode("latin-1")
    path = wheel(tmp_path / "a.whl", {"my_package/a.py": latin, "my_package/b.py": b"name = 'caf\xe9'\n"})
    found = read_all(code.READER, path)
    assert "caf\u00e9" in str(by_path(found)["my_package/a.py"]["text"])
    assert [bad.reason for bad in found.bad] == ["bad_utf8"]


def test_refuses_paths_links_and_sizes_that_could_hurt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "LIMITS", archives.Limits(member_bytes=1000))
    link = zipfile.ZipInfo("my_package/link.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = tmp_path / "a.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("my_package-1.2.dist-info/METADATA", METADATA)
        archive.writestr("../escape.py", PROGRAM)
        archive.writestr("/etc/passwd.py", PROGRAM)
        archive.writestr(link, "/etc/passwd")
        archive.writestr("my_package/big.py", "#" * 100_000)
    found = read_all(code.READER, path)
    assert found.dropped == {"unsafe_path": 2, "link": 1, "too_large_member": 1, "package_metadata": 1}
    assert set(by_path(found)) == {"METADATA"}


def test_links_in_a_source_distribution(tmp_path: Path) -> None:
    path = tmp_path / "a.tar.gz"
    sdist(path, {})
    with tarfile.open(path, "w:gz") as archive:
        info = tarfile.TarInfo("my_package-1.2/PKG-INFO")
        info.size = len(METADATA)
        archive.addfile(info, io.BytesIO(METADATA.encode()))
        link = tarfile.TarInfo("my_package-1.2/link.py")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert read_all(code.READER, path).dropped["link"] == 1


def test_stops_at_an_archive_that_never_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "LIMITS", archives.Limits(archive_bytes=10_000))
    path = wheel(tmp_path / "a.whl", {f"my_package/m{n}.py": PROGRAM * 20 for n in range(50)})
    found = read_all(code.READER, path)
    assert [bad.reason for bad in found.bad] == ["damaged_archive"]
    assert 1 < len(found.records) < 50


@pytest.mark.parametrize("name", ["a.whl", "a.tar.gz"])
def test_damaged_archive(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"PK\x03\x04 nothing more")
    assert [bad.reason for bad in read_all(code.READER, path).bad] == ["damaged_archive"]


def test_archive_without_metadata(tmp_path: Path) -> None:
    path = wheel(tmp_path / "a.whl", {"my_package/core.py": PROGRAM}, metadata=None)
    assert [bad.reason for bad in read_all(code.READER, path).bad] == ["missing_metadata"]


def test_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.whl").write_bytes(b"")
    assert read_all(code.READER, tmp_path / "a.whl").reasons == [(None, "empty_file")]


PROGRAMS = {
    "src/a.c": "int f(void) { return 1; }\n",
    "src/plain.h": "#include <stdio.h>\nint f(void);\n",
    "src/klass.h": "#include <vector>\nclass A {\n public:\n  int f();\n};\n",
    "src/a.C": "int f() { return 1; }\n",
    "src/A.cs": "class A { }\n",
    "src/a.go": "package a\n",
    "src/A.java": "class A { }\n",
    "src/a.js": "let a = 1;\n",
    "src/a.lua": "local a = 1\n",
    "src/a.php": "<?php echo 1;\n",
    "src/text.php": "no program\n",
    "src/a.rb": "puts 1\n",
    "src/a.rs": "fn main() {}\n",
    "src/A.scala": "object A\n",
    "src/a.ts": "let a: number = 1;\n",
    "src/de.ts": '<?xml version="1.0"?><TS/>\n',
    "bin/tool": "#!/usr/bin/env -S python3 -u\nprint(1)\n",
    "bin/shell": "#!/bin/sh\necho\n",
    "web/a.min.js": "let a=1\n",
}


def archive(path: Path, files: dict[str, str], top: str = "tool-2.0/") -> Path:
    with tarfile.open(path, "w:xz") as stored:
        for name, content in files.items():
            info = tarfile.TarInfo(top + name)
            info.size = len(content.encode())
            stored.addfile(info, io.BytesIO(content.encode()))
    return path


def test_languages_by_extension_and_content(tmp_path: Path) -> None:
    found = read_all(code.READER, archive(tmp_path / "tool-2.0.tar.xz", PROGRAMS))
    languages = {path: json.loads(str(record["meta"]))["language"] for path, record in by_path(found).items()}
    assert languages == {
        "src/a.c": "C",
        "src/plain.h": "C",
        "src/klass.h": "C++",
        "src/a.C": "C++",
        "src/A.cs": "C#",
        "src/a.go": "Go",
        "src/A.java": "Java",
        "src/a.js": "JavaScript",
        "src/a.lua": "Lua",
        "src/a.php": "PHP",
        "src/a.rb": "Ruby",
        "src/a.rs": "Rust",
        "src/A.scala": "Scala",
        "src/a.ts": "TypeScript",
        "bin/tool": "Python",
    }
    assert found.dropped == {"no_document": 3, "minified": 1}
    record = by_path(found)["src/a.c"]
    assert (record["key"], record["license_declared"]) == ("pkg:generic/tool@2.0#src/a.c", None)
    few = read_all(code.READER, tmp_path / "tool-2.0.tar.xz", options={"languages": ("C", "Rust")})
    assert set(by_path(few)) == {"src/a.c", "src/plain.h", "src/a.rs"}
    assert few.dropped["other_language"] == 12


@pytest.mark.parametrize(
    ("manifest", "content", "url", "license_", "creators"),
    [
        (
            "package.json",
            '{"name": "@a/tool", "version": "3.1", "license": "ISC", "author": "Ada Writer <ada@example.org>"}',
            *("pkg:npm/@a/tool@3.1", "ISC", ["Ada Writer"]),
        ),
        (
            "Cargo.toml",
            '[package]\nname = "tool"\nversion = "0.1"\nlicense = "MIT OR Apache-2.0"\nauthors = ["Bo <b@c.d>"]\n',
            *("pkg:cargo/tool@0.1", "MIT OR Apache-2.0", ["Bo"]),
        ),
        (
            "composer.json",
            '{"name": "a/tool", "license": ["MIT", "GPL-3.0-only"], "authors": [{"name": "Cy", "email": "c@d.e"}]}',
            *("pkg:composer/a/tool@2.0", "MIT OR GPL-3.0-only", ["Cy"]),
        ),
        (
            "pyproject.toml",
            '[project]\nname = "Tool_X"\nversion = "4"\nlicense = {text = "BSD"}\n',
            *("pkg:pypi/tool-x@4", "BSD", []),
        ),
        ("package.json", "{broken", "pkg:generic/tool@2.0", None, []),
        ("Cargo.toml", '[package]\nname = "tool"\nversion.workspace = true\n', "pkg:cargo/tool@2.0", None, []),
    ],
)
def test_metadata_of_other_packers(
    tmp_path: Path, manifest: str, content: str, url: str, license_: str | None, creators: list[str]
) -> None:
    path = archive(tmp_path / "tool-2.0.tar.xz", {manifest: content, "a.js": "let a = 1;\n"})
    record = by_path(read_all(code.READER, path))["a.js"]
    assert (record["key"], record["license_declared"]) == (f"{url}#a.js", license_)
    assert json.loads(str(record["attribution"]))["creators"] == creators


COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Source: https://example.org/tool

Files: *
Copyright: 2020 Ada Writer
License: GPL-3+

Files: lib/*
Copyright: 2019 Bo Reader
License: Expat

Files: debian/*
Copyright: 2021 Cy
License: CC0-1.0
"""


def debian_source(folder: Path) -> Path:
    main = archive(
        folder / "tool_2.0.orig.tar.xz", {"lib/a.c": "int a;\n", "b.c": "// SPDX-License-Identifier: MIT\nint b;\n"}
    )
    packing = archive(folder / "tool_2.0-1.debian.tar.xz", {"copyright": COPYRIGHT, "rules.py": "x = 1\n"}, "debian/")
    rows = "".join(
        f" {hashlib.sha256(file.read_bytes()).hexdigest()} {file.stat().st_size} {file.name}\n"
        for file in (main, packing)
    )
    described = folder / "tool_2.0-1.dsc"
    described.write_text(
        f"Format: 3.0 (quilt)\nSource: tool\nVersion: 2.0-1\nChecksums-Sha256:\n{rows}Files:\n x 1 y\n"
    )
    return described


def test_a_debian_source_package(tmp_path: Path) -> None:
    found = read_all(code.READER, debian_source(tmp_path))
    documents = by_path(found)
    assert set(documents) == {"lib/a.c", "b.c"}
    assert documents["lib/a.c"]["key"] == "pkg:deb/debian/tool@2.0-1?arch=source#lib/a.c"
    assert [documents[path]["license_declared"] for path in ("lib/a.c", "b.c")] == ["Expat", "MIT"]
    evidence = json.loads(str(documents["b.c"]["license_evidence"]))
    assert [(entry["class"], entry["value"]) for entry in evidence] == [("E1", "MIT"), ("E2", "GPL-3+")]
    assert json.loads(str(documents["lib/a.c"]["attribution"]))["creators"] == ["Bo Reader"]
    assert (found.bad, found.dropped["package_metadata"]) == ([], 2)


def test_a_debian_source_package_that_is_not_whole(tmp_path: Path) -> None:
    described = debian_source(tmp_path)
    (tmp_path / "tool_2.0-1.debian.tar.xz").unlink()
    with (tmp_path / "tool_2.0.orig.tar.xz").open("ab") as file:
        file.write(b"more")
    found = read_all(code.READER, described)
    assert sorted(bad.reason for bad in found.bad) == ["missing_file", "wrong_checksum"]
    assert found.records == []
